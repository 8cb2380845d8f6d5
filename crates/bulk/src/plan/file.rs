//! The file of a plan.
//!
//! NDJSON: a [header](PlanHeader), a line for each user whose office information changes, and an end with
//! [counts](super::PlanCounts) and the SHA-256 of every byte before it. A plan that is not whole is never taken for one.
//! Each line before the end has a checksum, chained to that of the line before: the next planning goes on with the whole lines
//! of a plan without an end, and those of a sync count as they are.

mod blocks;
mod consistency;
mod end;
mod first_pass;
mod header;
mod line;
mod reader;
mod writer;

pub use header::{PlanHeader, PlanInput};
pub use reader::{Plan, PlannedUsers};
pub use writer::{PlanWriter, invert};

/// The format that is written, and the only one that is read.
const FORMAT: u32 = 1;

/// The longest line of a user or header, in bytes: twice what the longest ids and values come to in JSON.
const MAX_LINE_LENGTH: usize = 1 << 20;

/// The longest end, in bytes: room for more than 40,000 tenants.
const MAX_END_LENGTH: usize = 16 << 20;
