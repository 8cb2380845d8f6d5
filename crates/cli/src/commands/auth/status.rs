//! `auth status`: whether the credential works, and for which permissions.

use std::time::Duration;

use avepoint_elements::{Authentication, Elements, Error, Operation, operations};
use serde_json::{Value, json};

use crate::arguments::duration_text;
use crate::failure::Failure;
use crate::printer::{Printer, Report, columns};
use crate::settings::Connection;

pub(crate) async fn run(connection: Connection, printer: Printer) -> Result<(), Failure> {
    let connected = connection.open().await?;
    let mut permissions = Vec::new();
    for operation in distinct() {
        permissions.push(Permission::ask(&connected.elements, operation).await?);
    }
    // Where nothing is granted, the credential is to blame, and its error says more.
    if permissions.iter().all(|permission| permission.outcome.is_err())
        && let Some(Permission { outcome: Err(error), .. }) = permissions.pop()
    {
        return Err(error.into());
    }
    Ok(printer.print(&Status { environment: connected.environment, permissions })?)
}

/// An operation for each permission.
fn distinct() -> Vec<&'static Operation> {
    operations::ALL.iter().fold(Vec::new(), |mut distinct: Vec<&Operation>, operation| {
        if distinct.iter().all(|known| known.scopes != operation.scopes) {
            distinct.push(operation);
        }
        distinct
    })
}

struct Status {
    environment: String,
    permissions: Vec<Permission>,
}

struct Permission {
    name: String,
    outcome: Result<Authentication, Error>,
}

impl Permission {
    /// Asks for a token. A refusal is an answer; that there is none is not.
    async fn ask(elements: &Elements, operation: &Operation) -> Result<Self, Failure> {
        let name = operation.scopes.join(" ");
        match elements.authenticate_for(operation).await {
            Err(error) if !error.is_authentication() => Err(error.into()),
            outcome => Ok(Self { name, outcome }),
        }
    }

    fn state(&self) -> &'static str {
        let is_granted = |granted: &Authentication| {
            self.name.split(' ').all(|name| granted.scopes.iter().any(|it| it == name))
        };
        match &self.outcome {
            Ok(granted) if granted.scopes.is_empty() => "not known",
            Ok(granted) if is_granted(granted) => "granted",
            Ok(_) | Err(_) => "refused",
        }
    }
}

impl Status {
    /// What the tokens are known to be good for.
    fn scopes(&self) -> Vec<&str> {
        let granted = self.permissions.iter().filter_map(|permission| permission.outcome.as_ref().ok());
        granted.fold(Vec::new(), |mut scopes, granted| {
            let new = granted.scopes.iter().map(String::as_str).filter(|scope| !scopes.contains(scope));
            let new: Vec<_> = new.collect();
            scopes.extend(new);
            scopes
        })
    }

    /// How long all tokens are still valid, where that is known.
    fn time_left(&self) -> Option<Duration> {
        self.permissions.iter().filter_map(|permission| permission.outcome.as_ref().ok()?.time_left).min()
    }
}

impl Report for Status {
    fn text(&self) -> String {
        let environment = ("environment", self.environment.clone());
        let permissions = self.permissions.iter().map(|it| (it.name.as_str(), it.state().to_owned()));
        let time_left = ("time left", self.time_left().map_or("not known".to_owned(), whole_seconds));
        columns(std::iter::once(environment).chain(permissions).chain([time_left]))
    }

    fn json(&self) -> Value {
        let permissions = self.permissions.iter().map(|it| (it.name.clone(), it.state().into()));
        json!({
            "environment": self.environment,
            "permissions": permissions.collect::<serde_json::Map<_, Value>>(),
            "scopes": self.scopes(),
            "secondsLeft": self.time_left().map(|left| left.as_secs()),
        })
    }
}

fn whole_seconds(left: Duration) -> String {
    duration_text(Duration::from_secs(left.as_secs()))
}
