//! Plans: what `office plan`, `office show`, `office undo` and `office verify` take.

use std::path::PathBuf;
use std::time::Duration;

use avepoint_elements::OfficeField;
use avepoint_elements_bulk::{Shard, UserKind};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::Connection;
use super::rows::{Blank, Pace, ReadingArguments};
use super::values::{id_or_name, time};

#[derive(Debug, Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) rows: PlanRows,
    #[command(flatten)]
    pub(crate) files: PlanFiles,
    #[command(flatten)]
    pub(crate) pace: Pace,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// What is planned.
#[derive(Debug, Args)]
#[command(next_help_heading = "Rows")]
pub(crate) struct PlanRows {
    /// CSV, NDJSON or a workbook (.xlsx) with a row for each user, also compressed with gzip; `-` for standard input.
    ///
    /// A row names its user by one or several of the columns user (an id), userPrincipalName, mail and employeeId,
    /// and may name customer and tenant by id or by name. Of the columns postalCode, countryRegion, state, address and
    /// city, those that are not there are kept, and so are cells that hold #KEEP; #CLEAR empties a field. Columns are found
    /// in any order and any usual spelling.
    #[arg(value_name = "FILE", help_heading = None::<&str>)]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) reading: ReadingArguments,
    /// Plan for the users of this customer alone, by id or by exact name.
    #[arg(long, value_name = "ID|NAME", value_parser = id_or_name)]
    pub(crate) customer: Option<String>,
    /// Plan for the users of this tenant alone, by id or by exact name; the tenant of rows that name none.
    #[arg(long, value_name = "ID|NAME", value_parser = id_or_name)]
    pub(crate) tenant: Option<String>,
    /// A directory that `elements users list` wrote, as CSV or NDJSON, in place of lists of users.
    ///
    /// Rows are looked for in its tenants alone. A tenant is listed where the directory does not have all of its users, and
    /// where the reading of a user disagrees with it.
    #[arg(long, value_name = "FILE")]
    pub(crate) directory: Option<PathBuf>,
    /// What a blank cell means [default: keep].
    #[arg(long, value_enum, value_name = "MEANING")]
    pub(crate) blank: Option<Blank>,
    /// The kind of the users of rows without a userKind. Hybrid and local users need webPage, poBox and personalTitle.
    #[arg(long, value_name = "KIND", default_value_t, value_parser = kind())]
    pub(crate) user_kind: UserKind,
}

fn kind() -> impl TypedValueParser<Value = UserKind> {
    PossibleValuesParser::new(UserKind::ALL.map(UserKind::name)).try_map(|name| name.parse::<UserKind>())
}

/// What is written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Files")]
pub(crate) struct PlanFiles {
    /// The plan; no file is replaced [default: FILE.plan].
    #[arg(long, value_name = "PLAN")]
    pub(crate) out: Option<PathBuf>,
    /// The results, one for each row [default: PLAN.planned.csv].
    #[arg(long, value_name = "FILE")]
    pub(crate) results: Option<PathBuf>,
    /// End with exit code 10 where something changes.
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Say nothing of progress, of costs and of columns that are not read.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

pub(crate) const PLAN_EXAMPLES: &str = "\
Examples:
  # A rehearsal without an account:
  elements office plan examples/hr.csv --out hr.plan \\
      --sandbox --sandbox-users examples/directory.ndjson

  # The users of one customer, and a plan beside the file:
  elements office plan hr.csv --customer Contoso

  # Users listed once, for all plans of the day:
  elements users list --output ndjson > directory.ndjson
  elements office plan hr.csv --directory directory.ndjson

Exit codes of this command: 0 every row was planned; 1 some were not, see the results; 2 the input or the flags are \
invalid, or the plan exists; 3 authentication; 4 stopped early, run it again to go on; 10 with --exit-code, something \
changes.";

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The plan.
    #[arg(value_name = "PLAN")]
    pub(crate) plan: PathBuf,
    /// Only the users of this customer, by id or by exact name.
    #[arg(long, value_name = "ID|NAME", value_parser = id_or_name)]
    pub(crate) customer: Option<String>,
    /// Only the users of whom this field changes.
    #[arg(long, value_name = "FIELD", value_parser = super::field())]
    pub(crate) changed: Option<OfficeField>,
    #[command(flatten)]
    pub(crate) pages: ShowPages,
}

/// Pages for people who have no terminal.
#[derive(Debug, Args)]
#[command(next_help_heading = "Report")]
pub(crate) struct ShowPages {
    /// Write one HTML page, which needs nothing else and holds no script; no file is replaced.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Write a page for each customer, with its own users only, named by the SHA-256 of the customer's id.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) per_customer: Option<PathBuf>,
    /// Say in the report what came of each user, by the results of `office apply`.
    #[arg(long, value_name = "FILE")]
    pub(crate) results: Option<PathBuf>,
    /// Say in the report what the service shows of each user, by the results of `office verify`.
    #[arg(long, value_name = "FILE")]
    pub(crate) verified: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Undo {
    /// The plan that is taken back.
    #[arg(value_name = "PLAN")]
    pub(crate) plan: PathBuf,
    /// The plan that takes it back; no file is replaced.
    #[arg(long, value_name = "PLAN")]
    pub(crate) out: PathBuf,
    /// Take back every change, and not only those that the journal of the plan calls done or unknown.
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The plan.
    #[arg(value_name = "PLAN")]
    pub(crate) plan: PathBuf,
    #[command(flatten)]
    pub(crate) run: VerifyArguments,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// How users are read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub(crate) struct VerifyArguments {
    /// How long to read users again that still have the old values, such as 2m.
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = time)]
    pub(crate) wait: Duration,
    #[command(flatten)]
    pub(crate) pace: Pace,
    /// Verify one of N equal parts of the plan, chosen by a hash of the user, such as 2/8.
    #[arg(long, value_name = "K/N")]
    pub(crate) shard: Option<Shard>,
    /// The results, one for each user [default: PLAN.verified.csv].
    #[arg(long, value_name = "FILE")]
    pub(crate) results: Option<PathBuf>,
    /// Say nothing of progress.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

pub(crate) const VERIFY_EXAMPLES: &str = "\
Examples:
  elements office verify hr.plan --wait 2m
  elements office verify hr.plan --output csv | grep -v '^='

With --output csv, a line for each user begins with a letter: = confirmed, ~ pending (still the old values), * differs, \
- gone, ! unreadable or not read.

Exit codes of this command: 0 every user has what the plan leads to; 1 some have not, see the results; 2 the plan cannot \
be used; 3 authentication; 4 stopped early, run it again; 130 stopped at once.";

pub(crate) const SHOW_EXAMPLES: &str = "\
Examples:
  elements office show hr.plan
  elements office show hr.plan --customer Contoso --changed city
  elements office show hr.plan --output csv > changes.csv

  # For a customer's approval, and after the change:
  elements office show hr.plan --html approval.html --per-customer approvals
  elements office show hr.plan --html report.html \\
      --results hr.plan.applied.csv --verified hr.plan.verified.csv";

pub(crate) const UNDO_EXAMPLES: &str = "\
Example:
  elements office undo hr.plan --out undo.plan
  elements office apply undo.plan";
