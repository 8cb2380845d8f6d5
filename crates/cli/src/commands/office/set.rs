//! `office set`: one update, checked as a row of a file is.

use avepoint_elements::{OfficeField, OfficeInformation, Receipt, UserKey, operations};
use avepoint_elements_bulk::{CLEAR, CheckedUpdate, Problem, check_update, excerpt};
use avepoint_elements_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::arguments::flag;
use crate::failure::Failure;
use crate::printer::{Printer, Report, columns, note, one_line};
use crate::settings::Connection;

pub(crate) async fn run(
    user: UserKey,
    values: [(OfficeField, Option<String>); 5],
    clear: &[OfficeField],
    connection: Connection,
    printer: Printer,
) -> Result<(), Failure> {
    let office = checked(&user, &office(values, clear)?)?;
    let connected = connection.open().await?;
    let receipt = connected.elements.update_office_information(&user, &office).await?;
    let held = connected.sandbox.as_ref().map(|sandbox| held(sandbox, &user)).transpose()?;
    let report = UpdateReport { user, receipt, environment: connected.environment, held };
    printer.print(&report).map_err(|error| Failure::Unreported { done: report.line(), error })
}

/// The status that says that the update was done.
const DONE: u16 = operations::UPDATE_OFFICE_INFORMATION.success;

/// What the sandbox holds of a user, read back from it.
fn held(sandbox: &Sandbox, user: &UserKey) -> Result<Value, Failure> {
    let UserKey { customer, tenant, user, .. } = user;
    let held = sandbox.office_information(customer.as_str(), tenant.as_str(), user.as_str());
    let missing = || format!("the sandbox answered {DONE} and holds nothing of this user");
    held.ok_or_else(|| Failure::Unexpected(missing()))
}

/// All that is wrong with the values is said at once, by the SDK.
fn office(
    values: [(OfficeField, Option<String>); 5],
    clear: &[OfficeField],
) -> Result<OfficeInformation, Failure> {
    let mut builder = OfficeInformation::builder();
    for (field, text) in values {
        match text {
            Some(_) if clear.contains(&field) => {
                return Err(Failure::usage(format!("{field} is both given and cleared; do one of them")));
            }
            Some(text) if text.trim().eq_ignore_ascii_case(CLEAR) => {
                return Err(Failure::usage(format!(
                    "{field} is {CLEAR}, which clears a value in files; here, say --clear {}",
                    flag(field)
                )));
            }
            Some(text) => builder = builder.set(field, text),
            None if clear.contains(&field) => builder = builder.clear(field),
            None => {}
        }
    }
    Ok(builder.build()?)
}

/// What is sent of office information that the contract allows. What is doubtful, and what became another text, is said.
fn checked(user: &UserKey, office: &OfficeInformation) -> Result<OfficeInformation, Failure> {
    let CheckedUpdate { office: checked, warnings, .. } = check_update(user, office);
    let all = |problems: &[Problem]| problems.iter().map(without_line).collect::<Vec<_>>().join("\n");
    let sent = checked.map_err(|problems| Failure::usage(all(&problems)))?;
    for problem in &warnings {
        note(&format!("warning: {}", without_line(problem)));
    }
    for field in OfficeField::ALL {
        match (office.get(field), sent.get(field)) {
            (Some(given), Some(sent)) if given != sent => {
                note(&format!("note: {field} \"{}\" is sent as {}", excerpt(given), excerpt(sent)));
            }
            _ => {}
        }
    }
    Ok(sent)
}

/// A problem, without the line on which a row of a file would stand.
fn without_line(Problem { column, value, message, .. }: &Problem) -> String {
    let value = value.as_ref().map(|value| format!(" \"{value}\"")).unwrap_or_default();
    format!("{}{value}: {message}", column.as_deref().unwrap_or("the values"))
}

struct UpdateReport {
    user: UserKey,
    receipt: Receipt,
    environment: String,
    /// What the sandbox holds afterwards, read back from it.
    held: Option<Value>,
}

impl UpdateReport {
    fn line(&self) -> String {
        let id = self.receipt.request_id.as_ref().map(|id| format!(", request id {id}"));
        format!("updated user {} ({DONE}{})", self.user.user, id.unwrap_or_default())
    }
}

impl Report for UpdateReport {
    fn text(&self) -> String {
        let done = self.line() + "\n";
        let Some(held) = &self.held else { return done };
        let rows = OfficeField::ALL.into_iter().filter_map(|field| {
            let name = field.contract().name;
            Some((name, held.get(name)?.as_str()?.to_owned()))
        });
        format!("{done}the {} now holds:\n{}", one_line(&self.environment), columns(rows))
    }

    fn json(&self) -> Value {
        let mut report = json!({
            "status": DONE,
            "requestId": self.receipt.request_id,
            "attempts": self.receipt.attempts,
            "environment": self.environment,
            "customer": self.user.customer.as_str(),
            "tenant": self.user.tenant.as_str(),
            "user": self.user.user.as_str(),
        });
        if let Some(held) = &self.held {
            report["held"] = held.clone();
        }
        report
    }
}
