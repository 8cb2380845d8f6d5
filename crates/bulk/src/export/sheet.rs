//! A sheet: rows that planning reads, and that no spreadsheet calculates.

use std::path::{Path, PathBuf};

use avepoint_elements_rows::{Column, Format, InputOptions, KEEP, PlanEntry, Purpose, Source, Table};
use serde_json::{Map, Value};

use super::ExportRow;
use super::row::SheetColumn;
use crate::error::FileError;
use crate::new_file::NewFile;
use crate::plan::are_equal;
use crate::results::spreadsheet_safe;

/// A sheet that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sheet {
    /// Where it is.
    pub path: PathBuf,
    /// How many users it has.
    pub users: u64,
    /// How many values stand in it as `#KEEP`.
    pub kept: u64,
}

impl Sheet {
    /// Writes a sheet, makes it last and gives it its name. No file is replaced.
    pub(super) fn write(
        path: &Path,
        format: Format,
        rows: impl Iterator<Item = Result<ExportRow, FileError>>,
    ) -> Result<Self, FileError> {
        let mut file = NewFile::create("sheet", path)?;
        let mut sheet = Self { path: path.to_owned(), users: 0, kept: 0 };
        file.add(&head(format))?;
        for row in rows {
            let mut row = row?;
            sheet.users += 1;
            sheet.kept += make_carriable(&mut row, format);
            file.add(&line(&row, format))?;
        }
        file.finish()?;
        Ok(sheet)
    }
}

/// What comes before the rows. With a byte order mark, Excel reads UTF-8.
fn head(format: Format) -> Vec<u8> {
    match format {
        Format::Csv => {
            let names = SheetColumn::ALL.map(SheetColumn::name).join(",");
            format!("\u{feff}{names}\r\n").into_bytes()
        }
        _ => Vec::new(),
    }
}

/// A row with its end.
fn line(row: &ExportRow, format: Format) -> Vec<u8> {
    if format == Format::Csv {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        let written = writer.write_record(row.cells().map(|(_, cell)| cell));
        // Nothing fails in memory.
        return written.ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default();
    }
    let cells = row.cells().filter(|(_, cell)| !cell.is_empty());
    let members = cells.map(|(column, cell)| (column.name().to_owned(), Value::from(cell)));
    format!("{}\n", Value::Object(members.collect::<Map<_, _>>())).into_bytes()
}

/// Puts `#KEEP` in the place of each value that a sheet would not carry, and nothing in the place of a key: the id names the
/// user already. How many values it was.
fn make_carriable(row: &mut ExportRow, format: Format) -> u64 {
    let before = row.clone();
    for (column, cell) in row.cells_mut() {
        let is_safe = format != Format::Csv || spreadsheet_safe(cell) == *cell;
        match column {
            _ if is_safe => {}
            SheetColumn::Read(_) => replace(column, cell),
            _ => *cell = spreadsheet_safe(cell).into_owned(),
        }
    }
    for _ in 0..CHECKS {
        match uncarried(row, &before, format) {
            Some(wrong) if wrong.is_empty() => break,
            Some(wrong) => replace_where(row, |column| wrong.contains(&column)),
            None => replace_where(row, |_| true),
        }
    }
    let replaced = row
        .cells()
        .zip(before.cells())
        .filter(|((column, cell), (_, old))| column.is_office() && cell != old);
    replaced.filter(|(_, (_, old))| !old.trim().is_empty()).count() as u64
}

/// How often a row is planned at most: a mistake hides what else would change.
const CHECKS: u32 = 3;

fn replace_where(row: &mut ExportRow, is_wrong: impl Fn(SheetColumn) -> bool) {
    row.cells_mut().filter(|(column, _)| is_wrong(*column)).for_each(|(column, cell)| replace(column, cell));
}

fn replace(column: SheetColumn, cell: &mut String) {
    if column.is_office() && !cell.is_empty() {
        KEEP.clone_into(cell);
    } else if is_other_key(column) {
        cell.clear();
    }
}

/// Whether a column names the user beside the id.
fn is_other_key(column: SheetColumn) -> bool {
    let SheetColumn::Read(column) = column else { return false };
    matches!(column, Column::UserPrincipalName | Column::Mail | Column::EmployeeId)
}

/// The columns in which planning the row would find a mistake or a change. None where it cannot tell by column.
fn uncarried(row: &ExportRow, read: &ExportRow, format: Format) -> Option<Vec<SheetColumn>> {
    let PlanEntry { wanted, .. } = planned(row, format)?;
    let office = match wanted {
        Ok(wanted) => wanted.office,
        Err(problems) => {
            let column = |name: &str| SheetColumn::ALL.into_iter().find(|column| column.name() == name);
            return problems.iter().map(|problem| column(problem.column.as_deref()?)).collect();
        }
    };
    let changes = |(column, cell): (SheetColumn, &str)| {
        let SheetColumn::Read(read) = column else { return None };
        let field = read.office()?;
        let new = office.get(field).value()?;
        (!are_equal(field, Some(cell), Some(new))).then_some(column)
    };
    Some(read.cells().filter_map(changes).collect())
}

/// The row as planning reads it.
fn planned(row: &ExportRow, format: Format) -> Option<PlanEntry> {
    let bytes = [head(format), line(row, format)].concat();
    let options = InputOptions::default().purpose(Purpose::Plan).format(format);
    let mut table = Table::open(Source::reader(bytes.as_slice()).ok()?, options).ok()?;
    let entry = table.plan_entries().ok()?.next()?;
    entry.ok()
}
