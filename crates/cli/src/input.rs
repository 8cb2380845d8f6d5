//! From flags to a table of rows, and from there to a word on every row.

use std::path::Path;

use avepoint_elements_bulk::{
    Blank, Checked, Column, Finding, Format, InputError, InputOptions, Shard, Source, Table, check,
};

use crate::arguments::{self, Input, RowFormat};
use crate::exit::Failure;
use crate::output::note;

impl Input {
    /// Opens the input, and names once what means nothing in it.
    pub(crate) fn open(&self) -> Result<Table, Failure> {
        let source = if self.is_stdin() { Source::stdin() } else { Source::file(&self.file) };
        let table = Table::open(source.map_err(|error| unreadable(&error))?, self.options())
            .map_err(|error| unreadable(&error))?;
        if !table.unknown_columns().is_empty() {
            note(&format!(
                "note: not read, but carried through to the results: {}",
                table.unknown_columns().join(", ")
            ));
        }
        Ok(table)
    }

    pub(crate) fn is_stdin(&self) -> bool {
        self.file == Path::new("-")
    }

    fn options(&self) -> InputOptions {
        let mut options =
            InputOptions::default().strict_countries(self.strict_countries).blank(match self.blank {
                arguments::Blank::Error => Blank::Error,
                arguments::Blank::Clear => Blank::Clear,
            });
        if let Some(format) = self.format {
            options = options.format(format.into());
        }
        if let Some(customer) = &self.customer {
            options = options.customer(customer.clone());
        }
        if let Some(tenant) = &self.tenant {
            options = options.tenant(tenant.clone());
        }
        for (column, name) in &self.map {
            options = options.map(*column, name);
        }
        options
    }
}

impl From<RowFormat> for Format {
    fn from(format: RowFormat) -> Self {
        match format {
            RowFormat::Csv => Self::Csv,
            RowFormat::Ndjson => Self::Ndjson,
        }
    }
}

/// `NAME=COLUMN`, as `--map` takes it.
pub(crate) fn mapping(text: &str) -> Result<(Column, String), String> {
    let (name, column) = text.split_once('=').ok_or("a mapping is NAME=COLUMN, such as postalCode=PLZ")?;
    let name = name.parse().map_err(|error| format!("{name:?} is no column of a row; {error}"))?;
    Ok((name, column.to_owned()))
}

/// Checks every row, and says on standard error what is found as it is found.
pub(crate) fn checked(table: &mut Table, shard: Option<Shard>) -> Result<Checked, Failure> {
    let checked = check(table, shard, |finding| match finding {
        Finding::Error(problem) => note(&format!("error: {problem}")),
        Finding::Warning(problem) => note(&format!("warning: {problem}")),
        _ => {}
    })
    .map_err(|error| unreadable(&error))?;
    if checked.without_city > 0 {
        note(&format!(
            "note: {} rows leave out the city, and the service may then blank the users' own; give a city, or #CLEAR \
             to blank it for certain",
            checked.without_city
        ));
    }
    Ok(checked)
}

/// Why an input cannot be read: it is the caller's to mend.
pub(crate) fn unreadable(error: &InputError) -> Failure {
    Failure::Usage(with_causes(error))
}

/// An error with its causes, each on a line.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}\n  cause: {cause}"))
}
