//! What became of each row, beside what the row said.

mod csv_rows;
mod ndjson;
mod spreadsheet;

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use avepoint_elements_rows::columns::RESULT_COLUMNS;
use avepoint_elements_rows::{Format, Original, Table};

use crate::atomic_file::AtomicFile;
use crate::error::FileError;
use crate::hash::Proof;
use crate::outcome::{Outcome, this_host};
use crate::plan::PlanOutcome;
use crate::{clock, times};
use csv_rows::CsvRows;
use ndjson::NdjsonRows;
pub use spreadsheet::spreadsheet_safe;
pub(crate) use spreadsheet::without_guard;

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResultsFormat {
    /// One header, then one record a row, in UTF-8.
    Csv {
        /// Between the cells.
        delimiter: u8,
        /// Whether a byte order mark comes first, as Excel wants it.
        bom: bool,
    },
    /// One JSON object a line.
    Ndjson,
}

impl ResultsFormat {
    /// How the results of an input are written: as it is, but always in UTF-8, and marked as such where the input is
    /// marked, since its reader is then likely to be Excel.
    pub fn of(table: &Table) -> Self {
        match table.format() {
            Format::Csv => Self::Csv { delimiter: table.delimiter(), bom: table.has_byte_order_mark() },
            _ => Self::Ndjson,
        }
    }
}

/// A file of results: a row for each row of the input, in the same order, with ours behind the row's own: what became of
/// it, with status, request id, attempts, reason and its code, time, host and proof.
///
/// It is written under the [name with `.partial`](crate::partial_name), readable for its owner alone and locked, and
/// [finished](Self::finish) under its own; older results of that name are kept as `….old`. What the input says is
/// carried as it is. Text from the service can neither start a formula in a spreadsheet nor steer a terminal.
pub struct Results {
    rows: RowWriter,
    /// Whether older results are kept.
    keeps_older: bool,
}

enum RowWriter {
    Csv(Box<CsvRows>),
    Ndjson(NdjsonRows),
}

/// What became of a row, of a run or of a planning, as results have it.
#[derive(Clone, Debug)]
pub struct RowResult<'a> {
    state: &'static str,
    status: Option<u16>,
    request_id: Option<&'a str>,
    attempts: Option<u32>,
    reason: &'a str,
    reason_code: &'static str,
    at: SystemTime,
    host: Arc<str>,
    proof: Option<Proof>,
}

impl<'a> From<&'a Outcome> for RowResult<'a> {
    fn from(outcome: &'a Outcome) -> Self {
        Self {
            state: outcome.result(),
            status: outcome.status,
            request_id: outcome.request_id.as_deref(),
            attempts: Some(outcome.attempts),
            reason: &outcome.reason,
            reason_code: outcome.reason_code,
            at: outcome.at,
            host: outcome.host.clone(),
            proof: outcome.proof,
        }
    }
}

impl<'a> From<&'a PlanOutcome> for RowResult<'a> {
    fn from(outcome: &'a PlanOutcome) -> Self {
        Self {
            state: outcome.state.name(),
            status: outcome.status,
            request_id: outcome.request_id.as_deref(),
            attempts: None,
            reason: &outcome.reason,
            reason_code: outcome.reason_code,
            at: clock::wall(),
            host: this_host(),
            proof: None,
        }
    }
}

/// What results add to a row, ready to be written.
struct Added<'a> {
    result: &'a RowResult<'a>,
    request_id: Option<Cow<'a, str>>,
    reason: Cow<'a, str>,
    time: &'a str,
    host: Cow<'a, str>,
}

impl Results {
    /// Makes sure that results can be made under a name, before anything else is done, and makes nothing.
    ///
    /// # Errors
    /// As [`create`](Self::create), as far as what stands there by now tells.
    pub fn check(path: &Path, input: Option<&Path>) -> Result<(), FileError> {
        AtomicFile::check("results", path, input).map(drop)
    }

    /// Begins results, in the place of earlier ones that were not finished. The columns are the input's, and only
    /// matter in CSV; the input is the file that is read, if it is one.
    ///
    /// # Errors
    /// The results, or what is kept of older ones, would replace their input, or something that is no file
    /// ([`FileError::is_unsuitable`]); another run writes them ([`FileError::is_in_use`]); or the file cannot be made.
    pub fn create(
        path: &Path,
        input: Option<&Path>,
        format: ResultsFormat,
        columns: &[String],
    ) -> Result<Self, FileError> {
        let file = AtomicFile::create("results", path, input)?;
        let rows = match format {
            ResultsFormat::Csv { delimiter, bom } => {
                RowWriter::Csv(Box::new(CsvRows::begin(file, delimiter, bom, columns)?))
            }
            ResultsFormat::Ndjson => RowWriter::Ndjson(NdjsonRows::begin(file)),
        };
        Ok(Self { rows, keeps_older: true })
    }

    /// Has older results of the same name replaced, and not kept as `….old`.
    #[must_use]
    pub fn replace_older(mut self) -> Self {
        self.keeps_older = false;
        self
    }

    /// Adds a row. It is in the file after a [`flush`](Self::flush), or when enough came after it.
    ///
    /// # Errors
    /// The file cannot be written, or the row is of the other format.
    pub fn write<'r>(
        &mut self,
        original: &Original,
        result: impl Into<RowResult<'r>>,
    ) -> Result<(), FileError> {
        let result = &result.into();
        let added = Added {
            result,
            request_id: result.request_id.map(spreadsheet_safe),
            reason: spreadsheet_safe(result.reason),
            time: &times::text(result.at).to_string(),
            host: spreadsheet_safe(&result.host),
        };
        let written = match (&mut self.rows, original) {
            (RowWriter::Csv(rows), Original::Cells(cells)) => rows.write(cells, &added),
            (RowWriter::Ndjson(rows), Original::Members(members)) => rows.write(members, &added),
            _ => Err(io::Error::other("a row of CSV cannot stand in NDJSON, nor the other way round")),
        };
        written.map_err(|error| self.rows.file().unwritten(error))
    }

    /// Hands all rows so far to the system.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn flush(&mut self) -> Result<(), FileError> {
        self.rows.flush().map_err(|error| self.rows.file().unwritten(error))
    }

    /// Syncs the file and gives it its name, which it returns. Older results of that name, in which rows may have been
    /// corrected, are kept as `….old`, in the place of what was kept before; at every moment they have one name
    /// or the other. Without this the partial file stays.
    ///
    /// # Errors
    /// The file cannot be written or renamed, another program changed it ([`FileError::is_damaged`]), or something that is
    /// no file has its name by now ([`FileError::is_unsuitable`]).
    pub fn finish(mut self) -> Result<PathBuf, FileError> {
        self.flush()?;
        let file = match self.rows {
            RowWriter::Csv(rows) => rows.end()?,
            RowWriter::Ndjson(rows) => rows.file,
        };
        if self.keeps_older { file.finish_and_keep_older() } else { file.finish() }
    }
}

impl fmt::Debug for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Results").field("file", self.rows.file()).finish_non_exhaustive()
    }
}

impl RowWriter {
    fn file(&self) -> &AtomicFile {
        match self {
            Self::Csv(rows) => rows.records.get_ref(),
            Self::Ndjson(rows) => &rows.file,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Csv(rows) => rows.records.flush(),
            Self::Ndjson(rows) => rows.file.flush(),
        }
    }
}
