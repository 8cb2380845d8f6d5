//! Problems of rows, for people: those that say the same are one group, which names its lines.
//!
//! What is said of an input has a bound, and so has the memory for it, whatever the input holds.

use std::collections::HashMap;
use std::fmt::Write;

use avepoint_elements_bulk::{Finding, Problem};

use crate::printer::{note, thousands};

/// The most groups of one severity. Problems of further groups are counted.
const MAX_GROUPS: usize = 50;

/// How many locations a group names.
const MAX_LOCATIONS: usize = 20;

/// How many locations a group names where each has a value of its own.
const MAX_VALUES: usize = 5;

/// What was found in the rows of an input, until it is said.
#[derive(Default)]
pub(crate) struct ProblemGroups {
    groups: Vec<Group>,
    /// The index of each group by its severity, its column and its message without numbers.
    index: HashMap<String, usize>,
    /// How many groups of errors there are, and how many errors are in none.
    errors: Counts,
    warnings: Counts,
    /// The key of the problem that is added, kept for its memory.
    key: String,
}

#[derive(Default)]
struct Counts {
    groups: usize,
    others: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Severity {
    Error,
    Warning,
}

impl ProblemGroups {
    pub(crate) fn add(&mut self, finding: &Finding) {
        match finding {
            Finding::Error(problem) => self.add_problem(Severity::Error, problem),
            Finding::Warning(problem) => self.add_problem(Severity::Warning, problem),
            _ => {}
        }
    }

    /// Adds an error of a whole row.
    pub(crate) fn add_error_of_row(&mut self, line: u64, message: &str) {
        let first = || First { text: format!("line {line}: {message}"), ..First::default() };
        self.add_to_group(Severity::Error, "", message, first, || (line.to_string(), None));
    }

    fn add_problem(&mut self, severity: Severity, problem: &Problem) {
        let Problem { line, cell, column, value, message, .. } = problem;
        let first = || First {
            text: problem.to_string(),
            column: column.clone(),
            value: value.clone(),
            are_cells: cell.is_some(),
        };
        let location = || (cell.clone().unwrap_or_else(|| line.to_string()), value.clone());
        self.add_to_group(severity, column.as_deref().unwrap_or_default(), message, first, location);
    }

    fn add_to_group(
        &mut self,
        severity: Severity,
        column: &str,
        message: &str,
        first: impl FnOnce() -> First,
        location: impl FnOnce() -> (String, Option<String>),
    ) {
        self.key.clear();
        self.key.push(if severity == Severity::Error { 'e' } else { 'w' });
        self.key.push_str(column);
        self.key.push('\n');
        parts(message).for_each(|part| self.key.push_str(if is_number(part) { "0" } else { part }));
        let counts = if severity == Severity::Error { &mut self.errors } else { &mut self.warnings };
        let number = match self.index.get(&self.key) {
            Some(number) => *number,
            None if counts.groups == MAX_GROUPS => return counts.others += 1,
            None => {
                counts.groups += 1;
                self.index.insert(self.key.clone(), self.groups.len());
                self.groups.push(Group::new(severity, first(), message));
                self.groups.len() - 1
            }
        };
        self.groups[number].add(message, location);
    }

    /// Says it all on standard error, in the order in which it was found. `all` says where every problem is listed.
    pub(crate) fn say(self, all: &str) {
        for group in &self.groups {
            note(&format!("{}: {}", group.severity.label(), group.text()));
        }
        for (severity, others) in
            [(Severity::Error, self.errors.others), (Severity::Warning, self.warnings.others)]
        {
            if others > 0 {
                note(&format!("{}: {} more, of other kinds; {all}", severity.label(), thousands(others)));
            }
        }
    }
}

impl Severity {
    const fn label(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// The first problem of a group.
#[derive(Default)]
struct First {
    /// What is said of it where it is the only one.
    text: String,
    column: Option<String>,
    value: Option<String>,
    /// Whether the locations are cells of a sheet, rather than lines.
    are_cells: bool,
}

/// Problems of one column with messages that are equal, but for numbers in them.
struct Group {
    severity: Severity,
    first: First,
    message: String,
    /// Which of the message's numbers are not the same in all of them.
    varying: Vec<bool>,
    count: u64,
    /// The first locations, and the value at each.
    locations: Vec<(String, Option<String>)>,
}

impl Group {
    fn new(severity: Severity, first: First, message: &str) -> Self {
        let varying = numbers(message).map(|_| false).collect();
        Self { severity, first, message: message.to_owned(), varying, count: 0, locations: Vec::new() }
    }

    fn add(&mut self, message: &str, location: impl FnOnce() -> (String, Option<String>)) {
        self.count += 1;
        if self.locations.len() <= MAX_LOCATIONS {
            self.locations.push(location());
        }
        if self.message != message {
            let pairs = numbers(&self.message).zip(numbers(message));
            for (varies, (first, other)) in self.varying.iter_mut().zip(pairs) {
                *varies |= first != other;
            }
        }
    }

    /// As in `1,190 × State: is blank; …`, with the locations on a line below.
    fn text(&self) -> String {
        if self.count == 1 {
            return self.first.text.clone();
        }
        let mut text = format!("{} × ", thousands(self.count));
        if let Some(column) = &self.first.column {
            text += column;
            if let Some(value) = self.common_value() {
                let _ = write!(text, " \"{value}\"");
            }
            text += ": ";
        }
        format!("{text}{}\n  {}", self.shared_message(), self.named_locations())
    }

    /// The value, where it is the same in all locations that are named.
    fn common_value(&self) -> Option<&String> {
        let value = self.first.value.as_ref()?;
        self.locations.iter().all(|(_, other)| other.as_ref() == Some(value)).then_some(value)
    }

    /// The message with an ellipsis for each number that varies.
    fn shared_message(&self) -> String {
        let mut varying = self.varying.iter();
        let part = |part| if is_number(part) && varying.next() == Some(&true) { "…" } else { part };
        parts(&self.message).map(part).collect()
    }

    fn named_locations(&self) -> String {
        let has_values =
            self.common_value().is_none() && self.locations.iter().any(|(_, value)| value.is_some());
        let most = if has_values { MAX_VALUES } else { MAX_LOCATIONS };
        let named = self.locations.iter().take(most).map(|(location, value)| match value {
            Some(value) if has_values => format!("{location} \"{value}\""),
            _ => location.clone(),
        });
        let named = named.collect::<Vec<_>>().join(", ");
        let what = if self.first.are_cells { "cells" } else { "lines" };
        let more = if self.count > most as u64 { ", …" } else { "" };
        format!("{what} {named}{more}")
    }
}

/// A text cut before and behind each number in it.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = *rest.as_bytes().first()?;
        let ends = |byte: &u8| byte.is_ascii_digit() != first.is_ascii_digit();
        let end = rest.bytes().position(|byte| ends(&byte)).unwrap_or(rest.len());
        let (part, behind) = rest.split_at(end);
        rest = behind;
        Some(part)
    })
}

fn is_number(part: &str) -> bool {
    part.starts_with(|character: char| character.is_ascii_digit())
}

fn numbers(text: &str) -> impl Iterator<Item = &str> {
    parts(text).filter(|part| is_number(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_around_its_numbers() {
        assert_eq!(parts("10 of ä5").collect::<Vec<_>>(), ["10", " of ä", "5"]);
        assert_eq!(parts("").count(), 0);
    }

    fn texts(messages: &[(u64, &str)]) -> Vec<String> {
        let mut groups = ProblemGroups::default();
        for (line, message) in messages {
            groups.add_error_of_row(*line, message);
        }
        groups.groups.iter().map(Group::text).collect()
    }

    #[test]
    fn messages_that_differ_in_numbers_alone_are_a_group_that_shows_the_others() {
        let found =
            texts(&[(2, "3 of 9 cells"), (4, "no user"), (7, "4 of 9 cells"), (1_900, "5 of 9 cells")]);
        assert_eq!(found, ["3 × … of 9 cells\n  lines 2, 7, 1900", "line 4: no user"]);
    }

    #[test]
    fn a_group_names_its_first_places() {
        let many: Vec<_> = (1..=21).map(|line| (line, "no user")).collect();
        let named = |found: &str| found.matches(", ").count() + 1;
        let [twenty, more] = [&many[..20], &many].map(|many| texts(many).remove(0));
        assert!(named(&twenty) == MAX_LOCATIONS && twenty.ends_with(", 20"), "{twenty}");
        assert!(more.starts_with("21 × no user\n  lines 1, 2,") && more.ends_with(", 20, …"), "{more}");
    }

    #[test]
    fn problems_of_further_groups_are_counted() {
        let mut groups = ProblemGroups::default();
        for number in 0..MAX_GROUPS + 2 {
            groups.add_error_of_row(2, &"x".repeat(number));
            groups.add_error_of_row(3, &"x".repeat(number));
        }
        assert_eq!((groups.groups.len(), groups.errors.others), (MAX_GROUPS, 4));
    }
}
