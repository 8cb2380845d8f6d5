//! Bulk runs: every row accounted for, whatever the service does.

mod bound;
mod failing_rows;
mod outages;
mod plans;
mod plans_on_a_bad_day;
mod runs;
mod streams;
mod syncs;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use avepoint_elements::{Elements, OfficeInformation, UserKey};
use avepoint_elements_bulk::{BulkOptions, Item, Journal, Outcome, Row, Run, State, Summary};
use avepoint_elements_sandbox::Sandbox;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream, Iter};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::client_of_sandbox;

type Rows = Iter<std::vec::IntoIter<Item<usize>>>;

/// The n-th user.
fn user(number: usize) -> UserKey {
    UserKey::new("c".parse().unwrap(), "t".parse().unwrap(), format!("u{number}").parse().unwrap())
}

/// What all are to have, in the version of a postal code.
fn office(postal_code: &str) -> OfficeInformation {
    let builder = OfficeInformation::builder().postal_code(postal_code).country_region("Angola");
    builder.state("Luanda").address("Dande").build().unwrap()
}

fn rows(count: usize, postal_code: &str) -> Rows {
    let office = office(postal_code);
    let row = |number| Item::Send(number, Row::new(user(number), office.clone()));
    stream::iter((0..count).map(row).collect::<Vec<_>>())
}

/// The rows of a bad day: 1,000, or as many as `ELEMENTS_TEST_ROWS` says, which the long form of continuous integration
/// sets to more.
fn bad_day_rows() -> usize {
    std::env::var("ELEMENTS_TEST_ROWS").map_or(1_000, |rows| rows.parse().unwrap())
}

/// Rows that are sent one by one, until their sender is dropped.
fn fed() -> (UnboundedSender<Item<usize>>, BoxStream<'static, Item<usize>>) {
    let (sender, receiver) = unbounded_channel();
    let next = |mut receiver: UnboundedReceiver<_>| async move { Some((receiver.recv().await?, receiver)) };
    (sender, stream::unfold(receiver, next).boxed())
}

fn applied(sandbox: &Sandbox, number: usize, postal_code: &str) -> bool {
    let held = sandbox.office_information("c", "t", user(number).user.as_str());
    held.is_some_and(|held| held["postalCode"] == postal_code)
}

/// Where a journal lies from one run to the next.
struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("journal")
    }

    fn journal(&self, elements: &Elements) -> Arc<Journal> {
        Arc::new(Journal::open(&self.path(), elements.base_url()).unwrap())
    }

    /// What a crash at this moment would leave: a copy of what the system has, while the run goes on.
    fn left_by_a_crash(&self) -> Self {
        let left = Self::new();
        std::fs::copy(self.path(), left.path()).unwrap();
        left
    }

    /// A whole run that goes on with the journal.
    async fn run(&self, bulk: BulkOptions, elements: &Elements, rows: Rows) -> (Vec<Outcome>, Summary) {
        let journal = self.journal(elements);
        let mut run = bulk.journal(journal.clone()).run(elements, rows);
        let results = results(&mut run).await;
        let (summary, _) = run.into_parts().await;
        journal.close().await.unwrap();
        (results, summary)
    }
}

/// Runs to the end; the results come in the order of the rows, one for each.
async fn results(run: &mut Run<usize, Rows>) -> Vec<Outcome> {
    let results: Vec<_> = run.collect().await;
    for (place, (number, _)) in results.iter().enumerate() {
        assert_eq!(place, *number, "results are in the order of the rows");
    }
    results.into_iter().map(|(_, outcome)| outcome).collect()
}

fn count(results: &[Outcome], state: State) -> usize {
    results.iter().filter(|outcome| outcome.state == state).count()
}
