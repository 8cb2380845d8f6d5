//! Results in CSV.

use std::io::{self, BufWriter, Write};

use super::{Added, RESULT_COLUMNS};
use crate::untrusted::Counted;
use crate::{Cells, Proof};
use avepoint_elements_rows::DELIMITERS;

pub(super) struct CsvRows {
    file: BufWriter<Counted>,
    delimiter: u8,
    columns: usize,
    record: Vec<u8>,
}

impl CsvRows {
    pub(super) fn begin(file: Counted, delimiter: u8, bom: bool, columns: &[String]) -> io::Result<Self> {
        let mut file = BufWriter::with_capacity(1 << 16, file);
        if bom {
            file.write_all("\u{feff}".as_bytes())?;
        }
        let mut rows = Self { file, delimiter, columns: columns.len(), record: Vec::new() };
        columns.iter().map(String::as_str).chain(RESULT_COLUMNS).for_each(|name| rows.push_name(name));
        rows.end()?;
        Ok(rows)
    }

    pub(super) fn write(&mut self, cells: &Cells, added: &Added<'_>) -> io::Result<()> {
        // Of a record that could not be written, nothing is left.
        self.record.clear();
        // What is known of all cells together needs not be asked of each.
        let push = if self.needs_quotes(cells.text()) { Self::push } else { Self::push_as_it_is };
        let missing = std::iter::repeat("");
        cells.iter().chain(missing).take(self.columns).for_each(|cell| push(self, cell));
        self.push_added(added);
        // What belongs to no column stands behind all columns, so that the row stays as wrong as it was.
        cells.iter().skip(self.columns).for_each(|cell| push(self, cell));
        self.end()
    }

    fn push_added(&mut self, added: &Added<'_>) {
        let result = added.result;
        self.push(result.state);
        self.push_number(result.status);
        self.push(added.request_id.as_deref().unwrap_or_default());
        self.push_number(result.attempts);
        self.push(&added.reason);
        self.push(result.reason_code);
        self.push(added.time);
        self.push(&added.host);
        self.record.extend(result.proof.iter().flat_map(Proof::digits));
        self.record.push(self.delimiter);
    }

    /// Appends the name of a column. Whoever reads it counts delimiters, of which the most common one may be in it.
    fn push_name(&mut self, name: &str) {
        if name.bytes().any(|byte| DELIMITERS.contains(&byte)) {
            self.push_in_quotes(name);
        } else {
            self.push(name);
        }
    }

    /// Appends a cell, and the delimiter behind it.
    fn push(&mut self, cell: &str) {
        if self.needs_quotes(cell) {
            self.push_in_quotes(cell);
        } else {
            self.push_as_it_is(cell);
        }
    }

    /// Within quotes, a quote is written twice.
    fn push_in_quotes(&mut self, cell: &str) {
        self.push_as_it_is(&format!("\"{}\"", cell.replace('"', "\"\"")));
    }

    fn needs_quotes(&self, text: &str) -> bool {
        let is_special = |byte: u8| byte == self.delimiter || matches!(byte, b'"' | b'\r' | b'\n');
        // Without a way out in between, the scan takes many bytes at a time.
        text.bytes().fold(false, |found, byte| found | is_special(byte))
    }

    fn push_as_it_is(&mut self, cell: &str) {
        self.record.extend_from_slice(cell.as_bytes());
        self.record.push(self.delimiter);
    }

    fn push_number(&mut self, number: Option<impl Into<u32>>) {
        if let Some(number) = number {
            self.record.extend_from_slice(itoa::Buffer::new().format(number.into()).as_bytes());
        }
        self.record.push(self.delimiter);
    }

    /// Ends the record in the place of its last delimiter.
    fn end(&mut self) -> io::Result<()> {
        self.record.pop();
        self.record.push(b'\n');
        self.file.write_all(&self.record)
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Seek;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::{Outcome, State};

    proptest! {
        #[test]
        fn cells_are_read_as_they_were_written(
            rows in vec(vec("[ a,;\t\"\r\n#é]{0,6}", 3), 1..5),
            delimiter in prop::sample::select(b",;\t -:".to_vec()),
        ) {
            let mut file = tempfile::tempfile().unwrap();
            let mut written = CsvRows::begin(Counted::new(file.try_clone().unwrap()), delimiter, false, &["x".to_owned(), "y".to_owned()]).unwrap();
            let outcome = Outcome::new(State::NotAttempted, "");
            let result = (&outcome).into();
            let added = Added { result: &result, request_id: None, reason: "".into(), time: "12:00", host: "".into() };
            for row in &rows {
                written.write(&row.iter().collect(), &added).unwrap();
            }
            written.flush().unwrap();
            file.rewind().unwrap();
            let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(file);
            prop_assert_eq!(reader.headers().unwrap().iter().take(3).collect::<Vec<_>>(), ["x", "y", "elements_result"]);
            for (record, row) in reader.records().zip(&rows) {
                let record = record.unwrap();
                prop_assert_eq!(record.len(), 2 + RESULT_COLUMNS.len() + 1);
                prop_assert_eq!([&record[0], &record[1], &record[11]], [&row[0], &row[1], &row[2]]);
            }
        }
    }
}
