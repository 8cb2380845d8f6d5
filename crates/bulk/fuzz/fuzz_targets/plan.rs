//! Any bytes, read as a plan: `cargo +nightly fuzz run plan` in crates/bulk.
//!
//! Bytes that end as a plan does get the right hash, or no input would come behind the check of it.

#![no_main]

use std::io::Write;

use avepoint_elements_bulk::plan::{Change, Plan, Sha256Sum};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("room for it");
    if bytes.ends_with(b"}") {
        let sum = Sha256Sum::of(bytes).expect("bytes can be read");
        write!(file, ",\"sha256\":\"{sum}\"}}\n").expect("room for it");
    }
    let Ok(plan) = Plan::open_incomplete(file.path()) else { return };
    assert_eq!(Plan::open(file.path()).is_ok(), plan.counts().is_some());
    for planned in plan.users().flatten() {
        assert_eq!(planned.clone().inverted().inverted(), planned);
        assert!(planned.local.is_some() || planned.change != Change::default());
    }
});
