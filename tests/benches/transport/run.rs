//! A bulk run as the program makes it, or with parts left out.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use avepoint_elements::{Credential, Elements};
use avepoint_elements_bulk::{
    BulkOptions, InputOptions, Item, Items, Journal, Outcome, Results, ResultsFormat, Row, Run, Source,
    Table, check,
};
use futures_util::{Stream, StreamExt, stream};
use tempfile::TempDir;

use crate::layers::{office, user};
use crate::rounds::IN_FLIGHT;
use crate::sample;
use crate::server::Server;

/// What a run does beside sending.
#[derive(Clone, Copy)]
pub(crate) struct Parts {
    /// Whether rows come from the file, and not from memory.
    pub(crate) file: bool,
    pub(crate) journal: bool,
    /// Whether results are written; only those of a file are.
    pub(crate) results: bool,
}

pub(crate) const WHOLE: Parts = Parts { file: true, journal: true, results: true };

/// A CSV file.
pub(crate) struct Input {
    folder: TempDir,
    file: PathBuf,
    rows: u32,
}

impl Input {
    pub(crate) fn new(rows: u32) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let file = folder.path().join("offices.csv");
        write_csv(&file, rows).expect("a file can be written");
        Self { folder, file, rows }
    }

    /// A run as the program makes it; how long the check took, and what came after. A run of a round that there was
    /// before goes on with its journal.
    pub(crate) async fn apply(&self, server: &Server, round: usize, parts: Parts) -> (Duration, Duration) {
        let start = Instant::now();
        let source = Source::file(&self.file).expect("the file is there");
        let mut table = Table::open(source, InputOptions::default()).expect("the file is well-formed");
        let checked = check(&mut table, None, |_| {}).expect("the file can be read");
        assert_eq!(checked.valid, u64::from(self.rows));
        let check = start.elapsed();

        let base_url = format!("http://{}", server.address);
        let mut bulk = BulkOptions::new().concurrency(IN_FLIGHT as usize);
        let journal = parts.journal.then(|| {
            let journal = Journal::open(&self.results(round).with_extension("journal"), &base_url);
            Arc::new(journal.expect("the journal can be made"))
        });
        if let Some(journal) = &journal {
            bulk = bulk.journal(journal.clone());
        }
        let elements = elements(&base_url);
        if parts.file {
            let results = parts.results.then(|| self.results_of(&table, round));
            self.apply_file(
                bulk,
                &elements,
                Items::new(table, checked).expect("the file can be read"),
                results,
            )
            .await;
        } else {
            self.drain(bulk.run(&elements, rows_from_memory(self.rows)), |(), _| {}).await;
        }
        if let Some(journal) = journal {
            journal.close().await.expect("the journal can be synced");
        }
        (check, start.elapsed().saturating_sub(check))
    }

    async fn apply_file(
        &self,
        bulk: BulkOptions,
        elements: &Elements,
        items: Items,
        mut results: Option<Results>,
    ) {
        self.drain(bulk.run(elements, items), |original, outcome| {
            if let Some(results) = &mut results {
                results.write(original, outcome).expect("the results can be written");
            }
        })
        .await;
        if let Some(results) = results {
            results.finish().expect("the results can be renamed");
        }
    }

    async fn drain<T, S>(&self, mut run: Run<T, S>, mut write: impl FnMut(&T, &Outcome))
    where
        T: Send + 'static,
        S: Stream<Item = Item<T>> + Unpin + Send + 'static,
    {
        while let Some((original, outcome)) = run.next().await {
            assert!(outcome.state.is_success(), "{}", outcome.reason);
            write(&original, &outcome);
        }
        assert_eq!(run.summary().rows(), u64::from(self.rows));
    }

    fn results_of(&self, table: &Table, round: usize) -> Results {
        let results = self.results(round);
        let results = Results::create(&results, Some(&self.file), ResultsFormat::of(table), table.columns());
        results.expect("the results can be made")
    }

    /// Removes what a run of these parts left.
    pub(crate) fn forget(&self, round: usize, parts: Parts) {
        let results = self.results(round);
        for (file, is_left) in [(results.with_extension("journal"), parts.journal), (results, parts.results)]
        {
            if is_left {
                std::fs::remove_file(file).expect("a run leaves this file");
            }
        }
    }

    fn results(&self, round: usize) -> PathBuf {
        self.folder.path().join(format!("results-{round}.csv"))
    }
}

fn elements(base_url: &str) -> Elements {
    let builder = Elements::builder().base_url(base_url).allow_loopback_http();
    builder.credential(Credential::access_token(sample::token())).build().expect("the settings are valid")
}

/// The same rows without a file, for one user again and again.
fn rows_from_memory(rows: u32) -> impl Stream<Item = Item<()>> + Unpin + Send + 'static {
    let row = Row::new(user(), office());
    stream::iter((0..rows).map(move |_| Item::Send((), row.clone())))
}

/// The sample's office for as many users as there are rows.
fn write_csv(file: &Path, rows: u32) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(file)?);
    writeln!(file, "customer,tenant,user,postalCode,countryRegion,state,address")?;
    for row in 0..rows {
        let (customer, tenant, user) = (sample::CUSTOMER, sample::TENANT, &sample::USER[8..]);
        let (postal_code, country) = (sample::POSTAL_CODE, sample::COUNTRY_REGION);
        let (state, address) = (sample::STATE, sample::ADDRESS);
        writeln!(file, "{customer},{tenant},{row:08x}{user},{postal_code},{country},{state},{address}")?;
    }
    file.flush()
}
