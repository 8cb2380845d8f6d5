//! The contract in memory: the document as values, and where each value stands in the file.

mod check;
mod direction;
mod grammar;
mod model;
mod nodes;
mod source;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::problem::{Problem, Result};
pub(crate) use model::{Field, METHODS, Named, Operation, Parameter, Server, Shape};
use source::Source;

/// A contract that parsed, whose references resolve, and which follows the rules of this project.
#[derive(Debug)]
pub struct Contract {
    /// The text of the file, byte for byte.
    pub text: String,
    source: Source,
    /// The named schemas that only replies have.
    reply_only: BTreeSet<String>,
    /// The named schemas that replies have, be they sent as well.
    replied: BTreeSet<String>,
}

impl Contract {
    /// Reads and checks the contract at `root`/`file`; `file` is also its name in messages.
    ///
    /// # Errors
    /// A file that cannot be read, YAML that does not parse, a key that the grammar does not have, a `$ref` to
    /// nothing or to itself, a name that cannot become an identifier, or a missing key that the generation needs.
    pub fn load(root: &Path, file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(root.join(file))
            .map_err(|error| Problem::new(format!("cannot read the contract: {error}")).in_file(file))?;
        Self::parse(text, file)
    }

    /// Checks the contract in `text`, named `file` in messages.
    pub fn parse(text: String, file: &Path) -> Result<Self> {
        let source = Source::parse(&text, file)?;
        check::document(&source)?;
        let mut contract = Self { text, source, reply_only: BTreeSet::new(), replied: BTreeSet::new() };
        contract.find_replies();
        check::rules(&contract)?;
        Ok(contract)
    }

    /// The file's name, for messages.
    pub(crate) fn file(&self) -> PathBuf {
        self.source.file().to_path_buf()
    }

    /// The document as plain values.
    pub fn value(&self) -> &Value {
        self.source.value()
    }

    /// A problem at a JSON pointer of the document.
    pub(crate) fn problem(&self, pointer: &str, message: impl Into<String>) -> Problem {
        self.source.problem(pointer, message)
    }
}
