//! Of commands that make, show and invert a plan; a sync makes one as it goes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use avepoint_elements_bulk::plan::Selection;
use avepoint_elements_bulk::{Blank, BulkOptions, CountOrPercent, Purpose};

use super::connection::Connection;
use super::files::{self, Input};
use super::keys;
use super::layers::Layers;
use super::run;
use crate::arguments::{self, PlanFiles};
pub(crate) use crate::arguments::{ShowPages, Undo};
use crate::failure::Failure;

pub(crate) struct Plan {
    pub(crate) input: Input,
    pub(crate) connection: Connection,
    /// By id or exact name; all, where it is not given.
    pub(crate) customer: Option<String>,
    /// By id or exact name; that of each row, where it is not given.
    pub(crate) tenant: Option<String>,
    pub(crate) bulk: BulkOptions,
    /// A directory in place of lists of users.
    pub(crate) directory: Option<PathBuf>,
    pub(crate) concurrency: usize,
    pub(crate) max_outage: Duration,
    pub(crate) files: PlanFiles,
    /// What the plan says of how it was made, by flag.
    pub(crate) rules: BTreeMap<String, String>,
}

pub(crate) fn plan(arguments: arguments::Plan, layers: &Layers) -> Result<Plan, Failure> {
    let arguments::Plan { mut rows, files, pace, connection } = arguments;
    let (connection, pace) = run::paced(connection, &pace, layers)?;
    rows.reading.map = layers.columns(&rows.reading.map);
    let rules = rules(&rows);
    let max_bytes = rows.reading.max_bytes;
    let options =
        files::options(rows.reading, rows.blank, layers)?.purpose(Purpose::Plan).user_kind(rows.user_kind);
    let input = Input { file: rows.file, options, max_bytes };
    files::check_stdin(&input, &connection)?;
    files::check_name("--out", files.out.as_deref())?;
    files::check_name("--results", files.results.as_deref())?;
    Ok(Plan {
        input,
        connection,
        customer: rows.customer,
        tenant: rows.tenant,
        bulk: pace.bulk(),
        directory: rows.directory,
        concurrency: pace.concurrency,
        max_outage: pace.max_outage,
        files,
        rules,
    })
}

/// The flags that decide what is planned.
fn rules(rows: &arguments::PlanRows) -> BTreeMap<String, String> {
    let blank = rows.blank.map_or(Blank::Keep, Into::into);
    let maps = rows.reading.map.iter().map(|(column, name)| (format!("map {column}"), name.clone()));
    let text = |name: &str, text: &Option<String>| text.as_ref().map(|text| (name.to_owned(), text.clone()));
    let named =
        [text("customer", &rows.customer), text("tenant", &rows.tenant), text("sheet", &rows.reading.sheet)];
    let own = [("blank", blank.to_string()), ("user-kind", rows.user_kind.to_string())];
    let own = own.into_iter().map(|(name, text)| (name.to_owned(), text));
    own.chain(named.into_iter().flatten()).chain(maps).collect()
}

pub(crate) struct Sync {
    /// What is planned, and where.
    pub(crate) plan: Plan,
    /// Whether consent was given.
    pub(crate) yes: bool,
    pub(crate) max_changes: Option<u64>,
    pub(crate) allow_clear: bool,
}

pub(crate) fn sync(arguments: arguments::Sync, layers: &Layers) -> Result<Sync, Failure> {
    let arguments::Sync { rows, run, files, pace, connection } = arguments;
    let arguments::SyncRun { yes, max_changes, allow_clear, quiet } = run;
    let arguments::SyncFiles { out, results } = files;
    let files = arguments::PlanFiles { out: Some(out), results, exit_code: false, quiet };
    let plan = plan(arguments::Plan { rows, files, pace, connection }, layers)?;
    Ok(Sync { plan, yes, max_changes: self::max_changes(max_changes, layers)?, allow_clear })
}

/// The most users that are changed: the flag's, else the profile's, of which a share cannot be told before all rows are read.
fn max_changes(flag: Option<u64>, layers: &Layers) -> Result<Option<u64>, Failure> {
    if flag.is_some() {
        return Ok(flag);
    }
    let Some(most) = layers.value::<CountOrPercent>(&keys::MAX_CHANGES, None)? else { return Ok(None) };
    most.to_string().parse().map(Some).map_err(|_| {
        Failure::usage(format!(
            "max-changes of the profile is {most}, and a sync does not know of how many; say --max-changes NUMBER; nothing \
             was sent"
        ))
    })
}

pub(crate) struct Show {
    pub(crate) plan: PathBuf,
    pub(crate) selection: Selection,
    /// In place of what is printed.
    pub(crate) pages: Option<ShowPages>,
}

pub(crate) fn show(arguments: arguments::Show) -> Result<Show, Failure> {
    let arguments::Show { plan, customer, changed, pages } = arguments;
    let mut selection = Selection::default();
    (selection.customer, selection.changed) = (customer, changed);
    Ok(Show { plan, selection, pages: show_pages(pages)? })
}

fn show_pages(pages: ShowPages) -> Result<Option<ShowPages>, Failure> {
    files::check_name("--html", pages.html.as_deref())?;
    if pages.html.is_some() || pages.per_customer.is_some() {
        return Ok(Some(pages));
    }
    let flag = pages.results.map(|_| "--results").or(pages.verified.map(|_| "--verified"));
    match flag {
        Some(flag) => {
            Err(Failure::usage(format!("{flag} is for a report: name it with --html or --per-customer")))
        }
        None => Ok(None),
    }
}

pub(crate) fn undo(arguments: Undo) -> Result<Undo, Failure> {
    files::check_name("--out", Some(&arguments.out))?;
    Ok(arguments)
}
