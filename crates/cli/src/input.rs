//! From flags to a table of rows, and from there to a word on every row.

use std::path::{Path, PathBuf};

use avepoint_elements_bulk::{
    Blank, Checked, Column, Finding, Format, InputError, InputOptions, Shard, Source, Table, check,
    journal_name, shown,
};

use crate::arguments::{self, Input, RowFormat};
use crate::exit::Failure;
use crate::output::{self, note, with_causes};

/// How many columns that mean nothing are named.
const MOST_NAMED: usize = 20;

impl Input {
    /// Opens the input; one that cannot be read is a failure.
    pub(crate) fn open(&self) -> Result<Table, Failure> {
        self.table().map_err(|error| unreadable(&error))
    }

    /// Opens the input.
    pub(crate) fn table(&self) -> Result<Table, InputError> {
        let source = if self.is_stdin() {
            Source::stream(std::io::stdin().lock(), self.stream_limit)?
        } else {
            Source::file_or_stream(&self.file, self.stream_limit)?
        };
        Table::open(source, self.options())
    }

    pub(crate) fn is_stdin(&self) -> bool {
        self.file == Path::new("-")
    }

    /// Whether it has no place for other files beside it, as standard input under any of its names.
    pub(crate) fn is_stream(&self) -> bool {
        self.is_stdin() || is_of_system(&self.file)
    }

    /// What it is called in messages.
    pub(crate) fn name(&self) -> String {
        if self.is_stdin() { "standard input".to_owned() } else { output::path(&self.file) }
    }

    /// The journal: where a flag says, or beside the file.
    pub(crate) fn journal(&self, named: Option<&PathBuf>, shard: Option<Shard>) -> Result<PathBuf, Failure> {
        match named {
            Some(path) => Ok(path.clone()),
            None if self.is_stream() => Err(Failure::usage(format!(
                "{} has no place for a journal beside it; name one with --journal",
                self.name()
            ))),
            None => Ok(journal_name(&self.file, shard)),
        }
    }

    /// Says that there is nothing in it, if so.
    pub(crate) fn warn_if_empty(&self, checked: &Checked, shard: Option<Shard>) {
        if checked.rows == 0 {
            let shard = shard.map(|shard| format!(" in shard {shard}")).unwrap_or_default();
            note(&format!("warning: {} has no rows{shard}", self.name()));
        }
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

/// Whether a path is one of the system's own, such as `/dev/stdin`, beside which no file belongs.
pub(crate) fn is_of_system(path: &Path) -> bool {
    let folder = path.parent().and_then(|folder| std::fs::canonicalize(folder).ok());
    folder.is_some_and(|folder| folder == Path::new("/dev") || folder.starts_with("/proc"))
}

/// `NAME=COLUMN`, as `--map` takes it.
pub(crate) fn mapping(text: &str) -> Result<(Column, String), String> {
    let (name, column) = text.split_once('=').ok_or("a mapping is NAME=COLUMN, such as postalCode=PLZ")?;
    let name = name.parse().map_err(|error| format!("{name:?} is no column of a row; {error}"))?;
    Ok((name, column.to_owned()))
}

/// Checks every row, and says on standard error what is found as it is found.
pub(crate) fn checked(table: &mut Table, shard: Option<Shard>) -> Result<Checked, Failure> {
    checked_with(table, shard, |_| {})
}

/// Checks every row, says on standard error what is found, and hands it on.
pub(crate) fn checked_with(
    table: &mut Table,
    shard: Option<Shard>,
    mut found: impl FnMut(Finding),
) -> Result<Checked, Failure> {
    let checked = check(table, shard, |finding| {
        match &finding {
            Finding::Error(problem) => note(&format!("error: {problem}")),
            Finding::Warning(problem) => note(&format!("warning: {problem}")),
            _ => {}
        }
        found(finding);
    });
    let checked = checked.map_err(|error| unreadable(&error))?;
    // Only now: a member that means nothing may stand in the last object alone.
    if !checked.unknown_columns.is_empty() {
        let names = few(&checked.unknown_columns);
        note(&format!("note: not read, but carried through to the results: {names}"));
    }
    if checked.without_city > 0 {
        note(&format!(
            "note: {} no city, and the service may then blank the users' own; give a city, or #CLEAR to blank it \
             for certain",
            match checked.without_city {
                1 => "1 row has".to_owned(),
                rows => format!("{rows} rows have"),
            }
        ));
    }
    Ok(checked)
}

/// The first of a file's names, as a terminal may show them, and how many more there are.
fn few(names: &[String]) -> String {
    let first = names.iter().take(MOST_NAMED).map(|name| shown(name)).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MOST_NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// Why an input cannot be read: it is the caller's to mend.
pub(crate) fn unreadable(error: &InputError) -> Failure {
    if error.is_over_limit() {
        return Failure::Usage(with_causes(error) + ", with --max-input");
    }
    let hint = missing_columns(&error.to_string()).map(|flags| format!("\n  hint: {flags}"));
    Failure::Usage(with_causes(error) + &hint.unwrap_or_default())
}

/// The flags for columns that a header does not have.
fn missing_columns(error: &str) -> Option<String> {
    let (_, rest) = error.split_once("the header has no column for ")?;
    let missing: Vec<&str> = rest.split_once('.')?.0.split(", ").collect();
    let map = missing.iter().map(|name| format!("--map {name}=NAME")).collect::<Vec<_>>().join(" ");
    let whole = [("customer", "--customer ID"), ("tenant", "--tenant ID")];
    let whole = whole.into_iter().filter(|(name, _)| missing.contains(name)).map(|(_, flag)| flag);
    let whole = whole.collect::<Vec<_>>().join(" ");
    let whole = if whole.is_empty() { whole } else { format!(", or {whole} for all rows") };
    Some(format!("{map}, where NAME is what the file calls the column{whole}"))
}
