//! `users get`: everything that the service says of a user.

use avepoint_elements::{User, UserKey};
use avepoint_elements_bulk::ids::are_same;
use avepoint_elements_bulk::plan::Unreadable;
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::printer::{OutputFormat, Printer, Report, columns};
use crate::settings::Connection;
use crate::table::push_csv;

pub(crate) async fn run(user: &UserKey, connection: Connection, printer: Printer) -> Result<(), Failure> {
    let connected = connection.open().await?;
    let reading = connected.elements.user(user).await?;
    if !are_same(user.user.as_str(), reading.id()) {
        return Err(Failure::Unexpected(Unreadable::OtherUser.to_string()));
    }
    let user = UserReport(reading);
    if printer.format() == OutputFormat::Csv {
        let (names, values) = user.fields().into_iter().unzip::<_, _, Vec<_>, Vec<_>>();
        let mut text = String::new();
        push_csv(&mut text, names.iter().map(String::as_str));
        push_csv(&mut text, values.iter().map(String::as_str));
        return Ok(printer.print_text(&text)?);
    }
    Ok(printer.print(&user)?)
}

struct UserReport(User);

impl UserReport {
    /// Names and values, the id first.
    fn fields(&self) -> Vec<(String, String)> {
        let text = |value: Value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        let mut fields: Vec<_> = self.object().into_iter().map(|(name, value)| (name, text(value))).collect();
        fields.sort_by_key(|(name, _)| name != "id");
        fields
    }

    fn object(&self) -> Map<String, Value> {
        match self.json() {
            Value::Object(members) => members,
            _ => Map::new(),
        }
    }
}

impl Report for UserReport {
    fn text(&self) -> String {
        let fields = self.fields();
        columns(fields.iter().map(|(name, value)| (name.as_str(), value.clone())))
    }

    fn json(&self) -> Value {
        serde_json::to_value(&self.0).unwrap_or_default()
    }
}
