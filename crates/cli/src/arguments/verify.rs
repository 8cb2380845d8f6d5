//! What `office verify` takes.

use std::path::PathBuf;
use std::time::Duration;

use avepoint_elements_bulk::Shard;
use clap::Args;

use super::Connection;
use super::rows::Pace;
use super::values::time;

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

pub(crate) const EXAMPLES: &str = "\
Examples:
  elements office verify hr.plan --wait 2m
  elements office verify hr.plan --output csv | grep -v '^='

With --output csv, a line for each user begins with a letter: = confirmed, ~ pending (still the old values), * differs, \
- gone, ! unreadable or not read.

Exit codes of this command: 0 every user has what the plan leads to; 1 some have not, see the results; 2 the plan cannot \
be used; 3 authentication; 4 stopped early, run it again; 130 stopped at once.";
