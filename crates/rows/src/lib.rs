//! Rows of a spreadsheet in, checked updates of office information out: CSV, NDJSON and workbooks as people have them,
//! with all that is wrong or suspicious named by line and column, or by cell. Nothing is sent.
//!
//! ```
//! use avepoint_elements_rows::{Finding, InputOptions, Source, Table, check};
//!
//! let csv = "\
//! customer,tenant,user,Postal Code,Country,State,Street address
//! c1,t1,u1,01067,DE,Saxony,\"Theaterplatz 2, Dresden\"
//! c1,t1,ada@example.com,2121,Angola,Luanda,Dande
//! ";
//! let mut table = Table::open(Source::reader(csv.as_bytes())?, InputOptions::default())?;
//! let mut errors = Vec::new();
//! let checked = check(&mut table, |finding| {
//!     if let Finding::Error(problem) = finding {
//!         errors.push(problem.to_string());
//!     }
//! })?;
//! assert_eq!((checked.valid, checked.invalid), (1, 1));
//! assert!(errors[0].starts_with("line 3, user \"ada@example.com\": holds @"));
//!
//! let row = table.entries()?.next().expect("a row")?.row.expect("a valid row");
//! assert_eq!(row.office.country_region(), "Germany");
//! # Ok::<(), avepoint_elements_rows::InputError>(())
//! ```
//!
//! # What it promises
//! * What would send wrong data without a word is a mistake or a warning: the guide's page on the file lists the kinds.
//! * Every problem is found in one pass, and shown shortened and without anything that steers a terminal.
//! * Memory does not grow with the input but for 16 bytes a row, by which the same user is found twice.
//! * A file that changes between two readings is an error.
//! * A compressed file (feature `gzip`) or a workbook (feature `xlsx`) unpacks to no more than a limit.
//!
//! # Parts
//! [`Source`] has the bytes, [`Table`] knows what they mean, [`check`](fn@check) judges every row, and [`Table::entries`]
//! hands the rows out. `avepoint-elements-bulk` sends them.
//!
//! # Features
//! | feature | adds |
//! |---|---|
//! | `gzip` (default) | rows that are compressed with gzip |
//! | `xlsx` (default) | rows of a sheet of a workbook |
//!
//! This is an unofficial client.

mod check;
mod column_role;
pub mod columns;
pub mod countries;
mod entry;
mod error;
mod format;
mod header_shape;
pub mod ids;
mod layout;
mod options;
mod os;
mod parsed_row;
mod plan_entry;
mod problem;
mod reading;
mod row_in_value;
mod schema;
mod source;
mod table;
mod text;
mod wanted;

pub use check::{
    Checked, CheckedRow, CheckedUpdate, Duplicates, Finding, IdCounts, LineList, check, check_row,
    check_selected, check_update,
};
pub use columns::{Column, UnknownColumn};
pub use countries::{Country, country};
pub use entry::{Cells, Entries, Entry, Invalid, Original, Row};
pub use error::InputError;
pub use format::dialect::DELIMITERS;
pub use format::packed::ReadSheet;
pub use format::signature::PLAN_SIGNATURE;
pub use format::{Format, UnknownName};
pub use options::{Blank, InputOptions, Purpose};
pub use plan_entry::{CheckedPlanRow, PlanCheck, PlanEntries, PlanEntry, check_plan, check_plan_row};
pub use problem::{Advice, Problem, excerpt};
pub use schema::{schema, template};
pub use source::Source;
pub use table::Table;
pub use text::{CLEAR, KEEP, trimmed};
pub use wanted::{KeyCells, LocalFields, UserKind, Wanted, WantedOffice, WantedRow};
