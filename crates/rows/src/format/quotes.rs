//! Quotes of a CSV record, followed byte by byte beside the CSV reader, which takes text behind a closing quote for a
//! part of the value.

use memchr::memchr;

use super::lines::{LineCounter, is_end};

/// Follows the quotes of a record through its chunks.
#[derive(Debug)]
pub(crate) struct Quotes {
    delimiter: u8,
    state: QuoteState,
    /// The byte before the next one. A record begins like a value, behind a delimiter.
    last: u8,
    /// The line of the next byte, where that stands in quotes.
    line: LineCounter,
    /// The line of the quote that was opened last.
    opened: u64,
    /// The line of the first quote that a backslash closes, behind which a quote within a value may be its other half.
    escaped: Option<u64>,
    fault: Option<QuoteFault>,
    /// How many quotes stand within values that have none around them.
    strays: usize,
}

/// Text that follows a closing quote within a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct QuoteFault {
    /// The line on which the value's quote opens.
    pub(crate) line: u64,
    /// Whether a backslash stands before the quote that closes, as other formats escape one.
    pub(crate) is_backslash: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum QuoteState {
    Unquoted,
    Quoted,
    /// Directly behind a quote that closes a value, if no second one follows.
    Closed {
        after_backslash: bool,
    },
    /// Behind white space that follows such a quote.
    Trailing {
        after_backslash: bool,
    },
}

impl Quotes {
    pub(crate) fn new(delimiter: u8) -> Self {
        let state = QuoteState::Unquoted;
        Self {
            delimiter,
            state,
            last: delimiter,
            line: LineCounter::new(1),
            opened: 1,
            escaped: None,
            fault: None,
            strays: 0,
        }
    }

    /// Begins a record on a line.
    pub(crate) fn begin(&mut self, line: u64) {
        *self = Self { line: LineCounter::new(line), ..Self::new(self.delimiter) };
    }

    /// The first fault of the record, if it has one.
    pub(crate) fn fault(&self) -> Option<QuoteFault> {
        self.fault
    }

    /// How many quotes of the record stand within values that have none around them.
    pub(crate) fn strays(&self) -> usize {
        self.strays
    }

    /// Follows the next bytes of the record.
    pub(crate) fn follow(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let taken = match self.state {
                QuoteState::Unquoted => self.skip_to_opening(rest),
                QuoteState::Quoted => self.skip_to_closing(rest),
                QuoteState::Closed { after_backslash } => self.judge_behind(rest[0], after_backslash, true),
                QuoteState::Trailing { after_backslash } => {
                    self.judge_behind(rest[0], after_backslash, false)
                }
            };
            self.last = rest[taken - 1];
            rest = &rest[taken..];
        }
    }

    fn skip_to_opening(&mut self, bytes: &[u8]) -> usize {
        let Some(place) = memchr(b'"', bytes) else { return bytes.len() };
        let before = if place == 0 { self.last } else { bytes[place - 1] };
        if before == self.delimiter {
            self.state = QuoteState::Quoted;
            self.opened = self.line.line();
        } else {
            self.strays += 1;
            if let Some(line) = self.escaped {
                self.fault.get_or_insert(QuoteFault { line, is_backslash: true });
            }
        }
        place + 1
    }

    fn skip_to_closing(&mut self, bytes: &[u8]) -> usize {
        let place = memchr(b'"', bytes);
        let taken = place.map_or(bytes.len(), |place| place + 1);
        self.line.advance(&bytes[..taken]);
        if let Some(place) = place {
            let before = if place == 0 { self.last } else { bytes[place - 1] };
            self.state = QuoteState::Closed { after_backslash: before == b'\\' };
        }
        taken
    }

    /// What a byte behind a closing quote means.
    fn judge_behind(&mut self, byte: u8, after_backslash: bool, directly: bool) -> usize {
        self.state = match byte {
            b'"' if directly => QuoteState::Quoted,
            _ if byte == self.delimiter || is_end(byte) => {
                if after_backslash {
                    self.escaped.get_or_insert(self.opened);
                }
                QuoteState::Unquoted
            }
            b' ' | b'\t' => QuoteState::Trailing { after_backslash },
            _ => {
                self.fault.get_or_insert(QuoteFault { line: self.opened, is_backslash: after_backslash });
                QuoteState::Unquoted
            }
        };
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fault of a record, which is the same however the record is cut into chunks.
    fn fault(record: &str) -> Option<QuoteFault> {
        let of = |size| {
            let mut quotes = Quotes::new(b',');
            quotes.begin(5);
            record.as_bytes().chunks(size).for_each(|chunk| quotes.follow(chunk));
            quotes.fault()
        };
        let whole = of(usize::MAX);
        assert!((1..4).all(|size| of(size) == whole), "{record:?}");
        whole
    }

    #[test]
    fn text_behind_a_closing_quote_is_a_fault_of_the_line_on_which_the_quote_opens() {
        let at = |line, is_backslash| Some(QuoteFault { line, is_backslash });
        let cases = [
            ("\"a\"b,c\n", at(5, false)),
            ("a,\"b\nc\" d\n", at(5, false)),
            ("\"a\r\nb\",\"c\rd\"e\n", at(6, false)),
            ("\"a \\\"b\\\" c\",d\n", at(5, true)),
            ("\"a\"\"b\" \"c\"\n", at(5, false)),
            ("\"a \\\",b\",c\n", at(5, true)),
        ];
        for (record, expected) in cases {
            assert_eq!(fault(record), expected, "{record:?}");
        }
    }

    #[test]
    fn quotes_in_order_are_no_fault() {
        for record in [
            "\"a\"\n",
            "\"a\" ,\"b\"\t\r\n",
            "\"a\"\"\",b\"c\"d\n",
            "\"\",\"\"\"\"\n",
            "5\",\"a\\\"\n",
            "\"a",
        ] {
            assert_eq!(fault(record), None, "{record:?}");
        }
    }
}
