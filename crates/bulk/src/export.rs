//! What the service holds of users, as a sheet that can be planned.
//!
//! 1. [`list_users`] lists the users of tenants, and a [run](crate::BulkOptions::run) [reads](crate::Item::Export) each of them.
//! 2. A [`Draft`] keeps each reading under the [name with `.partial`](crate::partial_name): an export that was
//!    interrupted goes on behind it.
//! 3. [`Draft::finish`] writes the sheet.
//!
//! A sheet that is planned at once has no change: a value that a sheet cannot carry, such as one that a spreadsheet would
//! calculate or that planning would refuse, stands in it as [`#KEEP`](crate::KEEP), and an empty one as a blank cell.

mod draft;
mod row;
mod sheet;
mod tenants;

pub use draft::{Draft, ExportHeader};
pub use row::ExportRow;
pub use sheet::Sheet;
pub use tenants::{ExportTarget, ExportTenant, TenantUsers, list_users};
