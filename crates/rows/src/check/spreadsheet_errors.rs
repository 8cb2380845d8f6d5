//! Values that are a spreadsheet's error, or a misspelt `#CLEAR`.

use memchr::memchr;
use unicode_normalization::UnicodeNormalization;

use crate::text::{CLEAR, KEEP, MISSING, NOT_CALCULATED, is_digits, is_invisible};

/// What spreadsheets write where a formula failed, in the languages that they speak, without the `#` before it and the
/// `!` or `?` behind it. In capitals.
///
/// Those with such a mark are known by their form as well, if they are in capitals; this list is for the others, and for
/// other spellings. From the localizations of Excel and `LibreOffice`.
const ERRORS: &str = "\
    N/A N/D N/B N/V N/K I/T E/E Н/Д Δ/Υ Қ/Ж DIV/0 DEEL/0 DELING.DOOR.0 JAKO/0 DZIEL/0 DIVISION/0 \
    DĚLENÍ_NULOU DELENIENULOU ZÉRÓOSZTÓ SAYI/0 ДЕЛ/0 ΔΙΑΙΡ./0 ¡DIV/0 VALUE WERT VALEUR VALOR ¡VALOR \
    VALORE WAARDE VÄRDEFEL VÆRDI VERDI ARVO ARG HODNOTA ÉRTÉK ЗНАЧ DEĞER ΤΙΜΗ VREDNOST VALOARE \
    VRIJEDNOST REF ¡REF BEZUG RIF VERW REFERENS REFERENCE VIITTAUS ADR ODKAZ HIV ССЫЛКА BAŞV ΑΝΑΦ SKLIC \
    ПОСИЛАННЯ NAME NOM NOMBRE ¿NOMBRE NOME NAAM NAMN NAVN NIMI NAZWA NÁZEV NÁZOV NÉV ИМЯ AD ΟΝΟΜΑ NAZIV \
    NUME IME ІМ'Я NUM ¡NUM N¡NUM ZAHL NÚM GETAL OGILTIGT LUKU LICZBA ČÍSLO SZÁM ЧИСЛО SAYI ΑΡΙΘ BROJ \
    ŠTEV NULL NUL NULO ¡NULO NULLO LEEG SKÄRNING TYHJÄ ZERO NULLA NEPLATNÝ ПУСТО BOŞ ΚΕΝΟ NIČ SPILL \
    ÜBERLAUF PROPAGATION EPARS ¡DESBORDAMIENTO ¡DESBORDA ESPANSIONE DESPEJAR OVERLOOP OVERLOPEN ÖVERFLÖD \
    OVERLØB OVERFLYT LEVITÄ ROZLANIE PŘESAH KIBONTÁS ПЕРЕНОС TAŞMA CALC KALK ¡CALC BEREKENEN ВЫЧИСЛ \
    FIELD FELD BLOCKED BLOCKIERT CONNECT VERBINDEN EXTERNAL BUSY PYTHON NAN INF IND UNKNOWN UNBEKANNT \
    DATA TIMEOUT ERROR ERR CYCLE CIRCULAR MACRO GETTING_DATA DATEN_ABRUFEN DATEN.ABRUFEN \
    GEGEVENS.OPHALEN CHARGEMENT_DONNEES FUNC TYPE SIZE DELETED UNPARSEABLE OVERFLOW CALCULATING";

/// Others, for "not available" without a slash, which spreadsheets write without a mark behind them.
const UNMARKED_ERRORS: &str = "\
    NV НД YOK HIÁNYZIK NEDOSTUPNÝ NENÍ_K_DISPOZICI PUUTTUU PUUDUB SAKNAS NEPIEEJAMS NĖRA ОТСУТСТВУЕТ";

/// Errors of several words, from the documentation of Smartsheet. In capitals.
const ERRORS_OF_WORDS: &str = "\
    NO MATCH|INVALID VALUE|INVALID COLUMN VALUE|INVALID DATA TYPE|INVALID OPERATION|INVALID REF|INCORRECT ARGUMENT|\
    INCORRECT ARGUMENT SET|CIRCULAR REFERENCE|DIVIDE BY ZERO|PERMISSION ERROR|BOOLEAN EXPECTED|COLUMN EXPECTED|\
    CONTACT EXPECTED|DATE EXPECTED|NUMBER EXPECTED|NESTED CRITERIA|IMBALANCED REFERENCE|UNSUPPORTED CROSS-SHEET FORMULA";

/// How `LibreOffice` says that a formula has an error, before its number, as in `Err:508`. In lower case.
const ERROR_WORDS: &str = "\
    err error erreur fehler fout fel feil fejl virhe viga błąd chyba hiba eroare errore erro greška napaka \
    kļūda klaida ошибка помилка грешка памылка σφάλμα hata lỗi エラー 错误 錯誤 오류 שגיאה خطأ";

/// What online spreadsheets show until a cell is calculated, before its dots. In lower case.
const LOADING: &str = "\
    loading|loading data|calculating|wird geladen|wird berechnet|laden|bezig met laden|chargement|chargement en cours|cargando|carregando|a carregar|\
    caricamento|caricamento in corso|läser in|laddar|indlæser|laster|laster inn|ladataan|wczytuję|\
    wczytywanie|trwa ładowanie|ładowanie|načítání|načítá se|načítava sa|načítavanie|betöltés|se încarcă|\
    загрузка|завантаження|зареждане|учитавање|učitavanje|nalaganje|laadimine|notiek ielāde|įkeliama|\
    yükleniyor|φόρτωση|s'està carregant|読み込み中|読み込んでいます|正在加载|加载中|正在載入|載入中|로드 중|로딩 중|đang tải|กำลังโหลด|memuat|\
    memuatkan|טוען|جارٍ التحميل|جار التحميل|लोड हो रहा है";

/// The longest text that is compared with [`CLEAR`], in bytes.
const MAX_LENGTH: usize = 12;

/// The longest text that is compared with a word in other characters, in bytes.
const MAX_WORD_LENGTH: usize = 48;

/// How many letters may be wrong, missing, too many or exchanged.
const MAX_TYPOS: usize = 2;

/// What is wrong with a value that begins with `#` and is no word, if it looks like `#KEEP`, `#CLEAR` or a misspelt one, or
/// was missing in an earlier run. Others, such as `#12 Main Street`, are what they are.
pub(crate) fn misspelt_word(text: &str) -> Option<String> {
    misspelt_clear(text)
        .or_else(|| {
            let word = word_in_other_characters(text)?;
            Some(format!(
                "is not sent, as it looks like {word} and is written with other characters; write {word} with those of \
                 a keyboard"
            ))
        })
        .or_else(|| {
            let word = resembled_word(text)?;
            Some(format!(
                "is not sent, as it may mean {word}; write {word} alone, or the value if it is one"
            ))
        })
}

/// Words for "empty this" that are none, in capitals.
const OTHER_CLEARS: &str = "\
    EMPTY BLANK DELETE DEL REMOVE ERASE RESET UNSET NONE NOTHING LÖSCHEN LOESCHEN LEER LEEREN VIDER EFFACER VIDE SUPPRIMER \
    BORRAR VACIAR VACIO VACÍO LIMPIAR CANCELLA CANCELLARE SVUOTA VUOTO LIMPAR APAGAR VAZIO WISSEN LEGEN RADERA RENSA TOM \
    SLET TØM SLETT TYHJENNÄ POISTA USUŃ WYCZYŚĆ VYMAZAT SMAZAT TÖRLÉS TÖRÖL ОЧИСТИТЬ УДАЛИТЬ ПУСТО CLEAN CLEARED CLR";

/// Words for "keep this" that are none, in capitals.
const OTHER_KEEPS: &str = "\
    KEPT KEEPS RETAIN UNCHANGED BEHALTEN BEIBEHALTEN GARDER CONSERVER MANTENER CONSERVAR MANTENERE MANTER BEHOUDEN BEHÅLL \
    BEHOLD SÄILYTÄ ZACHOWAJ PONECHAT MEGTART СОХРАНИТЬ";

/// The longest text, in bytes, that is compared with words of other languages.
const MAX_OTHER_LENGTH: usize = 32;

/// The word that a text resembles that has other marks than one number sign before it, another word behind it, or a
/// letter more or less than `#KEEP`.
fn resembled_word(text: &str) -> Option<&'static str> {
    if text.len() > MAX_OTHER_LENGTH {
        return None;
    }
    let is_mark = |character: char| !character.is_alphanumeric();
    let word =
        text.trim_start_matches("No.").trim_matches(|character| is_mark(character) || character == '№');
    let upper: String = word.to_uppercase().chars().filter(|character| !is_mark(*character)).collect();
    let is_word =
        !upper.is_empty() && word.chars().all(|character| character.is_alphabetic() || is_mark(character));
    let has_sign = text.contains(NUMBER_SIGNS) || text.starts_with('№');
    // A word alone in brackets is one in capitals: a part of a building may be called so.
    let is_in_brackets = text.starts_with(['[', '(', '<', '{']) && text.ends_with([']', ')', '>', '}']);
    if !is_word || !(has_sign || is_in_brackets) {
        return None;
    }
    let is_listed = |words: &str| words.split(' ').any(|listed| listed == upper);
    let is_near_keep = || {
        // Another letter in place of one makes another word, such as kelp.
        let is_other_length = upper.len() != KEEP.len() - 1;
        is_other_length
            && upper.starts_with('K')
            && upper.contains('P')
            && strsim::damerau_levenshtein(&upper, "KEEP") <= 1
    };
    let is_in_capitals = !word.chars().any(char::is_lowercase);
    if upper == "CLEAR" {
        (has_sign || is_in_capitals).then_some(CLEAR)
    } else if upper == "KEEP" {
        (has_sign || is_in_capitals).then_some(KEEP)
    } else if !has_sign || !is_in_capitals || word.contains(' ') {
        None
    } else if is_listed(OTHER_CLEARS) {
        Some(CLEAR)
    } else {
        (is_listed(OTHER_KEEPS) || is_near_keep()).then_some(KEEP)
    }
}

/// The word that a text reads like whose characters are wide, of another script, or cannot be seen.
fn word_in_other_characters(text: &str) -> Option<&'static str> {
    let is_short = !text.is_ascii() && text.len() <= MAX_WORD_LENGTH;
    if !is_short || !text.trim_start_matches(is_invisible).starts_with(NUMBER_SIGNS) {
        return None;
    }
    let usual: String = text.nfkc().filter(|character| !is_invisible(*character)).map(latin).collect();
    [KEEP, CLEAR].into_iter().find(|word| usual.eq_ignore_ascii_case(word))
}

const NUMBER_SIGNS: [char; 3] = ['#', FULL_WIDTH_SIGN, SMALL_SIGN];

/// The Latin letter that a Cyrillic or Greek one looks like, of those in the words.
fn latin(character: char) -> char {
    match character {
        'А' | 'а' | 'Α' | 'α' => 'A',
        'Е' | 'е' | 'Ε' | 'ε' => 'E',
        'К' | 'к' | 'Κ' | 'κ' => 'K',
        'Р' | 'р' | 'Ρ' | 'ρ' => 'P',
        'С' | 'с' => 'C',
        other => other,
    }
}

fn misspelt_clear(text: &str) -> Option<String> {
    if text.starts_with(FULL_WIDTH_SIGN) {
        misspelt_clear(&of_usual_width(text)?)
    } else if !text.starts_with('#') {
        None
    } else if is_clear(text) {
        Some(format!(
            "is not sent, as it looks like a misspelt {CLEAR}; write {CLEAR} to send an empty value"
        ))
    } else if text.eq_ignore_ascii_case(MISSING) {
        Some(format!(
            "was missing in the row of an earlier run; write the value, or {CLEAR} to send an empty one"
        ))
    } else {
        None
    }
}

/// What is wrong with a value, if a spreadsheet wrote it in place of a result, or of a part of one.
#[inline]
pub(crate) fn error(text: &str) -> Option<&'static str> {
    whole_error(text).or_else(|| error_behind_sign(text))
}

/// What is wrong with a value that holds a number sign, if that begins an error.
fn error_behind_sign(text: &str) -> Option<&'static str> {
    match of_usual_width(text) {
        Some(usual) => whole_error(&usual).or_else(|| error_within(&usual)).or_else(|| decorated_error(text)),
        None => {
            memchr(b'#', text.as_bytes()).and_then(|_| decorated_error(text).or_else(|| error_within(text)))
        }
    }
}

/// What is wrong with an error that has something around it or in it which belongs to none. Without its mark it is one in
/// capitals: a suite may be # AD.
fn decorated_error(text: &str) -> Option<&'static str> {
    let bare = without_decoration(text)?;
    let words = &bare[1..];
    let is_marked = words.ends_with(is_end_mark) || words.contains('/') || is_unmarked_error(words);
    let is_long = words.chars().filter(|character| character.is_alphabetic()).count() > 1;
    let is_error = is_marked && is_long && !words.chars().any(char::is_lowercase) && is_marked_error(&bare);
    is_error.then_some(ERROR)
}

fn is_unmarked_error(words: &str) -> bool {
    UNMARKED_ERRORS.split(' ').any(|error| error == words)
}

/// A text that holds a number sign of full width, with the usual forms of its characters.
fn of_usual_width(text: &str) -> Option<String> {
    text.contains([FULL_WIDTH_SIGN, SMALL_SIGN]).then(|| text.nfkc().collect())
}

const FULL_WIDTH_SIGN: char = '＃';

const SMALL_SIGN: char = '﹟';

/// A text that is an error with something around it or in it which belongs to none: invisible characters, slashes of other
/// kinds, brackets, a space behind the sign, a dot at the end, an apostrophe before it. None where nothing was changed.
fn without_decoration(text: &str) -> Option<String> {
    let is_around = |character: char| {
        matches!(
            character,
            '{' | '}' | '[' | ']' | '(' | ')' | '<' | '>' | '"' | '\'' | '’' | '‘' | '`' | '.' | ',' | ';'
        ) || character.is_whitespace()
    };
    if text.len() > MAX_WORD_LENGTH {
        return None;
    }
    let usual: String = text.nfkc().filter(|character| !is_invisible(*character)).map(usual_slash).collect();
    let bare = usual.trim_matches(is_around);
    let bare = match bare.strip_prefix('#') {
        Some(rest) => format!("#{}", rest.trim_start()),
        None => return None,
    };
    (bare != text).then_some(bare)
}

fn usual_slash(character: char) -> char {
    match character {
        '\u{2044}' | '\u{2215}' | '\u{29F8}' | '\u{FF0F}' => '/',
        other => other,
    }
}

/// What is wrong with a value that is nothing but an error, as far as one without a `#` can hold any.
#[inline]
pub(crate) fn whole_error(text: &str) -> Option<&'static str> {
    // It is asked of every value, and how one begins and ends tells of nearly all that they are none.
    let is_error = match text.as_bytes() {
        [b'#', b'N', ..] if text == NOT_CALCULATED => return Some(UNCALCULATED),
        [b'#', ..] => is_marked_error(text),
        [.., b'.', b'.', b'.'] => is_loading(text),
        [.., b'!'] => is_error_without_sign(text),
        [.., b'5', b'0'..=b'9', b'0'..=b'9'] => is_numbered_error(text),
        [.., b'2', b'0', b'0'..=b'5', b'0'..=b'9'] => is_error_of_macro(text),
        [.., last] if !last.is_ascii() => is_loading(text),
        _ => false,
    };
    is_error.then_some(ERROR)
}

const ERROR: &str = "is an error that a spreadsheet calculated; correct the cell, and save the file again";

const UNCALCULATED: &str = "is a formula that was never calculated: the program that wrote the workbook stored no value; open \
                            and save the workbook in a spreadsheet";

/// What is wrong with a value that holds a spreadsheet's error beside something else, as in `#REF! 12` and `Haus #N/A`.
fn error_within(text: &str) -> Option<&'static str> {
    let mut parts = text.split('#').skip(1);
    (text.contains(TOO_NARROW) || parts.any(begins_with_error)).then_some(ERROR_WITHIN)
}

/// The fewest of the signs that a spreadsheet shows of a number for which a column was too narrow.
const TOO_NARROW: &str = "###";

/// Whether a text behind a number sign begins with an error. One without a mark is one that has none, in capitals: a
/// suite may be #A, #AD or #A/B.
fn begins_with_error(text: &str) -> bool {
    let is_end =
        |character: char| character.is_whitespace() || matches!(character, ',' | ';' | ')' | '"' | '|');
    let part = text.split(is_end).next().unwrap_or_default();
    let part = part.trim_start_matches(['¡', '¿']).trim_end_matches(['\'', '’']);
    let words = part.split(|character| is_end_mark(character) && character != '¡').next().unwrap_or_default();
    let is_marked = words.len() < part.len();
    let is_short = words.chars().count() < 3;
    if is_marked {
        is_listed(words) || (is_in_capitals(words) && !(is_short && words.is_ascii()))
    } else if words.contains('/') {
        !is_short && is_listed(words)
    } else {
        is_joined(words) || is_unmarked_error(words)
    }
}

const ERROR_WITHIN: &str =
    "holds an error that a spreadsheet calculated; correct the cell, and save the file again";

/// Whether a text is an error behind a `#`, or the `####` of a column that was too narrow.
fn is_marked_error(text: &str) -> bool {
    let is_too_narrow = || text.len() >= TOO_NARROW.len() && text.bytes().all(|byte| byte == b'#');
    let words = text[1..].trim_end_matches(is_end_mark);
    let is_ended = words.len() + 1 < text.len();
    is_listed(words)
        || (is_ended && is_in_capitals(words))
        || is_joined(words)
        || is_too_narrow()
        || is_word_for_error(words)
}

fn is_end_mark(character: char) -> bool {
    matches!(character, '!' | '?' | '！' | '？' | '؟' | '¡')
}

/// Whether words are a listed error, or begin with a word for "not available", as terminals of exchanges write it
/// (`#N/A N/A`, `#N/A Field Not Applicable`).
fn is_listed(words: &str) -> bool {
    let words = words.to_uppercase();
    is_unmarked_error(&words)
        || ERRORS.split(' ').chain(ERRORS_OF_WORDS.split('|')).any(|error| error == words)
        || words.starts_with("N/A ")
}

/// Whether nothing but letters that are not small, and marks of errors, stand in words: `WERT`, `DIV/0`, `スピル`.
fn is_in_capitals(words: &str) -> bool {
    let is_of_error = |character: char| {
        (character.is_alphabetic() && !character.is_lowercase())
            || (!character.is_ascii() && !character.is_alphanumeric() && !character.is_whitespace())
            || matches!(character, '/' | '_' | '.' | '0')
    };
    words.chars().any(char::is_alphabetic) && words.chars().all(is_of_error)
}

/// Whether words in capitals are joined by underscores, as in `GETTING_DATA`, `ОЖИДАНИЕ_ДАННЫХ` and `データ_取得中`.
fn is_joined(words: &str) -> bool {
    is_in_capitals(words)
        && words.contains('_')
        && words.split('_').all(|word| word.chars().count() > 1 || !word.is_ascii())
}

/// `REF!`, `VALUE!`, `DIV/0!`: an error of English whose sign was lost.
fn is_error_without_sign(text: &str) -> bool {
    matches!(
        text,
        "REF!" | "VALUE!" | "DIV/0!" | "NUM!" | "NULL!" | "NAME!" | "SPILL!" | "CALC!" | "BEZUG!" | "WERT!"
    )
}

/// `#ERROR 5`, `#FEHLER`: a word for an error behind a sign, with a number or without.
fn is_word_for_error(words: &str) -> bool {
    let (word, number) = words.rsplit_once([' ', ':']).unwrap_or((words, "0"));
    let is_long_or_in_capitals = word.chars().count() > 4 || !word.chars().any(char::is_lowercase);
    is_digits(number) && is_long_or_in_capitals && is_error_word(word)
}

/// `Err:508` and the like.
fn is_numbered_error(text: &str) -> bool {
    let Some((word, number)) = text.rsplit_once([':', '：']) else { return false };
    let number = number.trim_start();
    let is_number = number.len() == 3 && number.starts_with('5') && is_digits(number);
    is_number && is_error_word(word.trim_end())
}

/// `Error 2042`, which a macro reads in place of `#N/A`.
fn is_error_of_macro(text: &str) -> bool {
    let Some((word, number)) = text.rsplit_once(' ') else { return false };
    number.len() == 4 && is_error_word(word)
}

fn is_error_word(word: &str) -> bool {
    ERROR_WORDS.split(' ').any(|listed| listed == word.to_lowercase())
}

/// `Loading...` and the like.
fn is_loading(text: &str) -> bool {
    let Some(words) = text.strip_suffix("...").or_else(|| text.strip_suffix(['…', '⋯'])) else {
        return false;
    };
    LOADING.split('|').any(|listed| listed == words.trim_end().to_lowercase())
}

fn is_clear(text: &str) -> bool {
    let word = text.trim_matches(|character: char| !character.is_alphanumeric());
    let is_word = word.len() <= MAX_LENGTH && word.chars().all(char::is_alphabetic);
    is_word && strsim::damerau_levenshtein(&format!("#{}", word.to_uppercase()), CLEAR) <= MAX_TYPOS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_error(text: &str) -> bool {
        error(text).is_some()
    }

    #[test]
    fn an_error_is_one_with_its_mark_and_without_in_either_case() {
        for words in ERRORS.split(' ').chain(UNMARKED_ERRORS.split(' ')) {
            for mark in ["", "!", "?", "！"] {
                assert!(is_error(&format!("#{words}{mark}")), "{words}{mark}");
                assert!(is_error(&format!("#{}{mark}", words.to_lowercase())), "{words}{mark}");
            }
        }
    }

    #[test]
    fn errors_of_every_language_are_known_by_their_form() {
        let errors = [
            "#WERT!",
            "#ÜBERLAUF!",
            "#Überlauf!",
            "#¡REF!",
            "#¿NOMBRE?",
            "#NOM?",
            "#N/D!",
            "#N¡NUM!",
            "#DELING.DOOR.0!",
            "#スピル!",
            "#溢出!",
            "#분산!",
            "#สปิลล์!",
            "#ΔΙΑΙΡ./0!",
            "#ДЕЛ/0!",
            "#ОЖИДАНИЕ_ДАННЫХ",
            "#VERİ_ALINIYOR",
            "#ESTRAZIONE_DATI_IN_CORSO",
            "#OBTENTION_DONNEES",
            "#Saknas!",
            "####",
            "#N/A N/A",
            "#N/A Field Not Applicable",
            "#名前？",
            "#قيمة!",
            "#اسم؟",
        ];
        for text in errors {
            assert!(is_error(text), "{text}");
        }
    }

    #[test]
    fn numbered_errors_and_cells_that_are_not_calculated_yet_are_errors() {
        for text in [
            "Err:508",
            "err:502",
            "Fehler:520",
            "エラー:508",
            "错误：508",
            "Loading...",
            "loading…",
            "Wird geladen...",
            "読み込み中...",
            "Error 2042",
            "Fehler 2015",
        ] {
            assert!(is_error(text), "{text}");
        }
    }

    #[test]
    fn an_error_beside_something_else_is_found() {
        for text in [
            "#REF! 12",
            "Haus #N/A",
            "Haus#N/A",
            "#WERT!, Dresden",
            "12 #ДЕЛ/0!",
            "(#NAME?)",
            "Haus #NULL!",
            "#NULL!/5",
            "#12 #REF!",
        ] {
            assert!(error_within(text).is_some(), "{text}");
        }
        for text in [
            "#12 Main Street",
            "Suite #A",
            "Suite #A/B",
            "Apt #REF",
            "Unit #5!",
            "Suite #AD",
            "C# Street",
            "#1/2 Rear",
        ] {
            assert_eq!(error_within(text), None, "{text}");
        }
    }

    #[test]
    fn a_misspelt_clear_is_named() {
        for text in
            ["#CLAER", "#cleer", "#Cler", "#CLEARED", "# CLEAR", "##CLEAR", "#CLEAR!", "#LEAR", "#CLEAN"]
        {
            assert!(misspelt_word(text).unwrap_or_default().contains("write #CLEAR"), "{text}");
        }
    }

    #[test]
    fn a_word_in_other_characters_is_named() {
        for (text, word) in [
            ("＃KEEP", KEEP),
            ("＃keep", KEEP),
            ("﹟KEEP", KEEP),
            ("#ＫＥＥＰ", KEEP),
            ("#\u{41a}\u{415}\u{415}\u{420}", KEEP),
            ("#K\u{395}EP", KEEP),
            ("#\u{200b}KEEP", KEEP),
            ("#KEEP\u{2060}", KEEP),
            ("\u{feff}#KEEP", KEEP),
            ("#ＣＬＥＡＲ", CLEAR),
            ("﹟CLEAR", CLEAR),
        ] {
            let said = misspelt_word(text).unwrap_or_default();
            assert!(said.contains(&format!("looks like {word}")), "{text}: {said}");
        }
        for text in ["#Кеерstr. 5", "＃5", "#КЕРЧЬ", "#", "＃"] {
            assert_eq!(misspelt_word(text), None, "{text}");
        }
    }

    #[test]
    fn a_house_number_and_the_like_are_what_they_are() {
        let texts = [
            "#12 Main Street",
            "#12",
            "#",
            "##",
            "#A",
            "#B2",
            "#A/B",
            "#A_1",
            "#Main Street",
            "#Upper Floor",
            "#Up!",
            "#!",
            "#1/2",
            "N/A",
            "",
            "é",
            "Err:5",
            "Haus:508",
            "Aufgang:12",
            "Halle 2042",
            "42042",
            "Loading Dock 5",
            "St.",
            "Co...",
            "日本",
        ];
        for text in texts {
            let misspelt = text.starts_with('#').then(|| misspelt_word(text)).flatten();
            assert_eq!((misspelt, error(text)), (None, None), "{text}");
        }
    }
}
