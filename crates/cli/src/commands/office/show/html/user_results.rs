//! What came of the users of a plan, from a file of results.

use std::collections::HashMap;
use std::path::Path;

use avepoint_elements::UserKey;
use avepoint_elements_bulk::{State, open_ordinary};

use crate::failure::Failure;
use crate::printer;

/// The columns that say who a row is about, and what came of it.
const COLUMNS: [&str; 5] = ["customer", "tenant", "user", "elements_result", "elements_reason"];

/// What came of a user.
#[derive(Clone, Debug)]
pub(super) struct UserResult {
    pub(super) state: State,
    /// Empty where all is well.
    pub(super) reason: String,
}

/// The results of a run, by user.
#[derive(Debug)]
pub(super) struct UserResults {
    name: String,
    users: HashMap<UserKey, UserResult>,
}

impl UserResults {
    /// Reads what `office apply` or `office verify` wrote of a plan.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let name = printer::path(path);
        let failed = |error: csv::Error| Failure::Input(format!("{name} cannot be read as results: {error}"));
        let file = open_ordinary(path)?;
        let mut records = csv::ReaderBuilder::new().flexible(true).from_reader(file);
        let header = records.headers().map_err(failed)?.clone();
        let indices = COLUMNS.map(|column| header.iter().position(|other| other == column));
        let mut users = HashMap::new();
        for record in records.records() {
            let record = record.map_err(failed)?;
            let cells = indices.map(|index| index.and_then(|index| record.get(index)).unwrap_or_default());
            let Some((user, outcome)) = outcome(cells) else {
                return Err(Failure::usage(format!(
                    "line {} of {name} is no result of a plan; name a file that `office apply PLAN` or `office verify` wrote",
                    record.position().map_or(0, csv::Position::line)
                )));
            };
            users.insert(user, outcome);
        }
        Ok(Self { name, users })
    }

    /// What came of a user; asked once of each.
    pub(super) fn take(&mut self, user: &UserKey) -> Option<UserResult> {
        self.users.remove(user)
    }

    /// Refuses results with users whom the plan does not have.
    pub(super) fn check_taken(&self) -> Result<(), Failure> {
        match self.users.len() {
            0 => Ok(()),
            left => Err(Failure::usage(format!(
                "{} has {} who are not in the plan: it holds the results of another one",
                self.name,
                printer::counted(left as u64, "user")
            ))),
        }
    }
}

/// What a row of results says.
fn outcome([customer, tenant, user, state, reason]: [&str; COLUMNS.len()]) -> Option<(UserKey, UserResult)> {
    let user = UserKey::new(customer.parse().ok()?, tenant.parse().ok()?, user.parse().ok()?);
    let state = State::ALL.into_iter().find(|other| other.name() == state)?;
    Some((user, UserResult { state, reason: reason.to_owned() }))
}
