//! Asking before many users are changed.

use std::io::{BufRead, BufReader, IsTerminal};

use crate::exit::Failure;
use crate::output;

/// Where answers come from, if somebody is there to give them.
pub(crate) fn terminal() -> Option<impl BufRead> {
    let somebody_is_there = std::io::stdin().is_terminal() && output::is_seen();
    // Not locked before there is a question: standard input may hold something else first.
    somebody_is_there.then(|| BufReader::new(std::io::stdin()))
}

/// Asks on standard error; anything but a clear yes is a no.
pub(crate) fn confirm(question: &str, mut answers: impl BufRead) -> Result<bool, Failure> {
    output::ask(&format!("{question} [y/N]"))?;
    let mut answer = String::new();
    answers.read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
