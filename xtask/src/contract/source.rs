//! YAML as JSON values, with the position of each value kept under its JSON pointer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;
use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};
use serde_json::{Map, Number, Value};

use crate::problem::{Position, Problem, Result};

/// A parsed YAML document.
#[derive(Debug)]
pub(crate) struct Source {
    file: PathBuf,
    value: Value,
    positions: BTreeMap<String, Position>,
}

impl Source {
    /// Parses the one document of `text`.
    ///
    /// # Errors
    /// Text that is not YAML (duplicate keys included), no document or several, and values that JSON lacks.
    pub(crate) fn parse(text: &str, file: &Path) -> Result<Self> {
        if let Some(line) = text.lines().position(|line| line.starts_with('%')) {
            return Err(Problem::new("a directive cannot stand in the contract")
                .in_file(file)
                .at(Some(Position { line: line + 1, column: 1 }))
                .help("leave it out: the contract is YAML 1.2"));
        }
        let documents = MarkedYaml::load_from_str(text).map_err(|error| {
            Problem::new(format!("not valid YAML: {}", error.info()))
                .in_file(file)
                .at(Some(position_of(error.marker())))
        })?;
        let [document] = documents.as_slice() else {
            let message = format!("expected one YAML document, found {}", documents.len());
            return Err(Problem::new(message).in_file(file));
        };
        let lines = text.lines().collect();
        let mut reader = Reader { file, lines, positions: BTreeMap::new() };
        let value = reader.node(document, "")?;
        let positions = reader.positions;
        Ok(Self { file: file.to_path_buf(), value, positions })
    }

    /// The file's name, for messages.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// The document as plain values.
    pub(crate) fn value(&self) -> &Value {
        &self.value
    }

    /// Where the value at a JSON pointer stands; for a pointer to nothing, its nearest ancestor.
    pub(crate) fn position(&self, pointer: &str) -> Option<Position> {
        let known = |pointer: &str| self.positions.get(pointer).copied();
        let ancestors = pointer.rmatch_indices('/').map(|(end, _)| &pointer[..end]);
        std::iter::once(pointer).chain(ancestors).find_map(known)
    }

    /// A problem at a JSON pointer.
    pub(crate) fn problem(&self, pointer: &str, message: impl Into<String>) -> Problem {
        Problem::new(message).in_file(&self.file).at(self.position(pointer))
    }
}

struct Reader<'a> {
    file: &'a Path,
    lines: Vec<&'a str>,
    positions: BTreeMap<String, Position>,
}

impl Reader<'_> {
    fn node(&mut self, node: &MarkedYaml<'_>, pointer: &str) -> Result<Value> {
        let position = position_of(&node.span.start);
        self.positions.insert(pointer.to_owned(), position);
        match &node.data {
            YamlData::Value(scalar) => {
                self.is_unambiguous(node, scalar)?;
                self.scalar(scalar, position)
            }
            YamlData::Sequence(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| self.node(item, &format!("{pointer}/{index}")))
                .collect(),
            YamlData::Mapping(entries) => entries
                .iter()
                .map(|(key, value)| self.entry(key, value, pointer))
                .collect::<Result<Map<_, _>>>()
                .map(Value::Object),
            _ => Err(self.unfit("a tag, an alias or a value that JSON does not have", position)),
        }
    }

    fn entry(
        &mut self,
        key: &MarkedYaml<'_>,
        value: &MarkedYaml<'_>,
        parent: &str,
    ) -> Result<(String, Value)> {
        let position = position_of(&key.span.start);
        if let YamlData::Value(scalar) = &key.data {
            self.is_unambiguous(key, scalar)?;
        }
        let name = match &key.data {
            YamlData::Value(Scalar::String(name)) => name.to_string(),
            YamlData::Value(Scalar::Integer(name)) => name.to_string(),
            _ => return Err(self.unfit("a key that is not text", position)),
        };
        let pointer = format!("{parent}/{}", escape(&name));
        let value = self.node(value, &pointer)?;
        // A reader looks for the key, not for the first line of what it holds.
        self.positions.insert(pointer, position);
        Ok((name, value))
    }

    /// A value without quotes must be read alike by YAML 1.1 and 1.2: tools that read the contract know either.
    fn is_unambiguous(&self, node: &MarkedYaml<'_>, scalar: &Scalar<'_>) -> Result<()> {
        let Some(written) = self.plain(node) else { return Ok(()) };
        let Some(advice) = ambiguity(&written, scalar) else { return Ok(()) };
        Err(Problem::new(format!("`{written}` means different things to different readers of YAML"))
            .in_file(self.file)
            .at(Some(position_of(&node.span.start)))
            .help(advice))
    }

    /// A value of one line as it is written, where it is written without quotes.
    fn plain(&self, node: &MarkedYaml<'_>) -> Option<String> {
        let (start, end) = (&node.span.start, &node.span.end);
        let line = self.lines.get(start.line().checked_sub(1)?)?;
        let width =
            if end.line() == start.line() { end.col().saturating_sub(start.col()) } else { usize::MAX };
        let written: String = line.chars().skip(start.col()).take(width).collect();
        let written = written.trim();
        (!written.starts_with(['"', '\'', '|', '>', '&', '*', '!'])).then(|| written.to_owned())
    }

    fn scalar(&self, scalar: &Scalar<'_>, position: Position) -> Result<Value> {
        Ok(match scalar {
            Scalar::Null => Value::Null,
            Scalar::Boolean(value) => Value::Bool(*value),
            Scalar::Integer(value) => Value::Number((*value).into()),
            Scalar::FloatingPoint(value) => Number::from_f64(value.into_inner())
                .map(Value::Number)
                .ok_or_else(|| self.unfit("a number that JSON does not have", position))?,
            Scalar::String(value) => Value::String(value.to_string()),
        })
    }

    fn unfit(&self, what: &str, position: Position) -> Problem {
        Problem::new(format!("{what} cannot stand in the contract")).in_file(self.file).at(Some(position))
    }
}

/// What to write in place of a value that YAML 1.1 and 1.2 read differently.
fn ambiguity(written: &str, scalar: &Scalar<'_>) -> Option<&'static str> {
    static NUMBER: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$").expect("the expression is valid"));
    static OTHER: LazyLock<Regex> = LazyLock::new(|| {
        let forms = [
            "yes|no|on|off|true|false|null|~",
            r"[-+]?[0-9][0-9_]*",
            r"[-+]?0[box][0-9a-f_]+",
            r"[-+]?([0-9][0-9_]*)?\.[0-9_]*(e[-+]?[0-9]+)?",
            r"[-+]?[0-9][0-9_.]*e[-+]?[0-9]+",
            r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?",
            r"[-+]?\.(inf|nan)",
            r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([t ].*)?",
            "=|<<",
        ];
        Regex::new(&format!("^(?i:{})$", forms.join("|"))).expect("the expression is valid")
    });
    match scalar {
        Scalar::Null => (!["", "null", "~"].contains(&written)).then_some("write `null`"),
        Scalar::Boolean(_) => (!["true", "false"].contains(&written)).then_some("write `true` or `false`"),
        Scalar::Integer(_) if !NUMBER.is_match(written) => {
            Some("write the number in decimal digits, or put quotes around the text")
        }
        Scalar::FloatingPoint(_) if !NUMBER.is_match(written) || !written.contains('.') => {
            Some("write the number in decimal digits of at most 64 bits, or put quotes around the text")
        }
        Scalar::String(_) if OTHER.is_match(written) => {
            Some("put quotes around the text, write `true` or `false`, or the number in decimal digits")
        }
        _ => None,
    }
}

fn position_of(marker: &saphyr::Marker) -> Position {
    Position { line: marker.line(), column: marker.col() + 1 }
}

/// A name as a token of a JSON pointer (RFC 6901).
pub(crate) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
