//! Values that begin with `#` and are meant to be something else.

use crate::input::{CLEAR, MISSING};

/// What spreadsheets write where a formula failed, as far as it has no mark at its end or is written in either case.
const ERRORS: [&str; 12] = [
    "#N/A",
    "#N/D",
    "#NV",
    "#REF!",
    "#NAME?",
    "#VALUE!",
    "#DIV/0!",
    "#NULL!",
    "#NUM!",
    "#SPILL!",
    "#GETTING_DATA",
    "#CALC!",
];

/// The longest text that is compared with [`CLEAR`], in bytes.
const LONGEST: usize = 12;

/// How many letters may be wrong, missing, too many or exchanged.
const MOST_WRONG: usize = 2;

/// What is wrong with a value that does not clear, if it looks like a spreadsheet's error or like a misspelt
/// `#CLEAR`, or was missing in an earlier run. Others, such as `#12 Main Street`, are what they are.
pub(super) fn mistake(text: &str) -> Option<String> {
    if !text.starts_with('#') {
        None
    } else if is_clear(text) {
        Some(format!(
            "is not sent, as it looks like a misspelt {CLEAR}; write {CLEAR} to send an empty value"
        ))
    } else if text.eq_ignore_ascii_case(MISSING) {
        Some(format!(
            "was missing in the row of an earlier run; write the value, or {CLEAR} to send an empty one"
        ))
    } else if is_error(text) {
        Some(
            "is an error that a spreadsheet calculated; correct the cell, and save the file again".to_owned(),
        )
    } else {
        None
    }
}

/// Whether a spreadsheet wrote a text in place of a result, in whatever language (`#WERT!`, `#NOM?`), or because its column
/// was too narrow for one.
fn is_error(text: &str) -> bool {
    let is_of_error =
        |character: char| character.is_uppercase() || matches!(character, '/' | '_' | '0' | '¡' | '¿');
    let words = text.strip_prefix('#').and_then(|text| text.strip_suffix(['!', '?']));
    ERRORS.iter().any(|error| error.eq_ignore_ascii_case(text))
        || words.is_some_and(|words| !words.is_empty() && words.chars().all(is_of_error))
        || (text.len() > 2 && text.bytes().all(|byte| byte == b'#'))
}

fn is_clear(text: &str) -> bool {
    let word = text.trim_matches(|character: char| !character.is_alphanumeric());
    let is_word = word.len() <= LONGEST && word.chars().all(char::is_alphabetic);
    is_word && strsim::damerau_levenshtein(&format!("#{}", word.to_uppercase()), CLEAR) <= MOST_WRONG
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheets_error_is_one_in_either_case() {
        let others = [
            "#n/a",
            "#Name?",
            "#WERT!",
            "#BEZUG!",
            "#ÜBERLAUF!",
            "#¡REF!",
            "#¿NOMBRE?",
            "#NOM?",
            "#ERROR!",
            "####",
        ];
        for error in ERRORS.into_iter().chain(others) {
            assert!(mistake(error).unwrap_or_default().contains("spreadsheet"), "{error}");
        }
    }

    #[test]
    fn a_misspelt_clear_is_named() {
        for text in
            ["#CLAER", "#cleer", "#Cler", "#CLEARED", "# CLEAR", "##CLEAR", "#CLEAR!", "#LEAR", "#CLEAN"]
        {
            assert!(mistake(text).unwrap_or_default().contains("write #CLEAR"), "{text}");
        }
    }

    #[test]
    fn a_house_number_and_the_like_are_what_they_are() {
        for text in [
            "#12 Main Street",
            "#12",
            "#",
            "##",
            "#A",
            "#B2",
            "#Main Street",
            "#Upper Floor",
            "#Up!",
            "#!",
            "N/A",
            "",
            "é",
        ] {
            assert_eq!(mistake(text), None, "{text}");
        }
    }
}
