//! The memory of plans: of finding users, and of a plan's file. See `docs/benchmarks.md`.
//!
//! Each measurement is a process of its own, since a process's peak never falls.

#![allow(clippy::disallowed_methods, reason = "a benchmark looks at the clock")]

use std::process::{Command, Stdio};
use std::time::{Instant, SystemTime};

use avepoint_elements::{OfficeField, UserKey};
use avepoint_elements_bulk::directory::{KeyIndex, ListEnd, Resolution, RowKeys, UserEntry};
use avepoint_elements_bulk::plan::{
    Change, Edit, Names, Overview, Plan, PlanHeader, PlanWriter, PlannedUser, Selection, invert,
};

const TENANTS: u64 = 1_000;
/// Users in the lists for each row.
const USERS_A_ROW: u64 = 3;
const FEW: u64 = 10_000;
const PARTS: [&str; 5] = ["find users", "write a plan", "read it", "show it", "invert it"];

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match &arguments[..] {
        [part, rows, path] => run(part, rows.parse().expect("rows are a number"), path),
        [rows] => measure(rows.parse().expect("rows are a number")),
        _ => measure(1_000_000),
    }
}

fn measure(rows: u64) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    println!("{:16} {:>14} {:>14} {:>12} {:>10}", "peak, KiB", FEW, rows, "bytes a row", "seconds");
    for part in PARTS {
        let few = peak_of(part, FEW, &folder.path().join("few.plan"));
        let start = Instant::now();
        let many = peak_of(part, rows, &folder.path().join("many.plan"));
        let seconds = start.elapsed().as_secs_f64();
        let bytes = many.saturating_sub(few) * 1024 / (rows - FEW);
        println!("{part:16} {few:>14} {many:>14} {bytes:>12} {seconds:>10.2}");
    }
}

/// The peak of a process that does one part, in KiB.
fn peak_of(part: &str, rows: u64, path: &std::path::Path) -> u64 {
    let program = std::env::current_exe().expect("a process knows its program");
    let mut command = Command::new(program);
    command.args([part, &rows.to_string()]).arg(path).stderr(Stdio::inherit());
    let output = command.output().expect("the benchmark can be started again");
    let text = String::from_utf8(output.stdout).expect("a number is text");
    text.trim().parse().expect("a peak is a number")
}

fn run(part: &str, rows: u64, path: &str) {
    let path = std::path::Path::new(path);
    let plan = || Plan::open(path).expect("a plan");
    match part {
        "find users" => find(rows),
        "write a plan" => write(path, rows),
        "read it" => assert_eq!(plan().users().flatten().count() as u64, rows),
        "show it" => {
            let plan = plan();
            let mut overview = Overview::of(&plan, &Selection::default()).expect("users");
            let groups = plan.users().flatten().filter_map(|user| overview.first_of(&user)).count();
            assert!(groups > 0 && overview.users() == rows);
        }
        _ => {
            let inverse = path.with_extension("undo");
            invert(&plan(), &inverse, SystemTime::UNIX_EPOCH, |_| Ok(true)).expect("an inverse");
            std::fs::remove_file(inverse).expect("it is there");
        }
    }
    println!("{}", peak());
}

fn uuid(high: u64, low: u64) -> String {
    format!("{high:08x}-0000-4000-8000-{low:012x}")
}

/// Rows with a mail address and an employee number, and lists with three users for each.
fn find(rows: u64) {
    let customer = uuid(1, 0);
    let mut index = KeyIndex::new(Some(&customer), None);
    for row in 0..rows {
        let (mail, number) = (format!("user{row}@fabrikam.example"), format!("{row:08}"));
        let tenant = uuid(2, row % TENANTS);
        let keys = RowKeys {
            line: row + 2,
            tenant: &tenant,
            mail: &mail,
            employee_id: &number,
            ..RowKeys::default()
        };
        index.add(&keys).expect("a line");
    }
    let mut search = index.search(None);
    for (tenant, number) in search.tenants().into_iter().zip(0..) {
        for user in 0..rows * USERS_A_ROW / TENANTS {
            let row = user * TENANTS + number;
            let (id, mail, number) =
                (uuid(3, row), format!("User{row}@fabrikam.example"), format!("{row:08}"));
            search.entry(tenant, &UserEntry { mail: &mail, employee_id: &number, ..UserEntry::of(&id) });
        }
        search.end(tenant, ListEnd::Complete);
    }
    let resolved = search.finish();
    let found = (0..resolved.len()).filter(|row| matches!(resolved.of(*row), Resolution::Resolved(_)));
    assert_eq!(found.count() as u64, rows);
}

/// A plan in which half of the users have a change that others have, too.
fn write(path: &std::path::Path, rows: u64) {
    let header = PlanHeader::new("https://elements.example", SystemTime::UNIX_EPOCH);
    let mut writer = PlanWriter::create(path, &header).expect("a plan");
    for row in 0..rows {
        let id = |high, low| uuid(high, low);
        let user = UserKey::new(
            id(1, 0).parse().expect("an id"),
            id(2, row % TENANTS).parse().expect("an id"),
            id(3, row).parse().expect("an id"),
        );
        let new = if row % 2 == 0 { "Pirna".to_owned() } else { format!("Street {row}") };
        let edit = Edit { old: Some("Dresden".to_owned()), new: Some(new) };
        let mut planned = PlannedUser::new(row + 2, user, Change::default().with(OfficeField::City, edit));
        planned.names = Names::new(Some("Fabrikam"), Some("Production"), Some("user@fabrikam.example"));
        writer.change(&planned).expect("a line");
    }
    writer.finish().expect("a plan");
}

/// The most resident memory so far, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux says what a process uses");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.trim().strip_suffix("kB"));
    number.and_then(|number| number.trim().parse().ok()).expect("the peak is a number of kB")
}
