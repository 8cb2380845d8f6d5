//! Plans: what would change, as one compare-and-set operation a user.
//!
//! A [`Change`] holds, for each field that changes, the value that was read and the value that is wanted. Everything
//! else follows from it:
//!
//! * [`compare`](fn@compare) makes it from wanted values and a reading.
//! * [`decide`](fn@decide) says whether it may be sent: the fields still hold what was read, and all other fields are taken from a
//!   fresh reading.
//! * [`verify`] says whether the service shows it.
//! * [`Change::inverted`] takes it back.
//!
//! ```
//! use avepoint_elements::OfficeField;
//! use avepoint_elements_bulk::plan::{Comparison, Current, Decision, Wanted, WantedOffice, compare, decide};
//!
//! let read = Current::default()
//!     .with(OfficeField::PostalCode, "2121")
//!     .with(OfficeField::CountryRegion, "Angola")
//!     .with(OfficeField::State, "Luanda")
//!     .with(OfficeField::Address, "Dande");
//! let wanted = WantedOffice::default().with(OfficeField::Address, Wanted::Set("Rua 1".to_owned()));
//! let Comparison::Change(change) = compare(&wanted, &read) else { panic!("the address differs") };
//!
//! // Another writer corrects the state in between: that value is kept.
//! let fresh = read.with(OfficeField::State, "Bengo");
//! let Decision::Send(office) = decide(&change, &fresh) else { panic!("the address is as it was") };
//! assert_eq!((office.address(), office.state()), ("Rua 1", "Bengo"));
//! // Applied twice, nothing is sent.
//! assert_eq!(decide(&change, &fresh.with(OfficeField::Address, "Rua 1")), Decision::Already);
//! ```

mod change;
mod compare;
mod counts;
mod current;
mod decide;
mod equality;
mod file;
mod fresh_lists;
mod items;
mod max_changes;
mod outcome;
mod overview;
mod planned_user;
mod planning;
mod row;
mod rows;
mod sha256;
mod state;
mod sync_items;
mod sync_plan;
mod target;

pub use avepoint_elements_rows::{LocalFields, Wanted, WantedOffice};
pub use change::{Change, Edit};
pub use compare::{Comparison, compare};
pub use counts::{PlanCounts, TenantCounts};
pub use current::{Current, Unreadable};
pub use decide::{Conflict, Decision, TooLong, Update, Verification, decide, verify};
pub use equality::are_equal;
pub use file::{Plan, PlanHeader, PlanInput, PlanWriter, PlannedUsers, invert};
pub use items::PlanItems;
pub use max_changes::TooManyChanges;
pub use outcome::PlanOutcome;
pub use overview::{FieldCounts, Overview, Selection};
pub use planned_user::{Names, PlannedUser};
pub use planning::PlanningItems;
pub use row::{EarlierReading, PlanRow};
pub use rows::{EarlierPlanning, PlanRows};
pub use sha256::{InvalidSha256Sum, Sha256Sum};
pub use state::{PlanState, StateCounts};
pub use sync_items::{SyncItems, SyncTarget};
pub use sync_plan::SyncPlan;
pub(crate) use sync_plan::Unrecorded;
pub use target::PlanTarget;
pub(crate) use target::Relocated;

use avepoint_elements::OfficeField;

/// One value for each field of the office information, in the order of [`OfficeField::ALL`].
type PerField<T> = [T; OfficeField::ALL.len()];

/// The field that the contract calls so.
fn field_named(name: &str) -> Option<OfficeField> {
    OfficeField::ALL.into_iter().find(|field| field.contract().name == name)
}

/// The index of a field in [`PerField`].
fn index_of(field: OfficeField) -> usize {
    OfficeField::ALL.iter().position(|other| *other == field).unwrap_or_default()
}
