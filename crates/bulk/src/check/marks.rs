//! Values that begin with `#` and are meant to be something else.

use crate::input::{CLEAR, MISSING};

/// What spreadsheets write in English where a formula failed.
const ERRORS: [&str; 10] = [
    "#N/A",
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
    } else if ERRORS.iter().any(|error| error.eq_ignore_ascii_case(text)) {
        Some(
            "is an error that a spreadsheet calculated; correct the cell, and save the file again".to_owned(),
        )
    } else {
        None
    }
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
        for error in ERRORS.into_iter().chain(["#n/a", "#Name?"]) {
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
        for text in
            ["#12 Main Street", "#12", "#", "##", "#A", "#B2", "#Main Street", "#Upper Floor", "N/A", "", "é"]
        {
            assert_eq!(mistake(text), None, "{text}");
        }
    }
}
