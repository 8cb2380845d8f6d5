//! Bulk updates of office information through the AvePoint Elements API: rows in, results out, every row accounted
//! for.
//!
//! ```
//! use std::sync::Arc;
//!
//! use avepoint_elements::{Credential, Elements};
//! use avepoint_elements_bulk::{
//!     BulkOptions, InputOptions, Items, Journal, Results, ResultsFormat, Source, State, Table, check,
//! };
//! use futures_util::StreamExt;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = avepoint_elements_sandbox::Sandbox::start().await?;
//! # let (base_url, token) = (sandbox.base_url(), sandbox.issue_token());
//! # let folder = tempfile::tempdir()?;
//! # let path = |name: &str| folder.path().join(name);
//! let csv = "\
//! customer,tenant,user,Postal Code,Country,State,Street address,City
//! c1,t1,u1,01067,DE,Saxony,Theaterplatz 2,Dresden
//! c1,t1,u2,2121,Angola,Luanda,Dande,Barra do Dande
//! ";
//! // Everything is checked before anything is sent. A row without a city may blank the user's: that is a warning.
//! let mut table = Table::open(Source::reader(csv.as_bytes())?, InputOptions::default())?;
//! let checked = check(&mut table, None, |finding| eprintln!("{finding:?}"))?;
//! assert_eq!((checked.valid, checked.invalid), (2, 0));
//!
//! let elements = Elements::builder()
//!     .base_url(&base_url)
//!     .allow_loopback_http()
//!     .credential(Credential::access_token(token))
//!     .build()?;
//! let journal = Arc::new(Journal::open(&path("offices.csv.journal"), elements.base_url())?);
//! let columns = table.columns().to_vec();
//! let mut results = Results::create(&path("results.csv"), None, ResultsFormat::of(&table), &columns)?;
//! let items = Items::new(table, checked)?;
//! let mut run = BulkOptions::new().journal(journal.clone()).run(&elements, items);
//! while let Some((original, outcome)) = run.next().await {
//!     results.write(&original, &outcome)?;
//! }
//! journal.close().await?;
//! let (summary, items) = run.into_parts().await;
//! // Where reading failed, there are rows without results.
//! assert!(items.error().is_none());
//! assert_eq!(summary.count(State::Done), 2);
//! results.finish()?;
//! # Ok(())
//! # }
//! ```
//!
//! # What it promises
//! * A row is `done` when the service answered 204 and the journal says so, and not before. What may have been
//!   applied is `unknown`, never `failed`.
//! * A run that ends in the middle, by a crash or a signal, is gone on with by the next one on the same journal: what
//!   is done is not sent again, what is unknown is.
//! * An outage costs time and no rows: nothing but one row at a time is sent, to ask, until there is an answer.
//! * Results come in the order of the rows, one for each, whatever happens.
//! * Memory does not grow with the input, but for some bytes a row by which users are known again.
//!
//! # Parts
//! Each can be used by itself: [`Table`] and [`check`] read CSV and NDJSON, as
//! `avepoint-elements-rows` does alone; [`BulkOptions`] sends a stream of [`Item`]s, from
//! a file or from anywhere, and is a stream of [`Outcome`]s; [`Journal`] remembers; [`Results`] writes them down;
//! [`Shard`] splits the work among machines. The program `elements` of `avepoint-elements-cli` is these parts together.
//!
//! Three more parts serve callers without ids, and changes that are to be seen before they are made: [`directory`] finds
//! users by addresses and employee numbers, [`plan`] says what would change, decides whether that may still be sent, and
//! takes it back, and [`export`] writes what the service holds as a sheet that can be planned.
//!
//! # Features
//! | feature | adds |
//! |---|---|
//! | `rustls` (default) | TLS by rustls, with the platform's certificate store |
//! | `native-tls` | TLS by the system's library |
//! | `tracing` (default) | events of the circuit breaker, beside those of the SDK |
//! | `gzip` (default) | rows that are compressed with gzip |
//! | `xlsx` (default) | rows of a sheet of a workbook |
//!
//! # The runtime
//! A run is a task on tokio, with time and I/O enabled, as
//! [the SDK's calls](https://docs.rs/avepoint-elements/latest/avepoint_elements/#the-runtime) are. A program without a
//! runtime blocks on one for the whole run: `runtime.block_on(run.for_each(…))`. Files are read and written where they are
//! polled, without a thread of their own.
//!
//! # Errors
//! [`Outcome::error`] is the SDK's error of the row's last request, and [`Outcome::error_kind`] its kind: a mapping of
//! errors is written once, as the guide's page on errors does. [`Stopped`] says why a run ended early, and
//! [`FileError`] what a journal, plan or result file lacks.
//!
//! This is an unofficial client.

use avepoint_elements_rows::countries;

mod atomic_file;
mod base_url;
mod chain;
mod clock;
mod count_or_percent;
pub mod directory;
mod error;
pub mod export;
mod file_names;
mod hash;
mod history;
mod items;
mod journal;
#[cfg(feature = "tracing")]
mod log;
mod new_file;
mod os;
mod outcome;
pub mod plan;
mod results;
mod run;
mod service_error;
mod shard;
mod times;
mod untrusted;

#[doc(hidden)]
pub use avepoint_elements_rows::ids;
pub use avepoint_elements_rows::ids::why_no_id;
pub use avepoint_elements_rows::{
    Advice, Blank, CLEAR, Cells, Checked, CheckedPlanRow, CheckedRow, CheckedUpdate, Column, Country,
    Duplicates, Entries, Entry, Finding, Format, IdCounts, InputError, InputOptions, Invalid, KEEP, KeyCells,
    LineList, Original, PlanCheck, PlanEntries, PlanEntry, Problem, Purpose, ReadSheet, Row, Source, Table,
    UnknownColumn, UnknownName, UserKind, WantedRow, check_plan, check_plan_row, check_row, check_update,
    country, excerpt, schema, template,
};
pub use count_or_percent::{CountOrPercent, InvalidCountOrPercent};
pub use error::FileError;
pub use file_names::{
    applied_name, journal_name, journals_beside, older_name, partial_name, plan_name, planned_name,
    results_name, shard_of_journal, shards_beside, synced_name, text_name, verified_name,
};
pub use hash::{OfficeHash, Proof, UserHash};
pub use history::{Claim, DoneBefore, History};
pub use items::{Items, check};
pub use journal::{Journal, Recorded, Snapshot, TornTail};
pub use new_file::NewFile;
pub use outcome::{Outcome, State};
pub use results::{Results, ResultsFormat, RowResult, spreadsheet_safe};
pub use run::{BulkOptions, Item, Run, Stopped, Summary};
pub use service_error::ServiceError;
pub use shard::{InvalidShard, Shard};
pub use untrusted::{check_folder, open_ordinary, open_trusted};
