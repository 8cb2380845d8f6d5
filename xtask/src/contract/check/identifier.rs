//! Identifiers of Rust, made from names of the contract.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use syn::Ident;

use crate::contract::Contract;
use crate::problem::{Problem, Result};

/// What takes the names that are reserved.
const GENERATED: &str = "generated code";

/// The identifiers of one scope of the generated code, each with the name that it was made from.
pub(super) struct Scope<'a> {
    contract: &'a Contract,
    /// What the names are names of.
    what: &'static str,
    taken: BTreeMap<String, String>,
}

impl<'a> Scope<'a> {
    /// A scope in which the generated code uses the `reserved` words itself.
    pub(super) fn new(contract: &'a Contract, what: &'static str, reserved: &str) -> Self {
        let taken = reserved.split_whitespace().map(|name| (name.to_owned(), GENERATED.to_owned())).collect();
        Self { contract, what, taken }
    }

    /// Takes the identifier that `name` becomes, unless something else has.
    pub(super) fn take(&mut self, name: &str, identifier: String, pointer: &str) -> Result<()> {
        match self.taken.get(&identifier) {
            None => {
                self.taken.insert(identifier, format!("{} `{name}`", self.what));
                Ok(())
            }
            Some(other) => {
                let message =
                    format!("{} `{name}` becomes `{identifier}` in Rust, as {other} does", self.what);
                let help = match other.as_str() {
                    GENERATED => "take another name: this one is not supported",
                    _ => "choose names that differ in more",
                };
                Err(self.contract.problem(pointer, message).help(help))
            }
        }
    }

    /// A name that cannot become an identifier.
    pub(super) fn unfit(&self, name: &str, pointer: &str, help: &str) -> Problem {
        let message = format!("{} `{name}` cannot become an identifier of Rust", self.what);
        self.contract.problem(pointer, message).help(help)
    }
}

/// A name in snake case, where that starts with a letter and holds letters, digits and underscores only.
pub(super) fn snake(name: &str) -> Option<String> {
    let separator = |byte: u8| b"_-.$@".contains(&byte);
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || separator(byte));
    let snake = name.to_snake_case();
    (plain && snake.starts_with(|first: char| first.is_ascii_lowercase())).then_some(snake)
}

/// Whether a word of letters, digits and underscores means something to Rust.
pub(super) fn is_keyword(word: &str) -> bool {
    word == "gen" || syn::parse_str::<Ident>(word).is_err()
}
