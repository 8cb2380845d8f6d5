//! An input whose beginning was read and understood.

use crate::column_role::ColumnRole;
use crate::columns::Column;
use crate::entry::Entries;
use crate::error::InputError;
use crate::format::dialect::{self, Dialect};
use crate::format::encoding::{Decoder, Encoding};
use crate::format::packed::{self, ReadSheet, Unpacked};
use crate::format::{Format, json_shape, signature};
use crate::header_shape;
use crate::layout::{Layout, usual_length};
use crate::options::InputOptions;
use crate::problem::{Advice, excerpt};
use crate::reading::{self, Reading};
use crate::source::{Source, first_bytes};

/// Rows that can be read several times, each time from the beginning.
///
/// ```
/// use avepoint_elements_rows::{InputOptions, Source, Table};
///
/// let file = "\
/// Customer ID;Tenant ID;User ID;ZIP or Postal Code;Country or Region;State;Street address;Note
/// c1;t1;u1;01067;DE;Saxony;\"Theaterplatz 2; Dresden\";moved
/// ";
/// let mut table = Table::open(Source::reader(file.as_bytes())?, InputOptions::default())?;
/// assert_eq!(table.unknown_columns(), ["Note"]);
/// let entry = table.entries()?.next().expect("one row")?;
/// let row = entry.row.expect("a valid row");
/// assert_eq!(row.office.country_region(), "Germany");
/// assert_eq!(entry.line, 2);
/// # Ok::<(), avepoint_elements_rows::InputError>(())
/// ```
#[derive(Debug)]
pub struct Table {
    source: Source,
    /// The text that the source holds, where it is packed.
    unpacked: Option<Unpacked>,
    options: InputOptions,
    format: Format,
    encoding: Encoding,
    /// How many bytes of the beginning say nothing but the encoding.
    mark: usize,
    dialect: Dialect,
    layout: Layout,
    columns: Vec<String>,
    unknown: Vec<String>,
    absent: Vec<Column>,
}

impl Table {
    /// Reads the beginning: the encoding, the format, and the header of a CSV file.
    ///
    /// # Errors
    /// Reading fails; the format cannot be read; what is to be NDJSON is none; a required column is missing, two
    /// columns mean the same, or one that is mapped is not there.
    pub fn open(source: Source, options: InputOptions) -> Result<Self, InputError> {
        options.check()?;
        let unpacked = packed::unpack(&source, &options)?;
        let is_sheet = unpacked.as_ref().is_some_and(|unpacked| unpacked.sheet.is_some());
        let text = unpacked.as_ref().map_or(&source, |unpacked| &unpacked.source);
        let start = text.start()?;
        if !is_sheet {
            signature::refuse_known(&start)?;
        }
        let (encoding, mark) = Encoding::of(&start);
        let start = first_bytes(encoding.decode(text.rewind()?, mark)?)?;
        signature::refuse_no_rows(&start)?;
        let (format, dialect) = if is_sheet {
            (Format::Csv, Dialect::SHEET)
        } else {
            let format = options.format.map_or_else(|| dialect::format_of(&start, text.extension()), Ok)?;
            (format, Dialect::of(&start)?)
        };
        let mut table = Self {
            source,
            unpacked,
            options,
            format,
            encoding,
            mark,
            dialect,
            layout: Layout::default(),
            columns: Vec::new(),
            unknown: Vec::new(),
            absent: Vec::new(),
        };
        match format {
            Format::Csv => table.read_header(&start).map_err(|error| table.with_other_sheets(error))?,
            Format::Ndjson => table.read_first_names(&start)?,
        }
        Ok(table)
    }

    /// Makes sure that the input still says what was read, which reads it once more where its times leave that open.
    /// To be asked before it is said how a run over it ended.
    ///
    /// # Errors
    /// It was changed, or cannot be read.
    pub fn check_unchanged(&self) -> Result<(), InputError> {
        self.source.check_unchanged_to_its_end()
    }

    /// The rows from the beginning.
    ///
    /// # Errors
    /// The file was changed since it was opened, or reading fails.
    pub fn entries(&mut self) -> Result<Entries<'_>, InputError> {
        Ok(Entries::new(self.reading()?))
    }

    /// The SHA-256 of the input's bytes.
    ///
    /// # Errors
    /// The file was changed since it was opened, or reading fails.
    pub fn sha256(&self) -> Result<[u8; 32], InputError> {
        self.source.sha256()
    }

    /// The names of the input's columns in their order, without those that a results file adds.
    ///
    /// Of NDJSON, the names of the first object; others may have more or fewer.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Those of the [`columns`](Self::columns) that mean nothing here and are carried through.
    pub fn unknown_columns(&self) -> &[String] {
        &self.unknown
    }

    /// The columns of the office information that every user has which the input does not have: of NDJSON, its first
    /// object.
    pub fn absent_columns(&self) -> &[Column] {
        &self.absent
    }

    /// The format. That of a workbook is CSV.
    pub fn format(&self) -> Format {
        self.format
    }

    /// What stands between the cells of a CSV file.
    pub fn delimiter(&self) -> u8 {
        self.dialect.delimiter
    }

    /// Whether the input begins with a byte order mark, or is a workbook: spreadsheets know by it that CSV is UTF-8.
    pub fn has_byte_order_mark(&self) -> bool {
        self.mark > 0 || self.dialect.is_sheet
    }

    /// The sheet that is read, where the input is a workbook.
    pub fn sheet(&self) -> Option<&ReadSheet> {
        self.unpacked.as_ref()?.sheet.as_ref()
    }

    /// Adds to an error the other sheets of the workbook that can be read.
    fn with_other_sheets(&self, error: InputError) -> InputError {
        let Some(sheet) = self.sheet().filter(|_| self.options.sheet.is_none() && !error.is_io()) else {
            return error;
        };
        let can_be_read = |name: &&String| {
            let options = self.options.clone().sheet((*name).clone());
            let unpacked = packed::unpack(&self.source, &options).ok().flatten();
            unpacked.is_some_and(|unpacked| self.has_header(&unpacked.source, &options))
        };
        let names: Vec<_> = sheet.others.iter().filter(can_be_read).map(|name| excerpt(name)).collect();
        let Some(first) = names.first() else { return error };
        let quoted: Vec<_> = names.iter().map(|name| format!("\"{name}\"")).collect();
        let message = format!(
            "the sheet \"{}\" was read, and cannot be: {error}. Of the workbook's sheets, {} can be",
            excerpt(&sheet.name),
            quoted.join(", ")
        );
        InputError::malformed(message).advise(Advice::ReadSheet(first.clone()))
    }

    /// Whether a sheet begins with a header that can be read.
    fn has_header(&self, sheet: &Source, options: &InputOptions) -> bool {
        let has_header = || {
            let text = self.encoding.decode(sheet.rewind()?, 0)?;
            let mut records = reading::records(text, self.dialect)?;
            let layout = records.next()?.map(|header| Layout::new(&header, self.dialect, options));
            layout.transpose().map(|layout| layout.is_some())
        };
        has_header().unwrap_or_default()
    }

    /// What the input calls a column, or the column's own name.
    pub(crate) fn name(&self, column: Column) -> &str {
        self.layout.name(column).unwrap_or(column.name())
    }

    /// The letters that the sheet has for a column, where the input is a workbook.
    pub(crate) fn sheet_letters(&self, column: Column) -> Option<String> {
        self.layout.sheet_letters(&excerpt(self.name(column)))
    }

    pub(crate) fn reading(&mut self) -> Result<Reading<'_>, InputError> {
        let text = self.text()?;
        match self.format {
            Format::Csv => Reading::csv(text, self.dialect, &self.layout, &self.options),
            Format::Ndjson => Ok(Reading::ndjson(text, &self.layout, &self.options)),
        }
    }

    /// The text from the beginning.
    fn text(&self) -> Result<Decoder<'_>, InputError> {
        let source = self.unpacked.as_ref().map_or(&self.source, |unpacked| &unpacked.source);
        Ok(self.encoding.decode(source.rewind()?, self.mark)?)
    }

    fn read_header(&mut self, start: &[u8]) -> Result<(), InputError> {
        let mut records = reading::records(self.text()?, self.dialect)?;
        let Some(header) = records.next()? else {
            let names: Vec<_> = self.options.purpose.columns().iter().map(|column| column.name()).collect();
            return Err(InputError::malformed(format!(
                "the input is empty; its first line names the columns: {}",
                names.join(",")
            )));
        };
        let mut layout = Layout::new(&header, self.dialect, &self.options).map_err(|error| {
            header_shape::explain(&String::from_utf8_lossy(start), self.dialect, &self.options)
                .unwrap_or(error)
        })?;
        layout.usual = usual_length::of(start, self.dialect, header.cells.len());
        (self.columns, self.unknown) = (layout.own_names(), layout.unknown.clone());
        self.absent = layout.absent();
        self.layout = layout;
        Ok(())
    }

    fn read_first_names(&mut self, start: &[u8]) -> Result<(), InputError> {
        let is_column = |name: &str| ColumnRole::column(name, &self.options).is_some();
        if let Some(error) = json_shape::other_than_lines(&String::from_utf8_lossy(start), is_column) {
            return Err(error);
        }
        let names = reading::first_names(self.text()?)?;
        self.absent = self.layout.absent();
        for name in names {
            let role = ColumnRole::of(&name, &self.options);
            self.absent.retain(|column| role != ColumnRole::Column(*column));
            if role == ColumnRole::Unknown {
                self.unknown.push(name.clone());
            }
            if !matches!(role, ColumnRole::Result(_) | ColumnRole::Input) {
                self.columns.push(name);
            }
        }
        Ok(())
    }
}
