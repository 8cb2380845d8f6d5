//! One reading of a table, row by row, whatever its format.

use std::collections::HashMap;

use super::csv::Records;
use super::encoding::Decoder;
use super::json::{NoObject, Object, Objects};
use super::layout::Meaning;
use super::raw::Raw;
use super::{Advice, Format, InputError, Table};
use crate::columns::Column;

/// One reading of a table.
#[derive(Debug)]
pub(crate) struct Rows<'t> {
    pub(crate) table: &'t Table,
    from: From<'t>,
}

#[derive(Debug)]
enum From<'t> {
    Csv(Box<Records<Decoder<'t>>>),
    Ndjson(Box<Objects<Decoder<'t>>>, Meanings<'t>),
}

impl<'t> Rows<'t> {
    pub(super) fn new(table: &'t Table) -> Result<Self, InputError> {
        let from = match table.format() {
            Format::Csv => {
                let mut records = records(table)?;
                records.next()?;
                From::Csv(Box::new(records))
            }
            Format::Ndjson => From::Ndjson(Box::new(Objects::new(table.text()?)), Meanings::new(table)),
        };
        Ok(Self { table, from })
    }

    /// The next row; none at the end. A row in which nothing stands is none.
    pub(crate) fn next(&mut self) -> Result<Option<Raw<'_>>, InputError> {
        Ok(match &mut self.from {
            From::Csv(records) => records.next_row()?.map(|record| self.table.layout.raw(record)),
            From::Ndjson(objects, meanings) => {
                objects.next()?.map(|object| Raw::of(object, |name| meanings.of(name)))
            }
        })
    }

    /// The names of columns that were met in this reading and mean nothing here.
    pub(crate) fn unknown_columns(self) -> Vec<String> {
        match self.from {
            From::Csv(_) => self.table.unknown_columns().to_vec(),
            From::Ndjson(_, meanings) => meanings.unknown,
        }
    }
}

/// The records of a CSV file from its header on.
pub(super) fn records(table: &Table) -> Result<Records<Decoder<'_>>, InputError> {
    let dialect = table.dialect();
    let mut records = Records::new(table.text()?, dialect.delimiter);
    if dialect.has_separator_line {
        records.next()?;
    }
    Ok(records)
}

/// The names of the first object, if there is one.
///
/// # Errors
/// The first line is not meant to be an object, so that no other is likely to be one.
pub(super) fn first_names(table: &Table) -> Result<Vec<String>, InputError> {
    let mut objects = Objects::new(table.text()?);
    let Some(Object { line, members }) = objects.next()? else { return Ok(Vec::new()) };
    match members {
        Ok(members) => Ok(members.into_iter().map(|(name, _)| name.into_owned()).collect()),
        Err(NoObject { text, .. }) if !text.starts_with(['{', '[']) => {
            let message = format!(
                "line {line} does not begin with {{ and is no JSON object; the input looks like CSV. Read it as CSV, or \
                 give it a name that ends with .csv"
            );
            Err(InputError::malformed(message).advise(Advice::ReadAs(Format::Csv)))
        }
        Err(_) => Ok(Vec::new()),
    }
}

/// What the names of objects mean, found out once a name.
#[derive(Debug)]
struct Meanings<'t> {
    map: &'t [(Column, String)],
    known: HashMap<String, Meaning>,
    unknown: Vec<String>,
}

/// How many names are kept, so that an input of nothing but names cannot fill the memory.
const MOST_NAMES: usize = 1000;

impl<'t> Meanings<'t> {
    fn new(table: &'t Table) -> Self {
        Self { map: &table.options.map, known: HashMap::new(), unknown: Vec::new() }
    }

    fn of(&mut self, name: &str) -> Meaning {
        if let Some(meaning) = self.known.get(name) {
            return *meaning;
        }
        let meaning = Meaning::of(name, self.map);
        if self.known.len() < MOST_NAMES {
            self.known.insert(name.to_owned(), meaning);
            if meaning == Meaning::Unknown {
                self.unknown.push(name.to_owned());
            }
        }
        meaning
    }
}
