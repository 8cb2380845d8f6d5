//! No file and no password break the PFX reader.
#![no_main]

use avepoint_elements::{Certificate, Secret};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    // The fixtures' password first, or the checksum would stop nearly every input.
    let empty = Secret::from("");
    for password in [&Secret::from("throw-away"), &empty] {
        let _ = Certificate::from_pfx(input, password);
    }
});
