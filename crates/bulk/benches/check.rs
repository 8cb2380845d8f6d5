//! How fast a file is checked, beside a bare loop over its records, and what a row costs in memory, in a workbook, too.
//!
//! `cargo bench -p avepoint-elements-bulk --bench check`. It runs itself once for each figure of memory, since a
//! process's peak never falls.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use avepoint_elements_bulk::{InputOptions, Source, Table, check};
use rust_xlsxwriter::Workbook;

const ROWS: u64 = 1_000_000;
const FEW_ROWS: u64 = 10_000;
const ROUNDS: usize = 15;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, mode, file] = arguments.as_slice()
        && mode == "peak"
    {
        checked(Path::new(file))?;
        println!("{}", peak()?);
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let (few, many) = (folder.path().join("few.csv"), folder.path().join("many.csv"));
    write(&few, FEW_ROWS)?;
    write(&many, ROWS)?;
    speed(&many)?;
    memory(&few, &many)?;
    let (few, many) = (folder.path().join("few.xlsx"), folder.path().join("many.xlsx"));
    write_workbook(&few, FEW_ROWS)?;
    write_workbook(&many, ROWS)?;
    println!("workbook of {ROWS} rows, checked in {:.1} s", timed(|| checked(&many))?.as_secs_f64());
    memory(&few, &many)
}

/// The best of several rounds each, turn by turn, since what disturbs a round only makes it slower.
fn speed(file: &Path) -> Outcome<()> {
    let (mut bare, mut check) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare.push(timed(|| bare_loop(file))?);
        check.push(timed(|| checked(file))?);
    }
    let (bare, check) = (rate(&bare), rate(&check));
    println!("bare loop over StringRecord: {bare:.0} rows/s");
    println!("check:                       {check:.0} rows/s, {:.3} of the bare loop", check / bare);
    Ok(())
}

fn memory(few: &Path, many: &Path) -> Outcome<()> {
    let (few, many) = (peak_of(few)?, peak_of(many)?);
    println!("peak memory, {FEW_ROWS} rows:    {few} KiB");
    println!("peak memory, {ROWS} rows:  {many} KiB");
    let bytes = many.saturating_sub(few) * 1024;
    println!("between them:                {:.1} bytes a row", to_f64(bytes) / to_f64(ROWS - FEW_ROWS));
    Ok(())
}

const HEADER: [&str; 9] =
    ["customer", "tenant", "user", "postalCode", "countryRegion", "state", "address", "city", "note"];

/// A made-up row: a customer in 10,000 of them and a tenant in 5,000, sorted by both.
fn cells(row: u64) -> [String; HEADER.len()] {
    [
        format!("966f35cc-0000-4000-8000-25cdbcf8{:04x}", row / 10_000),
        format!("0c7715b3-0000-4000-8000-f3634dcf{:04x}", row / 5_000),
        format!("7c18fd6f-0000-4000-8000-5725{row:08x}"),
        "01067".to_owned(),
        "Germany".to_owned(),
        "Saxony".to_owned(),
        format!("Theaterplatz {}, 2. Etage", row % 311 + 1),
        "Dresden".to_owned(),
        format!("moved in {}", 1990 + row % 36),
    ]
}

fn write(file: &Path, rows: u64) -> Outcome<()> {
    let mut file = BufWriter::new(File::create(file)?);
    writeln!(file, "{}", HEADER.join(","))?;
    for row in 0..rows {
        let [customer, tenant, user, code, country, state, address, city, note] = cells(row);
        writeln!(file, "{customer},{tenant},{user},{code},{country},{state},\"{address}\",{city},{note}")?;
    }
    Ok(file.flush()?)
}

/// The same rows in a workbook.
fn write_workbook(file: &Path, rows: u64) -> Outcome<()> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, HEADER)?;
    for row in 0..rows {
        sheet.write_row(u32::try_from(row)? + 1, 0, cells(row))?;
    }
    Ok(workbook.save(file)?)
}

fn bare_loop(file: &Path) -> Outcome<u64> {
    let mut reader = csv::Reader::from_path(file)?;
    let (mut record, mut rows) = (csv::StringRecord::new(), 0);
    while reader.read_record(&mut record)? {
        rows += u64::from(!record.is_empty());
    }
    Ok(rows)
}

fn checked(file: &Path) -> Outcome<u64> {
    let mut table = Table::open(Source::file(file)?, InputOptions::default())?;
    let checked = check(&mut table, None, |finding| println!("{finding:?}"))?;
    Ok(checked.valid)
}

/// The clock that matters here is the wall's.
#[allow(clippy::disallowed_methods)]
fn timed(run: impl Fn() -> Outcome<u64>) -> Outcome<Duration> {
    let start = Instant::now();
    let rows = run()?;
    assert_eq!(rows, ROWS);
    Ok(start.elapsed())
}

fn rate(times: &[Duration]) -> f64 {
    let best = times.iter().min().copied().unwrap_or_default();
    to_f64(ROWS) / best.as_secs_f64()
}

/// Peak memory of a process that checks a file, in KiB.
fn peak_of(file: &Path) -> Outcome<u64> {
    let output = Command::new(std::env::current_exe()?).arg("peak").arg(file).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// Peak memory of this process so far, in KiB; known on Linux alone.
fn peak() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line.ok_or("no VmHWM")?.trim_matches(|character: char| !character.is_ascii_digit()).parse()?)
}

/// For figures that are shown, where the last bits do not matter.
#[allow(clippy::cast_precision_loss)]
fn to_f64(number: u64) -> f64 {
    number as f64
}
