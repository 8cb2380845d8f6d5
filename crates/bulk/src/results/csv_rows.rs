//! Results in CSV.

use std::fmt::{Display, Write as _};
use std::fs::File;
use std::io::{self, Write};

use csv::{Writer, WriterBuilder};

use super::{Added, RESULT_COLUMNS};
use crate::Cells;

pub(super) struct CsvRows {
    writer: Writer<File>,
    columns: usize,
    /// Where numbers become texts.
    text: String,
}

impl CsvRows {
    pub(super) fn begin(mut file: File, delimiter: u8, bom: bool, columns: &[String]) -> io::Result<Self> {
        if bom {
            file.write_all("\u{feff}".as_bytes())?;
        }
        let mut writer = WriterBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .buffer_capacity(1 << 16)
            .from_writer(file);
        writer.write_record(columns.iter().map(String::as_str).chain(RESULT_COLUMNS))?;
        Ok(Self { writer, columns: columns.len(), text: String::new() })
    }

    pub(super) fn write(&mut self, cells: &Cells, added: &Added<'_>) -> io::Result<()> {
        for cell in cells.iter().chain(std::iter::repeat("")).take(self.columns) {
            self.writer.write_field(cell)?;
        }
        self.write_added(added)?;
        // What belongs to no column stands behind all columns, so that the row stays as wrong as it was.
        for cell in cells.iter().skip(self.columns) {
            self.writer.write_field(cell)?;
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    fn write_added(&mut self, added: &Added<'_>) -> io::Result<()> {
        let outcome = added.outcome;
        self.writer.write_field(outcome.state.name())?;
        self.write_shown(outcome.status)?;
        self.writer.write_field(added.request_id.as_deref().unwrap_or_default())?;
        self.write_shown(Some(outcome.attempts))?;
        self.writer.write_field(&*added.reason)?;
        self.writer.write_field(added.time)?;
        self.writer.write_field(&*added.host)?;
        self.write_shown(outcome.proof)
    }

    fn write_shown(&mut self, value: Option<impl Display>) -> io::Result<()> {
        self.text.clear();
        // Writing to a text cannot fail.
        let _ = value.map(|value| write!(self.text, "{value}"));
        Ok(self.writer.write_field(&self.text)?)
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
