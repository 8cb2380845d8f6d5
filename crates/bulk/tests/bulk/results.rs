//! What a file of results promises to its readers.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use avepoint_elements_bulk::{
    Cells, FileError, Original, Outcome, Results, ResultsFormat, State, partial_name,
};
use serde_json::value::RawValue;
use tempfile::TempDir;

const CSV: ResultsFormat = ResultsFormat::Csv { delimiter: b',', bom: false };

fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("offices.results.csv");
    (directory, path)
}

fn outcome(state: State) -> Outcome {
    let mut outcome = Outcome::new(state, "");
    outcome.status = Some(204);
    outcome.attempts = 3;
    outcome.at = SystemTime::UNIX_EPOCH + Duration::from_millis(1500);
    outcome.host = "host".into();
    outcome
}

fn columns(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn in_csv(format: ResultsFormat, names: &[&str], rows: &[(Cells, Outcome)]) -> String {
    let (_directory, path) = place();
    let mut results = Results::create(&path, None, format, &columns(names)).unwrap();
    for (cells, outcome) in rows {
        results.write(&Original::Cells(cells.clone()), outcome).unwrap();
    }
    assert_eq!(results.finish().unwrap(), path);
    fs::read_to_string(path).unwrap()
}

fn in_ndjson(members: &[(&str, &str)], outcome: &Outcome) -> String {
    let (_directory, path) = place();
    let mut results = Results::create(&path, None, ResultsFormat::Ndjson, &[]).unwrap();
    let member = |(name, value): &(&str, &str)| {
        ((*name).to_owned(), RawValue::from_string((*value).to_owned()).unwrap())
    };
    results.write(&Original::Members(members.iter().map(member).collect()), outcome).unwrap();
    fs::read_to_string(results.finish().unwrap()).unwrap()
}

fn cells(cells: &[&str]) -> Cells {
    cells.iter().collect()
}

#[test]
fn rows_stand_in_order_with_their_own_columns_first() {
    let rows = [("a", State::Done), ("b", State::NotAttempted)]
        .map(|(id, state)| (cells(&[id, "é"]), outcome(state)));
    let expected = "user,stadt,elements_result,elements_status,elements_request_id,elements_attempts,\
        elements_reason,elements_reason_code,elements_time,elements_host,elements_proof\n\
        a,é,done,204,,3,,,1970-01-01T00:00:01.500Z,host,\n\
        b,é,not attempted,204,,3,,not-attempted,1970-01-01T00:00:01.500Z,host,\n";
    assert_eq!(in_csv(CSV, &["user", "stadt"], &rows), expected);
}

#[test]
fn what_a_row_says_survives_csv_with_any_delimiter() {
    let ugly = ["=1+1", "a,b;c\td", "line\r\nbreak", "\"quoted\"", "", " 007 "];
    for delimiter in *b",;\t" {
        let format = ResultsFormat::Csv { delimiter, bom: true };
        let mut failed = outcome(State::Failed);
        failed.reason = "wait, then \"try\"; again\t".to_owned();
        let text = in_csv(format, &ugly, &[(cells(&ugly), failed)]);
        let text = text.strip_prefix('\u{feff}').unwrap();
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
        assert_eq!(reader.headers().unwrap().iter().take(ugly.len()).collect::<Vec<_>>(), ugly);
        let row = reader.records().next().unwrap().unwrap();
        assert_eq!(row.iter().take(ugly.len()).collect::<Vec<_>>(), ugly);
        assert_eq!(&row[ugly.len() + 4], "wait, then \"try\"; again\\t");
    }
}

#[test]
fn rows_that_are_too_short_are_filled_and_what_belongs_to_no_column_stands_behind_all() {
    let rows = [&["1"][..], &["1", "2", "3", "4"]].map(|row| (cells(row), outcome(State::Invalid)));
    let text = in_csv(CSV, &["a", "b"], &rows);
    let rows: Vec<_> = text.lines().skip(1).map(|line| line.split_once(",invalid,").unwrap()).collect();
    assert_eq!((rows[0].0, rows[1].0), ("1,", "1,2"));
    assert!(rows[0].1.ends_with(",host,") && rows[1].1.ends_with(",host,,3,4"), "{text}");
}

#[test]
fn text_from_the_service_starts_no_formula_and_steers_no_terminal() {
    for (text, expected) in
        [("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"), ("+1\u{1b}]0;x\u{7}", "'+1\\u{1b}]0;x\\u{7}")]
    {
        let mut refused = outcome(State::Refused);
        (refused.request_id, refused.reason) = (Some(text.to_owned()), text.to_owned());
        let csv = in_csv(CSV, &[], &[(Cells::default(), refused.clone())]);
        let row = csv::Reader::from_reader(csv.as_bytes()).records().next().unwrap().unwrap();
        assert_eq!((&row[2], &row[4]), (expected, expected));
        let row: serde_json::Value = serde_json::from_str(&in_ndjson(&[], &refused)).unwrap();
        assert_eq!(
            (&row["elements_request_id"], &row["elements_reason"]),
            (&expected.into(), &expected.into())
        );
    }
}

#[test]
fn objects_carry_their_values_to_the_letter() {
    let members = [("z", "1.10e2"), ("a", "[1,\n 2]"), ("é", "12345678901234567890")];
    let expected = "{\"z\":1.10e2,\"a\":[1,  2],\"é\":12345678901234567890,\"elements_result\":\"done\",\
        \"elements_status\":204,\"elements_request_id\":null,\"elements_attempts\":3,\"elements_reason\":\"\",\"elements_reason_code\":\"\",\
        \"elements_time\":\"1970-01-01T00:00:01.500Z\",\"elements_host\":\"host\",\"elements_proof\":null}\n";
    assert_eq!(in_ndjson(&members, &outcome(State::Done)), expected);
}

#[test]
fn older_results_stand_until_the_new_ones_are_complete() {
    let (_directory, path) = place();
    let partial = partial_name(&path);
    for stale in ["old results", "older"] {
        fs::write(&path, "old results").unwrap();
        fs::write(&partial, stale).unwrap();
        let mut results = Results::create(&path, None, CSV, &[]).unwrap();
        results.write(&Original::Cells(Cells::default()), &outcome(State::Done)).unwrap();
        results.flush().unwrap();
        assert_eq!(fs::read_to_string(&partial).unwrap().lines().count(), 2);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old results");
        drop(results);
        assert!(partial.exists());
    }
    Results::create(&path, None, CSV, &[]).unwrap().finish().unwrap();
    assert!(!partial.exists());
    assert!(fs::read_to_string(&path).unwrap().starts_with("elements_result"));
}

fn old_name(path: &Path) -> PathBuf {
    path.with_extension("csv.old")
}

/// Results of one row, in the place of what a text says.
fn results_over(path: &Path, older: &str) -> Results {
    fs::write(path, older).unwrap();
    Results::create(path, None, CSV, &[]).unwrap()
}

#[test]
fn older_results_are_kept_once_in_the_place_of_what_was_kept_before() {
    let (directory, path) = place();
    for older in ["corrected by hand", "and once more"] {
        results_over(&path, older).finish().unwrap();
        assert_eq!(fs::read_to_string(old_name(&path)).unwrap(), older);
        assert!(fs::read_to_string(&path).unwrap().starts_with("elements_result"));
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
}

#[test]
fn older_results_are_replaced_where_that_is_asked_for_and_kept_where_there_are_none() {
    let (_directory, path) = place();
    results_over(&path, "of a rehearsal").replace_older().finish().unwrap();
    assert!(!old_name(&path).exists());
    fs::write(old_name(&path), "kept before").unwrap();
    fs::remove_file(&path).unwrap();
    Results::create(&path, None, CSV, &[]).unwrap().finish().unwrap();
    assert_eq!(fs::read_to_string(old_name(&path)).unwrap(), "kept before");
}

#[test]
fn where_older_results_cannot_be_kept_that_is_said_before_anything_is_sent() {
    let (_directory, path) = place();
    fs::write(&path, "older").unwrap();
    fs::create_dir(old_name(&path)).unwrap();
    let error = Results::create(&path, None, CSV, &[]).unwrap_err();
    assert!(error.is_unsuitable() && error.to_string().contains(".old"), "{error}");
    fs::remove_dir(old_name(&path)).unwrap();
    fs::write(old_name(&path), "the input").unwrap();
    let error = Results::create(&path, Some(&old_name(&path)), CSV, &[]).unwrap_err();
    assert!(error.is_unsuitable(), "{error}");
}

#[cfg(unix)]
#[test]
fn what_is_kept_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (_directory, path) = place();
    results_over(&path, "saved by an editor").finish().unwrap();
    assert_eq!(fs::metadata(old_name(&path)).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn two_runs_cannot_write_the_same_results() {
    let (_directory, path) = place();
    let mut results = Results::create(&path, None, CSV, &[]).unwrap();
    results.write(&Original::Cells(Cells::default()), &outcome(State::Done)).unwrap();
    for _ in 0..2 {
        let error = Results::create(&path, None, CSV, &[]).unwrap_err();
        assert!(error.is_in_use());
        assert!(error.to_string().starts_with("another run writes the results "), "{error}");
    }
    results.finish().unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 2);
    drop(Results::create(&path, None, CSV, &[]).unwrap());
    Results::create(&path, None, CSV, &[]).unwrap().finish().unwrap();
}

#[test]
fn of_many_runs_that_begin_at_once_one_writes_the_results() {
    let (_directory, path) = place();
    for round in 0..50 {
        if round % 2 == 0 {
            fs::write(partial_name(&path), "left behind").unwrap();
        }
        let begun: Vec<_> = std::thread::scope(|scope| {
            let begin = || Results::create(&path, None, CSV, &[]);
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(begin)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(
            begun.iter().filter_map(|result| result.as_ref().err()).all(FileError::is_in_use),
            "{begun:?}"
        );
        let mut begun: Vec<_> = begun.into_iter().flatten().collect();
        assert_eq!(begun.len(), 1);
        begun.remove(0).finish().unwrap();
        assert!(path.exists() && !partial_name(&path).exists());
        fs::remove_file(&path).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_the_partial_file_is_replaced_and_not_followed() {
    let (directory, path) = place();
    let other = directory.path().join("other");
    for text in [Some("somebody's"), None] {
        match text {
            Some(text) => fs::write(&other, text).unwrap(),
            None => fs::remove_file(&other).unwrap(),
        }
        std::os::unix::fs::symlink(&other, partial_name(&path)).unwrap();
        Results::create(&path, None, CSV, &[]).unwrap().finish().unwrap();
        assert_eq!(fs::read_to_string(&other).ok().as_deref(), text);
    }
}

#[cfg(unix)]
#[test]
fn results_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (_directory, path) = place();
    Results::create(&path, None, CSV, &[]).unwrap().finish().unwrap();
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn results_never_replace_their_input_nor_what_is_no_file() {
    let (directory, path) = place();
    let partial = partial_name(&path);
    fs::write(&partial, "an input that is called so").unwrap();
    let dotted = directory.path().join(".").join("offices.results.csv.partial");
    for (results, input) in
        [(&path, &*dotted), (&partial, &dotted), (&directory.path().to_owned(), Path::new("x"))]
    {
        let error = Results::create(results, Some(input), CSV, &[]).unwrap_err();
        assert!(error.is_unsuitable(), "{error}");
    }
    assert_eq!(fs::read_to_string(partial).unwrap(), "an input that is called so");
}

#[test]
fn a_row_of_the_other_format_is_an_error() {
    let (_directory, path) = place();
    let mut results = Results::create(&path, None, CSV, &[]).unwrap();
    assert!(results.write(&Original::Members(Vec::new()), &outcome(State::Done)).is_err());
}
