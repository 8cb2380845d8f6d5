//! Text that was read with another encoding than its own: `MÃ¼nchen`, `M眉nchen`, `Ìîñêâà`.

use std::ops::RangeInclusive;

use encoding_rs::{
    BIG5, EUC_KR, EncoderResult, Encoding, GBK, ISO_8859_2, MACINTOSH, SHIFT_JIS, WINDOWS_874, WINDOWS_1250,
    WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257,
};

/// Whether a text was read with another encoding than its own.
pub(crate) fn is_suspected(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let characters: Vec<_> = text.chars().collect();
    // What was one character is at least two now.
    let is_long = characters.windows(2).any(|pair| !pair[0].is_ascii() && !pair[1].is_ascii());
    text.starts_with(BYTE_ORDER_MARK)
        || (is_long && text.contains(is_of_latin_encoding) && is_latin_of_utf8(text))
        || (is_long && is_alphabet_of_utf8(text))
        || (text.contains(is_east_asian) && is_east_asian_of_utf8(text))
        || holds_dos_characters(text)
        || holds_letters_of_no_word(text, &characters)
}

/// A byte order mark of UTF-8, read as Windows-1252.
const BYTE_ORDER_MARK: &str = "ï»¿";

/// Whether a character is a letter, or a sign, that encodings of Latin have outside of ASCII.
fn is_of_latin_encoding(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{24F}' | '\u{2010}'..='\u{22FF}')
}

/// Encodings of Latin letters, in which a sequence of UTF-8 looks like letters and signs that stand together in no word.
const LATIN: [&Encoding; 5] = [WINDOWS_1252, WINDOWS_1250, WINDOWS_1254, WINDOWS_1257, ISO_8859_2];

fn is_latin_of_utf8(text: &str) -> bool {
    let is_of_macintosh = |utf8: Utf8| utf8.strong > 0 || (utf8.is_nearly_all() && utf8.characters.len() > 2);
    LATIN.into_iter().any(|encoding| {
        let utf8 = Utf8::read_as(encoding, text);
        utf8.strong > 0 || utf8.is_nearly_all()
    }) || is_of_macintosh(Utf8::read_as(MACINTOSH, text))
}

/// Letters of alphabets, each with the encoding in which a sequence of UTF-8 may look like a part of a word.
const ALPHABETS: [(RangeInclusive<char>, &Encoding); 5] = [
    ('\u{401}'..='\u{45F}', WINDOWS_1251),
    ('\u{386}'..='\u{3CE}', WINDOWS_1253),
    ('\u{5B0}'..='\u{5EA}', WINDOWS_1255),
    ('\u{620}'..='\u{64A}', WINDOWS_1256),
    ('\u{E01}'..='\u{E5B}', WINDOWS_874),
];

fn is_alphabet_of_utf8(text: &str) -> bool {
    ALPHABETS.iter().any(|(letters, encoding)| {
        text.contains(|character| letters.contains(&character))
            && (Utf8::read_as(encoding, text).is_nearly_all()
                || words(text).any(|word| is_latin_word_of_utf8(word, encoding)))
    })
}

/// The words of a text, with the signs outside of ASCII in them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| character.is_ascii() && !character.is_ascii_alphabetic())
}

/// Whether a word has small letters of ASCII, and all others are the bytes of Latin letters, as in `RД«ga`. Beside
/// capitals, the letter of a building and a sign may be such bytes by chance, as in `Γ΄B`.
fn is_latin_word_of_utf8(word: &str, encoding: &'static Encoding) -> bool {
    if word.is_ascii() || !word.contains(|letter: char| letter.is_ascii_lowercase()) {
        return false;
    }
    let utf8 = Utf8::read_as(encoding, word);
    let is_letter = |character: &char| character.is_alphabetic() && is_strong(*character);
    utf8.stray == 0 && !utf8.characters.is_empty() && utf8.characters.iter().all(is_letter)
}

/// Encodings of one byte or two a character.
const EAST_ASIAN: [&Encoding; 4] = [GBK, SHIFT_JIS, EUC_KR, BIG5];

fn is_east_asian_of_utf8(text: &str) -> bool {
    EAST_ASIAN.into_iter().any(|encoding| Utf8::read_as(encoding, text).is_of_east_asian(text))
        || text.split(|character| !is_east_asian(character)).any(|run| is_letter_with_next(run, text))
}

/// Whether an East Asian character is a letter of Latin-1 with the letter behind it, as in `M黱chen`.
fn is_letter_with_next(run: &str, text: &str) -> bool {
    let is_two_letters = |encoding| matches!(bytes(encoding, run)[..], [0xC0..=0xFF, b'a'..=b'z']);
    let is_kana = || run.chars().all(|character| matches!(character, '\u{FF61}'..='\u{FF9F}'));
    run.chars().count() == 1
        && is_beside_small_letter(text)
        && (is_kana() || EAST_ASIAN.into_iter().any(is_two_letters))
}

fn is_east_asian(character: char) -> bool {
    matches!(character, '\u{2E80}'..='\u{D7FF}' | '\u{E000}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}')
}

/// Whether a text has signs that code pages of DOS make of letters, and that stand in no address: lines of boxes; or the
/// two letters that begin a typographic quote, and stand together in no word.
fn holds_dos_characters(text: &str) -> bool {
    text.contains(|character| matches!(character, '\u{2500}'..='\u{259F}'))
        || ["ÔÇ", "ΓÇ"].into_iter().any(|quote| text.contains(quote))
}

/// What the bytes of a text in another encoding are as UTF-8, ASCII aside.
#[derive(Debug, Default)]
struct Utf8 {
    characters: Vec<char>,
    /// How many of them are such that one is enough: Latin letters, punctuation, and all of three bytes or more, unless
    /// they look like capitals in a word of capitals.
    strong: usize,
    /// How many bytes belong to no character.
    stray: usize,
}

impl Utf8 {
    /// Reads the bytes that a text has in an encoding.
    fn read_as(encoding: &'static Encoding, text: &str) -> Self {
        let mut all = Self::default();
        for word in text.split(' ') {
            let is_in_capitals = !word.chars().any(char::is_lowercase);
            for chunk in bytes(encoding, word).utf8_chunks() {
                for character in chunk.valid().chars().filter(|character| !character.is_ascii()) {
                    all.characters.push(character);
                    let is_of_word = || is_in_capitals && looks_like_capitals(encoding, character);
                    all.strong += usize::from(is_strong(character) && !is_of_word());
                }
                all.stray += chunk.invalid().len();
            }
        }
        all
    }

    /// Whether there are two characters at least (or one of three bytes), of one script, and hardly a byte that belongs to
    /// none.
    fn is_nearly_all(&self) -> bool {
        let trailing: usize = self.characters.iter().map(|character| character.len_utf8() - 1).sum();
        trailing > 1 && self.stray * 4 <= self.characters.len() && self.are_of_one_script()
    }

    /// Whether a text of East Asian characters was UTF-8: of two bytes each, by chance, many are.
    fn is_of_east_asian(&self, text: &str) -> bool {
        let of_three = self.characters.iter().filter(|character| character.len_utf8() > 2).count();
        if self.characters.is_empty() || self.stray * 3 > of_three || !self.are_of_one_script() {
            return false;
        }
        let is_of_word = |character: &char| {
            is_strong(*character) && (character.is_alphabetic() || is_punctuation(*character))
        };
        let is_word = self.characters.iter().all(is_of_word) && is_beside_small_letter(text);
        of_three > 1 || is_word || self.characters.len() > 2
    }

    /// Whether all are of one script as it is written today, punctuation aside.
    fn are_of_one_script(&self) -> bool {
        SCRIPTS.iter().any(|script| {
            let is_of = |character: &char| script.iter().any(|range| range.contains(character));
            self.characters.iter().all(|character| is_of(character) || is_punctuation(*character))
        })
    }
}

/// Latin, Greek, Cyrillic, Hebrew, Arabic, Thai, Chinese and Japanese, and Korean.
const SCRIPTS: [&[RangeInclusive<char>]; 8] = [
    &['\u{A0}'..='\u{17F}', '\u{218}'..='\u{21B}', '\u{1E00}'..='\u{1EFF}', '€'..='€', '™'..='™'],
    &['\u{386}'..='\u{3CE}'],
    &['\u{401}'..='\u{45F}', 'Ґ'..='ґ'],
    &['\u{5D0}'..='\u{5EA}'],
    &['\u{60C}'..='\u{6D5}'],
    &['\u{E01}'..='\u{E5B}'],
    &['\u{3001}'..='\u{30FF}', '\u{4E00}'..='\u{9FFF}', '\u{FF01}'..='\u{FF5E}'],
    &['\u{AC00}'..='\u{D7A3}'],
];

/// The bytes of a text in an encoding, with NUL for what that does not have.
fn bytes(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    let mut encoder = encoding.new_encoder();
    let mut bytes = Vec::with_capacity(text.len() * 2 + 8);
    let mut rest = text;
    while !rest.is_empty() {
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
        rest = &rest[read..];
        match result {
            EncoderResult::InputEmpty => break,
            EncoderResult::OutputFull => bytes.reserve(rest.len() * 2 + 8),
            EncoderResult::Unmappable(_) => bytes.push(0),
        }
    }
    bytes
}

/// Whether the bytes of a character look like nothing that has a meaning, where they are read with a Latin encoding.
fn is_strong(character: char) -> bool {
    matches!(character, '\u{A0}'..='\u{17F}' | '\u{18F}' | '\u{1A0}' | '\u{1A1}' | '\u{1AF}' | '\u{1B0}'
        | '\u{218}'..='\u{21B}' | '\u{259}' | '\u{1E00}'..='\u{1EFF}' | '€' | '™')
        || is_punctuation(character)
}

fn is_punctuation(character: char) -> bool {
    matches!(character, '\u{2010}'..='\u{203A}')
}

/// Whether the bytes of a character are capitals in an encoding, as in `ORĂŞTIE`.
fn looks_like_capitals(encoding: &'static Encoding, character: char) -> bool {
    let mut room = [0; 4];
    let (looks, _) = encoding.decode_without_bom_handling(character.encode_utf8(&mut room).as_bytes());
    looks.chars().all(char::is_uppercase)
}

/// Whether an East Asian character stands directly beside a small Latin letter, as in `M眉nchen`.
fn is_beside_small_letter(text: &str) -> bool {
    let characters: Vec<_> = text.chars().collect();
    characters.windows(2).any(|pair| {
        let [first, second] = [pair[0], pair[1]];
        (first.is_ascii_lowercase() && is_east_asian(second))
            || (is_east_asian(first) && second.is_ascii_lowercase())
    })
}

/// Whether letters and signs of Latin-1 stand together as in no word, because the text was of another alphabet; or
/// capitals and small letters of Cyrillic are exchanged, as between two of its encodings.
fn holds_letters_of_no_word(text: &str, characters: &[char]) -> bool {
    characters.split(|character| !is_high(*character)).any(is_run_of_no_word)
        || characters.windows(3).any(|three| is_sign_within_word(three[0], three[1], three[2]))
        || characters.windows(2).any(|pair| is_sign_before_word(pair[0], pair[1]))
        || characters.windows(2).any(|pair| is_mixed(pair[0], pair[1]) || is_mixed(pair[1], pair[0]))
        || text.matches(['¤', '¥']).count() > 1
        || text.split(|character: char| !character.is_alphabetic()).any(is_exchanged_case)
}

/// Whether a sign of no word stands directly before a letter, as in `£ódŸ`.
fn is_sign_before_word(sign: char, letter: char) -> bool {
    matches!(sign, '£' | '¯' | '¤' | '¦' | '¬' | '¸') && is_letter(letter)
}

/// Whether a character is one of Windows-1252 outside of ASCII.
fn is_high(character: char) -> bool {
    matches!(character, '\u{A1}'..='\u{FF}' | 'Œ' | 'œ' | 'Š' | 'š' | 'Ž' | 'ž' | 'Ÿ' | 'ƒ' | 'ˆ' | '˜' | '†' | '‡' | '‰'
        | '‹' | '›' | '€' | '™' | '‘'..='„' | '•' | '…' | '–' | '—')
}

fn is_letter(character: char) -> bool {
    character.is_alphabetic() && !matches!(character, 'ª' | 'º' | 'ˆ' | 'ƒ')
}

/// Whether characters outside of ASCII are more than stand together in a word: four letters (but for those of Estonian,
/// which has `jäääär`), or three with a sign among them.
fn is_run_of_no_word(run: &[char]) -> bool {
    let is_mark = |character: &char| {
        matches!(character, '‘'..='„' | '…' | '–' | '—' | '«' | '»' | '‹' | '›' | '¿' | '¡' | '•')
    };
    let start = run.iter().position(|character| !is_mark(character)).unwrap_or(run.len());
    let end = run.iter().rposition(|character| !is_mark(character)).map_or(start, |last| last + 1);
    let run = &run[start..end];
    let letters = run.iter().filter(|character| is_letter(**character)).count();
    let is_estonian = run.iter().all(|character| "äöõüÄÖÕÜ".contains(*character));
    !is_estonian && (letters > 3 || (run.len() > 2 && letters < run.len()))
}

/// Whether a sign stands between two letters, as in `Bia³ystok`.
fn is_sign_within_word(before: char, sign: char, behind: char) -> bool {
    let is_sign = matches!(sign, '¡'..='¦' | '©' | '¬' | '®' | '¯' | '±'..='³' | '¶' | '¸' | '¹' | '¼'..='¿' | '×' | '÷' | 'ƒ'
        | '†' | '‡' | 'ˆ' | '‰' | '˜' | 'ⁿ');
    let is_between = is_letter(before) && is_letter(behind);
    // Catalan has a dot between two l.
    let is_catalan = before.eq_ignore_ascii_case(&'l') && behind.eq_ignore_ascii_case(&'l');
    let is_dot = sign == '·' && before.is_ascii() && behind.is_ascii() && !is_catalan;
    is_between && (is_sign || is_dot)
}

/// Whether a small Latin letter stands beside one of Greek or Cyrillic, as in `Mьnchen`.
fn is_mixed(one: char, other: char) -> bool {
    one.is_ascii_lowercase() && matches!(other, '\u{386}'..='\u{3CE}' | '\u{400}'..='\u{45F}')
}

/// Whether a word of Cyrillic begins with a small letter, and all others are capitals, as KOI8-R has them where
/// Windows-1251 has the other ones.
fn is_exchanged_case(word: &str) -> bool {
    let mut letters = word.chars();
    let is_cyrillic = |letter: char| matches!(letter, '\u{400}'..='\u{45F}');
    let first = letters.next().is_some_and(|first| is_cyrillic(first) && first.is_lowercase());
    first && letters.clone().count() > 2 && letters.all(|letter| is_cyrillic(letter) && letter.is_uppercase())
}

#[cfg(test)]
mod tests {
    use encoding_rs::{IBM866, KOI8_R};

    use super::*;

    /// A text as it looks when the bytes that it has in one encoding are read with another.
    fn misread(text: &str, written: &'static Encoding, read: &'static Encoding) -> String {
        let (bytes, _, is_lossy) = written.encode(text);
        assert!(!is_lossy, "{text}");
        read.decode_without_bom_handling(&bytes).0.into_owned()
    }

    fn assert_found(texts: &[&str], written: &'static Encoding, read: &'static Encoding) {
        for text in texts {
            let misread = misread(text, written, read);
            assert!(is_suspected(&misread), "{text} as {}: {misread}", read.name());
        }
    }

    #[test]
    fn utf8_that_was_read_with_an_encoding_of_one_byte_is_found() {
        use encoding_rs::UTF_8;
        let texts = [
            "Löwengrube",
            "Łódź",
            "Praça da Sé",
            "İzmir",
            "Champs – Élysées",
            "O’Connell",
            "大通西",
            "Θήβα",
            "Київ",
        ];
        assert_found(&texts, UTF_8, WINDOWS_1252);
        assert_found(&["Москва", "Київ", "O’Connell", "Санкт-Петербург"], UTF_8, WINDOWS_1251);
        assert_found(&["Kraków", "Zürich", "Košice", "Łódź", "O’Connell"], UTF_8, WINDOWS_1250);
        assert_found(&["القاهرة", "شارع"], UTF_8, WINDOWS_1256);
        assert_found(&["Αθήνα", "Θεσσαλονίκη"], UTF_8, WINDOWS_1253);
        assert_found(&["München", "Łódź", "L’Aquila"], UTF_8, MACINTOSH);
        assert_found(&["Москва", "München"], UTF_8, IBM866);
        for text in ["M├╝nchen", "M√ºnchen", "MÃƒÂ¼nchen", "Gda┼äsk", "LÔÇÖAquila", "L‚ÄôAquila", "BraÈ™ov"]
        {
            assert!(is_suspected(text), "{text}");
        }
    }

    #[test]
    fn utf8_that_was_read_with_an_encoding_of_two_bytes_is_found() {
        use encoding_rs::UTF_8;
        let texts = [
            "München",
            "Örebro",
            "Straße 5",
            "Kraków",
            "O’Connell",
            "Москва",
            "Αθήνα",
            "東京",
            "北京",
            "서울",
            "大阪",
        ];
        assert_found(&texts, UTF_8, GBK);
        assert_found(&["東京", "大阪", "München", "Café"], UTF_8, SHIFT_JIS);
        assert_found(&["München", "Málaga"], UTF_8, EUC_KR);
        assert_found(&["München", "Málaga"], UTF_8, BIG5);
    }

    #[test]
    fn letters_of_latin_1_that_were_read_with_another_encoding_are_found() {
        assert_found(&["München", "Straße", "Málaga", "Göteborg", "Ørsted"], WINDOWS_1252, GBK);
        assert_found(&["Straße", "Málaga", "Ørsted"], WINDOWS_1252, SHIFT_JIS);
        assert_found(&["München", "Café", "Göteborg"], WINDOWS_1252, WINDOWS_1251);
        for text in ["MГјnchen", "Mⁿnchen", "CafΘ", "Stra▀e", "M·laga"] {
            assert!(is_suspected(text), "{text}");
        }
    }

    #[test]
    fn other_encodings_that_were_read_as_windows_1252_are_found() {
        assert_found(&["北京市", "上海"], GBK, WINDOWS_1252);
        assert_found(&["서울특별시"], EUC_KR, WINDOWS_1252);
        assert_found(&["Москва"], WINDOWS_1251, WINDOWS_1252);
        assert_found(&["Αθήνα"], WINDOWS_1253, WINDOWS_1252);
        assert_found(&["القاهرة"], WINDOWS_1256, WINDOWS_1252);
        assert_found(&["ירושלים"], WINDOWS_1255, WINDOWS_1252);
        assert_found(&["กรุงเทพ"], WINDOWS_874, WINDOWS_1252);
        assert_found(&["Łódź", "Białystok", "Giżycko"], WINDOWS_1250, WINDOWS_1252);
        assert_found(&["Москва"], KOI8_R, WINDOWS_1251);
        assert_found(&["Москва"], WINDOWS_1251, KOI8_R);
    }

    #[test]
    fn words_of_every_language_are_not_suspected() {
        let texts = [
            "São Paulo",
            "SÃO JOÃO",
            "Łódź",
            "Náměšť na Hané",
            "迪廷根",
            "芬代爾",
            "Tower棟",
            "タオス",
            "阿卜杜勒·哈米德",
            "İstanbul",
            "ÅNGSTRÖM – HUS",
            "„CAFÉ“",
            "Рівне",
            "Вінниця",
            "ВІННИЦЯ",
            "Ґрунтова вулиця",
            "РОССИЯ",
            "Ёлка",
            "Straße 5, Aufgang “B”",
            "大通西 1",
            "القاهرة",
            "Αθήνα",
            "ΓΊΟΣ",
            "ΆΓΙΟΣ",
            "5½ Street",
            "BĂICOI",
            "ORĂŞTIE",
            "Orăştie",
            "Tăşnad",
            "Kĺč",
            "Bulevardul Ștefan cel Mare",
            "È vero",
            "Nº 5 – 2ª planta",
            "25 °C",
            "Ö–Allee",
            "L’église d’Évreux",
            "L’été à l’école",
            "Jäääärne",
            "Õöõõ",
            "ÞÓRÐÆÐ",
            "Ærøskøbing",
            "Øyøåsen",
            "«Œuvre»",
            "¿Qué?",
            "¡Olé!",
            "Íþróttahús",
            "Fő út",
            "Żółć",
            "Žďár nad Sázavou",
            "北京市朝阳区SOHO现代城B座1201室",
            "A座",
            "B栋3单元",
            "卡拉OK厅",
            "小学学校",
            "東京都千代田区丸の内",
            "パークタワーA棟",
            "ﾏﾝｼｮﾝ 101",
            "ﾋﾞﾙ",
            "서울특별시 강남구",
            "GS타워",
            "Đường Trần Hưng Đạo",
            "ÜSKÜDAR",
            "Öğretmen",
            "ถนนสุขุมวิท",
            "ירושלים",
            "m³",
            "5 m²",
            "10×20",
            "Hotel «Мир»",
            "Café™",
            "l·l",
            "Avinguda Paral·lel",
        ];
        for text in texts {
            assert!(!is_suspected(text), "{text}");
        }
    }
}
