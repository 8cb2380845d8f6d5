//! One reading of a table, row by row, whatever its format.

use std::collections::HashMap;

use crate::check::row::RowCheck;
use crate::column_role::ColumnRole;
use crate::error::InputError;
use crate::format::Format;
use crate::format::csv::Records;
use crate::format::dialect::Dialect;
use crate::format::encoding::Decoder;
use crate::format::ndjson::{NoObject, Object, Objects};
use crate::layout::Layout;
use crate::layout::other_header::OtherHeader;
use crate::options::InputOptions;
use crate::parsed_row::ParsedRow;
use crate::problem::Advice;

/// One reading of a table.
#[derive(Debug)]
pub(crate) struct Reading<'t> {
    pub(crate) layout: &'t Layout,
    pub(crate) options: &'t InputOptions,
    input: Input<'t>,
    /// The line of a header whose columns differ, above the next row.
    other_header: Option<u64>,
}

#[derive(Debug)]
enum Input<'t> {
    Csv(Box<Records<Decoder<'t>>>),
    Ndjson(Box<Objects<Decoder<'t>>>, ColumnRoles<'t>),
}

impl<'t> Reading<'t> {
    /// A reading of records behind the header.
    pub(crate) fn csv(
        text: Decoder<'t>,
        dialect: Dialect,
        layout: &'t Layout,
        options: &'t InputOptions,
    ) -> Result<Self, InputError> {
        let mut records = records(text, dialect)?;
        records.next()?;
        Ok(Self { layout, options, input: Input::Csv(Box::new(records)), other_header: None })
    }

    /// A reading of objects.
    pub(crate) fn ndjson(text: Decoder<'t>, layout: &'t Layout, options: &'t InputOptions) -> Self {
        let input = Input::Ndjson(Box::new(Objects::new(text)), ColumnRoles::new(options));
        Self { layout, options, input, other_header: None }
    }

    /// The next row; none at the end. One without any value is none.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<Option<ParsedRow<'_>>, InputError> {
        match &mut self.input {
            Input::Csv(records) => {
                let Some(record) = records.next_row()? else { return Ok(None) };
                let mut row = ParsedRow::of_record(self.layout, record);
                match (row.faults.header, self.other_header) {
                    (Some(OtherHeader::Same), _) => self.other_header = None,
                    (Some(OtherHeader::Different), _) => self.other_header = Some(row.line),
                    (None, Some(line)) => row.stands_below(line),
                    (None, None) => {}
                }
                Ok(Some(row))
            }
            Input::Ndjson(objects, roles) => {
                let Some(object) = objects.next()? else { return Ok(None) };
                let allow_multiline = self.options.allow_multiline;
                Ok(Some(ParsedRow::of(object, allow_multiline, |name| roles.of(name))))
            }
        }
    }

    /// The names of columns that were met in this reading and are carried through only.
    pub(crate) fn unknown_columns(self) -> Vec<String> {
        match self.input {
            Input::Csv(_) => self.layout.unknown.clone(),
            Input::Ndjson(_, roles) => roles.unknown,
        }
    }
}

/// A reading whose rows are checked and handed out. An error ends it.
#[derive(Debug)]
pub(crate) struct CheckedReading<'t> {
    reading: Reading<'t>,
    check: RowCheck<'t>,
    is_over: bool,
}

impl<'t> CheckedReading<'t> {
    pub(crate) fn new(reading: Reading<'t>) -> Self {
        Self { check: RowCheck::building(reading.options), reading, is_over: false }
    }

    /// What `make` makes of the next row.
    pub(crate) fn next<T>(
        &mut self,
        make: impl FnOnce(ParsedRow<'_>, &mut RowCheck<'t>, &Layout) -> T,
    ) -> Option<Result<T, InputError>> {
        if self.is_over {
            return None;
        }
        let layout = self.reading.layout;
        let next = match self.reading.next() {
            Ok(row) => row.map(|row| Ok(make(row, &mut self.check, layout))),
            Err(error) => Some(Err(error)),
        };
        self.is_over = !matches!(next, Some(Ok(_)));
        next
    }
}

/// The records of a CSV file from its header on.
pub(crate) fn records(text: Decoder<'_>, dialect: Dialect) -> Result<Records<Decoder<'_>>, InputError> {
    let mut records = Records::new(text, dialect);
    if dialect.has_separator_line {
        records.next()?;
    }
    Ok(records)
}

/// The names of the first object, if there is one.
///
/// # Errors
/// The first line is not meant to be an object: no other is likely to be one.
pub(crate) fn first_names(text: Decoder<'_>) -> Result<Vec<String>, InputError> {
    let mut objects = Objects::new(text);
    let Some(Object { line, members }) = objects.next()? else { return Ok(Vec::new()) };
    match members {
        Ok(members) => Ok(members.into_iter().map(|(name, _)| name.into_owned()).collect()),
        Err(NoObject { text, .. }) if !text.starts_with(['{', '[']) => {
            let message = format!(
                "line {line} does not begin with {{ and is no JSON object. If the input is CSV, read it as CSV, or \
                 give it a name that ends with .csv"
            );
            Err(InputError::malformed(message).advise(Advice::ReadAs(Format::Csv)))
        }
        Err(_) => Ok(Vec::new()),
    }
}

/// The roles of the names of objects, found out once a name.
#[derive(Debug)]
struct ColumnRoles<'t> {
    options: &'t InputOptions,
    known: HashMap<String, ColumnRole>,
    unknown: Vec<String>,
}

/// How many names are kept, or an input of nothing but names would fill the memory.
const MAX_NAMES: usize = 1000;

impl<'t> ColumnRoles<'t> {
    fn new(options: &'t InputOptions) -> Self {
        Self { options, known: HashMap::new(), unknown: Vec::new() }
    }

    fn of(&mut self, name: &str) -> ColumnRole {
        if let Some(role) = self.known.get(name) {
            return *role;
        }
        let role = ColumnRole::of(name, self.options);
        if self.known.len() < MAX_NAMES {
            self.known.insert(name.to_owned(), role);
            if role == ColumnRole::Unknown {
                self.unknown.push(name.to_owned());
            }
        }
        role
    }
}
