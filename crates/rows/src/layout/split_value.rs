//! Values in quotes that CSV does not take for quotes: the delimiter within cuts them in two.

use crate::format::csv::Cells;
use crate::text::{has_digits, trimmed};

/// The two parts of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SplitValue {
    /// The place of the cell that opens the quote.
    pub(crate) open: usize,
    /// The place of the cell that closes it.
    pub(crate) close: usize,
    /// The sign that opens it.
    pub(crate) quote: char,
    /// Whether nothing but white space stands before it.
    pub(crate) is_at_start: bool,
}

/// Signs that open a quote, with those that close it.
const PAIRS: [(char, &[char]); 9] = [
    ('"', &['"']),
    ('“', &['”']),
    ('„', &['“', '”', '"']),
    ('«', &['»']),
    ('»', &['«']),
    ('‘', &['’']),
    ('‚', &['‘', '’']),
    ('＂', &['＂']),
    ('\'', &['\'']),
];

/// How many cells behind the one that begins with an apostrophe the other one may stand.
const MAX_CELLS: usize = 3;

/// Words that begin with an apostrophe, as in `'s-Gravenhage`.
const SHORT_WORDS: [&str; 4] = ["'s", "'t", "'n", "'k"];

/// The first value of a record that is split. Where cells are written as CSV has them (`are_exact`), each `"` belongs to its
/// cell. An apostrophe before an id or a code is a spreadsheet's: `is_code` tells their places.
pub(crate) fn find(cells: Cells<'_>, are_exact: bool, is_code: impl Fn(usize) -> bool) -> Option<SplitValue> {
    let may_split = |quote: char| cells.text().contains(quote) && !(are_exact && quote == '"');
    PAIRS.into_iter().filter(|(quote, _)| may_split(*quote)).find_map(|(quote, closing)| {
        let mut opened = None;
        for (place, cell) in cells.iter().enumerate() {
            let cell = trimmed(cell);
            let found = if quote == '\'' { apostrophe(cell) } else { quote_role(cell, quote, closing) };
            match (found, opened) {
                (QuoteRole::Closed, Some((open, is_at_start, first)))
                    if quote != '\'' || are_parts(first, cell, place - open) =>
                {
                    return Some(SplitValue { open, close: place, quote, is_at_start });
                }
                (QuoteRole::Open { .. }, _) if quote == '\'' && is_code(place) => opened = None,
                (QuoteRole::Open { is_at_start }, _) => opened = Some((place, is_at_start, cell)),
                (QuoteRole::None, _) => {}
                (QuoteRole::Paired | QuoteRole::Closed, _) => opened = None,
            }
        }
        None
    })
}

/// What the quotes of a cell do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum QuoteRole {
    None,
    /// Each is closed within the cell, or belongs to the text, as in `12" pipe`.
    Paired,
    Open {
        is_at_start: bool,
    },
    Closed,
}

fn quote_role(cell: &str, quote: char, closing: &[char]) -> QuoteRole {
    let is_quote = |character: char| character == quote || closing.contains(&character);
    let is_same = closing.contains(&quote);
    let places: Vec<_> = cell.char_indices().filter(|(_, character)| is_quote(*character)).collect();
    let (Some((first, first_quote)), Some((last, last_quote))) = (places.first(), places.last()) else {
        return QuoteRole::None;
    };
    let (before, behind) =
        (cell[..*first].chars().next_back(), cell[last + last_quote.len_utf8()..].chars().next());
    let is_alone = cell.chars().count() == 1;
    let is_unpaired = if is_same {
        places.len() % 2 == 1
    } else {
        places.len() % 2 == 1 && (*first_quote != quote || *last_quote == quote)
    };
    if !is_unpaired || is_alone {
        return QuoteRole::Paired;
    }
    let is_within = |last: usize| cell[..last].chars().next_back().is_some_and(opens_behind);
    if *last_quote == quote
        && (*first == 0 || (is_within(*last) && behind.is_some_and(char::is_alphanumeric)))
    {
        return QuoteRole::Open { is_at_start: *first == 0 };
    }
    let closes = closing.contains(first_quote) || closing.contains(last_quote);
    let is_behind_text = before.is_some_and(|before| !before.is_whitespace()) || places.len() > 1;
    if closes && is_behind_text && behind.is_none_or(|behind| !behind.is_alphanumeric()) {
        return QuoteRole::Closed;
    }
    QuoteRole::Paired
}

/// Whether a quote behind this character opens.
fn opens_behind(character: char) -> bool {
    character.is_whitespace() || matches!(character, '(' | '[' | '-' | '/' | ':')
}

fn apostrophe(cell: &str) -> QuoteRole {
    let is_short_word = || {
        SHORT_WORDS.iter().any(|word| {
            let rest = cell.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word));
            rest.is_some() && !cell[word.len()..].starts_with(char::is_alphanumeric)
        })
    };
    match (cell.starts_with('\''), cell.ends_with('\''), cell.matches('\'').count()) {
        (_, _, 0) => QuoteRole::None,
        (true, false, 1) if !is_short_word() => QuoteRole::Open { is_at_start: true },
        (false, true, 1) => QuoteRole::Closed,
        (true, true, _) => QuoteRole::Paired,
        _ => QuoteRole::None,
    }
}

/// Whether two cells with one apostrophe each may be one value: names have apostrophes, too, and no number.
fn are_parts(first: &str, second: &str, distance: usize) -> bool {
    distance <= MAX_CELLS && (has_digits(first) || has_digits(second))
}
