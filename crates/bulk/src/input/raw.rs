//! What the input says of a row, before anything of it is checked.

use std::borrow::Cow;

use super::csv::Cells;
use super::formulas::unwrapped;
use super::json::{self, Member, NoObject, Object};
use super::layout::Meaning;
use super::{Problem, REPLACED, shown};
use crate::columns::{Column, INPUT, Said};
use crate::{Proof, State};

/// A value without white space around it, and what the input calls it.
#[derive(Debug)]
pub(crate) struct Value<'r> {
    pub(crate) name: Cow<'r, str>,
    pub(crate) text: Cow<'r, str>,
}

/// The value of each column, where the input has that column or member.
pub(crate) type Values<'r> = [Option<Value<'r>>; Column::ALL.len()];

/// A row as the input has it.
#[derive(Debug)]
pub(crate) struct Raw<'r> {
    pub(crate) line: u64,
    pub(super) fields: Fields<'r>,
    pub(crate) values: Values<'r>,
    /// Whether all values are known to [be plain](super::is_plain).
    pub(crate) are_plain: bool,
    /// Whether it is no row, for a reason that is its one problem: then its values mean nothing.
    pub(crate) is_no_row: bool,
    pub(crate) problems: Vec<Problem>,
    pub(crate) warnings: Vec<Problem>,
    pub(crate) earlier: Option<State>,
    pub(crate) proof: Option<Proof>,
}

/// Everything that the input has of a row.
#[derive(Debug)]
pub(super) enum Fields<'r> {
    Cells(Cells<'r>),
    Members(Vec<Member<'r>>),
    /// A line that is no object.
    Line(String),
}

impl<'r> Raw<'r> {
    /// What an object says, by what its names mean.
    pub(super) fn of(object: Object<'r>, mut meaning: impl FnMut(&str) -> Meaning) -> Self {
        let Object { line, members } = object;
        let mut raw = Self::empty(line);
        let members = match members {
            Ok(members) => members,
            Err(NoObject { why, text }) => {
                raw.problems.push(Problem::of_row(line, why));
                raw.fields = Fields::Line(text);
                return raw;
            }
        };
        let mut own = Vec::with_capacity(members.len());
        for member in members {
            match meaning(&member.0) {
                Meaning::Result(said) => {
                    raw.hear(said, &member);
                    continue;
                }
                Meaning::Column(column) => {
                    raw.take(column, &member);
                    raw.check(&member);
                }
                Meaning::Input => raw.refuse(&member),
                Meaning::Unknown => raw.check(&member),
            }
            own.push(member);
        }
        raw.fields = Fields::Members(own);
        raw
    }

    /// A row of its own, which stands in no input.
    pub(crate) fn of_values(values: impl IntoIterator<Item = (Column, &'r str)>) -> Self {
        let mut raw = Self::empty(1);
        for (column, text) in values {
            raw.values[column as usize] = Some(Value { name: column.name().into(), text: text.into() });
        }
        raw
    }

    fn empty(line: u64) -> Self {
        let (fields, values) = (Fields::Members(Vec::new()), Values::default());
        let (problems, warnings) = (Vec::new(), Vec::new());
        Self {
            line,
            fields,
            values,
            are_plain: false,
            is_no_row: false,
            problems,
            warnings,
            earlier: None,
            proof: None,
        }
    }

    /// Takes what an earlier run said.
    fn hear(&mut self, said: Said, (_, value): &Member<'r>) {
        let text = json::text(value).ok().flatten();
        let text = text.as_deref().map(super::trimmed);
        match said {
            Said::State => self.earlier = text.and_then(State::parse),
            Said::Proof => self.proof = text.and_then(Proof::parse),
            Said::Other => {}
        }
    }

    /// Says that the row is a line which was no object before.
    fn refuse(&mut self, (_, value): &Member<'r>) {
        let text = json::text(value).unwrap_or_else(|_| Some(value.get().into()));
        self.problems.extend(text.map(|text| {
            let message = format!(
                "{INPUT} holds a line that was no JSON object, \"{}\"; write that row as an object in the place of \
                 this one, without {INPUT}",
                shown(&text)
            );
            Problem::of_row(self.line, message)
        }));
    }

    /// Says so if a value was damaged before it came here, and nothing was said of it just now.
    fn check(&mut self, (name, value): &Member<'r>) {
        if !json::is_replaced(value) {
            return;
        }
        let last = self.problems.last().and_then(|problem| problem.column.as_deref());
        if last != Some(&*shown(name)) {
            self.problems.push(Problem::of_value(self.line, name, value.get(), REPLACED));
        }
    }

    fn take(&mut self, column: Column, (name, value): &Member<'r>) {
        let text = json::text(value).unwrap_or_else(|message| {
            self.problems.push(Problem::of_value(self.line, name, value.get(), message));
            Some(Cow::Borrowed(value.get()))
        });
        let value = Value { name: name.clone(), text: bare(text.unwrap_or_default()) };
        if let Some(first) = self.values[column as usize].replace(value) {
            let first_name = shown(&first.name);
            let message = if first.name == *name {
                format!("the object has the key \"{first_name}\" twice; keep one of them")
            } else {
                format!("means {column}, as \"{first_name}\" does; keep one of the two")
            };
            self.problems.push(Problem::of_value(self.line, name, "", message));
        }
    }
}

/// A text without white space or a formula around it.
fn bare(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => unwrapped(super::trimmed(text)),
        Cow::Owned(text) => Cow::Owned(unwrapped(super::trimmed(&text)).into_owned()),
    }
}
