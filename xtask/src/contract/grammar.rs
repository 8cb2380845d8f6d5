//! What the contract may be made of: the objects of `OpenAPI` 3.0 that this project takes, key by key.
//!
//! What stands here is neither a rule about values nor about names: see `check`.

/// An object: its keys, and what to write in place of those that are not taken.
pub(super) struct Object {
    /// What it is, with its article.
    pub(super) what: &'static str,
    pub(super) keys: &'static [(&'static str, Form)],
    pub(super) required: &'static [&'static str],
    /// Keys of `OpenAPI` 3.0 that are refused, each with what to do.
    pub(super) refused: &'static [(&'static str, &'static str)],
    /// The part of `components` that a `$ref` in its place may point into.
    pub(super) section: Option<&'static str>,
}

/// The form of a value.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// Text that is not blank.
    Text,
    /// One of these texts, and how a message lists them.
    Word(&'static [&'static str], &'static str),
    /// `true` or `false`.
    Flag,
    /// A whole number from 0 to `u32::MAX`.
    Count,
    /// A whole number.
    Whole,
    /// Any value: a sample.
    Sample,
    /// `true`, since the opposite is said by leaving it out.
    True,
    /// `true`, `false`, or an empty schema, which keeps the keys that are not known; another schema is refused.
    Open,
    Texts,
    /// Texts by name.
    TextMap,
    /// Texts by name, in a list: the requirements of an operation.
    Requirements,
    One(&'static Object),
    List(&'static Object),
    Map(&'static Object),
}

use Form::{
    Count, Flag, List, Map, One, Open, Requirements, Sample, Text, TextMap, Texts, True, Whole, Word,
};

const DESCRIBE: &str = "say it in the `description`";
const NO_METHOD: &str = "use get, put, post, patch or delete";

pub(super) static DOCUMENT: Object = Object {
    what: "the document",
    keys: &[
        ("openapi", Text),
        ("info", One(&INFO)),
        ("servers", List(&SERVER)),
        ("tags", List(&TAG)),
        ("paths", Map(&PATH)),
        ("components", One(&COMPONENTS)),
        ("security", Requirements),
        ("externalDocs", One(&EXTERNAL_DOCS)),
    ],
    required: &["openapi", "info", "paths"],
    refused: &[],
    section: None,
};

static INFO: Object = Object {
    what: "`info`",
    keys: &[
        ("title", Text),
        ("version", Text),
        ("description", Text),
        ("termsOfService", Text),
        ("license", One(&LICENSE)),
        ("contact", One(&CONTACT)),
    ],
    required: &["title", "version"],
    refused: &[],
    section: None,
};

static LICENSE: Object = Object {
    what: "a licence",
    keys: &[("name", Text), ("url", Text)],
    required: &["name"],
    refused: &[],
    section: None,
};

static CONTACT: Object = Object {
    what: "a contact",
    keys: &[("name", Text), ("url", Text), ("email", Text)],
    required: &[],
    refused: &[],
    section: None,
};

static SERVER: Object = Object {
    what: "a server",
    keys: &[("url", Text), ("description", Text), ("x-environment", Text), ("x-token-url", Text)],
    required: &["url", "description", "x-environment", "x-token-url"],
    refused: &[("variables", "list one server for each URL")],
    section: None,
};

static TAG: Object = Object {
    what: "a tag",
    keys: &[("name", Text), ("description", Text), ("externalDocs", One(&EXTERNAL_DOCS))],
    required: &["name"],
    refused: &[],
    section: None,
};

static EXTERNAL_DOCS: Object = Object {
    what: "`externalDocs`",
    keys: &[("url", Text), ("description", Text)],
    required: &["url"],
    refused: &[],
    section: None,
};

static PATH: Object = Object {
    what: "a path",
    keys: &[
        ("summary", Text),
        ("description", Text),
        ("parameters", List(&PARAMETER)),
        ("get", One(&OPERATION)),
        ("put", One(&OPERATION)),
        ("post", One(&OPERATION)),
        ("patch", One(&OPERATION)),
        ("delete", One(&OPERATION)),
    ],
    required: &[],
    refused: &[
        ("$ref", "write the path out under `paths`"),
        ("options", NO_METHOD),
        ("head", NO_METHOD),
        ("trace", NO_METHOD),
        ("servers", "list servers once, for the whole document"),
    ],
    section: None,
};

static OPERATION: Object = Object {
    what: "an operation",
    keys: &[
        ("operationId", Text),
        ("tags", Texts),
        ("summary", Text),
        ("description", Text),
        ("externalDocs", One(&EXTERNAL_DOCS)),
        ("security", Requirements),
        ("parameters", List(&PARAMETER)),
        ("requestBody", One(&BODY)),
        ("responses", Map(&RESPONSE)),
        ("x-reads", True),
    ],
    required: &["operationId", "responses"],
    refused: &[
        ("deprecated", DESCRIBE),
        ("callbacks", "leave it out: a client does not answer requests"),
        ("servers", "list servers once, for the whole document"),
    ],
    section: None,
};

static PARAMETER: Object = Object {
    what: "a parameter",
    keys: &[
        ("name", Text),
        ("in", Word(&["path", "query", "header"], "path, query or header")),
        ("required", Flag),
        ("description", Text),
        ("schema", One(&SCHEMA)),
        ("example", Sample),
        ("examples", Map(&EXAMPLE)),
    ],
    required: &["name", "in", "schema"],
    refused: &[
        ("content", "write `schema`"),
        ("style", "leave it out: each parameter has the usual style of its place"),
        ("explode", "leave it out: a parameter has one value"),
        ("allowReserved", "leave it out: reserved characters are percent-encoded"),
        ("allowEmptyValue", "leave it out, and describe what an empty value means"),
        ("deprecated", DESCRIBE),
    ],
    section: Some("parameters"),
};

static BODY: Object = Object {
    what: "a request body",
    keys: &[("description", Text), ("required", Flag), ("content", Map(&MEDIA))],
    required: &["content"],
    refused: &[],
    section: Some("requestBodies"),
};

static RESPONSE: Object = Object {
    what: "a response",
    keys: &[("description", Text), ("content", Map(&MEDIA))],
    required: &["description"],
    refused: &[("headers", DESCRIBE), ("links", DESCRIBE)],
    section: Some("responses"),
};

static MEDIA: Object = Object {
    what: "a media type",
    keys: &[("schema", One(&SCHEMA)), ("example", Sample), ("examples", Map(&EXAMPLE))],
    required: &[],
    refused: &[("encoding", "leave it out: bodies are JSON")],
    section: None,
};

static EXAMPLE: Object = Object {
    what: "an example",
    keys: &[("summary", Text), ("description", Text), ("value", Sample)],
    required: &["value"],
    refused: &[("externalValue", "write the `value` itself")],
    section: None,
};

static COMPONENTS: Object = Object {
    what: "`components`",
    keys: &[
        ("schemas", Map(&SCHEMA)),
        ("responses", Map(&RESPONSE)),
        ("parameters", Map(&PARAMETER)),
        ("requestBodies", Map(&BODY)),
        ("securitySchemes", Map(&SCHEME)),
    ],
    required: &[],
    refused: &[
        ("examples", "write each example where it belongs"),
        ("headers", "write headers as parameters"),
        ("links", "leave them out"),
        ("callbacks", "leave them out"),
    ],
    section: None,
};

static SCHEME: Object = Object {
    what: "a security scheme",
    keys: &[("type", Word(&["oauth2"], "oauth2")), ("description", Text), ("flows", One(&FLOWS))],
    required: &["type", "flows"],
    refused: &[
        ("name", "use the type `oauth2` with client credentials"),
        ("in", "use the type `oauth2` with client credentials"),
        ("scheme", "use the type `oauth2` with client credentials"),
        ("bearerFormat", "use the type `oauth2` with client credentials"),
        ("openIdConnectUrl", "use the type `oauth2` with client credentials"),
    ],
    section: None,
};

static FLOWS: Object = Object {
    what: "`flows`",
    keys: &[("clientCredentials", One(&FLOW))],
    required: &["clientCredentials"],
    refused: &[
        ("implicit", "use `clientCredentials`"),
        ("password", "use `clientCredentials`"),
        ("authorizationCode", "use `clientCredentials`"),
    ],
    section: None,
};

static FLOW: Object = Object {
    what: "a flow",
    keys: &[("tokenUrl", Text), ("scopes", TextMap)],
    required: &["tokenUrl", "scopes"],
    refused: &[
        ("refreshUrl", "leave it out: client credentials are not refreshed"),
        ("authorizationUrl", "leave it out: no person signs in"),
    ],
    section: None,
};

pub(super) static SCHEMA: Object = Object {
    what: "a schema",
    keys: &[
        ("type", Text),
        ("title", Text),
        ("description", Text),
        ("format", Text),
        ("nullable", Flag),
        ("minimum", Whole),
        ("maximum", Whole),
        ("minLength", Count),
        ("maxLength", Count),
        ("pattern", Text),
        ("enum", Texts),
        ("minItems", Count),
        ("maxItems", Count),
        ("items", One(&SCHEMA)),
        ("required", Texts),
        ("properties", Map(&SCHEMA)),
        ("additionalProperties", Open),
        ("oneOf", List(&SCHEMA)),
        ("example", Sample),
        ("externalDocs", One(&EXTERNAL_DOCS)),
        ("x-keep-unreadable", True),
    ],
    required: &[],
    refused: &[
        ("allOf", "write the properties of all of them into one schema"),
        ("anyOf", "write `oneOf` with a different type of JSON for each"),
        ("not", "write what is allowed"),
        ("discriminator", "name a schema for each case, and an operation for each"),
        ("default", "say in the `description` what the service does without it"),
        ("exclusiveMinimum", "write the next number as `minimum`"),
        ("exclusiveMaximum", "write the number before as `maximum`"),
        ("multipleOf", DESCRIBE),
        ("uniqueItems", DESCRIBE),
        ("minProperties", "list what must be there as `required`"),
        ("maxProperties", "list the `properties`, with `additionalProperties: false`"),
        ("readOnly", "give replies a schema of their own"),
        ("writeOnly", "give replies a schema of their own"),
        ("deprecated", DESCRIBE),
        ("xml", "leave it out: bodies are JSON"),
    ],
    section: Some("schemas"),
};
