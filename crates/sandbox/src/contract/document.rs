//! The contract's document as parsed: following references and reading single facts from it.

use std::collections::BTreeSet;

use hyper::Uri;
use serde_json::{Map, Value};

/// An `OpenAPI` document as a JSON value.
#[derive(Debug)]
pub(crate) struct Document(Value);

impl Document {
    pub(crate) fn parse(yaml: &str) -> Result<Self, String> {
        serde_saphyr::from_str(yaml).map(Self).map_err(|error| error.to_string())
    }

    /// What stands at a JSON Pointer, or `null`.
    pub(crate) fn at(&self, pointer: &str) -> &Value {
        self.0.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// The value itself, or what its `$ref` points to within the document.
    ///
    /// One step only: a reference to a reference stays unread, and so does a circle.
    pub(crate) fn resolve<'a>(&'a self, value: &'a Value) -> Result<&'a Value, String> {
        let Some(reference) = value["$ref"].as_str() else {
            return Ok(value);
        };
        let pointer = reference.strip_prefix('#');
        pointer
            .and_then(|pointer| self.0.pointer(pointer))
            .ok_or_else(|| format!("the reference {reference} leads nowhere in the contract"))
    }

    /// The path that every template continues: the path of the first server's URL.
    pub(crate) fn base_path(&self) -> Result<String, String> {
        path_of(self.at("/servers/0/url")).map_err(|error| format!("the first server: {error}"))
    }

    /// The path of the first server's token URL.
    pub(crate) fn token_path(&self) -> Result<String, String> {
        path_of(self.at("/servers/0/x-token-url"))
            .map_err(|error| format!("the first server's token URL: {error}"))
    }

    /// Every scope that the contract names for client credentials.
    pub(crate) fn scopes(&self) -> BTreeSet<String> {
        entries(self.at("/components/securitySchemes"))
            .filter_map(|(_, scheme)| scheme.pointer("/flows/clientCredentials/scopes"))
            .flat_map(entries)
            .map(|(scope, _)| scope.clone())
            .collect()
    }
}

/// The entries of a map; none for anything else.
pub(crate) fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

/// The elements of a list; none for anything else.
pub(crate) fn elements(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn path_of(url: &Value) -> Result<String, String> {
    let url = url.as_str().ok_or("there is no URL")?;
    let uri: Uri = url.parse().map_err(|_| format!("{url} is not a URL"))?;
    Ok(uri.path().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::Document;

    #[test]
    fn a_reference_that_leads_nowhere_is_named() {
        let document = Document::parse("a: { $ref: '#/b' }").unwrap();
        let message = document.resolve(document.at("/a")).unwrap_err();
        assert!(message.contains("#/b"), "{message}");
    }

    #[test]
    fn the_base_path_has_no_slash_at_its_end() {
        for (url, path) in
            [("https://h/partner/", "/partner"), ("https://h/partner", "/partner"), ("https://h", "")]
        {
            let document = Document::parse(&format!("servers: [{{ url: '{url}' }}]")).unwrap();
            assert_eq!(document.base_path().unwrap(), path, "{url}");
        }
    }
}
