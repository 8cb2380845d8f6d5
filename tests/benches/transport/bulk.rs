//! A whole bulk run, from a CSV file to journal and results, beside the loops that read and write no file.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use avepoint_elements::{Credential, Elements};
use avepoint_elements_bulk::{Bulk, InputOptions, Items, Journal, Results, Source, Table, check};
use futures_util::StreamExt;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::layers::layer;
use crate::rounds::IN_FLIGHT;
use crate::sample;
use crate::server::Server;

/// The name of a run among the layers.
pub(crate) const NAME: &str = "bulk";

/// Makes one run, and measures nothing.
pub(crate) fn run_once(runtime: &Runtime, server: &Server, rows: u32) {
    let input = Input::new(rows);
    runtime.block_on(input.apply(server, 0));
}

/// Measures so many rounds of so many rows, and prints medians.
pub(crate) fn measure(runtime: &Runtime, rows: u32, rounds: usize) {
    let server = Server::start();
    let input = Input::new(rows);
    let mut loops = ["reqwest", "sdk"].map(|name| layer(name, runtime, server.address));
    let mut seen = [const { Vec::new() }; 4];
    for round in 0..rounds {
        for (place, layer) in loops.iter_mut().enumerate() {
            let start = Instant::now();
            layer.run(runtime, rows);
            seen[place].push(start.elapsed());
        }
        let (checked, sent) = runtime.block_on(input.apply(&server, round));
        // Pages that were used before are used again: how a machine finds new ones is not what is measured.
        input.forget(round);
        seen[2].push(sent);
        seen[3].push(checked + sent);
    }
    print(&seen, rows);
}

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
    pub(crate) async fn apply(&self, server: &Server, round: usize) -> (Duration, Duration) {
        let start = Instant::now();
        let source = Source::file(&self.file).expect("the file is there");
        let mut table = Table::open(source, InputOptions::default()).expect("the file is well-formed");
        let checked = check(&mut table, None, |_| {}).expect("the file can be read");
        assert_eq!(checked.valid, u64::from(self.rows));
        let check = start.elapsed();

        let base_url = format!("http://{}", server.address);
        let results = self.results(round);
        let journal = Journal::open(&results.with_extension("journal"), &base_url);
        let journal = Arc::new(journal.expect("the journal can be made"));
        let mut results =
            Results::create(&results, Some(&self.file), table.results_format(), table.columns())
                .expect("the results can be made");
        let items = Items::new(table.entries().expect("the file can be read again"), &checked);
        let bulk = Bulk::new().concurrency(IN_FLIGHT as usize).journal(journal.clone());
        let mut run = bulk.run(&elements(&base_url), items);
        while let Some((original, outcome)) = run.next().await {
            assert!(outcome.state.is_success(), "{}", outcome.reason);
            results.write(&original, &outcome).expect("the results can be written");
        }
        assert_eq!(run.summary().rows(), u64::from(self.rows));
        journal.close().await.expect("the journal can be synced");
        results.finish().expect("the results can be renamed");
        (check, start.elapsed().saturating_sub(check))
    }

    /// Removes what a run left.
    fn forget(&self, round: usize) {
        let results = self.results(round);
        for file in [results.with_extension("journal"), results] {
            std::fs::remove_file(file).expect("a run leaves these files");
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

fn print(seen: &[Vec<Duration>; 4], rows: u32) {
    let rounds = seen[0].len();
    println!("{rounds} rounds of {rows} rows, medians");
    println!("{:24} {:>10} {:>14} {:>10}", "loop", "rows/s", "of reqwest's", "of SDK's");
    let names = ["reqwest", "sdk", "bulk, after its check", "bulk, with its check"];
    for (name, layer) in names.iter().zip(seen) {
        let share = |other: &[Duration]| {
            median(other.iter().zip(layer).map(|(other, layer)| other.div_duration_f64(*layer)).collect())
        };
        let speed = median(layer.iter().map(|time| f64::from(rows) / time.as_secs_f64()).collect());
        println!("{name:24} {speed:>10.0} {:>14.3} {:>10.3}", share(&seen[0]), share(&seen[1]));
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
