//! Reading twice, and within bounds.

use std::fs;
use std::io::Write;

use avepoint_elements::UserKey;
use avepoint_elements_rows::{Format, InputOptions, Source, Table, check_selected};

use crate::{HEADER, findings, rows, table};

const ROW: &str = "c,t,u,2121,Angola,Luanda,Dande,\n";

#[test]
fn a_table_is_read_as_often_as_asked() {
    let mut table = table(format!("{HEADER}{ROW}").as_bytes()).unwrap();
    let first = rows(&mut table);
    assert_eq!(rows(&mut table), first);
    assert_eq!(findings(&mut table).0.rows, 1);
    assert_eq!(rows(&mut table), first);
}

#[test]
fn a_file_that_changes_between_two_readings_is_noticed() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write!(file, "{HEADER}{ROW}").unwrap();
    let mut table = Table::open(Source::file(file.path()).unwrap(), InputOptions::default()).unwrap();
    assert!(findings(&mut table).0.is_valid());
    file.write_all(b"c,t,u2,2121,Angola,Luanda,Dande,\n").unwrap();
    let message = table.entries().unwrap_err().to_string();
    assert!(message.contains("was changed while it was read"), "{message}");
}

#[test]
fn a_file_that_changes_during_a_reading_is_noticed_at_its_end() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write!(file, "{HEADER}{ROW}").unwrap();
    let mut table = Table::open(Source::file(file.path()).unwrap(), InputOptions::default()).unwrap();
    let mut entries = table.entries().unwrap();
    assert!(entries.next().unwrap().is_ok());
    // It was not checked, and is not handed out.
    file.write_all(b"c,t,u2,2121,Angola,Luanda,Dande,\n").unwrap();
    assert!(entries.next().unwrap().is_err());
    assert!(entries.next().is_none());
}

#[test]
fn nothing_is_handed_out_that_was_written_over_what_was_checked() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let checked = format!("{HEADER}{}", ROW.repeat(10_000));
    file.write_all(checked.as_bytes()).unwrap();
    let mut table = Table::open(Source::file(file.path()).unwrap(), InputOptions::default()).unwrap();
    let mut entries = table.entries().unwrap();
    assert!(entries.next().unwrap().is_ok());
    fs::write(file.path(), checked.replace("Dande", "Bengo")).unwrap();
    let later = fs::metadata(file.path()).unwrap().modified().unwrap() + std::time::Duration::from_secs(1);
    file.as_file().set_modified(later).unwrap();
    let rest: Vec<_> = entries.collect();
    let (error, before) = rest.split_last().unwrap();
    assert!(error.as_ref().unwrap_err().to_string().contains("was changed while it was read"));
    let rows: Vec<_> =
        before.iter().map(|entry| crate::said(entry.as_ref().unwrap().row.as_ref().unwrap())).collect();
    assert!(rows.len() < 9_000 && rows.iter().all(|row| row.contains("Dande")), "{}", rows.len());
}

/// Reads all rows, changes something about the file after the first one, and says whether every reading is believed.
fn is_believed_after(change: impl Fn(&std::path::Path)) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("offices.csv");
    fs::write(&path, format!("{HEADER}{}", ROW.repeat(4_000))).expect("a file");
    let source = Source::file(&path).expect("the file is there");
    let mut table = Table::open(source, InputOptions::default()).expect("the file is well-formed");
    let read = |table: &mut Table| {
        let mut entries = table.entries().expect("the file can be read");
        let is_first_read = entries.next().is_some_and(|entry| entry.is_ok());
        change(&path);
        is_first_read && entries.all(|entry| entry.is_ok())
    };
    read(&mut table) && read(&mut table) && table.check_unchanged().is_ok()
}

#[test]
fn a_time_that_changes_alone_changes_nothing() {
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(9);
    assert!(is_believed_after(|path| fs::File::open(path).unwrap().set_modified(later).unwrap()));
    assert!(is_believed_after(|path| fs::write(path, fs::read(path).unwrap()).unwrap_or_default()));
}

#[test]
fn a_file_that_is_replaced_or_removed_is_noticed_at_the_latest_at_the_end() {
    assert!(is_believed_after(|path| {
        let copy = path.with_extension("copy");
        fs::copy(path, &copy).unwrap();
        fs::rename(&copy, path).unwrap();
    }));
    assert!(!is_believed_after(|path| {
        let (other, modified) =
            (path.with_extension("other"), fs::metadata(path).unwrap().modified().unwrap());
        fs::write(&other, fs::read_to_string(path).unwrap().replacen("Dande", "Bengo", 1)).unwrap();
        fs::File::options().write(true).open(&other).unwrap().set_modified(modified).unwrap();
        fs::rename(&other, path).unwrap();
    }));
    assert!(!is_believed_after(|path| fs::remove_file(path).unwrap_or_default()));
}

#[test]
fn a_file_that_cannot_be_opened_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = Source::file(folder.path()).unwrap_err();
    assert!(error.is_io() && error.to_string().ends_with("cannot be opened"));
    assert!(Source::file(folder.path().join("none.csv")).unwrap_err().is_io());
}

#[test]
fn an_extension_counts_where_the_content_does_not_tell() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("offices.JSONL");
    fs::write(&path, "").unwrap();
    let mut table = Table::open(Source::file(&path).unwrap(), InputOptions::default()).unwrap();
    assert!(rows(&mut table).is_empty());
}

#[test]
fn csv_under_the_name_of_ndjson_is_one_mistake_that_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let open = |text: String, options: InputOptions| {
        let path = folder.path().join("offices.ndjson");
        fs::write(&path, text).unwrap();
        Table::open(Source::file(&path).unwrap(), options)
    };
    let csv = format!("\u{feff}\n{HEADER}{ROW}{ROW}");
    for options in [InputOptions::default(), InputOptions::default().format(Format::Ndjson)] {
        let message = open(csv.clone(), options).unwrap_err().to_string();
        assert_eq!(
            message,
            "line 2 does not begin with { and is no JSON object. If the input is CSV, read it as CSV, or give it a name \
             that ends with .csv"
        );
    }
    assert!(open(csv, InputOptions::default().format(Format::Csv)).is_ok(), "as the message says");
    assert!(
        open(format!(" {{}}\n{HEADER}"), InputOptions::default()).is_ok(),
        "a later line is a row's mistake"
    );
}

#[test]
fn a_row_without_end_stops_the_reading_before_the_memory_is_full() {
    let endless = "c,t,u,2121,Angola,Luanda,\"Dande\n".to_owned() + &ROW.repeat(50_000);
    let mut csv = table(format!("{HEADER}{ROW}{endless}").as_bytes()).unwrap();
    let message = csv.entries().unwrap().last().unwrap().unwrap_err().to_string();
    assert!(message.contains("begins on line 3 is longer than 1048576 bytes"), "{message}");

    let line = format!("{{\"a\":\"{}\"}}", "x".repeat(1 << 20));
    let mut ndjson = table(format!("{{}}\n{line}").as_bytes()).unwrap();
    let message = ndjson.entries().unwrap().last().unwrap().unwrap_err().to_string();
    assert!(message.starts_with("line 2 is longer than 1048576 bytes"), "{message}");
}

#[test]
fn a_long_row_within_the_bound_is_read() {
    let note = format!("{}\n", "x".repeat(99)).repeat(10_000);
    let mut table = table(
        format!("{},note\nc,t,u,2121,Angola,Luanda,Dande,,\"{note}\"\n{ROW}", HEADER.trim_end()).as_bytes(),
    )
    .unwrap();
    assert_eq!(rows(&mut table)[1], "10003: c/t/u 2121|Angola|Luanda|Dande|-");
}

#[test]
fn only_selected_rows_are_checked_and_a_row_that_names_no_user_can_be() {
    let users: Vec<_> = (0..9).map(|user| format!("c,t,u{user},2121,Angola,Luanda,Dande,\n")).collect();
    let mut table =
        table(format!("{HEADER}{}c,t,,2121,Angola,Luanda,Dande,\n", users.concat()).as_bytes()).unwrap();
    let counts = |table: &mut Table, select: &dyn Fn(Option<&UserKey>) -> bool| {
        let checked = check_selected(table, select, |_| ()).unwrap();
        (checked.rows, checked.valid)
    };
    assert_eq!(counts(&mut table, &|user| user.is_none()), (1, 0));
    assert_eq!(counts(&mut table, &|user| user.is_some_and(|user| user.user.as_str() < "u4")), (4, 4));
    assert_eq!(counts(&mut table, &|_| true), (10, 9));
}
