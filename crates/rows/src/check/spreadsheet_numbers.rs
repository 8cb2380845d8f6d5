//! What spreadsheets and programs make of ids and codes that look like numbers: `1.067E+03`, `1067.0`, `80,331`, `2-Jan`.

use crate::text::is_digits;

/// The longest such text, in bytes: a date with a time.
const MAX_LENGTH: usize = 32;

/// Whether a text may be one, judged by little. It is asked of every id and code.
pub(crate) fn may_be_one(text: &str) -> bool {
    text.len() <= MAX_LENGTH && !text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What a cell is meant to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Id,
    Number,
    Code,
}

/// What is suspicious about an id or a code.
pub(crate) fn find(text: &str, expected: Expected) -> Option<String> {
    if !may_be_one(text) {
        return None;
    }
    let what = match expected {
        Expected::Id => "id",
        Expected::Number => "number",
        Expected::Code => "code",
    };
    if is_number(text) || is_decimal(text, expected) || (expected == Expected::Code && is_amount(text)) {
        Some(format!(
            "looks like a number that a spreadsheet wrote; format the column as text and enter the {what} again"
        ))
    } else if is_time(text) {
        Some(format!(
            "looks like a time that a spreadsheet made of the {what}; format the column as text and enter the {what} again"
        ))
    } else if is_date(text) {
        Some(format!(
            "looks like a date that a spreadsheet made of the {what}; format the column as text and enter the {what} again"
        ))
    } else {
        None
    }
}

/// Whether a value that may be any text is nothing but a date with its whole year, or a time: no address or place is.
pub(crate) fn is_whole_date_or_time(text: &str) -> bool {
    let has_year = |date: &str| {
        let mut parts = date.split(['-', '.', '/']);
        // Other numbers with hyphens are those of telephones and employees.
        parts.any(|part| part.len() == 4 && part.starts_with(['1', '2', '9']))
            && date.split(['-', '.', '/']).count() == 3
    };
    let date = without_time(text);
    text.len() <= MAX_LENGTH && ((is_numeric_date(date) && has_year(date)) || is_time(text))
}

/// Whether a text may be one, judged by how it begins and ends.
#[inline]
pub(crate) fn may_be_date_or_time(text: &str) -> bool {
    matches!(text.as_bytes(), [b'0'..=b'9', .., b'0'..=b'9' | b'm' | b'M' | b'Z'])
}

fn is_number(text: &str) -> bool {
    has_exponent(text) || has_zeros_behind(text) || has_thousands(text)
}

/// `1.067E+03`, `2e+26`, `1,23E17`, `1E5`; an infinity. Of hexadecimal ids, few are digits but for an `e` before the last
/// three.
fn has_exponent(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return is_infinity(text) };
    let mantissa = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, decimals) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    let is_bare = whole.len() == mantissa.len() && !exponent.starts_with('+');
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let is_usual = !is_bare
        || (digits.len() <= MAX_EXPONENT && digits.len() == exponent.len() && !whole.starts_with('0'));
    is_digits(whole) && is_digits(decimals) && is_digits(digits) && is_usual
}

/// `-1067`, `(1067)`, `$1,067`, `1067 %`, `1E-5`: a number with a sign that no code has.
fn is_amount(text: &str) -> bool {
    let is_currency = |character: char| {
        matches!(character, '%' | '$' | '¢'..='¥' | '\u{20A0}'..='\u{20CF}') || character.is_whitespace()
    };
    let positive = text.trim_start_matches(['-', '−', '(']).trim_end_matches(')');
    let number = positive.trim_matches(is_currency);
    let is_signed = number.len() < text.len() && (is_digits(number) || is_number(number));
    let is_small = || {
        text.split_once(['E', 'e'])
            .and_then(|(number, exponent)| Some((number, exponent.strip_prefix('-')?)))
            .is_some_and(|(number, exponent)| {
                is_digits(number) && is_digits(exponent) && exponent.len() <= MAX_EXPONENT
            })
    };
    is_signed || is_small()
}

/// How many digits an exponent has at most.
const MAX_EXPONENT: usize = 3;

fn is_infinity(text: &str) -> bool {
    text.trim_start_matches(['-', '+']).eq_ignore_ascii_case("infinity") || text.ends_with('∞')
}

/// `44928.5`: a date with a time as spreadsheets count them. A code has no decimals; an id may have parts of digits, so
/// that one has to be a date of our times.
fn is_decimal(text: &str, expected: Expected) -> bool {
    let Some((whole, decimals)) = text.split_once(['.', ',']) else { return false };
    let is_date = whole.len() == 5 && whole.starts_with(['2', '3', '4', '5', '6']);
    is_digits(whole) && is_digits(decimals) && (expected == Expected::Code || is_date)
}

/// `03:20`, `3:20:00 PM`.
fn is_time(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let clock = lower.trim_end_matches(['a', 'p', 'm', '.', ' ']);
    let parts: Vec<_> = clock.split(':').collect();
    matches!(parts.len(), 2 | 3)
        && parts.iter().all(|part| is_digits(part) && part.len() <= 2)
        && parts[1..].iter().all(|part| part.len() == 2)
}

/// `1067.0`, `1067,00`.
fn has_zeros_behind(text: &str) -> bool {
    let parts = text.split_once(['.', ',']);
    parts.is_some_and(|(whole, rest)| {
        is_digits(whole) && is_digits(rest) && rest.bytes().all(|byte| byte == b'0')
    })
}

/// `80,331`, `1.234.567`, `80'331` and the like, with decimals or without. A space is none: `110 001` is a code.
fn has_thousands(text: &str) -> bool {
    let separator = text.chars().find(|character| !character.is_ascii_digit());
    let Some(separator @ (',' | '.' | '\'' | '’' | '\u{A0}' | '\u{202F}')) = separator else {
        return false;
    };
    let decimal = if separator == '.' { ',' } else { '.' };
    let (whole, decimals) = text.split_once(decimal).unwrap_or((text, "0"));
    let mut groups = whole.split(separator);
    let first = groups.next().unwrap_or_default();
    (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && is_digits(first)
        && is_digits(decimals)
        && groups.all(|group| group.len() == 3 && is_digits(group))
}

fn is_date(text: &str) -> bool {
    let date = without_time(text);
    is_numeric_date(date) || is_named_date(date) || is_east_asian_date(date)
}

/// A text without a time of the day behind it, as in `2026-01-02 00:00:00` and `2026-01-02T00:00:00Z`.
fn without_time(text: &str) -> &str {
    match text.split_once([' ', 'T']) {
        Some((date, time)) if time.contains(':') && date.len() > 5 => date,
        _ => text,
    }
}

/// `2026-01-02`, `2.1.2026`, `01/02/26`, `12/24`.
fn is_numeric_date(text: &str) -> bool {
    let Some(separator) = text.chars().find(|character| matches!(character, '-' | '.' | '/')) else {
        return false;
    };
    let parts: Vec<_> = text.split(separator).collect();
    let within = |text: &str, most: u32| {
        text.len() <= 2
            && is_digits(text)
            && text.parse().is_ok_and(|number: u32| (1..=most).contains(&number))
    };
    let is_day_and_month = |one: &str, other: &str| {
        (within(one, 31) && within(other, 12)) || (within(one, 12) && within(other, 31))
    };
    let is_year = |text: &str| {
        is_digits(text) && (text.len() == 2 || (text.len() == 4 && text.starts_with(['1', '2'])))
    };
    // Numbers that are large make days of any year, up to 9999.
    let is_any_year = |text: &str| is_digits(text) && text.len() == 4;
    match parts[..] {
        [first, second] => separator == '/' && is_day_and_month(first, second),
        [first, second, third] => {
            (is_year(third) && is_day_and_month(first, second))
                || (is_any_year(first)
                    && (is_year(first) || (separator == '-' && second.len() == 2 && third.len() == 2))
                    && is_day_and_month(second, third))
        }
        _ => false,
    }
}

/// `2-Jan`, `Jan-02`, `02. Mai 2026`, `3-окт`: a name of a month beside a number.
fn is_named_date(text: &str) -> bool {
    let separators = [' ', '.', '-', '/'];
    let parts: Vec<_> = text.split(separators).filter(|part| !matches!(*part, "" | "de" | "г")).collect();
    let is_number = |text: &&str| is_digits(text) && matches!(text.len(), 1 | 2 | 4);
    match parts[..] {
        [day, month] if is_month(month) => is_number(&day) && day.len() < 3,
        // Capitals and four digits with a space between them are codes of Malta.
        [month, year] if is_month(month) => {
            is_number(&year)
                && (year.len() < 4 || !text.contains(' ') || (is_year(year) && !is_in_capitals(month)))
        }
        [day, month, year] if is_month(month) => is_number(&day) && is_number(&year),
        [month, day, year] if is_month(month) => is_number(&day) && is_number(&year),
        _ => false,
    }
}

fn is_year(text: &str) -> bool {
    text.starts_with("19") || text.starts_with("20")
}

fn is_in_capitals(text: &str) -> bool {
    text.chars().all(char::is_uppercase)
}

/// `1月2日`, `1월 2일`.
fn is_east_asian_date(text: &str) -> bool {
    let is_one = |month: char, day: char| {
        let Some((month, rest)) = text.split_once(month) else { return false };
        let month = month.rsplit(['年', '년', ' ']).next().unwrap_or_default();
        is_digits(month) && rest.trim().strip_suffix(day).is_some_and(is_digits)
    };
    is_one('月', '日') || is_one('월', '일')
}

/// How months are shortened, without a dot, in lower case; also such as stand for themselves, as in `march`.
const MONTHS: &str = "jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august \
    september october november december mär mrz mai okt dez januar februar märz juni juli oktober dezember janv févr fevr \
    mars avr avril juin juil août aout déc ene abr ago dic enero gen mag giu lug set ott fev mei mrt maj maart avg \
    tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu sty lut kwi cze lip sie wrz paź lis gru led úno \
    bře dub kvě čvn čvc srp zář říj pro márc ápr máj jún júl szept veebr juuni juuli dets saus kov bal geg bir lie rgp rgs \
    spa lap gruo iun iul noi oca şub nis haz tem ağu eyl eki kas ara sij velj ožu tra svi srpnja kol ruj stu pros \
    янв фев мар апр май июн июл авг сен сент окт ноя дек січ лют бер кві тра чер лип сер вер жов лис гру ян юни юли \
    ιαν φεβ μαρ απρ μαϊ ιουν ιουλ αυγ σεπ οκτ νοε δεκ";

/// Whole names of months as dates have them, in lower case, but for those that are among [`MONTHS`].
const LONG_MONTHS: &str = "janvier février avril juillet septembre octobre novembre décembre enero febrero marzo abril mayo junio julio \
    agosto septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre \
    dicembre janeiro fevereiro março maio junho julho setembro outubro novembro dezembro januari februari augustus \
    augusti marts stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia \
    ledna února března dubna května června července srpna září října listopadu prosince január február március \
    április május június július augusztus szeptember október ianuarie februarie martie aprilie iunie iulie \
    septembrie octombrie noiembrie decembrie ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım \
    aralık января февраля марта апреля мая июня июля августа сентября октября ноября декабря январь февраль март \
    апрель июнь июль август сентябрь октябрь ноябрь декабрь січня лютого березня квітня травня червня липня серпня \
    вересня жовтня листопада грудня ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου \
    σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου";

fn is_month(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut months = MONTHS.split_whitespace().chain(LONG_MONTHS.split(' '));
    text.chars().all(char::is_alphabetic) && months.any(|month| month == lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_spreadsheets_write_them_are_found() {
        let numbers = [
            "2.19E+26",
            "1.23457E+17",
            "1,067E+03",
            "1E+05",
            "1.5e+3",
            "1.0E10",
            "2.5e-7",
            "1067.0",
            "1067,00",
            "80,331",
            "80.331",
            "1,234,567",
            "1.234.567,89",
            "80'331",
            "80\u{a0}331",
            "1E3",
            "123E17",
            "44928.5",
            "1067,5",
            "-1.5E+10",
            "Infinity",
        ];
        for text in numbers {
            assert!(
                find(text, Expected::Code).unwrap_or_default().contains("a number that a spreadsheet wrote"),
                "{text}"
            );
        }
    }

    #[test]
    fn dates_are_found_in_the_forms_of_many_languages() {
        let dates = [
            "2-Jan",
            "Jan-02",
            "02. Jan",
            "2. Mai",
            "02-janv.",
            "3-окт",
            "02/01/2026",
            "2.1.2026",
            "2026-01-02",
            "01/02/26",
            "2-Jan-26",
            "2026-01-02 00:00:00",
            "2026-01-02T00:00:00Z",
            "1月2日",
            "2026年1月2日",
            "1월 2일",
            "5-Şub",
            "Jan 2",
            "Mai 12",
            "Mai 2026",
            "12/24",
        ];
        for text in dates {
            assert!(
                find(text, Expected::Id).unwrap_or_default().contains("a date that a spreadsheet made"),
                "{text}"
            );
        }
    }

    #[test]
    fn times_are_found() {
        for text in ["03:20", "3:20", "03:20:00", "3:20 PM", "3:20 a.m."] {
            assert!(
                find(text, Expected::Code).unwrap_or_default().contains("a time that a spreadsheet made"),
                "{text}"
            );
        }
    }

    #[test]
    fn codes_of_every_country_are_not_suspicious() {
        let codes = [
            "01067",
            "1067",
            "02108",
            "02108-1234",
            "SW1A 1AA",
            "E1 6AN",
            "E16AN",
            "EC1A 1BB",
            "E20 2ST",
            "BT1 5GS",
            "D02 AF30",
            "D02AF30",
            "E45 XY12",
            "K1A 0B1",
            "K1E5A1",
            "E1E 4B7",
            "1011 AB",
            "1234EE",
            "3011 ED",
            "00-950",
            "110 00",
            "811 01",
            "114 55",
            "1000-001",
            "4000-322",
            "01000-000",
            "80.331-000",
            "060-0042",
            "110001",
            "110 001",
            "LV-1010",
            "LT-01100",
            "MD-2001",
            "AD500",
            "VLT 1117",
            "MAR 1234",
            "MST 3000",
            "BE3119",
            "HM 12",
            "HM 02",
            "KY1-1001",
            "C1425",
            "C1425DKF",
            "GY1 1AA",
            "JE2 3AB",
            "IM1 1AA",
            "GIR 0AA",
            "GX11 1AA",
            "FIQQ 1ZZ",
            "ASCN 1ZZ",
            "H100",
            "100-0001",
            "104-8001",
            "〒100-0001",
            "SE-111 22",
            "D-01067",
            "B-1000",
            "L-1234",
            "CH-8001",
            "A-1010",
            "1000",
            "0001",
            "001",
            "10",
            "999",
            "1234567",
            "12345-678",
            "AZ 1000",
            "BB11000",
            "LC04 101",
            "VG1110",
            "TKCA 1ZZ",
            "98000",
            "MC 98000",
            "I-00118",
            "SI-1000",
            "HR-10000",
            "00120",
            "V-00120",
            "11-11",
            "2000 Antwerpen",
        ];
        for text in codes {
            assert_eq!(find(text, Expected::Code), None, "{text}");
        }
    }

    #[test]
    fn codes_and_ids_in_order_are_not_suspicious() {
        let texts = [
            "01067",
            "1067",
            "1067.5",
            "1.",
            ".0",
            "E+1",
            "1E+",
            "1E5000",
            "01E5",
            "12ab34e5",
            "1.2",
            "A.0",
            "1.2.0",
            "01'067",
            "02108-1234",
            "00-950",
            "1000-001",
            "060-0042",
            "01000-000",
            "80.331-000",
            "110 001",
            "123 45",
            "SW1A 1AA",
            "E1 6AN",
            "K1E 5A1",
            "VLT 1117",
            "MAR 1234",
            "LV-1010",
            "2026",
            "12-34-56",
            "user-1",
            "mar",
            "may-day",
            "é",
            "",
        ];
        for text in texts {
            assert_eq!(find(text, Expected::Id), None, "{text}");
        }
    }
}
