//! Text that was damaged on its way, or holds characters that cannot be seen.

use super::{escapes, wrong_encoding};
use crate::text::{CLEAR, is_invisible};

/// What is damaged in a value, or cannot be seen of it.
pub(crate) fn find(text: &str) -> Option<String> {
    if wrong_encoding::is_suspected(text) {
        return Some(
            "reads like text that was decoded with another encoding than its own, and is sent as it is; write the value \
             anew, and save the file as UTF-8"
                .to_owned(),
        );
    }
    if escapes::are_in(text) {
        return Some(
            "holds an escape, as programs write characters in HTML (&uuml;), in code (\\u00fc), in UTF-7 (+APw-) or in addresses of pages \
             (%C3%BC), and is sent as it is; write the character itself"
                .to_owned(),
        );
    }
    if escapes::is_markup_in(text) {
        return Some("holds a tag of HTML and is sent as it is; write the text without it".to_owned());
    }
    if holds_lost_letters(text) {
        return Some(
            "holds a question mark where a letter was lost, and is sent as it is; write the value anew, and save the \
             file as UTF-8"
                .to_owned(),
        );
    }
    if let Some(control) = text.chars().find(|character| is_control(*character)) {
        return Some(format!(
            "holds the control character U+{:04X}, which is sent as it is; most likely the text was damaged, so write \
             it anew",
            u32::from(control)
        ));
    }
    if text.chars().all(|character| character.is_whitespace() || is_invisible(character)) {
        return Some(format!(
            "holds nothing that can be seen and is sent as it is; write the value, or {CLEAR} to send an empty one"
        ));
    }
    needless_character(text).map(|character| {
        format!(
            "holds the character U+{:04X}, which cannot be seen and is sent as it is; write the value anew without it",
            u32::from(character)
        )
    })
}

/// Whether a question mark stands beside a letter or another question mark, as where a program could not write a
/// letter: `M?nchen`, `Malm? 5`, `??????`. One at the end may be meant, and so may one behind a question.
fn holds_lost_letters(text: &str) -> bool {
    if !text.contains('?') {
        return false;
    }
    let characters: Vec<_> = text.chars().collect();
    let is_letter = |place: usize| characters.get(place).is_some_and(|other| other.is_alphabetic());
    characters.iter().enumerate().filter(|(_, character)| **character == '?').any(|(place, _)| {
        is_letter(place + 1)
            || characters.get(place + 1) == Some(&'?')
            || is_last_letter_lost(&characters, place)
            || (is_behind_latin(&characters, place) && !is_question(text))
    })
}

/// Whether a character stands behind a Latin letter, and before other letters or digits.
fn is_behind_latin(characters: &[char], place: usize) -> bool {
    let (before, behind) = (&characters[..place], &characters[place + 1..]);
    before.last().is_some_and(|last| last.is_alphabetic() && *last < '\u{250}')
        && behind.iter().any(|other| other.is_alphanumeric())
}

/// Whether a text begins as questions do.
fn is_question(text: &str) -> bool {
    let first = text.split(|character: char| !character.is_alphabetic()).next().unwrap_or_default();
    text.starts_with('¿') || QUESTION_WORDS.iter().any(|word| word.eq_ignore_ascii_case(first))
}

/// Words that begin questions, of Latin and of large languages.
const QUESTION_WORDS: [&str; 16] = [
    "quo", "qui", "quis", "quid", "que", "wo", "wer", "was", "wie", "who", "what", "where", "why", "how",
    "dove", "chi",
];

/// Whether a question mark ends a text of one word, as in `Malm?`.
fn is_last_letter_lost(characters: &[char], place: usize) -> bool {
    characters[place] == '?'
        && place > 0
        && place + 1 == characters.len()
        && characters[..place].iter().all(|character| character.is_alphabetic())
}

/// Whether a character is neither text nor white space.
fn is_control(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\r' | '\n')
}

/// The first character that cannot be seen and that the text around it does not need.
fn needless_character(text: &str) -> Option<char> {
    let characters: Vec<_> = text.chars().collect();
    let is_right_to_left = characters.iter().any(|character| is_right_to_left(*character));
    let found = characters.iter().enumerate().find(|(place, character)| {
        let around =
            [place.checked_sub(1).and_then(|before| characters.get(before)), characters.get(place + 1)];
        let is_near = |is: fn(char) -> bool| around.into_iter().flatten().any(|other| is(*other));
        match **character {
            '\u{200E}' | '\u{200F}' | '\u{61C}' | '\u{202A}'..='\u{202C}' | '\u{2066}'..='\u{2069}' => {
                !is_right_to_left
            }
            '\u{200B}' | '\u{17B4}' | '\u{17B5}' => !is_near(has_no_spaces),
            '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' => !is_near(is_hangul),
            '\u{180B}'..='\u{180D}' | '\u{180F}' | '\u{200C}' | '\u{200D}' => !is_near(joins),
            '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => {
                around[0].is_none_or(|before| before.is_ascii_alphabetic() || before.is_whitespace())
            }
            '\u{E0020}'..='\u{E007F}' => !around[0].is_some_and(|before| joins(*before) || is_tag(*before)),
            noncharacter if u32::from(noncharacter) & 0xFFFE == 0xFFFE => true,
            '\u{AD}'
            | '\u{34F}'
            | '\u{180E}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2800}'
            | '\u{E000}'..='\u{F8FF}'
            | '\u{FDD0}'..='\u{FDEF}'
            | '\u{F0000}'..='\u{10FFFF}'
            | '\u{202D}'
            | '\u{202E}'
            | '\u{2060}'..='\u{2065}'
            | '\u{206A}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFC}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{E0001}' => true,
            _ => false,
        }
    });
    found.map(|(_, character)| *character)
}

/// Whether a character is of a script that is written from right to left.
fn is_right_to_left(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
        && character != '\u{61C}'
}

/// Whether a character is of a script that puts no spaces between words, where a space without width tells them apart.
fn has_no_spaces(character: char) -> bool {
    matches!(character, '\u{E00}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{1950}'..='\u{19FF}' | '\u{1A20}'..='\u{1AAF}')
}

/// Whether a character's form depends on joiners beside it: letters from Arabic to Mongolian, and pictures.
fn joins(character: char) -> bool {
    matches!(character, '\u{600}'..='\u{109F}' | '\u{1780}'..='\u{18AF}' | '\u{A840}'..='\u{ABFF}'
        | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{FE0F}' | '\u{2190}'..='\u{2BFF}'
        | '\u{11000}'..='\u{11FFF}' | '\u{1F000}'..='\u{1FAFF}')
}

/// Whether a character is of Korean, whose blocks a filler completes. Beside others it only cannot be seen.
fn is_hangul(character: char) -> bool {
    matches!(character, '\u{1100}'..='\u{115E}' | '\u{1161}'..='\u{11FF}' | '\u{3130}'..='\u{3163}'
        | '\u{3165}'..='\u{318F}' | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}' | '\u{FFA1}'..='\u{FFDC}')
}

/// Whether a character is a part of a picture's tag, as in flags of regions.
fn is_tag(character: char) -> bool {
    matches!(character, '\u{E0020}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> String {
        find(text).unwrap_or_default()
    }

    #[test]
    fn text_in_order_is_not_suspicious() {
        let texts = [
            "São Paulo",
            "SÃO JOÃO",
            "Málaga",
            "Łódź",
            "İstanbul",
            "ÅNGSTRÖM – HUS",
            "„CAFÉ“",
            "Рівне",
            "РОССИЯ",
            "Ёлка",
            "Straße 5, Aufgang “B”",
            "大通西 1",
            "القاهرة",
            "Αθήνα",
            "5½ Street",
            "Brăila",
            "BĂICOI",
            "Kĺč",
            "Bulevardul Ștefan cel Mare",
            "È vero",
            "Nº 5 – 2ª planta",
            "Quo vadis? 5",
            "Wo? Hier",
            "25 °C",
            "Ö–Allee",
        ];
        for text in texts {
            assert_eq!(found(text), "", "{text}");
        }
    }

    #[test]
    fn a_question_mark_in_place_of_a_letter_is_found() {
        for text in ["M?nchen", "?rebro", "Malm?", "??????", "Stra?e 5", "5 ?st Street", "Caf??"] {
            assert!(found(text).contains("a letter was lost"), "{text}");
        }
    }

    #[test]
    fn characters_that_no_script_needs_are_found_and_others_left_alone() {
        let needless = [
            ("01067\u{200b}", "U+200B"),
            ("\u{202e}Theaterplatz", "U+202E"),
            ("Theater\u{ad}platz", "U+00AD"),
            ("\u{200e}Dresden", "U+200E"),
            ("a\u{200d}b", "U+200D"),
            ("a\u{feff}b", "U+FEFF"),
            ("Dresden\u{2060}", "U+2060"),
            ("\u{202d}القاهرة", "U+202D"),
            ("\u{2066}Dresden\u{2069}", "U+2066"),
            ("Foo\u{2028}2", "U+2028"),
            ("Foo\u{2800}2", "U+2800"),
            ("Foo\u{e000}2", "U+E000"),
            ("\u{3164}Saxony", "U+3164"),
            ("Foo\u{ffa0}2", "U+FFA0"),
            ("Foo\u{1160}", "U+1160"),
        ];
        for (text, code) in needless {
            assert!(found(text).contains(code), "{text:?}");
        }
        let needed = [
            "شارع 5\u{200f}, القاهرة",
            "\u{2067}ירושלים\u{2069}",
            "می\u{200c}خواهم",
            "नि\u{200d}म",
            "ถนน\u{200b}สุขุมวิท",
            "👩\u{200d}👩",
            "❤\u{fe0f}",
            "葛\u{e0100}城市",
            "서울\u{3164}",
            "\u{115f}\u{1161}",
        ];
        for text in needed {
            assert_eq!(found(text), "", "{text:?}");
        }
    }
}
