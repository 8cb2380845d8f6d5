//! Results in NDJSON.

use std::io::{self, Write};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::{Added, RESULT_COLUMNS};
use crate::atomic_file::AtomicFile;

pub(super) struct NdjsonRows {
    pub(super) file: AtomicFile,
    line: Vec<u8>,
}

impl NdjsonRows {
    pub(super) fn begin(file: AtomicFile) -> Self {
        Self { file, line: Vec::new() }
    }

    pub(super) fn write(&mut self, members: &[(String, Box<RawValue>)], added: &Added<'_>) -> io::Result<()> {
        self.line.clear();
        self.line.push(b'{');
        for (name, value) in members {
            push(&mut self.line, name, value.get())?;
        }
        let start = self.line.len();
        serde_json::to_writer(&mut self.line, added)?;
        // Its brace is the one that the row's own members stand behind.
        self.line.remove(start);
        self.line.push(b'\n');
        self.file.write_all(&self.line)
    }
}

impl Serialize for Added<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let [result, status, request_id, attempts, reason, reason_code, time, host, proof] = RESULT_COLUMNS;
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry(result, self.result.state)?;
        members.serialize_entry(status, &self.result.status)?;
        members.serialize_entry(request_id, &self.request_id)?;
        members.serialize_entry(attempts, &self.result.attempts)?;
        members.serialize_entry(reason, &self.reason)?;
        members.serialize_entry(reason_code, self.result.reason_code)?;
        members.serialize_entry(time, self.time)?;
        members.serialize_entry(host, &self.host)?;
        members.serialize_entry(proof, &self.result.proof.map(|proof| proof.to_string()))?;
        members.end()
    }
}

/// Appends a member with a comma behind it, its value as it is.
fn push(out: &mut Vec<u8>, name: &str, value: &str) -> serde_json::Result<()> {
    serde_json::to_writer(&mut *out, name)?;
    out.push(b':');
    let start = out.len();
    out.extend_from_slice(value.as_bytes());
    // Line ends can only stand between values, where a space says the same.
    for byte in out[start..].iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')) {
        *byte = b' ';
    }
    out.push(b',');
    Ok(())
}
