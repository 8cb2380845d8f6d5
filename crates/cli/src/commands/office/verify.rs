//! `office verify`: the users of a plan, read and compared with what it leads to.

use std::io;

use avepoint_elements_bulk::plan::{Plan, PlanCounts, PlanItems};
use avepoint_elements_bulk::{Original, Outcome, State};
use serde_json::Value;

use super::apply::report::{RunKind, RunReport};
use super::apply::result_writer::ResultWriter;
use super::apply::run_paths::RunPaths;
use super::apply::{apply_plan, drive};
use super::partial_sync;
use crate::connection::Connected;
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::printer::{OutputFormat, Printer, note};
use crate::progress::Progress;
use crate::progress_line::ProgressDisplay;
use crate::settings::Verify;
use crate::table::{Column, Table};

pub(crate) async fn run(settings: Verify, printer: Printer, interrupts: &Interrupts) -> Result<(), Failure> {
    settings.connection.require_users()?;
    let plan = partial_sync::open(&settings.plan)?;
    let paths = RunPaths::of_verification(&settings)?;
    let connected = settings.connection.open().await?;
    plan.check_service(connected.elements.base_url(), connected.sandbox_users)?;
    if connected.sandbox.is_some() {
        note("note: each rehearsal begins with a new sandbox, in which nothing of the plan was applied");
    }
    let mut letters = (printer.format() == OutputFormat::Csv).then(|| StateLetters::new(printer));
    let report = verify(&settings, &paths, &connected, &plan, letters.as_mut(), interrupts).await?;
    let written = match letters {
        Some(letters) => letters.end(),
        None => printer.print(&report).map_err(Failure::from),
    };
    report.verdict()?;
    written
}

async fn verify(
    settings: &Verify,
    paths: &RunPaths,
    connected: &Connected,
    plan: &Plan,
    mut letters: Option<&mut StateLetters>,
    interrupts: &Interrupts,
) -> Result<RunReport, Failure> {
    let mut results = ResultWriter::new(paths.create_plan_results(plan)?);
    // Of a shard, the number is not known before its last user.
    let users = plan.counts().filter(|_| settings.shard.is_none() && !settings.quiet);
    let mut progress = Progress::new(users.map(PlanCounts::changes), ProgressDisplay::on_stderr());
    let items = PlanItems::verify(plan).shard(settings.shard);
    let mut run = settings.bulk.clone().run(&connected.elements, items);
    let mut unseen = 0;
    let each = |original: &Original, outcome: &Outcome| {
        unseen += u64::from(outcome.reason_code == UNSEEN);
        if let Some(letters) = &mut letters {
            letters.add(original, outcome.state);
        }
    };
    let listener = interrupts.listen("interrupted; nothing was changed");
    drive::drive(&mut run, &mut results, &mut progress, listener, each).await;
    progress.line.end();
    let (summary, items) = run.into_parts().await;
    let unread = apply_plan::unread(&items, plan);
    let report = RunReport::of(
        RunKind::Verification,
        summary,
        results,
        paths.partial(),
        unread,
        connected,
        settings.max_outage,
    );
    Ok(RunReport { unseen, ..report })
}

/// The code of a reason that says that some fields cannot be read.
const UNSEEN: &str = "unseen";

const COLUMNS: [Column; 5] = [
    Column { name: "result", heading: None },
    Column { name: "customer", heading: None },
    Column { name: "tenant", heading: None },
    Column { name: "user", heading: None },
    Column { name: "name", heading: None },
];

/// One letter a user, as `rclone check --combined` writes it a file.
struct StateLetters {
    table: Table<5>,
    failed: Option<io::Error>,
}

impl StateLetters {
    fn new(printer: Printer) -> Self {
        Self { table: Table::new(printer, &COLUMNS), failed: None }
    }

    fn add(&mut self, original: &Original, state: State) {
        let Original::Cells(cells) = original else { return };
        let mut cells = cells.iter().skip(1);
        let ids = [cells.next(), cells.next(), cells.next()];
        let row = [Some(letter(state)), ids[0], ids[1], ids[2], cells.nth(2)];
        if let Err(error) = self.table.row(row) {
            self.failed.get_or_insert(error);
        }
    }

    fn end(self) -> Result<(), Failure> {
        match self.failed {
            Some(error) => Err(error.into()),
            None => self.table.end("users", Value::Null),
        }
    }
}

const fn letter(state: State) -> &'static str {
    match state {
        State::Confirmed => "=",
        State::Unseen => "?",
        State::Pending => "~",
        State::Differs => "*",
        State::Gone => "-",
        _ => "!",
    }
}
