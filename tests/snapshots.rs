//! What a reviewer of generated code must see: public APIs, schemas, limits, the wire, and the help texts.
//!
//! `cargo xtask` runs these and shows what changed; `cargo xtask accept` takes it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write;
use std::path::Path;

use avepoint_elements_client::types::OfficeInformation;
use avepoint_elements_client::{Client, Environment, Field, fields, operations, schemas};
use e2e::raw::RawServer;
use heck::ToSnakeCase;
use insta::assert_snapshot;

/// Every published library; a program's own is no interface.
#[test]
fn public_apis() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    for package in std::fs::read_dir(crates).unwrap() {
        let package = package.unwrap().path();
        let (lib, program) = (package.join("src/lib.rs"), package.join("src/main.rs").exists());
        if lib.exists() && !program {
            let name = format!("public_api_of_{}", package.file_name().unwrap().display());
            assert_snapshot!(name, xtask::public_api::of_crate(&lib).unwrap());
        }
    }
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
        writeln!(text, "  needs {}, succeeds with {}", operation.scopes.join(" "), operation.success)
            .unwrap();
    }
    for environment in Environment::ALL {
        writeln!(text, "{environment} ({})", environment.title()).unwrap();
        writeln!(text, "  API   {}\n  token {}", environment.base_url(), environment.token_url()).unwrap();
    }
    assert_snapshot!(text);
}

#[test]
fn schemas_of_all_types() {
    for (name, schema) in schemas::all() {
        let text = serde_json::to_string_pretty(&schema).unwrap();
        assert_snapshot!(format!("schema_of_{}", name.to_snake_case()), text);
    }
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
