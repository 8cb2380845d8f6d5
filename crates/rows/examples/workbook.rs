//! Writes the rows of a CSV file as a workbook: `cargo run -p avepoint-elements-rows --example workbook examples/hr.csv
//! examples/hr.xlsx`.
//!
//! Postal codes become numbers with a format of zeros, as spreadsheets keep them. The same rows make the same bytes.

use std::error::Error;

use avepoint_elements_rows::{InputOptions, Original, Purpose, Source, Table};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [from, to] = arguments.as_slice() else {
        return Err("give a CSV file and the name of a workbook".into());
    };
    let mut table = Table::open(Source::file(from)?, InputOptions::default().purpose(Purpose::Plan))?;
    let header = table.columns().to_vec();
    let mut workbook = Workbook::new();
    let written = ExcelDateTime::from_ymd(2026, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&written));
    let sheet = workbook.add_worksheet();
    for (column, name) in (0..).zip(&header) {
        sheet.write_string(0, column, name)?;
    }
    for (row, entry) in (1..).zip(table.plan_entries()?) {
        let Original::Cells(cells) = entry?.original else { return Err("the rows are no CSV".into()) };
        for ((column, text), name) in (0..).zip(cells.iter()).zip(&header) {
            write_cell(sheet, (row, column), text, name == "ZIP")?;
        }
    }
    workbook.save(to)?;
    Ok(())
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    is_code: bool,
) -> Result<(), Box<dyn Error>> {
    let is_number = is_code && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number {
        let zeros = Format::new().set_num_format("0".repeat(text.len()));
        sheet.write_number_with_format(row, column, text.parse::<f64>()?, &zeros)?;
    } else if !text.is_empty() {
        sheet.write_string(row, column, text)?;
    }
    Ok(())
}
