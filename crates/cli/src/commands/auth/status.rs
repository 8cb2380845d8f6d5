//! `auth status`: whether the credential works, and for what.

use std::time::Duration;

use avepoint_elements::Authentication;
use serde_json::{Value, json};

use crate::arguments::duration_text;
use crate::failure::Failure;
use crate::printer::{Printer, Report, columns};
use crate::settings::Connection;

pub(crate) async fn run(connection: Connection, printer: Printer) -> Result<(), Failure> {
    let connected = connection.open().await?;
    let authentication = connected.elements.authenticate().await?;
    Ok(printer.print(&Status { environment: connected.environment, authentication })?)
}

struct Status {
    environment: String,
    authentication: Authentication,
}

impl Report for Status {
    fn text(&self) -> String {
        let scopes = match self.authentication.scopes.as_slice() {
            [] => "not known".to_owned(),
            scopes => scopes.join(" "),
        };
        let time_left = self.authentication.time_left.map_or("not known".to_owned(), whole_seconds);
        columns([("environment", self.environment.clone()), ("scopes", scopes), ("time left", time_left)])
    }

    fn json(&self) -> Value {
        json!({
            "environment": self.environment,
            "scopes": self.authentication.scopes,
            "secondsLeft": self.authentication.time_left.map(|left| left.as_secs()),
        })
    }
}

fn whole_seconds(left: Duration) -> String {
    duration_text(Duration::from_secs(left.as_secs()))
}
