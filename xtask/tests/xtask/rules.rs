//! The rules of the contract: what each refuses, and where it says so.

use std::path::Path;

use crate::document::{CONTRACT, edited, place};
use xtask::contract::Contract;

/// What is said of a contract that must not be taken.
fn refusal(contract: &str) -> String {
    Contract::parse(contract.to_owned(), Path::new("openapi/elements.yaml")).unwrap_err().to_string()
}

/// Refuses the contract with `from` written as `to`, at the first line that holds `at`, with `words`.
fn refuses(from: &str, to: &str, at: &str, words: &[&str]) {
    let contract = edited(from, to);
    let message = refusal(&contract);
    let place = place(&contract, at);
    assert!(message.starts_with(&place), "expected at {place} {message}");
    for words in words {
        assert!(message.contains(words), "expected {words:?}: {message}");
    }
}

fn takes(from: &str, to: &str) {
    let contract = edited(from, to);
    Contract::parse(contract, Path::new("openapi/elements.yaml")).unwrap();
}

/// Refuses the contract with one more schema, written in YAML at the depth of the schemas.
fn refuses_schema(schema: &str, at: &str, words: &[&str]) {
    let from = "    PostalCode:\n";
    refuses(from, &format!("{schema}{from}"), at, words);
}

#[test]
fn the_contract_is_taken() {
    takes("openapi: 3.0.3", "openapi: 3.0.4");
}

#[test]
fn another_version_of_openapi_is_refused() {
    for version in ["3.1.0", "2.0.0", "3.0", "3.0.x"] {
        let line = format!("openapi: {version}");
        refuses("openapi: 3.0.3", &line, &line, &[version, "only 3.0", "help: write `openapi: 3.0.3`"]);
    }
}

#[test]
fn a_reference_to_nothing_is_refused() {
    let words = ["`$ref: #/components/schemas/Town` points at nothing", "help: write it as"];
    refuses(
        "#/components/schemas/City",
        "#/components/schemas/Town",
        "$ref: \"#/components/schemas/Town\"",
        &words,
    );
}

#[test]
fn a_schema_that_refers_to_something_other_than_a_schema_is_refused() {
    for target in ["#/components/responses", "#/components/schemas/OfficeInformation/properties/city"] {
        let at = format!("$ref: \"{target}\"");
        refuses("#/components/schemas/City", target, &at, &["something other than a named schema"]);
    }
}

#[test]
fn a_reference_that_leads_back_to_itself_is_refused() {
    let alone = "    Loop:\n      $ref: \"#/components/schemas/Loop\"\n";
    let pair = "    Here:\n      $ref: \"#/components/schemas/There\"\n    There:\n      $ref: \"#/components/schemas/Here\"\n";
    let within = "    Whole:\n      allOf:\n        - $ref: \"#/components/schemas/Whole\"\n";
    for (schemas, at) in [(alone, "schemas/Loop"), (pair, "schemas/There"), (within, "schemas/Whole")] {
        let at = format!("$ref: \"#/components/{at}\"");
        refuses_schema(schemas, &at, &["leads back to itself", "help: "]);
    }
}

#[test]
fn an_object_that_holds_its_own_kind_is_taken() {
    let from = "    PostalCode:\n";
    let object = "    Node:\n      type: object\n      properties:\n        next:\n          $ref: \"#/components/schemas/Node\"\n";
    takes(from, &format!("{object}{from}"));
}

#[test]
fn a_schema_name_that_is_no_type_name_is_refused() {
    for name in ["city-name", "cityName", "City_Name", "Größe", "2City", "Self", "Type"] {
        let schema = format!("    {name}:\n      type: string\n");
        refuses_schema(
            &schema,
            &format!("{name}:"),
            &[&format!("schema `{name}`"), "cannot become an identifier", "help: "],
        );
    }
}

#[test]
fn a_schema_name_that_the_generator_would_rewrite_is_refused() {
    refuses_schema(
        "    CityID:\n      type: string\n",
        "CityID:",
        &["type `CityId`", "help: call it `CityId`"],
    );
}

#[test]
fn two_schemas_with_one_identifier_are_refused() {
    refuses_schema("    CITY:\n      type: string\n", "City:", &["`CITY`", "`City`", "becomes `city`"]);
}

#[test]
fn a_property_name_that_is_no_identifier_is_refused() {
    for name in ["\"\"", "\"2nd\"", "größe", "\"a b\"", "\"don't\"", "\"-\""] {
        let property = format!("        {name}:\n          type: boolean\n        city:\n          $ref");
        let words = ["property `", "cannot become an identifier", "help: "];
        refuses("        city:\n          $ref", &property, &format!("{name}:"), &words);
    }
}

#[test]
fn a_property_that_is_a_keyword_is_taken() {
    takes(
        "        city:\n          $ref",
        "        type:\n          type: boolean\n        city:\n          $ref",
    );
}

#[test]
fn two_properties_with_one_identifier_are_refused() {
    for (name, other) in [("postal_code", "property `postalCode`"), ("all", "generated code")] {
        let property = format!("        {name}:\n          type: boolean\n        city:\n          $ref");
        let message = refusal(&edited("        city:\n          $ref", &property));
        assert!(message.contains(&format!("becomes `{name}`")) && message.contains(other), "{message}");
        assert!(message.contains("openapi/elements.yaml:"), "{message}");
    }
}

#[test]
fn a_parameter_name_that_is_no_identifier_is_refused() {
    let words = ["parameter `2nd` cannot become an identifier", "help: "];
    refuses("- name: customerId", "- name: 2nd", "name: 2nd", &words);
}

#[test]
fn two_parameters_with_one_identifier_are_refused() {
    let line = |name: &str| {
        format!(
            "- name: {name}\n          in: query\n          schema:\n            type: boolean\n        - name: customerId"
        )
    };
    for name in ["customer_id", "body", "send"] {
        let message = refusal(&edited("- name: customerId", &line(name)));
        assert!(
            message.contains(&format!("becomes `{name}`")) && message.contains("openapi/elements.yaml:"),
            "{message}"
        );
    }
}

#[test]
fn an_operation_without_an_identifier_is_refused() {
    let words = ["operationId `` cannot become an identifier"];
    refuses("      operationId: updateOfficeInformation\n", "", "put:", &words);
    for id in ["2nd", "type", "größe"] {
        let line = format!("operationId: {id}");
        refuses(
            "operationId: updateOfficeInformation",
            &line,
            &line,
            &[&format!("operationId `{id}`"), "help: "],
        );
    }
}

#[test]
fn two_operations_with_one_identifier_are_refused() {
    let another = "paths:\n  /another:\n    get:\n      operationId: update_office_information\n      security:\n        - oauth2: [x]\n      responses:\n        \"204\":\n          description: x\n";
    let words = ["becomes `update_office_information`", "operationId `update_office_information` does"];
    refuses("paths:\n", another, "operationId: updateOfficeInformation", &words);
}

#[test]
fn an_environment_that_is_no_word_is_refused() {
    for name in ["Commercial", "2nd", "us--gov", "us_gov", "-us", "self", "\"\""] {
        let line = format!("x-environment: {name}");
        let words = ["environment `", "cannot become an identifier", "help: "];
        refuses("x-environment: commercial", &line, &line, &words);
    }
}

#[test]
fn two_environments_with_one_identifier_are_refused() {
    for name in ["commercial", "aos-2"] {
        let line = format!("x-environment: {name}\n    x-again: 1");
        let message = refusal(&edited("x-environment: fedramp", &line));
        assert!(message.contains(" in Rust, as environment `"), "{message}");
    }
}

#[test]
fn a_contract_without_a_server_is_refused() {
    let (before, rest) = CONTRACT.split_once("servers:\n").unwrap();
    let (_, after) = rest.split_once("tags:\n").unwrap();
    for servers in ["servers: []\n", ""] {
        let message = refusal(&format!("{before}{servers}tags:\n{after}"));
        assert!(message.contains("openapi/elements.yaml:") && message.contains("no server"), "{message}");
    }
}

#[test]
fn a_server_without_a_token_url_is_refused() {
    let line = "    x-token-url: https://identity.avepointonlineservices.com/connect/token\n";
    refuses(line, "", "url: https://graph.", &["a server needs the text `x-token-url`"]);
}

#[test]
fn a_server_url_that_is_not_plain_is_refused() {
    for (key, word) in [("url", "graph."), ("x-token-url", "identity.")] {
        let plain = format!("{key}: https://{word}");
        for (url, flaw) in [
            (format!("{key}: http://{word}"), "does not start with `https://`"),
            (format!("{key}: https://name:word@{word}"), "credentials"),
            (format!("{key}: https://a.example/?b="), "query"),
            (format!("{key}: https://a.example/b#"), "fragment"),
        ] {
            refuses(
                &plain,
                &url,
                &url,
                &[&format!("`{key}`"), flaw, "help: write it as `https://host/path`"],
            );
        }
    }
    refuses(".com/partner\n", ".com/partner/\n", "url: https://graph.", &["slash at its end"]);
}

#[test]
fn a_keyword_that_no_schema_has_is_refused_with_the_one_that_was_meant() {
    for (written, help) in [
        ("maxlength", "help: write `maxLength`"),
        ("MINLENGTH", "help: write `minLength`"),
        ("const", "help: take it out"),
    ] {
        let keyword = format!("      {written}: 40\n      maxLength: ");
        let message = format!("`{written}` is not a keyword of a schema in OpenAPI 3.0");
        refuses("      maxLength: ", &keyword, &format!("{written}: 40"), &[&message, help]);
    }
}

#[test]
fn keywords_are_checked_wherever_a_schema_stands() {
    let inline = "schema:\n            maxlength: 3\n          x-schema:\n";
    refuses("schema:\n", inline, "maxlength: 3", &["`maxlength` is not a keyword"]);
    let items = "    List:\n      type: array\n      items:\n        allOf:\n          - maxlength: 4\n";
    refuses_schema(items, "maxlength: 4", &["`maxlength` is not a keyword"]);
}

#[test]
fn samples_and_properties_may_have_any_key() {
    takes("      example: \"2121\"\n", "      example: {maxlength: 3, $ref: nowhere, schema: {type: x}}\n");
    takes(
        "        city:\n          $ref",
        "        maxlength:\n          type: boolean\n        city:\n          $ref",
    );
}

#[test]
fn a_type_that_does_not_exist_is_refused() {
    for line in ["type: text", "type: [string]", "type: \"null\""] {
        let words = ["is not a type of OpenAPI 3.0", "help: write one of array, boolean"];
        refuses_schema(&format!("    Odd:\n      {line}\n"), line, &words);
    }
}

#[test]
fn a_required_property_that_does_not_exist_is_refused() {
    let line = "required: [town, postalCode";
    refuses(
        "required: [postalCode",
        line,
        line,
        &["`required` names `town`", "help: list it under `properties`"],
    );
}

#[test]
fn what_is_not_translated_is_refused_where_it_stands() {
    for keyword in ["nullable", "exclusiveMaximum", "exclusiveMinimum"] {
        let line = format!("{keyword}: true");
        refuses_schema(
            &format!("    Odd:\n      type: integer\n      {line}\n"),
            &line,
            &["is not translated to JSON Schema yet"],
        );
        takes(
            "    PostalCode:\n",
            &format!("    Odd:\n      type: integer\n      {keyword}: false\n    PostalCode:\n"),
        );
    }
}

#[test]
fn a_limit_that_is_no_whole_number_is_refused() {
    for limit in ["-1", "1.5", "\"40\"", "many", "4294967296"] {
        let line = format!("maxLength: {limit}");
        refuses_schema(
            &format!("    Odd:\n      type: string\n      {line}\n"),
            &line,
            &["is not a whole number"],
        );
    }
}

#[test]
fn what_stands_beside_a_reference_is_refused() {
    let reference = "$ref: \"#/components/schemas/City\"\n";
    let to = format!("{reference}          description: Ignored.\n");
    refuses(reference, &to, "description: Ignored.", &["`description` beside a `$ref` is ignored", "help: "]);
}

#[test]
fn a_pattern_that_is_no_regular_expression_is_refused() {
    let line = "pattern: \"[a\"";
    refuses_schema(&format!("    Odd:\n      type: string\n      {line}\n"), line, &["ECMA-262"]);
}

#[test]
fn an_operation_without_a_permission_is_refused() {
    let words = ["operation `updateOfficeInformation` names no permission", "help: "];
    refuses("        - oauth2: [elements.um.user.readwrite.all]\n", "        []\n", "put:", &words);
}

#[test]
fn an_operation_with_two_successes_or_none_is_refused() {
    let two = "\"200\":\n          description: x\n        \"204\":";
    refuses("\"204\":", two, "responses:", &["2 successes (200, 204)", "help: list exactly one"]);
    for other in ["\"304\":", "2XX:"] {
        refuses("\"204\":", other, "responses:", &["no success", "help: list exactly one"]);
    }
}

#[test]
fn a_path_that_stands_elsewhere_is_refused() {
    let path = "paths:\n  /another:\n    $ref: \"#/components\"\n";
    refuses("paths:\n", path, "/another:", &["is a reference", "help: write it out"]);
}

#[test]
fn a_contract_without_an_operation_is_refused() {
    let (before, rest) = CONTRACT.split_once("\npaths:\n").unwrap();
    let (_, after) = rest.split_once("\ncomponents:\n").unwrap();
    let contract = format!("{before}\npaths: {{}}\ncomponents:\n{after}");
    let (message, place) = (refusal(&contract), place(&contract, "paths:"));
    assert!(message.starts_with(&place) && message.contains("the contract has no operation"), "{message}");
}

#[test]
fn a_path_without_a_slash_at_its_start_is_refused() {
    refuses(
        "  /external/",
        "  external/",
        "external/v3/um/customers",
        &["does not start with a slash", "help: write `/external/"],
    );
    takes("paths:\n", "paths:\n  x-more: {}\n");
}
