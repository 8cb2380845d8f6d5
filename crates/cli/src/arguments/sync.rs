//! What `office sync` takes.

use std::path::PathBuf;

use clap::Args;

use super::Connection;
use super::plan::PlanRows;
use super::rows::Pace;
use super::values::whole;

#[derive(Debug, Args)]
pub(crate) struct Sync {
    #[command(flatten)]
    pub(crate) rows: PlanRows,
    #[command(flatten)]
    pub(crate) run: SyncRun,
    #[command(flatten)]
    pub(crate) files: SyncFiles,
    #[command(flatten)]
    pub(crate) pace: Pace,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// What is changed.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub(crate) struct SyncRun {
    /// Change users without asking, which a sync never does. Needed but with --sandbox.
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Stop at the change that would be one more than so many; those before it are done.
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = whole)]
    pub(crate) max_changes: Option<u64>,
    /// Empty fields, too. Without this, a row that would empty one is left as it is, and its result says so.
    #[arg(long)]
    pub(crate) allow_clear: bool,
    /// Say nothing of progress, of costs and of columns that are not read.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// What is written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Files")]
pub(crate) struct SyncFiles {
    /// The plan, which is written as users are changed; no file is replaced.
    #[arg(long, value_name = "PLAN")]
    pub(crate) out: PathBuf,
    /// The results, one for each row [default: PLAN.synced.csv].
    #[arg(long, value_name = "FILE")]
    pub(crate) results: Option<PathBuf>,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  # A rehearsal without an account:
  elements office sync examples/hr.csv --out hr.plan \\
      --sandbox --sandbox-users examples/directory.ndjson

  # Every night:
  elements office sync feed.csv --out \"$(date -u +%F).plan\" \\
      --yes --quiet --max-changes 100

  # What it did, and the way back:
  elements office show hr.plan
  elements office undo hr.plan --out undo.plan

Exit codes of this command: 0 every user is as the rows want it; 1 some are not, see the results; 2 the input or the flags \
are invalid, or the plan exists, and nothing was sent; 3 authentication; 4 stopped early, run it again to go on; 130 stopped \
at once.";
