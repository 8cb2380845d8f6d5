//! What the input says of a row, before anything of it is checked.

use std::borrow::Cow;

use super::Problem;
use super::csv::Cells;
use super::json::{self, Member, Object};
use super::layout::Meaning;
use crate::columns::Column;
use crate::outcome::State;

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
    pub(crate) problems: Vec<Problem>,
    pub(crate) earlier: Option<State>,
}

/// Everything that the input has of a row.
#[derive(Debug)]
pub(super) enum Fields<'r> {
    Cells(Cells<'r>),
    Members(Vec<Member<'r>>),
}

impl<'r> Raw<'r> {
    /// What an object says, by what its names mean.
    pub(super) fn of(object: Object<'r>, mut meaning: impl FnMut(&str) -> Meaning) -> Self {
        let Object { line, members } = object;
        let mut raw = Self {
            line,
            fields: Fields::Members(Vec::new()),
            values: Values::default(),
            problems: Vec::new(),
            earlier: None,
        };
        let members = members.unwrap_or_else(|message| {
            raw.problems.push(Problem::of_row(line, message));
            Vec::new()
        });
        let mut own = Vec::with_capacity(members.len());
        for member in members {
            match meaning(&member.0) {
                Meaning::Result(result) => {
                    raw.earlier = if result { earlier(&member) } else { raw.earlier };
                    continue;
                }
                Meaning::Column(column) => raw.take(column, &member),
                Meaning::Unknown => {}
            }
            own.push(member);
        }
        raw.fields = Fields::Members(own);
        raw
    }

    fn take(&mut self, column: Column, (name, value): &Member<'r>) {
        let text = json::text(value).unwrap_or_else(|message| {
            self.problems.push(Problem::of_value(self.line, name, value.get(), message));
            Some(Cow::Borrowed(value.get()))
        });
        let value = Value { name: name.clone(), text: without_space(text.unwrap_or_default()) };
        if let Some(first) = self.values[column as usize].replace(value) {
            let message =
                format!("means {column}, as \"{}\" does; keep one of the two", super::shown(&first.name));
            self.problems.push(Problem::of_value(self.line, name, "", message));
        }
    }
}

fn earlier((_, value): &Member<'_>) -> Option<State> {
    State::parse(super::trimmed(&json::text(value).ok()??))
}

fn without_space(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(super::trimmed(text)),
        Cow::Owned(text) => Cow::Owned(super::trimmed(&text).to_owned()),
    }
}
