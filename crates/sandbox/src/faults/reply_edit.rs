//! Replies that say something else than what is held.

use serde_json::Value;

/// A change of a reply's JSON body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ReplyEdit {
    /// Puts a value at a pointer, or removes what is there.
    Value { pointer: String, value: Option<Value> },
    /// Adds to the `totalCount` of a page.
    TotalCount(i64),
}

impl ReplyEdit {
    pub(crate) fn check(&self) -> Result<(), String> {
        match self {
            Self::Value { pointer, .. } if !pointer.starts_with('/') => Err(format!(
                "a fault's pointer is {pointer:?}; it must start with a slash, such as `/mail` or `/data/*/id`"
            )),
            _ => Ok(()),
        }
    }
}

/// The body after its edits, in their order. One that is no JSON stays as it is.
pub(crate) fn edited(body: String, edits: &[ReplyEdit]) -> String {
    if edits.is_empty() {
        return body;
    }
    let Ok(mut value) = serde_json::from_str(&body) else { return body };
    for edit in edits {
        apply(edit, &mut value);
    }
    value.to_string()
}

fn apply(edit: &ReplyEdit, body: &mut Value) {
    match edit {
        ReplyEdit::Value { pointer, value } => {
            let steps: Vec<&str> = pointer.split('/').skip(1).collect();
            put(body, &steps, value.as_ref());
        }
        ReplyEdit::TotalCount(more) => {
            if let Some(count) = body.pointer_mut("/metadata/totalCount") {
                *count = (count.as_i64().unwrap_or_default().saturating_add(*more)).into();
            }
        }
    }
}

/// Walks to the last step. What a step does not find, it leaves alone.
fn put(target: &mut Value, steps: &[&str], value: Option<&Value>) {
    let [step, rest @ ..] = steps else { return };
    match target {
        Value::Object(fields) if rest.is_empty() => match value {
            Some(value) => {
                fields.insert((*step).to_owned(), value.clone());
            }
            None => {
                fields.remove(*step);
            }
        },
        Value::Object(fields) => {
            if let Some(field) = fields.get_mut(*step) {
                put(field, rest, value);
            }
        }
        Value::Array(elements) => {
            let index = step.parse().ok();
            for (position, element) in elements.iter_mut().enumerate() {
                if *step != "*" && index != Some(position) {
                    continue;
                }
                match (rest, value) {
                    ([], Some(value)) => *element = value.clone(),
                    _ => put(element, rest, value),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{ReplyEdit, edited};
    use serde_json::{Value, json};

    fn after(edits: &[ReplyEdit]) -> Value {
        let body = json!({ "data": [{ "id": "a" }, { "id": "b" }], "metadata": { "totalCount": 2 } });
        serde_json::from_str(&edited(body.to_string(), edits)).unwrap()
    }

    fn at(pointer: &str, value: Option<Value>) -> ReplyEdit {
        ReplyEdit::Value { pointer: pointer.to_owned(), value }
    }

    #[test]
    fn a_star_is_every_entry_and_a_number_one_of_them() {
        let page = after(&[at("/data/*/mail", Some(json!(7))), at("/data/1/id", None)]);
        assert_eq!(page["data"], json!([{ "id": "a", "mail": 7 }, { "mail": 7 }]));
        assert_eq!(after(&[at("/data/0", Some(Value::Null))])["data"], json!([null, { "id": "b" }]));
    }

    #[test]
    fn a_count_is_off_by_what_is_said() {
        assert_eq!(after(&[ReplyEdit::TotalCount(-1)])["metadata"]["totalCount"], 1);
        assert_eq!(after(&[at("/metadata", None), ReplyEdit::TotalCount(5)]).get("metadata"), None);
    }

    #[test]
    fn what_a_pointer_does_not_find_stays_as_it_is() {
        let as_it_was = after(&[]);
        for pointer in ["/data/7/id", "/nothing/id", "/data/x"] {
            assert_eq!(after(&[at(pointer, Some(json!(1)))]), as_it_was, "{pointer}");
        }
        assert_eq!(edited("no JSON".to_owned(), &[ReplyEdit::TotalCount(1)]), "no JSON");
    }
}
