//! What becomes of results that are read as input again.

use std::sync::Arc;

use avepoint_elements_bulk::{
    BulkOptions, Checked, InputOptions, Items, Journal, Results, ResultsFormat, Source, State, Table, check,
    results_name,
};
use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use futures_util::StreamExt;
use serde_json::Value;

use crate::elements;

const CSV: &str = "\
customer,tenant,user,postalCode,countryRegion,state,address,city
c,t,u1,2121,Angola,Luanda,Dande,Luanda
c,t,u2,2121,Angola,Luanda,Dande,Luanda
c,t,u3,2121,Angola,Luanda,Dande,Luanda
";

const NDJSON: &str = r#"{"customer":"c","tenant":"t","user":"u1","zip":"2121","country":"AO","state":"L","address":"D"}
["c", "t", "\u00e9"]
{"customer":"c"
"#;

/// The results of a run that has a journal of its own.
async fn results(sandbox: &Sandbox, input: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let base_url = format!("{}/", sandbox.base_url());
    results_with(sandbox, input, Journal::open(&folder.path().join("journal"), &base_url).unwrap()).await
}

async fn results_with(sandbox: &Sandbox, input: &[u8], journal: Journal) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (table, checked) = checked(input);
    let (format, columns) = (ResultsFormat::of(&table), table.columns().to_vec());
    let mut results =
        Results::create(&results_name(&folder.path().join("a"), None), None, format, &columns).unwrap();
    let items = Items::new(table, checked).unwrap();
    let mut run = BulkOptions::new().journal(Arc::new(journal)).run(&elements(sandbox), items);
    while let Some((original, outcome)) = run.next().await {
        results.write(&original, &outcome).unwrap();
    }
    std::fs::read_to_string(results.finish().unwrap()).unwrap()
}

fn checked(input: &[u8]) -> (Table, Checked) {
    let mut table = Table::open(Source::reader(input).unwrap(), InputOptions::default()).unwrap();
    let checked = check(&mut table, None, |_| ()).unwrap();
    (table, checked)
}

async fn again(sandbox: &Sandbox, input: &str) -> String {
    results(sandbox, input.as_bytes()).await
}

/// A column of results.
fn column(results: &str, name: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(results.as_bytes());
    let place = reader.headers().unwrap().iter().position(|other| other == name).unwrap();
    reader.records().map(|record| record.unwrap()[place].to_owned()).collect()
}

fn states(results: &str) -> Vec<State> {
    column(results, "elements_result").iter().map(|name| State::parse(name).unwrap()).collect()
}

#[tokio::test]
async fn what_is_done_and_untouched_is_passed_over_however_often() {
    let sandbox = Sandbox::start().await.unwrap();
    let first = again(&sandbox, CSV).await;
    assert_eq!(states(&first), [State::Done; 3]);
    let second = again(&sandbox, &first).await;
    let third = again(&sandbox, &second).await;
    assert_eq!((states(&second), states(&third)), (vec![State::Unchanged; 3], vec![State::Unchanged; 3]));
    assert_eq!(sandbox.request_count(), 3);
    assert_eq!(column(&first, "elements_proof"), column(&third, "elements_proof"));
    // Since when stays what it was, however often results are read again.
    assert_eq!(column(&first, "elements_time"), column(&third, "elements_time"));
    let day = "done on 7 March 2026, as the input proves; the service was not asked";
    let times = column(&first, "elements_time");
    let earlier = times.iter().fold(first, |text, time| text.replace(time, "2026-03-07T23:59:59.000Z"));
    assert_eq!(column(&again(&sandbox, &earlier).await, "elements_reason"), [day; 3]);
    // Without a time nothing could be said of it.
    let timeless = earlier.replace("2026-03-07T23:59:59.000Z", "");
    assert_eq!(states(&again(&sandbox, &timeless).await), [State::Done; 3]);
}

#[tokio::test]
async fn what_another_service_did_is_sent() {
    let (rehearsal, sandbox) = (Sandbox::start().await.unwrap(), Sandbox::start().await.unwrap());
    let rehearsed = again(&rehearsal, CSV).await;
    let applied = again(&sandbox, &rehearsed).await;
    assert_eq!((states(&applied), sandbox.request_count()), (vec![State::Done; 3], 3));
    assert_ne!(column(&rehearsed, "elements_proof"), column(&applied, "elements_proof"));
}

#[tokio::test]
async fn a_value_that_was_corrected_is_sent_and_so_is_a_row_of_another_user() {
    let sandbox = Sandbox::start().await.unwrap();
    let first = again(&sandbox, CSV).await;
    let corrected = first.replacen("Dande", "Bengo", 1).replace("c,t,u3,", "c,t,u4,");
    let second = again(&sandbox, &corrected).await;
    assert_eq!(states(&second), [State::Done, State::Unchanged, State::Done]);
    assert_eq!(sandbox.request_count(), 5);
}

#[tokio::test]
async fn a_journal_that_knows_the_user_is_believed_before_the_proof() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let open = || Journal::open(&folder.path().join("journal"), &sandbox.base_url()).unwrap();
    let first = results_with(&sandbox, CSV.as_bytes(), open()).await;
    let corrected = CSV.replacen("Dande", "Bengo", 1);
    results_with(&sandbox, corrected.as_bytes(), open()).await;
    // The correction is taken back, by the results from before it.
    let back = results_with(&sandbox, first.as_bytes(), open()).await;
    assert_eq!(states(&back), [State::Done, State::Unchanged, State::Unchanged]);
    let held = sandbox.offices();
    assert!(!format!("{held:?}").contains("Bengo"), "{held:?}");
}

#[tokio::test]
async fn a_run_with_a_fresh_journal_is_gone_on_with_whatever_the_input_proves() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let base_url = sandbox.base_url();
    let first = again(&sandbox, CSV).await;
    drop(Journal::fresh(&path, &base_url).unwrap());
    let journal = Journal::open(&path, &base_url).unwrap();
    let second = results_with(&sandbox, first.as_bytes(), journal).await;
    assert_eq!((states(&second), sandbox.request_count()), (vec![State::Done; 3], 6));
    let journal = Journal::open(&path, &base_url).unwrap();
    let third = results_with(&sandbox, first.as_bytes(), journal).await;
    assert_eq!((states(&third), sandbox.request_count()), (vec![State::Unchanged; 3], 6));
}

#[tokio::test]
async fn what_proves_nothing_is_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    let first = again(&sandbox, CSV).await;
    let journal = Journal::temporary().unwrap();
    let thrown_away = results_with(&sandbox, CSV.as_bytes(), journal).await;
    assert_eq!(column(&thrown_away, "elements_proof"), [""; 3]);
    let without_column = first.replace("elements_proof", "note");
    let with_another = first.replace(&column(&first, "elements_proof")[0], &"0".repeat(32));
    let not_done = first.replace(",done,", ",unknown,");
    for (input, sent) in [(&thrown_away, 3), (&without_column, 3), (&with_another, 1), (&not_done, 3)] {
        let before = sandbox.request_count();
        again(&sandbox, input).await;
        assert_eq!(sandbox.request_count() - before, sent, "{input}");
    }
}

#[tokio::test]
async fn without_a_journal_a_claim_is_believed_if_it_is_proven() {
    let sandbox = Sandbox::start().await.unwrap();
    let first = again(&sandbox, CSV).await;
    let corrected = first.replacen("Dande", "Bengo", 1);
    let (table, checked) = checked(corrected.as_bytes());
    let items = Items::new(table, checked).unwrap();
    let states = BulkOptions::new().run(&elements(&sandbox), items).map(|(_, outcome)| outcome.state);
    assert_eq!(states.collect::<Vec<_>>().await, [State::Done, State::Unchanged, State::Unchanged]);
}

#[tokio::test]
async fn a_correction_that_was_on_its_way_when_the_run_ended_can_be_taken_back() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let open = || Journal::open(&folder.path().join("journal"), &sandbox.base_url()).unwrap();
    let first = again(&sandbox, CSV).await;
    let corrected = first.replacen("Dande", "Bengo", 1);
    sandbox.set_faults(Faults::new().share(1.0, Fault::dropped_after_applying())).unwrap();
    let (table, checked) = checked(corrected.as_bytes());
    let items = Items::new(table, checked).unwrap();
    let mut run = BulkOptions::new().journal(Arc::new(open())).run(&elements(&sandbox), items);
    let before = sandbox.counters().applied;
    tokio::select! {
        _ = run.next() => unreachable!("the service does not answer"),
        () = async { while sandbox.counters().applied == before { tokio::task::yield_now().await } } => {}
    }
    drop(run);
    assert!(format!("{:?}", sandbox.offices()).contains("Bengo"));

    sandbox.set_faults(Faults::new()).unwrap();
    let back = results_with(&sandbox, first.as_bytes(), open()).await;
    assert_eq!(states(&back), [State::Done, State::Unchanged, State::Unchanged]);
    assert!(!format!("{:?}", sandbox.offices()).contains("Bengo"));
}

#[tokio::test]
async fn what_the_journal_says_is_proven_too() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), tempfile::tempdir().unwrap());
    let journal = || Journal::open(&folder.path().join("journal"), &sandbox.base_url()).unwrap();
    let first = results_with(&sandbox, CSV.as_bytes(), journal()).await;
    let second = results_with(&sandbox, CSV.as_bytes(), journal()).await;
    assert_eq!(states(&second), [State::Unchanged; 3]);
    assert_eq!(column(&first, "elements_proof"), column(&second, "elements_proof"));
}

#[tokio::test]
async fn a_row_that_is_not_done_has_no_proof() {
    let refusing = Faults::new().path("/users/u2/", Fault::reply(404, "{}"));
    let sandbox = Sandbox::builder().faults(refusing).start().await.unwrap();
    let invalid = format!("{CSV}c,t,u4,,Angola,Luanda,Dande,\n");
    let proofs = column(&again(&sandbox, &invalid).await, "elements_proof");
    let lengths: Vec<_> = proofs.iter().map(String::len).collect();
    assert_eq!(lengths, [32, 0, 32, 0]);
}

#[tokio::test]
async fn cells_beyond_the_columns_stay_and_keep_their_row_invalid() {
    let sandbox = Sandbox::start().await.unwrap();
    let input = "customer,tenant,user,postalCode,countryRegion,state,address\n\
                 c,t,u1,2121,Angola,Luanda,Rua 1, Dande,\"x, y\",\n\
                 c,t,u2,2121,Angola,Luanda,Dande,,\n";
    let first = again(&sandbox, input).await;
    assert_eq!(states(&first), [State::Invalid, State::Done]);
    let reason = &column(&first, "elements_reason")[0];
    assert!(reason.starts_with("line 2: the row has 10 cells and the header 7; \"Dande\""), "{reason}");
    assert!(first.lines().nth(1).unwrap().ends_with(", Dande,\"x, y\""), "{first}");
    let second = again(&sandbox, &first).await;
    let third = again(&sandbox, &second).await;
    for results in [&second, &third] {
        assert_eq!(states(results), [State::Invalid, State::Unchanged]);
        assert_eq!(column(results, "address"), ["Rua 1", "Dande"]);
        assert!(results.lines().nth(1).unwrap().ends_with(", Dande,\"x, y\""), "{results}");
    }
    assert_eq!(sandbox.request_count(), 1);
}

#[tokio::test]
async fn a_name_of_a_column_with_delimiters_in_it_does_not_mislead_the_reader() {
    let sandbox = Sandbox::start().await.unwrap();
    let name = format!("kinds (a{})", ", b\t".repeat(20));
    let input = CSV.replace(',', ";").replacen(";city", &format!(";\"{name}\""), 1);
    let first = again(&sandbox, &input).await;
    let (table, checked) = checked(first.as_bytes());
    assert_eq!((table.columns().last(), checked.valid), (Some(&name), 3), "{first}");
}

#[tokio::test]
async fn text_that_was_damaged_keeps_its_row_invalid() {
    let sandbox = Sandbox::start().await.unwrap();
    let input = CSV.replace("u2,2121,Angola,Luanda", "u2,2121,Angola,Z?rich").into_bytes();
    let input: Vec<_> = input.into_iter().map(|byte| if byte == b'?' { 0xFC } else { byte }).collect();
    let first = results(&sandbox, &input).await;
    let second = again(&sandbox, &first).await;
    let third = again(&sandbox, &second).await;
    for results in [&second, &third] {
        assert_eq!(states(results), [State::Unchanged, State::Invalid, State::Unchanged]);
        let reason = &column(results, "elements_reason")[1];
        let expected =
            "line 3: state \"Z\u{fffd}rich\": holds the replacement character U+FFFD: the text was damaged";
        assert!(reason.starts_with(expected), "{reason}");
    }
}

#[tokio::test]
async fn a_line_that_is_no_object_is_kept_and_stays_invalid() {
    let sandbox = Sandbox::start().await.unwrap();
    let first = again(&sandbox, NDJSON).await;
    let second = again(&sandbox, &first).await;
    let third = again(&sandbox, &second).await;
    for (results, reasons) in [
        (&first, ["line 2: is not a JSON object", "line 3: is not a JSON object"]),
        (&second, ["line 2: elements_input holds a line", "line 3: elements_input holds a line"]),
        (&third, ["line 2: elements_input holds a line", "line 3: elements_input holds a line"]),
    ] {
        let rows: Vec<Value> = results.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(rows[0]["elements_proof"].as_str().unwrap().len(), 32);
        for (row, (text, reason)) in rows[1..]
            .iter()
            .zip(["[\"c\", \"t\", \"\\u00e9\"]", "{\"customer\":\"c\""].into_iter().zip(reasons))
        {
            assert_eq!((&row["elements_input"], &row["elements_result"]), (&text.into(), &"invalid".into()));
            assert!(row["elements_reason"].as_str().unwrap().starts_with(reason), "{row}");
        }
        assert_eq!(results.matches("elements_input\":").count(), 2);
    }
    assert_eq!(sandbox.request_count(), 1);
}

#[tokio::test]
async fn of_a_line_that_is_no_object_sixteen_kibibytes_are_kept() {
    let sandbox = Sandbox::start().await.unwrap();
    let cases = [
        ("x".repeat(16_384), "x".repeat(16_384)),
        ("x".repeat(20_000), "x".repeat(16_384) + "…"),
        ("x".repeat(16_383) + "é", "x".repeat(16_383) + "…"),
    ];
    for (line, kept) in cases {
        let input = format!("{{}}\n{line}\n");
        let results = again(&sandbox, &input).await;
        let row: Value = serde_json::from_str(results.lines().nth(1).unwrap()).unwrap();
        assert_eq!(row["elements_input"], kept);
    }
}
