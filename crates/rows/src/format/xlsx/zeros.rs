//! Formats of numbers that show leading zeros, as those of postal codes.

/// A format of zeros and what stands between them, such as `00000` or `00000-0000`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Zeros(Vec<Part>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Digit,
    Character(char),
}

impl Zeros {
    /// What the code of a format says, if it shows two digits or more and nothing else but characters that are written as
    /// they are. Excel puts a backslash before these, or quotes around them. Of several sections the first counts: that of
    /// numbers above zero.
    pub(super) fn of(code: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut is_quoted = false;
        let mut characters = code.chars();
        while let Some(character) = characters.next() {
            parts.push(match character {
                '"' => {
                    is_quoted = !is_quoted;
                    continue;
                }
                _ if is_quoted => Part::Character(character),
                '0' => Part::Digit,
                '\\' => Part::Character(characters.next()?),
                // The width of a character, and one that fills the cell.
                '_' | '*' => {
                    characters.next()?;
                    continue;
                }
                // A language, and no condition.
                '[' => {
                    let inside: String = characters.by_ref().take_while(|inside| *inside != ']').collect();
                    if !inside.starts_with("$-") {
                        return None;
                    }
                    continue;
                }
                // The next sections are for negative numbers, zero and texts.
                ';' => break,
                '-' | ' ' => Part::Character(character),
                _ => return None,
            });
        }
        let digits = parts.iter().filter(|part| **part == Part::Digit).count();
        (digits > 1).then_some(Self(parts))
    }

    /// What a sheet shows of a whole number, given by its digits: surplus ones stand before the first zero.
    pub(super) fn show(&self, number: &str) -> String {
        let zeros = self.0.iter().filter(|part| **part == Part::Digit).count();
        let digits = format!("{number:0>zeros$}");
        let (surplus, mut digits) = digits.split_at(digits.len() - zeros);
        let mut shown = String::new();
        let mut surplus = Some(surplus);
        for part in &self.0 {
            match part {
                Part::Character(character) => shown.push(*character),
                Part::Digit => {
                    shown.push_str(surplus.take().unwrap_or_default());
                    let (digit, rest) = digits.split_at(1);
                    shown.push_str(digit);
                    digits = rest;
                }
            }
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_shown_with_its_zeros() {
        let cases = [
            ("00000", "1067", "01067"),
            ("00000", "0", "00000"),
            ("00000", "123456", "123456"),
            ("00000-0000", "21081234", "02108-1234"),
            ("00000\\-0000", "21081234", "02108-1234"),
            ("000\\ 00", "1234", "012 34"),
            ("\"D-\"00000", "1067", "D-01067"),
            ("\\A-0000", "900", "A-0900"),
            ("00-000", "1234567", "1234-567"),
            ("[$-407]00000", "1067", "01067"),
            ("00000;@", "1067", "01067"),
            ("00000;-00000", "1067", "01067"),
            ("00000_)", "1067", "01067"),
            ("_(* 00000_);_(@_)", "1067", "01067"),
            ("000\";\"00", "1067", "010;67"),
        ];
        for (code, number, shown) in cases {
            assert_eq!(
                Zeros::of(code).map(|zeros| zeros.show(number)).as_deref(),
                Some(shown),
                "{code} {number}"
            );
        }
    }

    #[test]
    fn other_formats_are_none_of_zeros() {
        for code in [
            "General",
            "0",
            "0.00",
            "#,##0",
            ";;00000",
            "[Red]00000",
            "[$-407",
            "00000_",
            "[<=99999]00000",
            "@",
            "yyyy-mm-dd",
            "00%",
            "00000\\",
            "",
        ] {
            assert_eq!(Zeros::of(code), None, "{code}");
        }
    }
}
