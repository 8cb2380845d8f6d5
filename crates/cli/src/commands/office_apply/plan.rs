//! What a run would send, before it does.

use std::collections::HashSet;

use avepoint_elements_bulk::{Checked, Item, OfficeHash, Original, Row, Snapshot, State, Table, UserHash};

use super::files::Places;
use crate::arguments::Apply;
use crate::connection::Connected;
use crate::exit::Failure;
use crate::input;
use crate::output::{are, counted};

/// The most customers or tenants that are told apart, so that memory does not grow with the input.
const MOST: usize = 1000;

/// How many rows a run would send, and whose.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) send: u64,
    /// Done before, says the journal or the input.
    pub(super) unchanged: u64,
    pub(super) invalid: u64,
    /// Neither done nor to be sent, because of the limit.
    pub(super) beyond: u64,
    customers: Scope,
    tenants: Scope,
}

impl Plan {
    /// Goes over the rows once more.
    pub(super) fn of(
        arguments: &Apply,
        places: &Places,
        connected: &Connected,
        table: &mut Table,
        checked: &Checked,
    ) -> Result<Self, Failure> {
        let journal = arguments.snapshot(places, connected)?;
        let limit = arguments.run.limit.unwrap_or(u64::MAX);
        let mut plan = Self::default();
        let mut items = arguments.items(connected, table, checked)?;
        for item in items.by_ref() {
            plan.add(&item, journal.as_ref(), limit)?;
        }
        items.error().map_or(Ok(plan), |error| Err(input::unreadable(error)))
    }

    fn add(&mut self, item: &Item<Original>, journal: Option<&Snapshot>, limit: u64) -> Result<(), Failure> {
        match item {
            Item::Settled(_, outcome) if outcome.state == State::Invalid => self.invalid += 1,
            Item::Send(_, row) if !is_done(row, journal)? => self.add_unsent(row, limit),
            _ => self.unchanged += 1,
        }
        Ok(())
    }

    fn add_unsent(&mut self, row: &Row, limit: u64) {
        if self.send == limit {
            self.beyond += 1;
            return;
        }
        self.send += 1;
        self.customers.add(row.user.customer.as_str());
        self.tenants.add(row.user.tenant.as_str());
    }

    /// What is asked before users are changed.
    pub(super) fn question(&self, environment: &str) -> String {
        format!(
            "Replace the office information of {}{}, {} and {}, in {environment}?",
            counted(self.send, "user"),
            self.left_out(),
            self.customers.shown("customer"),
            self.tenants.shown("tenant"),
        )
    }

    /// Which rows are not sent, in brackets.
    fn left_out(&self) -> String {
        let rows = self.send + self.unchanged + self.invalid + self.beyond;
        let parts =
            [(self.unchanged, "done already"), (self.beyond, "beyond --limit"), (self.invalid, "invalid")];
        let mut parts = parts.into_iter().filter(|(number, _)| *number > 0);
        let Some((first, why)) = parts.next() else { return String::new() };
        let first = format!("{first} of {} {} {why}", counted(rows, "row"), are(first));
        let text = parts.fold(first, |text, (number, why)| format!("{text}, {number} {} {why}", are(number)));
        format!(" ({text})")
    }
}

/// Whether the journal says that a row is done.
fn is_done(row: &Row, journal: Option<&Snapshot>) -> Result<bool, Failure> {
    let newest = journal.map(|journal| journal.newest(&UserHash::of(&row.user))).transpose()?.flatten();
    Ok(newest.is_some_and(|newest| newest.is_done_with(&OfficeHash::of(&row.office))))
}

/// The customers or tenants of rows, and the names of a few.
#[derive(Default)]
struct Scope {
    few: Vec<String>,
    seen: HashSet<String>,
    /// Whether there are more than are told apart.
    more: bool,
}

impl Scope {
    /// UUIDs count without regard to case, as the service writes them in either.
    fn add(&mut self, name: &str) {
        let is_uuid = name.len() == 36 && name.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
        let key = if is_uuid { name.to_ascii_lowercase() } else { name.to_owned() };
        if self.seen.contains(&key) {
            return;
        }
        if self.seen.len() == MOST {
            self.more = true;
            return;
        }
        if self.few.len() < 3 {
            self.few.push(name.to_owned());
        }
        self.seen.insert(key);
    }

    fn shown(&self, what: &str) -> String {
        let than = if self.more { "more than " } else { "" };
        let more = if self.seen.len() > self.few.len() { ", …" } else { "" };
        format!("{than}{} ({}{more})", counted(self.seen.len() as u64, what), self.few.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(names: &[&str]) -> Scope {
        let mut scope = Scope::default();
        for name in names {
            scope.add(name);
        }
        scope
    }

    #[test]
    fn the_question_names_what_is_sent_and_why_the_rest_is_not() {
        let mut plan =
            Plan { send: 5, customers: scope(&["a", "b"]), tenants: scope(&["t"]), ..Plan::default() };
        let whole = "Replace the office information of 5 users, 2 customers (a, b) and 1 tenant (t), in x?";
        assert_eq!(plan.question("x"), whole);
        (plan.unchanged, plan.beyond) = (50, 5);
        let part = "of 5 users (50 of 60 rows are done already, 5 are beyond --limit), 2 customers";
        assert!(plan.question("x").contains(part), "{}", plan.question("x"));
        (plan.unchanged, plan.beyond, plan.invalid) = (0, 0, 1);
        assert!(plan.question("x").contains("5 users (1 of 6 rows is invalid), 2"), "{}", plan.question("x"));
    }

    #[test]
    fn names_are_counted_once_and_a_few_are_shown() {
        let uuid = "7c18fd6f-0000-4000-8000-5725fa9edc3f";
        let names = ["a", uuid, "A", &uuid.to_uppercase(), "d", "a"];
        assert_eq!(scope(&names).shown("tenant"), format!("4 tenants (a, {uuid}, A, …)"));
        let many: Vec<_> = (0..=MOST).map(|number| number.to_string()).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        assert_eq!(scope(&many).shown("customer"), "more than 1000 customers (0, 1, 2, …)");
    }
}
