//! Rows of NDJSON: an object a line.

use std::borrow::Cow;
use std::fmt;
use std::io::Read;

use memchr::memchr2;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::lines::{Lines, MAX_ROW_LENGTH};
use crate::error::InputError;

/// Reads lines one after the other into the same memory.
#[derive(Debug)]
pub(crate) struct Objects<R> {
    lines: Lines<R>,
    text: Vec<u8>,
}

/// A line: its number, from 1, and its members, if it is an object.
#[derive(Debug)]
pub(crate) struct Object<'l> {
    pub(crate) line: u64,
    pub(crate) members: Result<Vec<Member<'l>>, NoObject>,
}

/// A line that is no object.
#[derive(Debug)]
pub(crate) struct NoObject {
    pub(crate) why: String,
    /// At most [`MAX_KEPT`] bytes of it, and an ellipsis where it is longer.
    pub(crate) text: String,
}

/// How much of a line that is no object is kept, in bytes: some six times what the contract's limits leave for values.
const MAX_KEPT: usize = 16 * 1024;

/// A member of an object: its name, and its value as it is written.
pub(crate) type Member<'l> = (Cow<'l, str>, &'l RawValue);

impl<R: Read> Objects<R> {
    pub(crate) fn new(from: R) -> Self {
        Self { lines: Lines::new(from), text: Vec::new() }
    }

    /// The next line that is not blank; none at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Object<'_>>, InputError> {
        while let Some(line) = self.lines.next_line()? {
            self.read(line)?;
            if !self.text.trim_ascii().is_empty() {
                let members = members(&self.text).map_err(|why| NoObject { why, text: kept(&self.text) });
                return Ok(Some(Object { line, members }));
            }
        }
        Ok(None)
    }

    fn read(&mut self, line: u64) -> Result<(), InputError> {
        self.text.clear();
        while self.text.len() <= MAX_ROW_LENGTH {
            let chunk = self.lines.chunk()?;
            let end = memchr2(b'\r', b'\n', chunk);
            let count = end.unwrap_or(chunk.len());
            self.text.extend(&chunk[..count]);
            self.lines.consume(count);
            if end.is_some() || count == 0 {
                return Ok(());
            }
        }
        Err(InputError::malformed(format!("line {line} is longer than {MAX_ROW_LENGTH} bytes")))
    }
}

fn members(line: &[u8]) -> Result<Vec<Member<'_>>, String> {
    let text = std::str::from_utf8(line)
        .map_err(|error| format!("byte {} is not UTF-8; {SAVE}", error.valid_up_to() + 1))?;
    let Members(members) = serde_json::from_str(text).map_err(|error| explained(&error, text))?;
    Ok(members)
}

/// As much of a line as is kept, with replacement characters where it is not UTF-8.
fn kept(line: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(line.trim_ascii()).into_owned();
    if text.len() > MAX_KEPT {
        let end = (0..=MAX_KEPT).rfind(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or_default());
        text.push('…');
    }
    text
}

const SAVE: &str = "save the file as UTF-8";

fn explained(error: &serde_json::Error, line: &str) -> String {
    let without_comma = line.trim_end().strip_suffix(',');
    if without_comma.is_some_and(|line| serde_json::from_str::<Members<'_>>(line).is_ok()) {
        return "is an object with a comma behind it, as in a JSON array; write one object a line, without commas".to_owned();
    }
    let column = error.column();
    let text = error.to_string();
    // serde_json counts lines within this one.
    let what = text.split(" at line ").next().unwrap_or_default();
    format!("is not a JSON object: {what} at character {column}; write one object a line")
}

/// All members in their order, with those of equal names.
struct Members<'l>(Vec<Member<'l>>);

/// A name, which is borrowed where it has no escapes.
#[derive(Deserialize)]
struct Name<'l>(#[serde(borrow)] Cow<'l, str>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(8);
        while let Some((Name(name), value)) = map.next_entry()? {
            members.push((name, value));
        }
        Ok(Members(members))
    }
}

/// Whether a value holds the character that stands for bytes which another program could not read.
pub(crate) fn is_replaced(value: &RawValue) -> bool {
    let raw = value.get();
    let holds = |text: &str| text.contains(char::REPLACEMENT_CHARACTER);
    holds(raw) || (raw.contains('\\') && text(value).is_ok_and(|text| text.is_some_and(|text| holds(&text))))
}

/// The text of a value: none for `null`.
///
/// # Errors
/// What it is instead, and what to do.
pub(crate) fn text(value: &RawValue) -> Result<Option<Cow<'_, str>>, &'static str> {
    match value.get().as_bytes().first() {
        Some(b'"') => match serde_json::from_str(value.get()) {
            Ok(Name(text)) => Ok(Some(text)),
            Err(_) => Err("is a text with half of a surrogate pair; write whole characters"),
        },
        Some(b'n') => Ok(None),
        Some(b'-' | b'0'..=b'9') => {
            Err("is a number; write it in quotes, since a number has lost its leading zeros")
        }
        _ => Err("is not a text; write a text in quotes"),
    }
}
