//! `auth status`: whether the credential works, and for which permissions.

use serde_json::{Value, json};

use super::permissions::{Permission, distinct, time_left};
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

struct Status {
    environment: String,
    permissions: Vec<Permission>,
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
}

impl Report for Status {
    fn text(&self) -> String {
        let environment = ("environment", self.environment.clone());
        let permissions = self.permissions.iter().map(|it| (it.name.as_str(), it.grant().name().to_owned()));
        let time_left = time_left(&self.permissions).map_or("not known".to_owned(), duration_text);
        columns(std::iter::once(environment).chain(permissions).chain([("time left", time_left)]))
    }

    fn json(&self) -> Value {
        let permissions = self.permissions.iter().map(|it| (it.name.clone(), it.grant().name().into()));
        json!({
            "environment": self.environment,
            "permissions": permissions.collect::<serde_json::Map<_, Value>>(),
            "scopes": self.scopes(),
            "secondsLeft": time_left(&self.permissions).map(|left| left.as_secs()),
        })
    }
}
