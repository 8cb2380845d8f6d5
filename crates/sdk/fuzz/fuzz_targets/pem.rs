//! No text breaks the PEM reader.
#![no_main]

use avepoint_elements::Certificate;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = Certificate::from_pem(text);
});
