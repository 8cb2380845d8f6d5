//! `office apply`: every row of a file, sent and accounted for.

mod books;
mod drive;
mod files;
mod plan;
mod report;
#[cfg(test)]
mod tests;

use std::io::BufRead;
use std::sync::Arc;

use avepoint_elements_bulk::{Bulk, Checked, Format, Items, Stopped, Table};

use crate::arguments::{self, Apply, RunArguments};
use crate::confirm;
use crate::connection::Connected;
use crate::exit::Failure;
use crate::input;
use crate::output::{self, are, counted};
use crate::progress::{Progress, Show};
use books::Books;
use files::Places;
use plan::Plan;
use report::{Done, Nothing, Rehearsal};

pub(crate) async fn run(arguments: Apply, format: arguments::Format) -> Result<(), Failure> {
    run_before(confirm::terminal(), Show::on_stderr(), arguments, format).await
}

/// Runs before somebody who answers, if somebody is there, and sees the progress.
async fn run_before(
    answers: Option<impl BufRead>,
    show: Show,
    arguments: Apply,
    format: arguments::Format,
) -> Result<(), Failure> {
    let input = read(&arguments, format)?;
    let end = apply(answers, show, &arguments, input).await;
    match end.map_err(|failure| failure.told_why(format))? {
        End::Nothing(nothing) => output::print(format, &nothing),
        End::DryRun(rehearsal) => output::print(format, &rehearsal),
        End::Run(done) => {
            let printed = output::print(format, &*done);
            done.verdict()?;
            printed
        }
    }
}

/// What there is to report.
enum End {
    Nothing(Nothing),
    DryRun(Rehearsal),
    Run(Box<Done>),
}

/// The input, checked.
struct Read {
    table: Table,
    places: Places,
    checked: Checked,
}

fn read(arguments: &Apply, format: arguments::Format) -> Result<Read, Failure> {
    let places = |of| arguments.places(of).map_err(|failure| failure.told_why(format));
    let unreadable = |failure: Failure| failure.told(format, "input");
    // What is wrong with the files is said before standard input is read, whose format names its results.
    places(Format::Csv)?;
    arguments.note_what_means_nothing();
    let mut table = arguments.input.open().map_err(unreadable)?;
    let places = places(table.format())?;
    let checked = checked(arguments, &mut table).map_err(unreadable)?;
    Ok(Read { table, places, checked })
}

async fn apply(
    answers: Option<impl BufRead>,
    show: Show,
    arguments: &Apply,
    Read { mut table, places, checked }: Read,
) -> Result<End, Failure> {
    let table = &mut table;
    if checked.rows == 0 && !arguments.run.dry_run {
        return Ok(End::Nothing(Nothing::of(&arguments.connection)));
    }
    let connected = arguments.connection.open_with(arguments.run.rate).await?;
    if arguments.run.dry_run {
        connected.elements.authenticate().await?;
        let plan = Plan::of(arguments, &places, &connected, table, &checked)?;
        return Ok(End::DryRun(Rehearsal { plan, environment: connected.environment }));
    }
    // Without a question and without progress, nobody wants to know beforehand.
    let plan = if arguments.run.yes && arguments.run.quiet {
        None
    } else {
        Some(Plan::of(arguments, &places, &connected, table, &checked)?)
    };
    if !agreed(arguments, &connected, plan.as_ref(), answers)? {
        return Err(Failure::usage("nothing was sent, as nobody said yes"));
    }
    let progress = Progress::new(plan.map(|plan| plan.send).filter(|_| !arguments.run.quiet), show);
    let done = send(arguments, &places, &connected, table, &checked, progress).await?;
    Ok(End::Run(Box::new(done)))
}

impl Apply {
    /// The rows for a run.
    fn items<'t>(&self, table: &'t mut Table, checked: &'t Checked) -> Result<Items<'t>, Failure> {
        let entries = table.entries().map_err(|error| input::unreadable(&error))?;
        Ok(Items::new(entries, checked).shard(self.run.shard))
    }
}

/// Checks every row; one that is invalid is in the way of all, unless it is to be passed over.
fn checked(arguments: &Apply, table: &mut Table) -> Result<Checked, Failure> {
    let checked = input::checked(table, arguments.run.shard)?;
    let _ = arguments.input.warn_if_empty(&checked, arguments.run.shard);
    if checked.invalid > 0 && !arguments.run.skip_invalid {
        return Err(Failure::usage(format!(
            "{} of {} {} invalid, so nothing was sent; correct what is wrong, or send the others with --skip-invalid",
            checked.invalid,
            counted(checked.rows, "row"),
            are(checked.invalid)
        )));
    }
    Ok(checked)
}

/// Whether the rows may be sent: where there are none, or to a sandbox, that harms nobody; elsewhere somebody has to
/// say so.
fn agreed(
    arguments: &Apply,
    connected: &Connected,
    plan: Option<&Plan>,
    answers: Option<impl BufRead>,
) -> Result<bool, Failure> {
    let Some(plan) = plan.filter(|plan| plan.send > 0) else { return Ok(true) };
    if arguments.run.yes || connected.sandbox.is_some() {
        return Ok(true);
    }
    let Some(answers) = answers.filter(|_| !arguments.input.is_stdin()) else {
        return Err(Failure::usage(
            "nobody is at a terminal to confirm, so nothing was sent; look at --dry-run first, then say --yes",
        ));
    };
    confirm::confirm(&plan.question(&connected.environment), answers)
}

/// Sends the rows, and writes the result of each.
async fn send(
    arguments: &Apply,
    places: &Places,
    connected: &Connected,
    table: &mut Table,
    checked: &Checked,
    mut progress: Progress,
) -> Result<Done, Failure> {
    let journal = Arc::new(arguments.journal(places, connected)?);
    let mut books = Books::new(arguments.results(places, table)?);
    let items = arguments.items(table, checked)?;
    let mut run = settings(&arguments.run).journal(journal.clone()).run(&connected.elements, items);
    let outcome = drive::drive(&mut run, &mut books, &mut progress).await;
    progress.end();
    outcome
        .map_err(|drive::StoppedAtOnce| Failure::Interrupted(at_once(connected, arguments.files.fresh)))?;
    let (mut summary, items) = run.into_parts();
    let unread = items.error().map(|error| output::with_causes(error));
    let unread = unread.or_else(|| table.check_unchanged().err().map(|error| output::with_causes(&error)));
    if let Err(error) = journal.close().await {
        summary.stopped.get_or_insert(Stopped::Journal(error));
    }
    let cause = books.cause();
    Ok(Done {
        summary,
        results: books.finish(unread.is_none()),
        partial: places.partial(),
        unread,
        cause,
        limit: arguments.run.limit,
        patience: arguments.run.patience,
        environment: connected.environment.clone(),
        is_rehearsal: connected.sandbox.is_some(),
        is_fresh: arguments.files.fresh,
    })
}

/// What it means that a run was stopped at once.
fn at_once(connected: &Connected, fresh: bool) -> &'static str {
    match (&connected.sandbox, fresh) {
        (Some(_), _) => "interrupted; nothing real was changed, and a rehearsal keeps no journal",
        (None, true) => {
            "interrupted; updates that were under way may have been applied; run the same command again without \
             --fresh to go on: it sends them again, which does no harm"
        }
        (None, false) => {
            "interrupted; updates that were under way may have been applied; run the same command again to go on: \
             it sends them again, which does no harm"
        }
    }
}

fn settings(arguments: &RunArguments) -> Bulk {
    let mut bulk = Bulk::new().concurrency(arguments.concurrency.get()).patience(arguments.patience);
    if let Some(most) = arguments.max_failures {
        bulk = bulk.max_failures(most);
    }
    if let Some(limit) = arguments.limit {
        bulk = bulk.limit(limit);
    }
    bulk
}
