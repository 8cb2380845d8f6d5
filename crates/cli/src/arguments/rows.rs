//! Many updates: what `office apply`, `office check`, `office status` and `office template` take.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use avepoint_elements::{CustomerId, TenantId};
use avepoint_elements_bulk::plan::Sha256Sum;
use avepoint_elements_bulk::{Column, CountOrPercent, Shard};
use clap::{Args, ValueEnum};

use super::Connection;
use super::values::{Rate, at_least_one, id, mapping, rate, size, time, whole};

#[derive(Debug, Args)]
pub(crate) struct Apply {
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) run: RunArguments,
    #[command(flatten)]
    pub(crate) guards: GuardArguments,
    #[command(flatten)]
    pub(crate) files: FileArguments,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, Args)]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) input: Input,
    /// The journal, if it is not where `office apply` puts it.
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    /// The shard whose journal is meant, such as 2/8.
    #[arg(long, value_name = "K/N")]
    pub(crate) shard: Option<Shard>,
}

/// Formats of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum RowFormat {
    /// Comma, semicolon or tab between values; the first line names the columns.
    #[default]
    Csv,
    /// One JSON object a line.
    Ndjson,
}

/// What is read, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Rows")]
pub(crate) struct Input {
    /// CSV, NDJSON or a workbook (.xlsx) with a row for each user, also compressed with gzip; `-` for standard input.
    ///
    /// Columns are found by name, in any order and any usual spelling: customer, tenant, user, postalCode,
    /// countryRegion, state, address, city. `elements office template` prints an empty file. Columns with other
    /// names are carried through to the results.
    #[arg(value_name = "FILE", help_heading = None::<&str>)]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) reading: ReadingArguments,
    /// The customer of every row, where the file has no such column.
    #[arg(long, value_name = "ID", value_parser = id::<CustomerId>)]
    pub(crate) customer: Option<CustomerId>,
    /// The tenant of every row, where the file has no such column.
    #[arg(long, value_name = "ID", value_parser = id::<TenantId>)]
    pub(crate) tenant: Option<TenantId>,
    /// What a blank value means; `#CLEAR` as a value clears in any case [default: error].
    #[arg(long, value_enum, value_name = "MEANING")]
    pub(crate) blank: Option<Blank>,
}

/// How rows are read, whatever they are for.
#[derive(Debug, Args)]
pub(crate) struct ReadingArguments {
    /// The format, where the file does not show it.
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<RowFormat>,
    /// The sheet of a workbook; without it, the first that is not hidden.
    #[arg(long, value_name = "NAME")]
    pub(crate) sheet: Option<String>,
    /// Take a value from a column of another name, such as postalCode=PLZ; repeat it for several.
    #[arg(long, value_name = "NAME=COLUMN", value_parser = mapping)]
    pub(crate) map: Vec<(Column, String)>,
    /// The most that is read from standard input or a pipe, and that a compressed file or a workbook unpacks to, such as
    /// 500MiB.
    ///
    /// A copy is kept in the directory that TMPDIR names while the command runs. Other files are not limited.
    #[arg(long = "max-input", value_name = "SIZE", default_value = "4GiB", value_parser = size)]
    pub(crate) max_bytes: u64,
    /// Refuse countries that are not on the service's list, in place of a warning.
    #[arg(long)]
    pub(crate) strict_countries: bool,
    /// Send values that hold lines which look like rows, with a warning. Without this they are mistakes, since a quote that
    /// is missing makes values of rows.
    #[arg(long)]
    pub(crate) allow_multiline: bool,
}

/// What a blank value means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Blank {
    /// That the field stays as it is; in a plan alone.
    Keep,
    /// That the field is emptied.
    Clear,
    /// A mistake; a blank city of an update is left out.
    Error,
}

/// How much is sent, and how fast.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(next_help_heading = "Run")]
pub(crate) struct RunArguments {
    /// Send without asking. Needed where there is no terminal to ask at.
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Do everything but send: check, read the journal, obtain a token.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Send the valid rows although others are invalid.
    #[arg(long)]
    pub(crate) skip_invalid: bool,
    /// Send at most so many rows, for a first try; the next run goes on.
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = whole)]
    pub(crate) limit: Option<u64>,
    /// Stop when more rows fail: a number such as 20, or a share of those sent such as 5%, judged from 50 rows on.
    #[arg(long, value_name = "N|P%", allow_negative_numbers = true)]
    pub(crate) max_failures: Option<CountOrPercent>,
    #[command(flatten)]
    pub(crate) pace: Pace,
    /// Apply one of N equal parts of the file, chosen by a hash of the user, such as 2/8.
    ///
    /// Several machines share a file in this way without talking to each other; each has a journal and results of
    /// its own, and --rate is for each.
    #[arg(long, value_name = "K/N")]
    pub(crate) shard: Option<Shard>,
    /// Say nothing of progress.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// How fast requests are sent.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub(crate) struct Pace {
    /// How many requests are under way at a time [default: 4].
    ///
    /// Four are some twenty users a second where an answer takes a fifth of a second. The service's limits are
    /// not documented, and shared with everything else that you run.
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = at_least_one)]
    pub(crate) concurrency: Option<NonZeroUsize>,
    /// The most requests in a second, a minute or an hour, such as 10/s [default: as many as the service takes].
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) rate: Option<Rate>,
    /// How long the run waits for a service that is down before it stops. Requests under way keep their own limit
    /// (--timeout) [default: 1h].
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) max_outage: Option<Duration>,
}

/// What a plan may do.
#[derive(Debug, Args)]
#[command(next_help_heading = "Plan")]
pub(crate) struct GuardArguments {
    /// Refuse a plan that changes more users, in all or in one tenant: a number such as 100, or a share of the rows that
    /// came to a user, such as 5%.
    #[arg(long, value_name = "N|P%", allow_negative_numbers = true)]
    pub(crate) max_changes: Option<CountOrPercent>,
    /// Apply the plan although it empties fields. The plan that takes another one back needs no such word.
    #[arg(long)]
    pub(crate) allow_clear: bool,
    /// Refuse every plan but the one with this SHA-256, which `office show` prints.
    #[arg(long, value_name = "SHA256")]
    pub(crate) expect: Option<Sha256Sum>,
    /// Apply and verify the first row of each tenant, and stop.
    #[arg(long)]
    pub(crate) canary: bool,
}

/// Where journal and results stand.
#[derive(Debug, Args)]
#[command(next_help_heading = "Files")]
pub(crate) struct FileArguments {
    /// The journal, from which a run goes on [default: FILE.journal].
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    /// The results, one for each row [default: beside FILE, with `.results` before its ending, and of a rehearsal
    /// with `.sandbox.results`; of a plan PLAN.applied.csv].
    #[arg(long, value_name = "FILE")]
    pub(crate) results: Option<PathBuf>,
    /// Rename the journal to `.old` and begin a fresh one. Every row is sent again, even those that the input marks as
    /// done.
    #[arg(long)]
    pub(crate) fresh: bool,
}
