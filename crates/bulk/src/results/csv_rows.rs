//! Results in CSV.

use std::io::{self, Write};

use avepoint_elements_rows::{Cells, DELIMITERS};

use super::{Added, RESULT_COLUMNS};
use crate::atomic_file::AtomicFile;
use crate::error::FileError;

pub(super) struct CsvRows {
    pub(super) records: csv::Writer<AtomicFile>,
    columns: usize,
}

impl CsvRows {
    pub(super) fn begin(
        mut file: AtomicFile,
        delimiter: u8,
        bom: bool,
        columns: &[String],
    ) -> Result<Self, FileError> {
        let names = columns.iter().map(String::as_str).chain(RESULT_COLUMNS);
        let names = names.map(|text| name(text, delimiter)).collect::<Vec<_>>();
        let mut header = names.join(char::from(delimiter).encode_utf8(&mut [0; 4]));
        if bom {
            header.insert(0, '\u{feff}');
        }
        writeln!(file, "{header}").map_err(|error| file.unwritten(error))?;
        let records = csv::WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(file);
        Ok(Self { records, columns: columns.len() })
    }

    pub(super) fn write(&mut self, cells: &Cells, added: &Added<'_>) -> io::Result<()> {
        let missing = std::iter::repeat("");
        for cell in cells.iter().chain(missing).take(self.columns) {
            self.records.write_field(cell)?;
        }
        let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        let result = added.result;
        self.records.write_field(result.state)?;
        self.records.write_field(number(result.status.map(u32::from)))?;
        self.records.write_field(added.request_id.as_deref().unwrap_or_default())?;
        self.records.write_field(number(result.attempts))?;
        self.records.write_field(&*added.reason)?;
        self.records.write_field(result.reason_code)?;
        self.records.write_field(added.time)?;
        self.records.write_field(&*added.host)?;
        self.records.write_field(result.proof.map(|proof| proof.to_string()).unwrap_or_default())?;
        // What belongs to no column stands behind all columns: the row stays as wrong as it was.
        for cell in cells.iter().skip(self.columns) {
            self.records.write_field(cell)?;
        }
        Ok(self.records.write_record(None::<&[u8]>)?)
    }

    pub(super) fn end(self) -> Result<AtomicFile, FileError> {
        self.records.into_inner().map_err(|error| {
            let cause = error.error().kind().into();
            error.into_inner().get_ref().unwritten(cause)
        })
    }
}

/// The name of a column. A reader counts delimiters to tell which one it is, and a name may hold the most common one.
fn name(name: &str, delimiter: u8) -> String {
    let is_special =
        |byte: u8| byte == delimiter || DELIMITERS.contains(&byte) || matches!(byte, b'"' | b'\r' | b'\n');
    if name.bytes().any(is_special) { format!("\"{}\"", name.replace('"', "\"\"")) } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::outcome::{Outcome, State};

    proptest! {
        #[test]
        fn cells_are_read_as_they_were_written(
            rows in vec(vec("[ a,;\t\"\r\n#é]{0,6}", 3), 1..5),
            delimiter in prop::sample::select(b",;\t -:".to_vec()),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("r.csv");
            let file = AtomicFile::create("results", &path, None).unwrap();
            let mut written = CsvRows::begin(file, delimiter, false, &["x".to_owned(), "y".to_owned()]).unwrap();
            let outcome = Outcome::new(State::NotAttempted, "");
            let result = (&outcome).into();
            let added = Added { result: &result, request_id: None, reason: "".into(), time: "12:00", host: "".into() };
            for row in &rows {
                written.write(&row.iter().collect(), &added).unwrap();
            }
            written.end().unwrap().finish().unwrap();
            let text = fs::read(&path).unwrap();
            let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(&*text);
            prop_assert_eq!(reader.headers().unwrap().iter().take(3).collect::<Vec<_>>(), ["x", "y", "elements_result"]);
            for (record, row) in reader.records().zip(&rows) {
                let record = record.unwrap();
                prop_assert_eq!(record.len(), 2 + RESULT_COLUMNS.len() + 1);
                prop_assert_eq!([&record[0], &record[1], &record[11]], [&row[0], &row[1], &row[2]]);
            }
        }
    }
}
