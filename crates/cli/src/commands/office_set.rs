//! `office set`: one update.

mod row;

use avepoint_elements::{OfficeField, OfficeInformation, Receipt, UserKey, operations, terminal};
use avepoint_elements_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::arguments::{Format, Set, Values, flag};
use crate::exit::Failure;
use crate::output::{self, Report, columns};

pub(crate) async fn run(set: Set, format: Format) -> Result<(), Failure> {
    let office = office(set.values, &set.clear)?;
    let user = UserKey::new(set.customer, set.tenant, set.user);
    let office = row::checked(&user, &office)?;
    let connected = set.connection.open().await?;
    let receipt = connected.elements.update_office_information(&user, &office).await?;
    let held = connected.sandbox.as_ref().map(|sandbox| held(sandbox, &user)).transpose()?;
    let done = Done { user, receipt, environment: connected.environment, held };
    output::print(format, &done).map_err(|failure| match failure {
        Failure::System(error) => Failure::Unreported { done: done.line(), error },
        failure => failure,
    })
}

/// The status that says that the update was done.
const DONE: u16 = operations::UPDATE_OFFICE_INFORMATION.success;

/// What clears a value in a file, in either case.
const CLEAR: &str = "#CLEAR";

/// What the sandbox holds of a user, read back from it.
fn held(sandbox: &Sandbox, user: &UserKey) -> Result<Value, Failure> {
    let UserKey { customer, tenant, user, .. } = user;
    let held = sandbox.office_information(customer.as_str(), tenant.as_str(), user.as_str());
    held.ok_or_else(|| {
        let reason = format!("the sandbox answered {DONE} and holds nothing of this user");
        Failure::from(std::io::Error::other(reason))
    })
}

/// All that is wrong with the values is said at once, by the SDK.
fn office(values: Values, clear: &[OfficeField]) -> Result<OfficeInformation, Failure> {
    let given = [
        (OfficeField::PostalCode, values.postal_code),
        (OfficeField::CountryRegion, values.country_region),
        (OfficeField::State, values.state),
        (OfficeField::Address, values.address),
        (OfficeField::City, values.city),
    ];
    let mut builder = OfficeInformation::builder();
    for (field, text) in given {
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

struct Done {
    user: UserKey,
    receipt: Receipt,
    environment: String,
    /// What the sandbox holds afterwards, read back from it.
    held: Option<Value>,
}

impl Done {
    fn line(&self) -> String {
        let id = self.receipt.request_id.as_ref().map(|id| format!(", request id {id}"));
        format!("updated user {} ({DONE}{})", self.user.user, id.unwrap_or_default())
    }
}

impl Report for Done {
    fn text(&self) -> String {
        let done = self.line() + "\n";
        let Some(held) = &self.held else { return done };
        let rows = OfficeField::ALL.into_iter().filter_map(|field| {
            let name = field.contract().name;
            Some((name, held.get(name)?.as_str()?.to_owned()))
        });
        format!("{done}the {} now holds:\n{}", terminal::escape(&self.environment), columns(rows))
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
