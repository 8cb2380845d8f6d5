//! The rows of an input: opened, checked, and what is found said.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use avepoint_elements_bulk::{
    Advice, CLEAR, Checked, Column, Finding, InputError, LineList, Problem, Shard, Source, Table, check,
    excerpt, journal_name,
};

use crate::failure::Failure;
use crate::printer::{self, MAX_NAMED, are, counted, note, with_causes};
use crate::problem_groups::ProblemGroups;
use crate::settings::Input;

/// How long a stream is read before that is said.
const LONG: Duration = Duration::from_secs(2);

impl Input {
    /// Opens the input; one that cannot be read is a failure.
    pub(crate) fn open(&self) -> Result<Table, Failure> {
        self.table().map_err(|error| unreadable(&error))
    }

    /// Opens the input.
    pub(crate) fn table(&self) -> Result<Table, InputError> {
        let (read, is_read) = mpsc::channel::<()>();
        let name = self.name();
        let say = move || {
            if is_read.recv_timeout(LONG) == Err(RecvTimeoutError::Timeout) {
                note(&format!("note: waiting for the end of {name}"));
            }
        };
        if self.base_file().is_none() {
            std::thread::spawn(say);
        }
        let source = match self.file() {
            None => Source::stream(std::io::stdin().lock(), self.max_bytes)?,
            Some(file) => Source::file_or_stream(file, self.max_bytes)?,
        };
        drop(read);
        Table::open(source, self.options.clone())
    }

    /// What it is called in messages.
    pub(crate) fn name(&self) -> String {
        self.file().map_or("standard input".to_owned(), printer::path)
    }

    /// The journal: where a flag says, or beside the file.
    pub(crate) fn journal(&self, named: Option<&Path>, shard: Option<Shard>) -> Result<PathBuf, Failure> {
        match (named, self.base_file()) {
            (Some(path), _) => Ok(path.to_owned()),
            (None, Some(file)) => Ok(journal_name(file, shard)),
            (None, None) => Err(Failure::usage(format!(
                "{} has no place for a journal beside it; name one with --journal",
                self.name()
            ))),
        }
    }

    /// Says that there is nothing in it, if so, and gives what it says.
    pub(crate) fn warn_if_empty(&self, checked: &Checked, shard: Option<Shard>) -> Option<String> {
        (checked.rows == 0).then(|| {
            let shard = shard.map(|shard| format!(" in shard {shard}")).unwrap_or_default();
            let message = format!("{} has no rows{shard}", self.name());
            note(&format!("warning: {message}"));
            message
        })
    }
}

/// Where every problem of rows to be sent is listed.
const ALL_LISTED: &str = "`elements office check` with --output json lists all";

/// Checks every row, says on standard error what is found, and hands it on.
pub(crate) fn checked(
    table: &mut Table,
    shard: Option<Shard>,
    mut found: impl FnMut(Finding),
) -> Result<Checked, Failure> {
    let mut groups = ProblemGroups::default();
    let checked = check(table, shard, |finding| {
        let finding = with_flag(finding);
        groups.add(&finding);
        found(finding);
    });
    groups.say(ALL_LISTED);
    let checked = checked.map_err(|error| unreadable(&error))?;
    // Only now: a member that means nothing may stand in the last object alone.
    for said in notes(table, &checked) {
        note(&format!("note: {}", said.message));
    }
    Ok(checked)
}

/// Adds all that is wrong with a row, and what is suspicious about it.
pub(crate) fn add_all(groups: &mut ProblemGroups, problems: Vec<Problem>, warnings: Vec<Problem>) {
    let errors = problems.into_iter().map(Finding::Error);
    let findings = errors.chain(warnings.into_iter().map(Finding::Warning));
    findings.map(with_flag).for_each(|finding| groups.add(&finding));
}

/// What is to be said of columns that mean nothing, if there are any.
pub(crate) fn not_read(columns: &[String]) -> Option<String> {
    (!columns.is_empty()).then(|| format!("not read, but carried through to the results: {}", few(columns)))
}

/// What is to be warned of where some of an address is understood and columns are not, which may hold the rest.
pub(crate) fn half_understood(table: &Table) -> Option<String> {
    let (absent, unknown) = (table.absent_columns(), table.unknown_columns());
    let first = absent.first()?;
    let names: Vec<_> = absent.iter().map(|column| column.name()).collect();
    (!unknown.is_empty()).then(|| {
        format!(
            "no column is read as {}, which every user keeps; if one that is not read holds it, map it, as in --map \
             {first}=NAME",
            names.join(", ")
        )
    })
}

/// A finding that names the flag which helps.
fn with_flag(finding: Finding) -> Finding {
    let add = |mut problem: Problem| {
        if let Some(advice) = &problem.advice {
            problem.message = format!("{}: {}", problem.message, flags(advice));
        }
        problem
    };
    match finding {
        Finding::Error(problem) => Finding::Error(add(problem)),
        other => other,
    }
}

/// What is said of an input as a whole.
pub(crate) struct Note {
    pub(crate) message: String,
    /// The first of the lines that it is about.
    pub(crate) lines: Vec<u64>,
    /// The columns that it is about.
    pub(crate) columns: Vec<String>,
}

/// What is to be said of the sheet that is read, where the workbook has others or it hides rows.
pub(crate) fn sheet_notes(table: &Table) -> Vec<String> {
    let Some(sheet) = table.sheet() else { return Vec::new() };
    let others = (!sheet.others.is_empty()).then(|| {
        format!(
            "of the workbook's sheets, \"{}\" is read and not {}; --sheet names the one to read",
            excerpt(&sheet.name),
            few(&sheet.others)
        )
    });
    let hidden = (sheet.hidden_rows > 0).then(|| {
        let are = are(sheet.hidden_rows);
        format!(
            "{} {are} hidden in the sheet, by a filter or by hand, and {are} read as the others",
            counted(sheet.hidden_rows, "row")
        )
    });
    others.into_iter().chain(hidden).collect()
}

/// What is to be said of a checked input as a whole.
pub(crate) fn notes(table: &Table, checked: &Checked) -> Vec<Note> {
    let of_sheet = |message| Note { message, lines: Vec::new(), columns: Vec::new() };
    let mut notes: Vec<_> = sheet_notes(table).into_iter().map(of_sheet).collect();
    if let Some(message) = not_read(&checked.unknown_columns) {
        notes.push(Note { message, lines: Vec::new(), columns: checked.unknown_columns.clone() });
    }
    let without_city = &checked.without_city;
    if without_city.count() > 0 {
        let message = format!(
            "{} no city ({}), and the service may then blank the users' own; give a city, or {CLEAR} to blank it for \
             certain",
            match without_city.count() {
                1 => "1 row has".to_owned(),
                rows => format!("{rows} rows have"),
            },
            lines(without_city)
        );
        notes.push(Note {
            message,
            lines: without_city.first().to_vec(),
            columns: vec![Column::City.to_string()],
        });
    }
    notes
}

/// The first lines of a list.
fn lines(list: &LineList) -> String {
    let first = list.first().iter().take(MAX_NAMED).map(u64::to_string).collect::<Vec<_>>().join(", ");
    let more = if list.count() > MAX_NAMED as u64 { ", …" } else { "" };
    let line = if list.count() == 1 { "line" } else { "lines" };
    format!("{line} {first}{more}")
}

/// The first of a file's names, as a terminal may show them, and how many more there are.
fn few(names: &[String]) -> String {
    let first = names.iter().take(MAX_NAMED).map(|name| excerpt(name)).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MAX_NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// Why an input cannot be read; the caller has to correct it.
pub(crate) fn unreadable(error: &InputError) -> Failure {
    if error.is_over_limit() {
        return Failure::Input(with_causes(error) + ", with --max-input");
    }
    let hint = error.advice().map(|advice| format!("\n  hint: {}", flags(advice)));
    Failure::Input(with_causes(error) + &hint.unwrap_or_default())
}

/// The flags that do what helps.
fn flags(advice: &Advice) -> String {
    match advice {
        Advice::AllowMultiline => "--allow-multiline sends it".to_owned(),
        Advice::ReadAs(format) => format!("--format {format} reads it so"),
        Advice::ReadSheet(name) => format!("--sheet \"{name}\" reads another"),
        Advice::Plan => "`elements office plan` finds users by address and keeps values".to_owned(),
        Advice::UsePlan => {
            "`elements office show FILE` shows it, `elements office apply FILE` applies it; both take a file, and not \
             standard input"
                .to_owned()
        }
        Advice::MapColumns { required, optional } => map_flags(required, optional),
        _ => String::new(),
    }
}

/// The flags for columns that a header does not have.
fn map_flags(required: &[Column], optional: &[Column]) -> String {
    let map = |columns: &[Column]| {
        columns.iter().map(|column| format!("--map {column}=NAME")).collect::<Vec<_>>().join(" ")
    };
    let optional = if optional.is_empty() { String::new() } else { format!(" [{}]", map(optional)) };
    let whole = [(Column::Customer, "--customer ID"), (Column::Tenant, "--tenant ID")];
    let whole = whole.into_iter().filter(|(column, _)| required.contains(column)).map(|(_, flag)| flag);
    let whole = whole.collect::<Vec<_>>().join(" ");
    let whole = if whole.is_empty() { whole } else { format!(", or {whole} for all rows") };
    format!("{}{optional}, where NAME is what the file calls the column{whole}", map(required))
}
