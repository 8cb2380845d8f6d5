//! Of commands that make, show and invert a plan.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use avepoint_elements_bulk::plan::Selection;
use avepoint_elements_bulk::{Blank, BulkOptions, Purpose};

use super::connection::Connection;
use super::files::{self, Input};
use super::layers::Layers;
use super::run;
use crate::arguments;
use crate::failure::Failure;

/// Of `office plan`.
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
    /// Where the plan is, if not beside the input.
    pub(crate) out: Option<PathBuf>,
    /// Where the results are, if not beside the plan.
    pub(crate) results: Option<PathBuf>,
    /// What the plan says of how it was made, by flag.
    pub(crate) rules: BTreeMap<String, String>,
    /// Whether changes have an exit code of their own.
    pub(crate) exit_code: bool,
    pub(crate) quiet: bool,
}

/// Resolves what `office plan` takes.
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
        out: files.out,
        results: files.results,
        rules,
        exit_code: files.exit_code,
        quiet: files.quiet,
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

/// Of `office show`.
pub(crate) struct Show {
    pub(crate) plan: PathBuf,
    pub(crate) selection: Selection,
    /// In place of what is printed.
    pub(crate) pages: Option<ShowPages>,
}

/// The pages that `office show` writes.
pub(crate) struct ShowPages {
    pub(crate) html: Option<PathBuf>,
    /// A folder.
    pub(crate) per_customer: Option<PathBuf>,
    pub(crate) results: Option<PathBuf>,
    pub(crate) verified: Option<PathBuf>,
}

/// Resolves what `office show` takes.
pub(crate) fn show(arguments: arguments::Show) -> Result<Show, Failure> {
    let arguments::Show { plan, customer, changed, pages } = arguments;
    let mut selection = Selection::default();
    (selection.customer, selection.changed) = (customer, changed);
    Ok(Show { plan, selection, pages: show_pages(pages)? })
}

fn show_pages(pages: arguments::ShowPages) -> Result<Option<ShowPages>, Failure> {
    let arguments::ShowPages { html, per_customer, results, verified } = pages;
    files::check_name("--html", html.as_deref())?;
    if html.is_some() || per_customer.is_some() {
        return Ok(Some(ShowPages { html, per_customer, results, verified }));
    }
    let flag = results.map(|_| "--results").or(verified.map(|_| "--verified"));
    match flag {
        Some(flag) => {
            Err(Failure::usage(format!("{flag} is for a report: name it with --html or --per-customer")))
        }
        None => Ok(None),
    }
}

/// Of `office undo`.
pub(crate) struct Undo {
    pub(crate) plan: PathBuf,
    pub(crate) out: PathBuf,
    /// Whether every change is taken back, whatever a journal says.
    pub(crate) all: bool,
}

/// Resolves what `office undo` takes.
pub(crate) fn undo(arguments: arguments::Undo) -> Result<Undo, Failure> {
    let arguments::Undo { plan, out, all } = arguments;
    files::check_name("--out", Some(&out))?;
    Ok(Undo { plan, out, all })
}
