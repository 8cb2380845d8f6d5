//! Workbooks and compressed files as inputs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use avepoint_elements_sandbox::Sandbox;
use rust_xlsxwriter::Workbook;
use serde_json::Value;

use crate::apply::{Folder, count};
use crate::{at, elements, planning, run};

const NAMES: [&str; 8] =
    ["customer", "tenant", "user", "postalCode", "countryRegion", "state", "address", "city"];

/// A workbook whose second sheet has rows; of the first, none is valid.
fn write_workbook(path: &Path, rows: u32) {
    let mut workbook = Workbook::new();
    for (name, city) in [("Old", "#N/A"), ("New", "Dresden")] {
        let sheet = workbook.add_worksheet().set_name(name).unwrap();
        sheet.write_row(0, 0, NAMES).unwrap();
        for row in 1..=rows {
            let user = format!("u{row}");
            let values = ["c1", "t1", &user, "01067", "Germany", "Saxony", "Theaterplatz 2", city];
            sheet.write_row(row, 0, values).unwrap();
        }
    }
    workbook.save(path).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_gives_the_same_plan_as_the_csv_that_it_is_made_of() {
    let sandbox = planning::builder().start().await.unwrap();
    let examples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let folder = Folder::with("hr.csv", &fs::read_to_string(examples.join("hr.csv")).unwrap());
    fs::copy(examples.join("hr.xlsx"), folder.path("hr.xlsx")).unwrap();
    let plans = ["hr.csv", "hr.xlsx"].map(|name| {
        let mut plan = elements();
        plan.args(["office", "plan"]).arg(folder.path(name)).stdin(Stdio::null());
        run(at(&mut plan, &sandbox), 1);
        folder.read(&format!("{name}.plan"))
    });
    let [csv, xlsx] = plans.each_ref().map(|plan| planning::users_of(plan));
    assert_eq!(csv.len(), 28);
    assert_eq!(xlsx, csv);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_that_is_named_is_applied_and_its_results_are_csv() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with("none", ""));
    write_workbook(&folder.path("offices.xlsx"), 20);
    let mut apply = folder.apply("offices.xlsx");
    run(at(apply.args(["--yes", "--sheet", "New"]), &sandbox), 0);
    let results = folder.read("offices.results.csv");
    assert!(results.starts_with("\u{feff}customer,tenant,user,postalCode,"), "{results}");
    assert_eq!((count(&results, "done"), sandbox.request_count()), (20, 20));
    let mut again = folder.apply("offices.results.csv");
    run(at(again.arg("--yes"), &sandbox), 0);
    assert_eq!(sandbox.request_count(), 20, "results prove what was done");
}

#[test]
fn what_is_wrong_with_a_sheet_names_the_cell_for_programs_too() {
    let folder = Folder::with("none", "");
    write_workbook(&folder.path("offices.xlsx"), 1);
    let mut check = elements();
    check.args(["office", "check", "--output", "json"]).arg(folder.path("offices.xlsx"));
    let (report, said) = run(&mut check, 2);
    assert!(said.contains("error: H2, city \"#N/A\": is an error that a spreadsheet calculated"), "{said}");
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!((&report["problems"][0]["cell"], &report["problems"][0]["line"]), (&"H2".into(), &2.into()));
}

#[test]
fn a_workbook_that_unpacks_to_more_than_is_allowed_names_the_flag() {
    let folder = Folder::with("none", "");
    write_workbook(&folder.path("offices.xlsx"), 1000);
    let mut check = elements();
    check.args(["office", "check", "--max-input", "20KiB"]).arg(folder.path("offices.xlsx"));
    let (_, said) = run(&mut check, 2);
    assert!(said.contains("unpacks to more than 20480 bytes"), "{said}");
    assert!(said.contains("allow more, with --max-input"), "{said}");
}

#[test]
fn a_check_says_which_sheet_is_read_and_how_many_rows_are_hidden() {
    let folder = Folder::with("none", "");
    let path = folder.path("offices.xlsx");
    let mut workbook = Workbook::new();
    for name in ["New", "Old"] {
        let sheet = workbook.add_worksheet().set_name(name).unwrap();
        sheet.write_row(0, 0, NAMES).unwrap();
        for row in 1..=4 {
            let values =
                ["c1", "t1", &format!("u{row}"), "01067", "Germany", "Saxony", "Theaterplatz 2", "Dresden"];
            sheet.write_row(row, 0, values).unwrap();
        }
        sheet.set_row_hidden(1).unwrap().set_row_hidden(2).unwrap().set_row_hidden(4).unwrap();
    }
    workbook.save(&path).unwrap();
    let notes = [
        "of the workbook's sheets, \"New\" is read and not Old; --sheet names the one to read",
        "3 rows are hidden in the sheet, by a filter or by hand, and are read as the others",
    ];
    let mut check = elements();
    let (report, stderr) = run(check.args(["office", "check", "--output", "json"]).arg(&path), 0);
    let report: Value = serde_json::from_str(&report).unwrap();
    let messages: Vec<_> = report["notes"].as_array().unwrap().iter().map(|note| &note["message"]).collect();
    assert_eq!(messages, notes);
    for note in notes {
        assert_eq!(stderr.matches(note).count(), 1, "{stderr}");
    }
}

#[test]
fn a_check_as_lines_of_json_has_a_line_for_each_problem_and_the_numbers_behind_them() {
    let folder = Folder::with("none", "");
    let path = folder.path("offices.xlsx");
    write_workbook(&path, 2);
    let mut check = elements();
    let (lines, _) = run(check.args(["office", "check", "--output", "ndjson"]).arg(&path), 2);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let cells: Vec<_> = lines.iter().map(|line| &line["cell"]).collect();
    assert_eq!(cells, [&Value::from("H2"), &Value::from("H3"), &Value::Null]);
    assert_eq!((&lines[0]["severity"], &lines[2]["invalid"]), (&Value::from("error"), &Value::from(2)));
    assert_eq!(lines[2].get("problems"), None);
}
