//! Plans: what `office plan`, `office show` and `office undo` take.

use std::path::PathBuf;

use avepoint_elements::OfficeField;
use avepoint_elements_bulk::UserKind;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::Connection;
use super::bulk::{Blank, Pace, ReadingArguments};
use super::values::id_or_name;

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
    /// CSV or NDJSON with a row for each user, `-` for standard input.
    ///
    /// A row names its user by one or several of the columns user (an id), userPrincipalName, mail and employeeId,
    /// and may name customer and tenant by id or by name. Of the columns postalCode, countryRegion, state, address and
    /// city, those that are not there are kept, and so are cells that hold #KEEP; #CLEAR empties a field. Columns are found
    /// in any order and any usual spelling.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) reading: ReadingArguments,
    /// Plan for the users of this customer alone, by id or by exact name.
    #[arg(long, value_name = "ID|NAME", value_parser = id_or_name)]
    pub(crate) customer: Option<String>,
    /// Plan for the users of this tenant alone, by id or by exact name; the tenant of rows that name none.
    #[arg(long, value_name = "ID|NAME", value_parser = id_or_name)]
    pub(crate) tenant: Option<String>,
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
    /// Say nothing of progress.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

pub(crate) const PLAN_EXAMPLES: &str = "\
Examples:
  # A rehearsal without an account:
  elements office plan examples/hr.csv --out hr.plan --sandbox --sandbox-users examples/directory.ndjson

  # The users of one customer, and a plan beside the file:
  elements office plan hr.csv --customer Contoso

Exit codes of this command: 0 every row was planned; 1 some were not, see the results; 2 the input or the flags are
invalid, or the plan exists; 3 authentication; 4 stopped early, run it again to go on; 10 with --exit-code, something
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

pub(crate) const SHOW_EXAMPLES: &str = "\
Examples:
  elements office show hr.plan
  elements office show hr.plan --customer Contoso --changed city
  elements office show hr.plan --output csv > changes.csv";

pub(crate) const UNDO_EXAMPLES: &str = "\
Example:
  elements office undo hr.plan --out undo.plan
  elements office apply undo.plan";
