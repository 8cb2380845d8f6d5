//! What a reviewer of generated code must see: outlines, schemas, limits, the wire, and the help texts.
//!
//! `cargo xtask` runs these and shows what changed; `cargo xtask accept` takes it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write;
use std::path::Path;

use avepoint_elements_client::types::OfficeInformation;
use avepoint_elements_client::{Client, Environment, Field, fields, operations, types};
use e2e::raw::RawServer;
use insta::assert_snapshot;
use schemars::JsonSchema;

fn outline(package: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates").join(package);
    xtask::outline::of_crate(&root.join("src/lib.rs")).unwrap()
}

#[test]
fn outline_of_client() {
    assert_snapshot!(outline("client"));
}

#[test]
fn outline_of_httpmock() {
    assert_snapshot!(outline("httpmock"));
}

#[test]
fn outline_of_sdk() {
    assert_snapshot!(outline("sdk"));
}

#[test]
fn limits() {
    let mut text = String::new();
    for (object, fields) in fields::OBJECTS {
        writeln!(text, "{object}").unwrap();
        fields.iter().for_each(|field| writeln!(text, "{}", limits_of(field)).unwrap());
    }
    assert_snapshot!(text);
}

fn limits_of(Field { name, required, max_length, .. }: &Field) -> String {
    let required = if *required { "required" } else { "optional" };
    let limit = max_length.map_or("any length".to_owned(), |limit| format!("at most {limit}"));
    format!("{name}: {required}, {limit}")
}

#[test]
fn operations_and_environments() {
    let mut text = String::new();
    for operation in operations::ALL {
        writeln!(text, "{}: {} {}", operation.id, operation.method, operation.path).unwrap();
        writeln!(text, "  needs {}", operation.scopes.join(" ")).unwrap();
    }
    for environment in Environment::ALL {
        writeln!(text, "{environment} ({})", environment.title()).unwrap();
        writeln!(text, "  API   {}\n  token {}", environment.base_url(), environment.token_url()).unwrap();
    }
    assert_snapshot!(text);
}

fn schema<T: JsonSchema>() -> String {
    serde_json::to_string_pretty(&schemars::schema_for!(T)).unwrap()
}

#[test]
fn schemas() {
    assert_snapshot!("schema_of_office_information", schema::<types::OfficeInformation>());
    assert_snapshot!("schema_of_postal_code", schema::<types::PostalCode>());
    assert_snapshot!("schema_of_country_region", schema::<types::CountryRegion>());
    assert_snapshot!("schema_of_state", schema::<types::State>());
    assert_snapshot!("schema_of_address", schema::<types::Address>());
    assert_snapshot!("schema_of_city", schema::<types::City>());
    assert_snapshot!("schema_of_customer_id", schema::<types::CustomerId>());
    assert_snapshot!("schema_of_tenant_id", schema::<types::TenantId>());
    assert_snapshot!("schema_of_user_id", schema::<types::UserId>());
}

/// The exact bytes, but for the port, which is another each time.
#[tokio::test]
async fn wire() {
    let server = RawServer::answering(204, &[], b"").await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let client = Client::new(&format!("{}/partner", server.url()), http).unwrap();
    let office = OfficeInformation::builder()
        .postal_code("2121")
        .country_region("Angola")
        .state("Luanda")
        .address("Dande");
    client
        .update_office_information()
        .customer_id("966f35cc-0000-4000-8000-25cdbcf82a07")
        .tenant_id("0c7715b3-0000-4000-8000-f3634dcfacec")
        .user_id("7c18fd6f-0000-4000-8000-5725fa9edc3f")
        .body(OfficeInformation::try_from(office).unwrap())
        .send()
        .await
        .unwrap();
    let host = server.url().replace("http://", "");
    assert_snapshot!(server.requests().concat().replace(&host, "HOST").replace("\r\n", "\\r\\n\n"));
}

#[test]
fn help_tree() {
    let mut text = String::new();
    let mut tree = elements_cli::arguments::Arguments::tree().bin_name("elements").term_width(100);
    tree.build();
    help_of(&mut tree, &mut text);
    assert_snapshot!(text);
}

fn help_of(command: &mut clap::Command, text: &mut String) {
    let help = command.render_long_help();
    writeln!(text, "$ {} --help\n\n{help}\n", command.get_bin_name().unwrap_or_default()).unwrap();
    for command in command.get_subcommands_mut().filter(|command| command.get_name() != "help") {
        help_of(command, text);
    }
}
