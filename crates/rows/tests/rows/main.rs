//! What becomes of the bytes of an input. A new ugly file goes to `tests/ugly` and into `ugly.rs`; what a message
//! says, into `problems.rs`; rows that would send wrong data, into `faulty_rows.rs`; values that
//! were damaged, into `damaged_values.rs`; rows whose cells stand where they do not belong, into `row_shapes.rs`; what rows of
//! a plan want, into `plan_rows.rs`; what is no table of rows at all, into `not_rows.rs`.

#[cfg(feature = "gzip")]
mod compressed;
mod damaged_values;
mod faulty_rows;
mod ndjson;
mod not_rows;
mod plan_rows;
mod problems;
mod properties;
mod reading;
mod row_shapes;
mod ugly;
#[cfg(feature = "xlsx")]
mod workbooks;

use avepoint_elements_rows::{
    Checked, Entry, Finding, InputError, InputOptions, Original, Row, Source, Table, check,
};

const HEADER: &str = "customer,tenant,user,postalCode,countryRegion,state,address,city\n";

fn table(bytes: &[u8]) -> Result<Table, InputError> {
    table_with(bytes, InputOptions::default())
}

fn table_with(bytes: &[u8], options: InputOptions) -> Result<Table, InputError> {
    Table::open(Source::reader(bytes)?, options)
}

fn entries(table: &mut Table) -> Vec<Entry> {
    let entries: Result<_, _> = table.entries().and_then(Iterator::collect);
    entries.expect("entries to the end")
}

/// A row in one line; what is not sent is `-`.
fn said(row: &Row) -> String {
    let (user, office) = (&row.user, &row.office);
    let values = [office.postal_code(), office.country_region(), office.state(), office.address()];
    let ids = [user.customer.as_str(), user.tenant.as_str(), user.user.as_str()];
    format!("{} {}|{}", ids.join("/"), values.join("|"), office.city().unwrap_or("-"))
}

/// Each row with its line, or the problems that it has.
fn rows(table: &mut Table) -> Vec<String> {
    let lines = |entry: &Entry| match &entry.row {
        Ok(row) => vec![format!("{}: {}", entry.line, said(row))],
        Err(invalid) => invalid.problems.iter().map(ToString::to_string).collect(),
    };
    entries(table).iter().flat_map(lines).collect()
}

fn cells(entry: &Entry) -> Vec<&str> {
    match &entry.original {
        Original::Cells(cells) => cells.iter().collect(),
        _ => panic!("{entry:?}"),
    }
}

/// What a check says, each finding in a line.
fn findings(table: &mut Table) -> (Checked, Vec<String>) {
    let mut findings = Vec::new();
    let checked = check(table, |finding| {
        findings.push(match finding {
            Finding::Error(problem) => format!("error: {problem}"),
            Finding::Warning(problem) => format!("warning: {problem}"),
            other => panic!("{other:?}"),
        });
    });
    (checked.expect("a check to the end"), findings)
}
