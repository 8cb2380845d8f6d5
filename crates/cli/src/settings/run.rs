//! Of commands that send or read many rows: `office apply`, `office verify` and `office export`.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use avepoint_elements_bulk::plan::Sha256Sum;
use avepoint_elements_bulk::{BulkOptions, CountOrPercent, Format, Shard};

use super::connection::{self, Connection};
use super::files::{self, Input};
use super::keys;
use super::layers::Layers;
use crate::arguments::{self, FileArguments};
use crate::failure::Failure;

/// Of `office apply`.
#[allow(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub(crate) struct Apply {
    pub(crate) input: Input,
    pub(crate) connection: Connection,
    pub(crate) bulk: BulkOptions,
    pub(crate) limit: Option<u64>,
    pub(crate) max_outage: Duration,
    pub(crate) shard: Option<Shard>,
    /// Whether consent was given beforehand.
    pub(crate) yes: bool,
    pub(crate) dry_run: bool,
    pub(crate) skip_invalid: bool,
    pub(crate) quiet: bool,
    pub(crate) files: FileArguments,
    pub(crate) guards: Guards,
    /// The flags that were given and are about rows.
    pub(crate) row_flags: Vec<&'static str>,
}

/// How many requests are under way, and how long the service may be down.
pub(crate) struct Pace {
    pub(crate) concurrency: usize,
    pub(crate) max_outage: Duration,
}

impl Pace {
    pub(crate) fn bulk(&self) -> BulkOptions {
        BulkOptions::new().concurrency(self.concurrency).max_outage(self.max_outage)
    }
}

/// Resolves where to, as whom, and how fast.
pub(super) fn paced(
    connection: arguments::Connection,
    pace: &arguments::Pace,
    layers: &Layers,
) -> Result<(Connection, Pace), Failure> {
    let mut connection = connection::connection(connection, layers)?;
    connection.rate = layers.value(&keys::RATE, pace.rate)?;
    let concurrency = layers.value(&keys::CONCURRENCY, pace.concurrency)?;
    let concurrency = concurrency.map_or(BulkOptions::DEFAULT_CONCURRENCY, NonZeroUsize::get);
    let max_outage = layers.value(&keys::MAX_OUTAGE, pace.max_outage)?;
    let max_outage = max_outage.unwrap_or(BulkOptions::DEFAULT_MAX_OUTAGE);
    Ok((connection, Pace { concurrency, max_outage }))
}

/// What a plan may do.
pub(crate) struct Guards {
    pub(crate) max_changes: Option<CountOrPercent>,
    pub(crate) allow_clear: bool,
    pub(crate) expect: Option<Sha256Sum>,
    /// Whether one row in each tenant is enough.
    pub(crate) canary: bool,
    /// The flags that were given. A profile's guards are no flags: they wait for a plan.
    pub(crate) flags: Vec<&'static str>,
}

/// Resolves what a plan may do.
fn guards(arguments: &arguments::GuardArguments, layers: &Layers) -> Result<Guards, Failure> {
    let arguments::GuardArguments { max_changes, allow_clear, expect, canary } = *arguments;
    let flags = given_flags([
        ("--max-changes", max_changes.is_some()),
        ("--allow-clear", allow_clear),
        ("--expect", expect.is_some()),
        ("--canary", canary),
    ]);
    let max_changes = layers.value(&keys::MAX_CHANGES, max_changes)?;
    Ok(Guards { max_changes, allow_clear, expect, canary, flags })
}

fn given_flags(flags: impl IntoIterator<Item = (&'static str, bool)>) -> Vec<&'static str> {
    flags.into_iter().filter_map(|(flag, is_given)| is_given.then_some(flag)).collect()
}

/// The flags that were given and are about rows.
fn row_flags(input: &arguments::Input, run: &arguments::RunArguments) -> Vec<&'static str> {
    given_flags([
        ("--format", input.reading.format.is_some()),
        ("--sheet", input.reading.sheet.is_some()),
        ("--map", !input.reading.map.is_empty()),
        ("--customer", input.customer.is_some()),
        ("--tenant", input.tenant.is_some()),
        ("--blank", input.blank.is_some()),
        ("--strict-countries", input.reading.strict_countries),
        ("--allow-multiline", input.reading.allow_multiline),
        ("--skip-invalid", run.skip_invalid),
    ])
}

pub(crate) fn apply(arguments: arguments::Apply, layers: &Layers) -> Result<Apply, Failure> {
    let arguments::Apply { input, run, guards, files, connection } = arguments;
    let row_flags = row_flags(&input, &run);
    let guards = self::guards(&guards, layers)?;
    let input = files::input(input, layers)?;
    let (connection, pace) = paced(connection, &run.pace, layers)?;
    files::check_stdin(&input, &connection)?;
    files::check_name("--results", files.results.as_deref())?;
    files::check_name("--journal", files.journal.as_deref())?;
    let mut bulk = pace.bulk();
    if let Some(most) = layers.value(&keys::MAX_FAILURES, run.max_failures)? {
        bulk = bulk.max_failures(most);
    }
    if let Some(limit) = run.limit {
        bulk = bulk.limit(limit);
    }
    Ok(Apply {
        input,
        connection,
        bulk,
        limit: run.limit,
        max_outage: pace.max_outage,
        shard: run.shard,
        yes: run.yes,
        dry_run: run.dry_run,
        skip_invalid: run.skip_invalid,
        quiet: run.quiet,
        files,
        guards,
        row_flags,
    })
}

pub(crate) struct Verify {
    pub(crate) plan: PathBuf,
    pub(crate) connection: Connection,
    pub(crate) bulk: BulkOptions,
    pub(crate) max_outage: Duration,
    pub(crate) shard: Option<Shard>,
    /// Where the results are, if not beside the plan.
    pub(crate) results: Option<PathBuf>,
    pub(crate) quiet: bool,
}

pub(crate) fn verify(arguments: arguments::Verify, layers: &Layers) -> Result<Verify, Failure> {
    let arguments::Verify { plan, run, connection } = arguments;
    let (connection, pace) = paced(connection, &run.pace, layers)?;
    files::check_name("--results", run.results.as_deref())?;
    let bulk = pace.bulk().verify_timeout(run.wait);
    Ok(Verify {
        plan,
        connection,
        bulk,
        max_outage: pace.max_outage,
        shard: run.shard,
        results: run.results,
        quiet: run.quiet,
    })
}

pub(crate) struct Export {
    pub(crate) out: PathBuf,
    pub(crate) format: Format,
    pub(crate) tenants: arguments::Tenants,
    pub(crate) pace: Pace,
    pub(crate) quiet: bool,
    pub(crate) connection: Connection,
}

pub(crate) fn export(arguments: arguments::Export, layers: &Layers) -> Result<Export, Failure> {
    let arguments::Export { out, format, tenants, quiet, pace, connection } = arguments;
    files::check_name("--out", Some(&out))?;
    let (connection, pace) = paced(connection, &pace, layers)?;
    let has_lines = out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("ndjson"));
    let by_ending = if has_lines { Format::Ndjson } else { Format::Csv };
    let format = format.map_or(by_ending, Into::into);
    Ok(Export { out, format, tenants, pace, quiet, connection })
}
