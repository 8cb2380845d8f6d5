//! Planning and applying, with the files that go along, beside plain loops with the same readings and updates, and beside a
//! sync, which does both in one pass.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use avepoint_elements::{Credential, Elements, OfficeField, UserKey};
use avepoint_elements_bulk::directory::{KeyIndex, ListOptions, Resolved, RowKeys, resolve};
use avepoint_elements_bulk::plan::{
    Change, Edit, Plan, PlanHeader, PlanItems, PlanOutcome, PlanRows, PlanWriter, PlannedUser, PlanningItems,
    SyncItems, SyncPlan,
};
use avepoint_elements_bulk::{
    BulkOptions, InputOptions, Journal, Purpose, Results, ResultsFormat, Source, State, Table, check_plan,
};
use futures_util::StreamExt;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::layers::layer;
use crate::reading::{self, print, print_head, readings, timed};
use crate::rounds::IN_FLIGHT;
use crate::sample;
use crate::server::Server;

/// The name of planning and applying among the layers.
pub(crate) const NAME: &str = "plan";

/// One row in so many changes its user.
const ROWS_A_CHANGE: u32 = 10;

/// Plans once and applies what changes, and measures nothing.
pub(crate) fn run_once(runtime: &Runtime, server: &Server, rows: u32) {
    let _requests = runtime.block_on(Input::new(server, rows).plan_and_apply(0));
}

/// Measures so many rounds of planning so many rows and applying what changes, and prints a table.
pub(crate) fn measure(runtime: &Runtime, rows: u32, rounds: usize) {
    let server = Server::start();
    let input = Input::new(&server, rows);
    let mut reads = readings(reading::NAMES[0], server.address);
    let mut updates = layer("reqwest", runtime, server.address);
    let changes = rows / ROWS_A_CHANGE;
    let seconds = (0..rounds).map(|round| {
        let mut plain = || {
            reads.run(runtime, rows);
            reads.run(runtime, changes);
            updates.run(runtime, changes);
        };
        let mut planned = || {
            let _requests = runtime.block_on(input.plan_and_apply(round));
        };
        timed(round, [&mut plain, &mut planned])
    });
    println!("{rounds} rounds, medians; {rows} rows, of which {changes} change");
    print_head("plan");
    print("rows", rows, &seconds.collect::<Vec<_>>());
}

/// Measures so many rounds of a sync of so many rows, beside planning them and applying what changes, and prints a table.
pub(crate) fn measure_sync(runtime: &Runtime, rows: u32, rounds: usize) {
    let server = Server::start();
    let input = Input::new(&server, rows);
    let mut requests = [0; 2];
    let mut seconds: Vec<[f64; 2]> = Vec::new();
    for round in 0..rounds {
        let [planned, synced] = &mut requests;
        let mut plan_and_apply = || *planned = runtime.block_on(input.plan_and_apply(round));
        let mut sync = || *synced = runtime.block_on(input.sync(round));
        seconds.push(timed(round, [&mut plan_and_apply, &mut sync]));
    }
    println!("{rounds} rounds, medians; {rows} rows, of which {} change", rows / ROWS_A_CHANGE);
    println!("{:14} {:>10} {:>10} {:>18}", "", "requests", "seconds", "least to most");
    for (side, name) in ["plan and apply", "sync"].into_iter().enumerate() {
        let mut of_side: Vec<f64> = seconds.iter().map(|pair| pair[side]).collect();
        of_side.sort_by(f64::total_cmp);
        let range = format!("{:.1} to {:.1}", of_side[0], of_side[of_side.len() - 1]);
        println!("{name:14} {:>10} {:>10.1} {range:>18}", requests[side], of_side[of_side.len() / 2]);
    }
}

/// What a process does whose peak of memory is measured.
pub(crate) const STEPS: [&str; 3] = ["plan", "apply", "verify"];

/// Makes one step over so many rows; applying and verifying over a plan in which each of them changes.
pub(crate) fn run_step(runtime: &Runtime, step: &str, rows: u32) {
    let server = Server::start();
    let input = Input::new(&server, if step == STEPS[0] { rows } else { 0 });
    runtime.block_on(async {
        match step {
            "plan" => drop(input.plan(0).await),
            "apply" => assert_eq!(input.apply(&input.write_plan(rows), 0).await.0, rows),
            _ => assert_eq!(input.verify(&input.write_plan(rows)).await, rows),
        }
    });
}

/// A sheet whose rows have the ids of their users.
struct Input {
    folder: TempDir,
    file: PathBuf,
    rows: u32,
    elements: Elements,
}

impl Input {
    fn new(server: &Server, rows: u32) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let file = folder.path().join("hr.csv");
        write_csv(&file, rows).expect("a file can be written");
        let builder =
            Elements::builder().base_url(format!("http://{}", server.address)).allow_loopback_http();
        let elements = builder.credential(Credential::access_token(sample::token())).build();
        Self { folder, file, rows, elements: elements.expect("the settings are valid") }
    }

    /// How many requests were sent.
    async fn plan_and_apply(&self, round: usize) -> u64 {
        let (plan, readings) = self.plan(round).await;
        let counts = plan.counts().expect("the plan is whole");
        assert_eq!(counts.changes(), u64::from(self.rows / ROWS_A_CHANGE));
        let (done, requests) = self.apply(&plan, round).await;
        assert_eq!(done, self.rows / ROWS_A_CHANGE);
        readings + requests
    }

    /// As the program syncs. How many requests were sent.
    async fn sync(&self, round: usize) -> u64 {
        let (table, resolved) = self.table().await;
        let header = PlanHeader::new(self.elements.base_url(), SystemTime::now());
        let plan = SyncPlan::open(&self.path(round, "sync.plan"), &header).expect("a plan can be made");
        let plan = Arc::new(plan);
        let journal = self.path(round, "sync.journal");
        let journal = Journal::open_for_plan(&journal, self.elements.base_url(), plan.journal_id());
        let journal = Arc::new(journal.expect("the journal can be made"));
        let mut results = self.results(&table, round, "synced.csv");
        let rows = PlanRows::new(table).expect("the file can be read again");
        let items = SyncItems::new(PlanningItems::new(rows, resolved), Arc::clone(&plan));
        let bulk = BulkOptions::new().concurrency(IN_FLIGHT as usize).journal(Arc::clone(&journal));
        let mut run = bulk.run(&self.elements, items);
        let mut requests = 0;
        while let Some((original, outcome)) = run.next().await {
            requests += u64::from(outcome.attempts);
            if let Some(unchanged) = &outcome.plan {
                plan.count(unchanged);
            }
            results.write(&original, &outcome).expect("results can be written");
        }
        journal.close().await.expect("the journal can be synced");
        results.finish().expect("results can be renamed");
        let plan = plan.finish().expect("the plan can be renamed");
        let changes = plan.counts().expect("the plan is whole").changes();
        assert_eq!(changes, u64::from(self.rows / ROWS_A_CHANGE));
        requests
    }

    /// A plan in which so many users move to the next house.
    fn write_plan(&self, rows: u32) -> Plan {
        let header = PlanHeader::new(self.elements.base_url(), SystemTime::now());
        let mut plan = PlanWriter::create(&self.path(0, "plan"), &header).expect("a plan can be made");
        for row in 0..rows {
            let id = |text: &str| text.to_owned();
            let user = UserKey::new(
                id(sample::CUSTOMER).parse().expect("an id"),
                id(sample::TENANT).parse().expect("an id"),
                format!("{row:08x}{}", &sample::USER[8..]).parse().expect("an id"),
            );
            let [old, new] = [2, 3].map(|number| Some(format!("Theaterplatz {number}")));
            let change = Change::default().with(OfficeField::Address, Edit { old, new });
            plan.change(&PlannedUser::new(u64::from(row) + 2, user, change)).expect("it can be written");
        }
        plan.finish().expect("the plan can be renamed")
    }

    async fn verify(&self, plan: &Plan) -> u32 {
        let bulk = BulkOptions::new().concurrency(IN_FLIGHT as usize);
        let mut run = bulk.run(&self.elements, PlanItems::verify(plan));
        let mut read = 0;
        while let Some((_, outcome)) = run.next().await {
            // The server forgets updates.
            read += u32::from(outcome.state == State::Pending);
        }
        read
    }

    /// The rows, and their users: rows are read twice, as in the program, for their keys and for their values.
    async fn table(&self) -> (Table, Resolved) {
        let source = Source::file(&self.file).expect("the file is there");
        let options = InputOptions::default().purpose(Purpose::Plan);
        let mut table = Table::open(source, options).expect("the file is well-formed");
        let mut index = KeyIndex::new(None, None);
        check_plan(&mut table, |row| {
            index.add(&RowKeys::of(row.line, &row.keys)).expect("there are few rows");
        })
        .expect("the rows are well-formed");
        let resolved =
            resolve(&self.elements, index, ListOptions::new().concurrency(IN_FLIGHT as usize), |_| {})
                .await
                .expect("nothing is listed");
        (table, resolved)
    }

    fn results(&self, table: &Table, round: usize, what: &str) -> Results {
        let path = self.path(round, what);
        let results = Results::create(&path, Some(&self.file), ResultsFormat::of(table), table.columns());
        results.expect("results can be made")
    }

    /// As the program plans. The plan, and how many requests were sent.
    async fn plan(&self, round: usize) -> (Plan, u64) {
        let (table, resolved) = self.table().await;
        let header = PlanHeader::new(self.elements.base_url(), SystemTime::now());
        let mut plan = PlanWriter::create(&self.path(round, "plan"), &header).expect("a plan can be made");
        let mut results = self.results(&table, round, "planned.csv");
        let rows = PlanRows::new(table).expect("the file can be read again");
        let bulk = BulkOptions::new().concurrency(IN_FLIGHT as usize);
        let mut run = bulk.run(&self.elements, PlanningItems::new(rows, resolved));
        let mut requests = 0;
        while let Some((original, outcome)) = run.next().await {
            requests += u64::from(outcome.attempts);
            let outcome = PlanOutcome::from(outcome);
            results.write(&original, &outcome).expect("results can be written");
            plan.record(&outcome).expect("the plan can be written");
        }
        results.finish().expect("results can be renamed");
        (plan.finish().expect("the plan can be renamed"), requests)
    }

    /// How many users were changed, and how many requests were sent.
    async fn apply(&self, plan: &Plan, round: usize) -> (u32, u64) {
        let journal = self.path(round, "journal");
        let journal = Journal::open_for_plan(&journal, self.elements.base_url(), plan.sha256());
        let journal = Arc::new(journal.expect("the journal can be made"));
        let bulk = BulkOptions::new().concurrency(IN_FLIGHT as usize).journal(journal.clone());
        let mut run = bulk.run(&self.elements, PlanItems::apply(plan));
        let (mut done, mut requests) = (0, 0);
        while let Some((_, outcome)) = run.next().await {
            assert_eq!(outcome.state, State::Done, "{}", outcome.reason);
            done += 1;
            requests += u64::from(outcome.attempts);
        }
        journal.close().await.expect("the journal can be synced");
        (done, requests)
    }

    fn path(&self, round: usize, what: &str) -> PathBuf {
        self.folder.path().join(format!("{round}.{what}"))
    }
}

/// The server's own values, but for the address of one row in ten.
fn write_csv(file: &Path, rows: u32) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(file)?);
    writeln!(file, "customer,tenant,user,postalCode,countryRegion,state,address,city")?;
    for row in 0..rows {
        let (customer, tenant, user) = (sample::CUSTOMER, sample::TENANT, &sample::USER[8..]);
        let number = if row % ROWS_A_CHANGE == 0 { 3 } else { 2 };
        writeln!(
            file,
            "{customer},{tenant},{row:08x}{user},01067,Germany,Saxony,Theaterplatz {number},Dresden"
        )?;
    }
    file.flush()
}
