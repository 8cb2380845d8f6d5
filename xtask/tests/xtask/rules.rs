//! The rules of the contract: what each refuses, where it says so, and what it says to write instead.

use std::path::Path;

use xtask::contract::Contract;
use xtask::generate;

/// A contract with one operation, whose parts a row replaces. Each part stands on a line of its own.
const PARTS: [(&str, &str); 15] = [
    ("version", "openapi: 3.0.3"),
    ("info", "info: { title: Things, version: \"1\" }"),
    (
        "server",
        "servers: [{ url: https://h.example/v1, description: Main, x-environment: main, x-token-url: https://t.example/token }]",
    ),
    ("tags", "tags: [{ name: Things }]"),
    ("paths", "paths:"),
    ("path", "  /things/{thingId}:"),
    ("method", "    post:"),
    ("id", "      operationId: changeThing"),
    ("security", "      security: [{ oauth2: [things.write] }]"),
    ("operation", "      tags: [Things]"),
    (
        "parameters",
        "      parameters: [{ name: thingId, in: path, required: true, schema: { $ref: \"#/components/schemas/ThingId\" } }, PARAMETER]",
    ),
    (
        "body",
        "      requestBody: { required: true, content: { application/json: { schema: { $ref: \"#/components/schemas/Sent\" } } } }",
    ),
    (
        "responses",
        "      responses: { \"200\": { description: Done., content: { application/json: { schema: { $ref: \"#/components/schemas/Thing\" } } } } }",
    ),
    (
        "components",
        "components: { securitySchemes: { oauth2: { type: oauth2, flows: { clientCredentials: { tokenUrl: https://t.example/token, scopes: { things.write: Write things. } } } } }, schemas: { ThingId: { type: string, pattern: \"^[a-z]+$\" }, SCHEMA Sent: { type: object, properties: { SENT name: { type: string } } }, Thing: { type: object, properties: { PROPERTY name: { type: string } } } } }",
    ),
    ("end", ""),
];

/// The contract with something else in one place: a part, or what is added to the lists in it.
fn contract(place: &str, yaml: &str) -> String {
    let lines = PARTS.into_iter().map(|(name, line)| {
        let line = if name == place { yaml } else { line };
        let added = |name: &str, mark: &str, otherwise: &str| {
            (mark.to_owned(), if name == place { format!("{yaml}, ") } else { otherwise.to_owned() })
        };
        let marks = [
            added("parameter", "PARAMETER", ""),
            added("schema", "SCHEMA ", ""),
            added("sent", "SENT ", ""),
            added("property", "PROPERTY ", ""),
        ];
        marks.into_iter().fold(line.to_owned(), |line, (mark, text)| line.replace(&mark, &text)) + "\n"
    });
    lines.collect()
}

fn parsed(text: &str) -> Result<Contract, String> {
    Contract::parse(text.to_owned(), Path::new("contract.yaml")).map_err(|problem| problem.to_string())
}

/// The line and the column of a part, at or behind `from` if it is there, else anywhere.
fn position(text: &str, from: &str, part: &str) -> String {
    let start = text.find(from).unwrap_or_default();
    let offset = text[start..].find(part).map(|at| start + at).or_else(|| text.find(part)).unwrap();
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let (line, column) = (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1);
    format!("contract.yaml:{line}:{column}: ")
}

/// Refuses each contract where `at` stands, with these words, and says what to do.
fn refuses(rows: &[(&str, &str, &str, &str)]) {
    for (place, yaml, at, words) in rows {
        let text = contract(place, yaml);
        let Err(message) = parsed(&text) else { panic!("{yaml} is taken") };
        let expected = position(&text, yaml, at);
        assert!(message.starts_with(&expected), "{yaml}: expected at {expected}{message}");
        assert!(message.contains(words), "{yaml}: expected {words:?}: {message}");
        assert!(message.contains("\n  help: "), "{yaml}: {message}");
        for word in ["progenitor", "assertion", "panicked", "flaws"] {
            assert!(!message.contains(word), "{yaml}: {message}");
        }
    }
}

/// Takes each contract, up to generated code that parses.
fn takes(rows: &[(&str, &str)]) {
    for (place, yaml) in rows {
        let contract = parsed(&contract(place, yaml)).unwrap_or_else(|message| panic!("{yaml}: {message}"));
        generate::all(&contract).unwrap_or_else(|problem| panic!("{yaml}: {problem}"));
    }
}

#[test]
fn the_contract_and_what_it_may_hold_are_taken() {
    takes(&[
        ("version", "openapi: 3.0.4"),
        ("operation", "      x-reads: true"),
        ("operation", "      x-note: anything"),
        ("parameter", "{ name: pageSize, in: query, schema: { $ref: \"#/components/schemas/ThingId\" } }"),
        ("parameter", "{ name: If-Match, in: header, schema: { type: string } }"),
        ("parameter", "{ name: flag, in: query, required: true, schema: { type: boolean } }"),
        ("property", "others: { type: array, items: { type: string } }"),
        ("property", "type: { type: boolean }"),
        ("property", "maybe: { type: string, nullable: true }"),
        ("schema", "Node: { type: object, properties: { next: { $ref: \"#/components/schemas/Node\" } } }"),
        ("schema", "Odd: { type: string, example: x, maxLength: 3 }"),
        (
            "schema",
            "Odd: { oneOf: [{ type: string }, { type: integer }, { $ref: \"#/components/schemas/Thing\" }] }",
        ),
        ("schema", "Odd: { type: object, additionalProperties: {}, properties: { a: { type: string } } }"),
        ("responses", "      responses: { 204: { description: Done. }, 400: { description: Bad. } }"),
        (
            "responses",
            "      responses: { \"201\": { description: Done. }, \"400\": { description: Bad., content: { application/xml: { schema: { type: object } } } } }",
        ),
    ]);
}

#[test]
fn what_is_not_of_the_document_is_refused() {
    refuses(&[
        ("version", "openapi: 3.1.0", "openapi", "only 3.0"),
        ("version", "openapi: 3.0.x", "openapi", "only 3.0"),
        ("info", "info: { title: Things, version: 1 }", "version: 1", "must be text, found `1`"),
        ("info", "info: { title: Things, versoin: \"1\" }", "versoin", "help: write `version`"),
        ("info", "info: { title: Things }", "info", "needs `version`"),
        ("tags", "tags: [{ name: Things, externaldocs: {} }]", "externaldocs", "help: write `externalDocs`"),
        ("paths", "paths: {}\nx-paths:", "paths", "at least one entry"),
        ("end", "webhooks: {}", "webhooks", "its keys are openapi, info"),
        ("server", "servers: []", "servers", "names no server"),
        (
            "server",
            "servers: [{ url: https://h.example/v1, description: Main, x-environment: main }]",
            "{ url",
            "a server needs `x-token-url`",
        ),
        (
            "server",
            "servers: [{ url: https://h.example/v1, description: M, x-enviroment: main, x-token-url: https://t.example/t }]",
            "x-enviroment",
            "help: write `x-environment`",
        ),
    ]);
}

#[test]
fn a_url_of_a_server_that_is_not_plain_is_refused() {
    for (key, url, flaw) in [
        ("url", "http://h.example", "does not start with `https://`"),
        ("x-token-url", "https://name:word@h.example", "credentials"),
        ("url", "https://h.example/?b=", "query"),
        ("x-token-url", "https://h.example/b#c", "fragment"),
        ("url", "https://h.example/", "slash at its end"),
    ] {
        let (name, value) =
            if key == "url" { (url, "https://t.example/t") } else { ("https://h.example", url) };
        let line = format!(
            "servers: [{{ url: \"{name}\", description: M, x-environment: main, x-token-url: \"{value}\" }}]"
        );
        refuses(&[("server", &line, &format!("{key}: \"{url}"), flaw)]);
    }
}

#[test]
fn an_environment_that_is_no_word_is_refused() {
    for name in ["Main", "2nd", "us--gov", "us_gov", "-us", "self"] {
        let line = format!(
            "servers: [{{ url: https://h.example, description: M, x-environment: \"{name}\", x-token-url: https://t.example }}]"
        );
        refuses(&[("server", &line, "x-environment", "cannot become an identifier")]);
    }
}

#[test]
fn yaml_that_readers_disagree_on_is_refused() {
    for value in [
        "yes",
        "NO",
        "on",
        "Off",
        "010",
        "0o17",
        "0x1F",
        "1_000",
        "1:30",
        ".inf",
        "1e3",
        "2026-07-01",
        "+1",
        "True",
        "NULL",
        "9223372036854775808",
    ] {
        let row = format!("Odd: {{ type: string, example: {value} }}");
        refuses(&[("schema", &row, value, "means different things to different readers of YAML")]);
    }
    refuses(&[
        ("property", "off: { type: string }", "off", "put quotes around the text"),
        ("end", "%YAML 1.1", "%YAML", "a directive cannot stand"),
    ]);
    takes(&[
        ("property", "\"off\": { type: string }, n: { type: string, description: It is 1:30 }"),
        ("schema", "Odd: { type: string, enum: [\"no\", \"yes\"] }"),
    ]);
}

#[test]
fn a_path_that_is_no_plain_path_is_refused() {
    refuses(&[
        ("path", "  things/{thingId}:", "things/", "help: write `/things/{thingId}`"),
        ("path", "  /things/{thingId}:merge:", "/things", "mixes text and parameters"),
        ("path", "  /things/{thingId}-{b}:", "/things", "mixes text and parameters"),
        ("path", "  /things/{thingId}/{thingId}:", "/things", "twice"),
        ("path", "  /things/{thingId}/:", "/things", "an empty segment"),
        ("path", "  /things/{thingId}/../a:", "/things", "`..`"),
        ("path", "  /things/{thingId}/%2e%2e:", "/things", "`%2e%2e`"),
        ("path", "  /things/{thingId}/a b:", "/things", "`a b`"),
        ("path", "  \"/things/{thingId}/a?b=c\":", "\"/things", "written as parameters"),
        ("path", "  \"/things/{thingId}#b\":", "\"/things", "mixes text and parameters"),
        ("path", "  /things/{thingId}/a\\b:", "/things", "URLs read otherwise"),
        ("path", "  /things/{other}:", "post:", "does not describe `{other}`"),
        ("path", "  /things:", "{ name: thingId", "is not in the path"),
        (
            "path",
            "  /things/{a}: { get: { operationId: x, responses: { \"204\": { description: x } } } }\n  /things/{thingId}:",
            "/things/{thingId}",
            "has the shape of `/things/{a}`",
        ),
        ("method", "    $ref: x\n    post:", "$ref: x", "write the path out under `paths`"),
        ("method", "    options:", "options", "use get, put, post, patch or delete"),
        ("method", "    head:", "head", "use get, put, post, patch or delete"),
        ("method", "    trace:", "trace", "use get, put, post, patch or delete"),
        ("method", "    servers: []\n    post:", "servers: []", "for the whole document"),
    ]);
}

#[test]
fn what_is_not_of_an_operation_is_refused() {
    refuses(&[
        ("id", "      summary: x", "post:", "an operation needs `operationId`"),
        ("id", "      operationId: 2nd", "operationId", "cannot become an identifier"),
        ("operation", "      tags: [Nothing]", "Nothing", "which is not declared"),
        ("operation", "      deprecated: true", "deprecated", "say it in the `description`"),
        ("operation", "      callbacks: {}", "callbacks", "does not answer requests"),
        ("operation", "      servers: []", "servers: []", "for the whole document"),
        ("operation", "      securty: []", "securty", "help: write `security`"),
        ("operation", "      requestbody: {}", "requestbody", "help: write `requestBody`"),
        ("operation", "      description:", "description:", "must be text, found nothing"),
        ("operation", "      summary: \" \"", "summary", "text that is not blank"),
        ("operation", "      x-reads: false", "x-reads", "true, or be left out"),
        ("operation", "      x-read: true", "x-read", "help: write `x-reads`"),
        ("operation", "      x-keep-unreadable: true", "x-keep", "help: write it in a schema"),
        ("method", "    put:\n      x-reads: true", "x-reads", "has no meaning for PUT"),
        ("security", "      security: []", "post:", "names no permission"),
        ("security", "      security: [{ oauth: [things.write] }]", "oauth: [", "security scheme `oauth`"),
        (
            "security",
            "      security: [{ oauth2: [things.wirte] }]",
            "things.wirte",
            "permission `things.wirte`",
        ),
        (
            "security",
            "      security: [{ oauth2: [things.write] }, { oauth2: [] }]",
            "{ oauth2: [] }",
            "several alternatives",
        ),
        ("method", "    get:", "requestBody", "has a body, and GET has none"),
        ("method", "    delete:", "requestBody", "has a body, and DELETE has none"),
    ]);
}

#[test]
fn names_that_generated_code_cannot_hold_are_refused() {
    for id in [
        "client", "error", "exec", "pre", "post", "new", "clone", "send", "all", "default", "mock", "result",
        "type", "größe",
    ] {
        let row = format!("      operationId: {id}");
        refuses(&[("id", &row, "operationId", &format!("operationId `{id}`"))]);
    }
    for name in ["url", "client", "header_map", "body", "request", "2nd", "a b"] {
        let row = format!("{{ name: {name}, in: query, schema: {{ type: string }} }}");
        refuses(&[("parameter", &row, &format!("name: {name}, in: q"), &format!("parameter `{name}`"))]);
    }
    for name in [
        "Default",
        "Clone",
        "Ok",
        "ToString",
        "Ok",
        "Self",
        "city-name",
        "cityName",
        "CityID",
        "2City",
        "Größe",
        "Type",
    ] {
        let row = format!("{name}: {{ type: string }}");
        refuses(&[("schema", &row, &format!("{name}: {{"), &format!("schema `{name}`"))]);
    }
    for name in ["all", "Name", "größe", "\"a b\"", "\"\""] {
        let row = format!("{name}: {{ type: boolean }}");
        let text = contract("property", &row);
        let message = parsed(&text).unwrap_err();
        assert!(message.contains("property `") && message.contains("help: "), "{message}");
    }
    refuses(&[
        (
            "path",
            "  /a: { get: { operationId: sendChangeThing, security: [{ oauth2: [things.write] }], responses: { \"204\": { description: x } } } }\n  /things/{thingId}:",
            "operationId: changeThing",
            "becomes `send_change_thing`",
        ),
        ("schema", "THING: { type: string }", "Thing: {", "becomes `thing`"),
        (
            "schema",
            "Odd: { type: object, additionalProperties: {}, properties: { extra: { type: string } } }",
            "extra",
            "generated code",
        ),
    ]);
}

#[test]
fn a_parameter_that_its_place_cannot_hold_is_refused() {
    refuses(&[
        (
            "parameter",
            "{ name: a, in: cookie, schema: { type: string } }",
            "in: cookie",
            "help: write path, query or header",
        ),
        (
            "parameter",
            "{ name: a, in: qeury, schema: { type: string } }",
            "in: qeury",
            "help: write path, query or header",
        ),
        ("parameter", "{ name: a, in: query }", "{ name: a", "a parameter needs `schema`"),
        ("parameter", "{ name: a, in: query, content: {} }", "content: {}", "help: write `schema`"),
        (
            "parameter",
            "{ name: a, in: query, requird: true, schema: { type: string } }",
            "requird",
            "help: write `required`",
        ),
        (
            "parameter",
            "{ name: a, in: query, explode: false, schema: { type: string } }",
            "explode",
            "leave it out",
        ),
        (
            "parameter",
            "{ name: a, in: query, style: deepObject, schema: { type: string } }",
            "style",
            "leave it out",
        ),
        (
            "parameter",
            "{ name: a, in: query, allowReserved: true, schema: { type: string } }",
            "allowReserved",
            "percent-encoded",
        ),
        (
            "parameter",
            "{ name: a, in: query, schema: { type: array, items: { type: string } } }",
            "schema: { type: array",
            "send lists and objects in a body",
        ),
        (
            "parameter",
            "{ name: a, in: query, schema: { $ref: \"#/components/schemas/Thing\" } }",
            "schema: { $ref: \"#/components/schemas/Thing\" } }",
            "is of type object",
        ),
        (
            "parameter",
            "{ name: a, in: query, schema: { type: integer, maximum: 7 } }",
            "maximum",
            "move the schema to `components/schemas`",
        ),
        (
            "parameter",
            "{ name: a, in: query, schema: { type: integer, default: 7 } }",
            "default",
            "what the service does without it",
        ),
    ]);
}

#[test]
fn a_parameter_whose_name_or_schema_its_place_cannot_hold_is_refused() {
    let path = |schema: &str| {
        format!("      parameters: [{{ name: thingId, in: path, required: true, schema: {schema} }}]")
    };
    refuses(&[
        (
            "parameter",
            "{ name: Authorization, in: header, schema: { type: string } }",
            "name: Authorization",
            "the client sets itself",
        ),
        (
            "parameter",
            "{ name: a_b, in: header, schema: { type: string } }",
            "name: a_b",
            "letters, digits and hyphens",
        ),
        (
            "parameter",
            "{ $ref: \"#/components/parameters/Nope\" }",
            "$ref: \"#/components/parameters",
            "points at nothing",
        ),
        (
            "parameter",
            "{ name: a, in: query, schema: { type: string } }, { name: A, in: query, schema: { type: string } }",
            "name: A",
            "becomes `a`",
        ),
        (
            "parameters",
            "      parameters: [{ name: thingId, in: path, schema: { $ref: \"#/components/schemas/ThingId\" } }]",
            "{ name",
            "help: write `required: true`",
        ),
        ("parameters", &path("{ type: string }"), "schema: { type: string } }]", "without a `pattern`"),
        (
            "parameters",
            &path("{ type: boolean }"),
            "schema: { type: boolean } }]",
            "neither text nor a whole number",
        ),
    ]);
    for (pattern, flaw) in [
        ("^[^/]+$", "allows"),
        ("[a-z]+", "part of the text"),
        ("^[a-z.]+$", "the text `.`"),
        ("^[a-z%]+$", "`%`"),
    ] {
        let row = format!("Odd: {{ type: string, pattern: \"{pattern}\" }}");
        let text =
            contract("schema", &row).replacen("#/components/schemas/ThingId", "#/components/schemas/Odd", 1);
        let message = parsed(&text).unwrap_err();
        assert!(message.starts_with(&position(&text, "Odd:", "pattern")), "{message}");
        assert!(message.contains(flaw), "{pattern}: {message}");
    }
}

#[test]
fn a_body_or_a_reply_that_is_not_one_named_json_is_refused() {
    let body = |media: &str| format!("      requestBody: {{ required: true, content: {{ {media} }} }}");
    let thing = "{ schema: { $ref: \"#/components/schemas/Thing\" } }";
    let reply = |status: &str, content: &str| {
        format!("      responses: {{ \"{status}\": {{ description: x{content} }} }}")
    };
    let json = format!(", content: {{ application/json: {thing} }}");
    refuses(&[
        (
            "body",
            "      requestBody: { content: { application/json: { schema: { $ref: \"#/components/schemas/Sent\" } } } }",
            "requestBody",
            "add `required: true`",
        ),
        (
            "body",
            "      requestBody: { requird: true, content: { application/json: {} } }",
            "requird",
            "help: write `required`",
        ),
        (
            "body",
            "      requestBody: { $ref: \"#/components/requestBodies/B\" }",
            "$ref: \"#/components/requestBodies",
            "points at nothing",
        ),
        ("body", &body("multipart/form-data: {}"), "multipart", "help: write `application/json` alone"),
        ("body", &body("text/plain: {}"), "text/plain", "help: write `application/json` alone"),
        (
            "body",
            &body(&format!("application/json: {thing}, application/xml: {thing}")),
            "application/xml",
            "alone",
        ),
        ("body", &body("application/json: {}"), "application/json: {}", "has no schema"),
        (
            "body",
            &body("application/json: { schema: { type: array, items: { type: string } } }"),
            "schema: { type: array",
            "without a name",
        ),
        ("body", &body("application/json: { encoding: {} }"), "encoding", "bodies are JSON"),
        ("responses", &reply("204", &json), "content", "help: write 200"),
        ("responses", &reply("206", &json), "\"206\"", "succeeds with 206"),
        ("responses", &reply("2XX", &json), "\"2XX\"", "list each status by its number"),
        ("responses", &reply("default", &json), "\"default\"", "list each status by its number"),
        ("responses", &reply("ok", &json), "\"ok\"", "list each status by its number"),
        ("responses", &reply("400", &json), "responses", "no success"),
        (
            "responses",
            "      responses: { \"200\": { description: x }, \"204\": { description: x } }",
            "responses",
            "2 successes (200, 204)",
        ),
        (
            "responses",
            "      responses: { \"204\": { description: x }, 4XX: { description: x } }",
            "4XX",
            "list each status by its number",
        ),
        (
            "responses",
            "      responses: { \"204\": { description: x, headers: {} } }",
            "headers",
            "say it in the `description`",
        ),
        (
            "responses",
            "      responses: { \"204\": { $ref: \"#/components/responses/Nope\" } }",
            "$ref: \"#/components/responses",
            "points at nothing",
        ),
        ("responses", &reply("200", ", content: { text/plain: {} }"), "text/plain", "alone"),
        (
            "responses",
            &reply("200", ", content: { application/vnd.api+json: {} }"),
            "application/vnd",
            "alone",
        ),
        (
            "responses",
            &reply("200", ", content: { \"application/json; charset=utf-8\": {} }"),
            "\"application/json; ",
            "alone",
        ),
        (
            "responses",
            &reply("200", ", content: { application/json: { schema: { type: string } } }"),
            "schema: { type",
            "without a name",
        ),
        (
            "responses",
            "      responses: { \"204\": { description: x }, \"400\": { description: x, content: { a/b: { schema: { typ: string } } } } }",
            "typ: string",
            "help: write `type`",
        ),
    ]);
}

#[test]
fn a_schema_that_no_type_follows_from_is_refused() {
    refuses(&[
        ("schema", "Odd: { description: x }", "Odd", "could be anything"),
        ("schema", "Odd: { properties: { a: { type: string } } }", "Odd", "add `type: object`"),
        ("schema", "Odd: { type: text }", "type: text", "write one of array, boolean"),
        ("schema", "Odd: { type: number }", "type: number", "write `type: integer`"),
        ("schema", "Odd: { type: [string] }", "type: [", "must be text, found a list"),
        ("schema", "Odd: { type: object }", "Odd", "an object needs `properties`"),
        ("schema", "Odd: { type: object, properties: {} }", "properties: {}", "at least one entry"),
        (
            "schema",
            "Odd: { type: object, additionalProperties: { type: string } }",
            "additionalProperties: {",
            "{} to keep what is not known",
        ),
        (
            "schema",
            "Odd: { type: object, required: [b], properties: { a: { type: string } } }",
            "b], p",
            "which is not a property",
        ),
        (
            "schema",
            "Odd: { type: object, required: [a, a], properties: { a: { type: string } } }",
            "a], p",
            "stands there twice",
        ),
        (
            "schema",
            "Odd: { type: object, minProperties: 1, properties: { a: { type: string } } }",
            "minProperties",
            "as `required`",
        ),
        ("schema", "Odd: { type: array }", "Odd", "needs the schema of its `items`"),
        (
            "schema",
            "Odd: { type: array, uniqueItems: true, items: { type: string } }",
            "uniqueItems",
            "not supported",
        ),
        (
            "schema",
            "Odd: { type: array, minItems: 2, maxItems: 1, items: { type: string } }",
            "minItems",
            "is greater than",
        ),
        ("schema", "Odd: { $ref: \"#/components/schemas/Thing\" }", "Odd", "is another name of a schema"),
        ("schema", "Odd: { allOf: [{ type: string }, { type: integer }] }", "allOf", "into one schema"),
        ("schema", "Odd: { anyOf: [{ type: string }] }", "anyOf", "write `oneOf`"),
        ("schema", "Odd: { not: { type: string } }", "not: ", "write what is allowed"),
        (
            "schema",
            "Odd: { oneOf: [{ type: string }, { type: string }] }",
            "{ type: string }] }",
            "two cases",
        ),
        ("schema", "Odd: { oneOf: [{ type: string }] }", "oneOf", "needs two cases"),
        (
            "schema",
            "Odd: { oneOf: [{ type: string, maxLength: 3 }, { type: integer }] }",
            "maxLength",
            "without a name",
        ),
        (
            "schema",
            "Odd: { oneOf: [{ type: string }, { type: integer }], discriminator: { propertyName: a } }",
            "discriminator",
            "not supported",
        ),
        (
            "schema",
            "Odd: { oneOf: [{ type: string }, { type: integer }], nullable: true }",
            "nullable",
            "beside `oneOf`",
        ),
    ]);
}

#[test]
fn a_text_or_a_number_that_no_type_follows_from_is_refused() {
    refuses(&[
        ("schema", "Odd: { type: string, nullable: true }", "nullable", "in a property"),
        ("schema", "Odd: { type: string, maxlength: 3 }", "maxlength", "help: write `maxLength`"),
        ("schema", "Odd: { type: string, const: a }", "const", "its keys are type, title"),
        (
            "schema",
            "Odd: { type: string, properties: { a: { type: string } } }",
            "properties: { a",
            "says nothing of type string",
        ),
        ("schema", "Odd: { type: integer, maxLength: 3 }", "maxLength", "says nothing of type integer"),
        ("schema", "Odd: { type: string, minLength: 3, maxLength: 2 }", "minLength", "is greater than"),
        ("schema", "Odd: { type: string, maxLength: -1 }", "maxLength", "from 0 to 4294967295"),
        ("schema", "Odd: { type: string, maxLength: 4294967296 }", "maxLength", "from 0 to 4294967295"),
        ("schema", "Odd: { type: string, pattern: \"[a\" }", "pattern", "ECMA-262"),
        ("schema", "Odd: { type: string, format: binary }", "format", "`format: binary` is not supported"),
        ("schema", "Odd: { type: string, format: dat }", "format", "`format: dat` is not supported"),
        ("schema", "Odd: { type: string, default: a }", "default", "what the service does without it"),
        ("schema", "Odd: { type: string, readOnly: true }", "readOnly", "a schema of their own"),
        ("schema", "Odd: { type: string, deprecated: true }", "deprecated", "say it in the `description`"),
        ("schema", "Odd: { type: string, enum: [] }", "enum", "has no value"),
        ("schema", "Odd: { type: string, enum: [a, 1] }", "1]", "must be text"),
        ("schema", "Odd: { type: string, enum: [a, null] }", "null]", "must be text"),
        ("schema", "Odd: { type: string, enum: [a, A] }", "A]", "the same variant"),
        ("schema", "Odd: { type: string, enum: [count, __count__] }", "__count__", "the same variant"),
        ("schema", "Odd: { type: string, enum: [\"+\"] }", "\"+\"", "cannot become a variant"),
        ("schema", "Odd: { type: string, enum: [ж] }", "ж", "cannot become a variant"),
        (
            "schema",
            "Odd: { type: string, enum: [a], maxLength: 3 }",
            "maxLength",
            "says nothing beside `enum`",
        ),
        ("schema", "Odd: { type: integer, enum: [1, 2] }", "1, 2", "must be text"),
        ("schema", "Odd: { type: integer, format: int8 }", "format", "write int32 or int64"),
        ("schema", "Odd: { type: integer, minimum: 1.5 }", "minimum", "a whole number of 64 bits"),
        ("schema", "Odd: { type: integer, minimum: 2, maximum: 1 }", "minimum", "is greater than"),
        (
            "schema",
            "Odd: { type: integer, format: int32, maximum: 2147483648 }",
            "maximum",
            "does not fit into 32 bits",
        ),
        (
            "schema",
            "Odd: { type: integer, exclusiveMinimum: true }",
            "exclusiveMinimum",
            "write the next number",
        ),
        ("schema", "Odd: { type: integer, multipleOf: 10 }", "multipleOf", "say it in the `description`"),
        ("schema", "Odd: { type: string, maxLength: 1, example: ab }", "example", "breaks its schema"),
        (
            "schema",
            "Odd: { type: object, required: [a], properties: { a: { $ref: \"#/components/schemas/Odd\" } } }",
            "$ref: \"#/components/schemas/Odd",
            "leads back to itself",
        ),
        (
            "property",
            "a: { $ref: \"#/components/schemas/Town\" }",
            "$ref: \"#/components/schemas/Town",
            "points at nothing",
        ),
        (
            "property",
            "a: { $ref: \"#/components/responses/A\" }",
            "$ref: \"#/components/responses/A",
            "points at nothing",
        ),
        (
            "property",
            "a: { $ref: \"#/components/schemas/ThingId\", description: x }",
            "description: x",
            "beside a `$ref` is ignored",
        ),
        (
            "property",
            "a: { type: object, properties: { b: { type: string } } }",
            "type: object, properties: { b",
            "move the schema to `components/schemas`",
        ),
        (
            "property",
            "a: { type: string, maxLength: 3 }",
            "maxLength",
            "move the schema to `components/schemas`",
        ),
        ("property", "a: { type: string, enum: [a] }", "enum", "move the schema to `components/schemas`"),
        (
            "property",
            "a: { type: array, nullable: true, items: { type: string } }",
            "nullable",
            "let it be optional",
        ),
        ("property", "a: { description: Anything. }", "a: {", "could be anything"),
        ("property", "a: { type: string }, a_: { type: string }", "a_: {", "becomes `a`"),
    ]);
}

#[test]
fn what_one_type_cannot_say_of_a_value_that_is_sent_is_refused() {
    refuses(&[
        ("sent", "a: { type: string, nullable: true }", "nullable", "may be left out and may be null"),
        ("sent", "a: { type: array, items: { type: string } }", "type: array", "may be an empty list"),
        (
            "sent",
            "thing: { $ref: \"#/components/schemas/Thing\" }, a: { type: array, items: { type: string } }",
            "type: array",
            "may be an empty list",
        ),
    ]);
    let both = "      responses: { \"200\": { description: Done., content: { application/json: { schema: { $ref: \"#/components/schemas/Sent\" } } } } }";
    takes(&[("responses", both)]);
    let bounded = contract("responses", both).replace(
        "properties: { name: { type: string } } }, Thing",
        "properties: { id: { $ref: \"#/components/schemas/ThingId\" } } }, Thing",
    );
    let message = parsed(&bounded).unwrap_err();
    assert!(message.contains("schema `Sent` is sent and is in replies: `pattern` of `ThingId`"), "{message}");
    let closed = contract("responses", both)
        .replace("Sent: { type: object,", "Sent: { type: object, additionalProperties: false,");
    let message = parsed(&closed).unwrap_err();
    assert!(
        message.starts_with(&position(&closed, "Sent:", "additionalProperties"))
            && message.contains("a schema of their own"),
        "{message}"
    );
}
