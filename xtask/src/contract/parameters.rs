//! The parameters of an operation, wherever they are written.

use serde_json::Value;

use super::view::{Named, at};
use super::{Contract, Operation};

/// A parameter of an operation.
#[derive(Debug)]
pub struct Parameter<'a> {
    /// Its name in the request.
    pub name: &'a str,
    /// Its place in the request: `path`, `query` or `header`.
    pub place: &'a str,
    /// Its JSON pointer.
    pub pointer: String,
}

impl Contract {
    /// The parameters of an operation, references followed: its own, and those of its path that it does not
    /// replace.
    pub fn parameters(&self, operation: &Operation) -> Vec<Parameter<'_>> {
        let mut parameters = self.parameters_at(&operation.pointer);
        let shared = self.parameters_at(&at("/paths", &operation.path));
        let replaced = |shared: &Parameter<'_>| {
            let same = |own: &Parameter<'_>| own.name == shared.name && own.place == shared.place;
            parameters.iter().any(same)
        };
        let shared: Vec<_> = shared.into_iter().filter(|shared| !replaced(shared)).collect();
        parameters.extend(shared);
        parameters
    }

    fn parameters_at(&self, owner: &str) -> Vec<Parameter<'_>> {
        let parent = format!("{owner}/parameters");
        let items = self.value().pointer(&parent).and_then(Value::as_array);
        let items = items.map(Vec::as_slice).unwrap_or_default();
        let parameters = items.iter().enumerate().map(|(index, item)| {
            let Named { schema: value, pointer, .. } =
                self.resolve(Named { name: "", schema: item, pointer: format!("{parent}/{index}") });
            let text = |key: &str| value[key].as_str().unwrap_or_default();
            Parameter { name: text("name"), place: text("in"), pointer }
        });
        parameters.collect()
    }
}
