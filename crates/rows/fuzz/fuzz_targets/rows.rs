//! Any bytes, read as rows: `cargo +nightly fuzz run rows` in crates/rows.

#![no_main]

use avepoint_elements_rows::{InputOptions, Source, Table, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = Source::reader(bytes).expect("a temporary file");
    let Ok(mut table) = Table::open(source, InputOptions::default()) else { return };
    let entries: Vec<_> = table.entries().expect("a second reading").collect();
    let valid = entries.iter().flatten().filter(|entry| entry.row.is_ok()).count() as u64;
    match check(&mut table, |_| ()) {
        Ok(checked) => {
            assert_eq!(checked.rows, entries.len() as u64);
            assert!(checked.valid <= valid);
        }
        Err(_) => assert!(entries.last().is_some_and(Result::is_err)),
    }
});
