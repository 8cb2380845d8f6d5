//! Any bytes, read as a journal: `cargo +nightly fuzz run journal` in crates/bulk.

#![no_main]

use std::io::Write;

use avepoint_elements_bulk::{Snapshot, State, UserHash};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("room for it");
    let Ok(journal) = Snapshot::read(file.path()) else { return };
    let users: u64 = State::ALL.into_iter().map(|state| journal.count(state)).sum();
    assert!(users <= bytes.len() as u64);
    let text = String::from_utf8_lossy(bytes);
    let named = text.rsplit_once("\"user\":\"").and_then(|(_, rest)| UserHash::parse(rest.get(..32)?));
    // A user that may be in it, and one that is not.
    for user in named.into_iter().chain(UserHash::parse(&"0".repeat(32))) {
        let _ = journal.newest(&user);
    }
});
