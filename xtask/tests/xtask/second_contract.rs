//! A made-up contract with what the real one has not yet: what is generated from it, before any compiler sees
//! it. `cargo xtask ci --full` compiles and runs it, see `second_contract/round_trip.rs`.

use std::path::Path;

use xtask::contract::Contract;
use xtask::{generate, public_api};

const CONTRACT: &str = include_str!("../second_contract/contract.yaml");

/// The text of a generated file.
fn generated(file: &str) -> String {
    let contract = Contract::parse(CONTRACT.to_owned(), Path::new("contract.yaml")).unwrap();
    let outputs = generate::all(&contract).unwrap();
    outputs.into_iter().find(|output| output.path == Path::new(file)).unwrap().text
}

/// The public interface of a generated file, in which each run of white space is one space.
fn interface(file: &str) -> String {
    let interface = public_api::of_file(syn::parse_file(&generated(file)).unwrap());
    interface.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is missing in {text}");
    }
}

#[test]
fn every_operation_has_a_method_and_every_reply_its_type() {
    let client = interface("crates/client/src/generated.rs");
    for operation in ["list_books", "add_book", "get_book", "remove_book", "list_readers", "get_reader"] {
        holds(&client, &[&format!("pub fn {operation}(&self)")]);
    }
    let replies = ["()", "types::Book", "types::BookPage", "types::Reader"];
    for reply in replies {
        holds(&client, &[&format!("Result<ResponseValue<{reply}>, Error<ByteStream>>")]);
    }
}

#[test]
fn an_optional_parameter_may_be_left_out() {
    let client = generated("crates/client/src/generated.rs");
    holds(&client, &["title_part: Result<Option<types::Title>, String>", "title_part: Ok(None)"]);
    holds(&client, &["type_: Result<types::Kind, String>", "type_: Err("]);
}

#[test]
fn a_mock_knows_queries_and_replies() {
    let mocks = interface("crates/httpmock/src/generated.rs");
    for (setter, ty) in [("type_", "Kind"), ("title_part", "Title"), ("ok", "BookPage"), ("created", "Book")]
    {
        let value =
            format!("pub fn {setter}( self, value: impl TryInto<types::{ty}, Error: ::std::fmt::Display>, )");
        holds(&mocks, &[&value]);
    }
    holds(&mocks, &["pub fn without_title_part(self) -> Self"]);
    holds(&mocks, &["fn get_reader<F>(&self, config_fn: F)"]);
}

#[test]
fn an_operation_says_how_it_succeeds_and_what_it_needs() {
    let operations = generated("crates/client/src/operations.rs");
    let named = |name: &str| {
        let after = operations.split(&format!("pub const {name}: Operation")).nth(1).unwrap();
        after.split("};").next().unwrap().to_owned()
    };
    holds(&named("ADD_BOOK"), &["\"POST\"", "success: 201", "&[\"books.write\", \"books.read\"]"]);
    holds(&named("LIST_BOOKS"), &["\"GET\"", "success: 200", "&[\"books.read\"]"]);
    holds(&named("REMOVE_BOOK"), &["\"DELETE\"", "success: 204"]);
    holds(&named("LIST_READERS"), &["\"POST\"", "success: 200", "reads: true", "&[\"readers.read\"]"]);
    holds(&named("ADD_BOOK"), &["reads: false"]);
    let all = "ALL: &[Operation] = &[LIST_BOOKS, ADD_BOOK, GET_BOOK, REMOVE_BOOK, LIST_READERS, GET_READER]";
    let text =
        operations.split_whitespace().collect::<Vec<_>>().join(" ").replace("[ ", "[").replace(", ]", "]");
    holds(&text, &[all]);
}

#[test]
fn bounds_of_texts_numbers_and_lists_become_constants() {
    let limits = generated("crates/client/src/limits.rs");
    for (name, kind, limit) in [
        ("TITLE_MAX_LENGTH", "usize", "80"),
        ("SHELF_ID_MIN_LENGTH", "usize", "1"),
        ("PAGE_INDEX_MINIMUM", "i64", "1"),
        ("PAGE_INDEX_MAXIMUM", "i64", "5000"),
        ("ALIASES_MAX_ITEMS", "usize", "3"),
        ("READER_ID_PATTERN", "&str", "\"^[a-z]+$\""),
    ] {
        holds(&limits, &[&format!("pub const {name}: {kind} = {limit};")]);
    }
}

#[test]
fn every_object_has_its_fields_and_every_schema_its_implementation() {
    let fields = interface("crates/client/src/fields.rs");
    for object in ["book_page", "page_metadata", "book", "reader"] {
        holds(&fields, &[&format!("pub mod {object} {{")]);
    }
    let schemas = generated("crates/client/src/schemas.rs");
    for schema in ["BookPage", "Kind", "Aliases", "PageIndex", "Reader"] {
        holds(&schemas, &[&format!("impl schemars::JsonSchema for crate::types::{schema} ")]);
        holds(&schemas, &[&format!("(\"{schema}\", schemars::schema_for!(crate ::types::{schema}))")]);
    }
}

#[test]
fn a_date_stays_a_text() {
    let client = generated("crates/client/src/generated.rs");
    holds(&client, &["pub last_visit: ::std::option::Option<::std::string::String>"]);
    assert!(!client.contains("chrono"), "{client}");
}

#[test]
fn an_error_of_any_shape_leaves_the_code_as_it_is() {
    let client = generated("crates/client/src/generated.rs");
    let bare = "description: There is no such shelf, book or reader.\n          content:\n            \"*/*\":\n              schema: {}";
    let typed = bare.replace(
        "\"*/*\":\n              schema: {}",
        "application/json:\n              schema:\n                $ref: \"#/components/schemas/Title\"",
    );
    let without = "description: There is no such shelf, book or reader.".to_owned();
    for error in [typed, without] {
        assert!(CONTRACT.contains(bare));
        let contract = Contract::parse(CONTRACT.replace(bare, &error), Path::new("contract.yaml")).unwrap();
        let outputs = generate::all(&contract).unwrap();
        assert!(outputs.iter().any(|output| output.text == client), "{error}");
    }
}

#[test]
fn each_kind_of_what_is_taken_gives_code_that_parses() {
    let kinds = include_str!("../second_contract/kinds.yaml");
    let contract = Contract::parse(kinds.to_owned(), Path::new("kinds.yaml")).unwrap();
    let outputs = generate::all(&contract).unwrap();
    for output in outputs.iter().filter(|output| output.path.extension().is_some_and(|end| end == "rs")) {
        syn::parse_file(&output.text).unwrap();
    }
}

#[test]
fn the_sandbox_reads_the_same_values_as_the_generator() {
    let contracts = [CONTRACT, include_str!("../second_contract/kinds.yaml"), crate::document::CONTRACT];
    for text in contracts {
        let contract = Contract::parse(text.to_owned(), Path::new("contract.yaml")).unwrap();
        let read: serde_json::Value = serde_saphyr::from_str(text).unwrap();
        assert_eq!(*contract.value(), read);
    }
}
