//! `auth status`: whether the credential works, and for what.

use std::time::Duration;

use avepoint_elements::Authentication;
use serde_json::{Value, json};

use crate::arguments::{Connection, Format};
use crate::exit::Failure;
use crate::output::{self, Report, columns};

pub(crate) async fn run(connection: &Connection, format: Format) -> Result<(), Failure> {
    let connected = connection.open().await?;
    let authentication = connected.elements.authenticate().await?;
    output::print(format, &Status { environment: connected.environment, authentication })
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
        let time_left = self.authentication.time_left.map_or("not known".to_owned(), minutes);
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

fn minutes(left: Duration) -> String {
    format!("{} min {} s", left.as_secs() / 60, left.as_secs() % 60)
}
