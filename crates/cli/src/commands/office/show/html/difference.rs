//! Which parts of a value are new.

use similar::{ChangeTag, TextDiff};

/// A part of a value, and whether the other value lacks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) text: String,
    pub(super) is_marked: bool,
}

/// The parts of an old and of a new value.
pub(super) fn parts(old: &str, new: &str) -> [Vec<Part>; 2] {
    let difference = TextDiff::from_words(old, new);
    let side = |lacking: ChangeTag| {
        let mut parts: Vec<Part> = Vec::new();
        for change in difference.iter_all_changes().filter(|change| change.tag() != lacking) {
            let is_marked = change.tag() != ChangeTag::Equal;
            match parts.last_mut().filter(|last| last.is_marked == is_marked) {
                Some(last) => last.text += change.value(),
                None => parts.push(Part { text: change.value().to_owned(), is_marked }),
            }
        }
        parts
    };
    [side(ChangeTag::Insert), side(ChangeTag::Delete)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(old: &str, new: &str) -> [String; 2] {
        parts(old, new).map(|parts| {
            let part =
                |part: &Part| if part.is_marked { format!("[{}]", part.text) } else { part.text.clone() };
            parts.iter().map(part).collect()
        })
    }

    #[test]
    fn words_that_differ_are_marked_and_nothing_is_lost() {
        assert_eq!(marked("Rathausmarkt 1", "Rathausmarkt 12"), ["Rathausmarkt [1]", "Rathausmarkt [12]"]);
        assert_eq!(marked("Hamburg", "Dresden"), ["[Hamburg]", "[Dresden]"]);
        assert_eq!(marked("", "a b"), ["", "[a b]"]);
        assert_eq!(marked("a  b", "a b"), ["a[  ]b", "a[ ]b"]);
    }
}
