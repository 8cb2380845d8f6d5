//! Counts what a run would send, before it does.

use avepoint_elements_bulk::{DoneBefore, History, IdCounts, Item, Items, Original, Row};

use super::run_paths::RunPaths;
use crate::failure::Failure;
use crate::printer::{are, counted, one_line};
use crate::rows::unreadable;
use crate::settings::Apply;

/// How many customers or tenants a question names.
const MAX_PREVIEWED: usize = 3;

/// How many rows a run would send, and whose.
#[derive(Default)]
pub(super) struct Preview {
    pub(super) send: u64,
    /// Done before, says the journal or the input.
    pub(super) unchanged: u64,
    pub(super) invalid: u64,
    /// Neither done nor to be sent, because of the limit.
    pub(super) beyond: u64,
    pub(super) done_before: DoneBefore,
    customers: IdCounts,
    tenants: IdCounts,
}

impl Preview {
    /// Goes over the rows once more.
    pub(super) fn of(
        settings: &Apply,
        paths: &RunPaths,
        base_url: &str,
        items: &mut Items,
    ) -> Result<Self, Failure> {
        let journal = if settings.files.fresh { None } else { paths.read_journal(base_url)? };
        let limit = settings.limit.unwrap_or(u64::MAX);
        let mut preview = Self::default();
        for item in items.by_ref() {
            let history = if settings.files.fresh {
                None
            } else {
                History::of_item(&item, journal.as_ref(), base_url)?
            };
            preview.add(item, history, limit);
        }
        items.error().map_or(Ok(preview), |error| Err(unreadable(error)))
    }

    fn add(&mut self, item: Item<Original>, history: Option<History>, limit: u64) {
        match (item, history.and_then(History::unchanged)) {
            (Item::Settled(..), _) => self.invalid += 1,
            (_, Some(done)) => {
                self.unchanged += 1;
                self.done_before.add(&done);
            }
            (Item::Send(_, row) | Item::Claimed(_, row, _), None) => self.add_unsent(&row, limit),
            _ => {}
        }
    }

    fn add_unsent(&mut self, row: &Row, limit: u64) {
        if self.send == limit {
            self.beyond += 1;
            return;
        }
        self.send += 1;
        self.customers.count(row.user.customer.as_str());
        self.tenants.count(row.user.tenant.as_str());
    }

    /// What is said in the place of a question where all that could be sent is done already.
    pub(super) fn nothing_to_send(&self) -> Option<String> {
        (self.send == 0 && self.unchanged > 0).then(|| {
            let rows = self.unchanged + self.invalid + self.beyond;
            let (done, are) = (self.unchanged, are(self.unchanged));
            let said = not_asked(&self.done_before);
            format!("nothing is sent: {done} of {} {are} {said}", counted(rows, "row"))
        })
    }

    /// The question before users are changed.
    pub(super) fn question(&self, environment: &str) -> String {
        format!(
            "Replace the office information of {}{}, {} and {}, in {}?",
            counted(self.send, "user"),
            self.left_out(),
            scope("customer", &self.customers),
            scope("tenant", &self.tenants),
            one_line(environment),
        )
    }

    /// Which rows are not sent, in brackets.
    fn left_out(&self) -> String {
        let rows = self.send + self.unchanged + self.invalid + self.beyond;
        let done = self.done_before.to_string();
        let parts = [(self.unchanged, &*done), (self.beyond, "beyond --limit"), (self.invalid, "invalid")];
        let mut parts = parts.into_iter().filter(|(number, _)| *number > 0);
        let Some((first, why)) = parts.next() else { return String::new() };
        let first = format!("{first} of {} {} {why}", counted(rows, "row"), are(first));
        let text = parts.fold(first, |text, (number, why)| format!("{text}, {number} {} {why}", are(number)));
        format!(" ({text})")
    }
}

/// How it is known that rows are done, and what sends them all the same.
pub(super) fn not_asked(done_before: &DoneBefore) -> String {
    format!(
        "{done_before}; the service was not asked, and `office verify` of a plan asks it; --fresh sends them again"
    )
}

/// How many customers or tenants there are, and the names of a few.
fn scope(what: &str, names: &IdCounts) -> String {
    let few: Vec<_> = names.iter().take(MAX_PREVIEWED).map(|(name, _)| name).collect();
    let than = if names.unlisted_rows() > 0 { "more than " } else { "" };
    let more = if names.len() > few.len() { ", …" } else { "" };
    format!("{than}{} ({}{more})", counted(names.len() as u64, what), few.join(", "))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use avepoint_elements_bulk::{Outcome, State};

    use super::*;

    fn done(at: u64) -> Outcome {
        let mut done = Outcome::new(State::Unchanged, "");
        (done.attempts, done.at) = (1, UNIX_EPOCH + Duration::from_secs(at));
        done
    }

    fn names<'a>(all: impl IntoIterator<Item = &'a str>) -> IdCounts {
        let mut names = IdCounts::default();
        all.into_iter().for_each(|name| names.count(name));
        names
    }

    #[test]
    fn the_question_names_what_is_sent_and_why_the_rest_is_not() {
        let mut preview =
            Preview { send: 5, customers: names(["a", "b"]), tenants: names(["t"]), ..Preview::default() };
        let whole = "Replace the office information of 5 users, 2 customers (a, b) and 1 tenant (t), in x?";
        assert_eq!(preview.question("x"), whole);
        (preview.unchanged, preview.beyond) = (50, 5);
        preview.done_before.add(&done(1_795_132_800));
        let part = "of 5 users (50 of 60 rows are done by this journal on 20 November 2026, 5 are beyond --limit), 2 customers";
        assert!(preview.question("x").contains(part), "{}", preview.question("x"));
        (preview.unchanged, preview.beyond, preview.invalid) = (0, 0, 1);
        assert!(
            preview.question("x").contains("5 users (1 of 6 rows is invalid), 2"),
            "{}",
            preview.question("x")
        );
    }

    #[test]
    fn where_nothing_is_sent_it_is_said_since_when_and_that_the_service_was_not_asked() {
        let mut preview = Preview { unchanged: 20, invalid: 1, ..Preview::default() };
        preview.done_before.add(&done(1_795_132_800));
        let said = "nothing is sent: 20 of 21 rows are done by this journal on 20 November 2026; the service was not \
                    asked, and `office verify` of a plan asks it; --fresh sends them again";
        assert_eq!(preview.nothing_to_send().as_deref(), Some(said));
        preview.done_before.add(&done(1_794_960_000));
        assert!(preview.nothing_to_send().unwrap().contains("from 18 November 2026 to 20 November 2026;"));
        preview.send = 1;
        assert_eq!(preview.nothing_to_send(), None);
    }

    #[test]
    fn names_are_counted_once_and_a_few_are_shown() {
        assert_eq!(scope("tenant", &names(["a", "b", "a", "c", "d"])), "4 tenants (a, b, c, …)");
        let many: Vec<_> = (0..=1000).map(|number| number.to_string()).collect();
        let shown = scope("customer", &names(many.iter().map(String::as_str)));
        assert_eq!(shown, "more than 1000 customers (0, 1, 2, …)");
    }
}
