//! What spreadsheets and programs make of ids and codes that look like numbers: `1.067E+03`, `1067.0`, `80,331`, `2-Jan`.

/// The longest such text, in bytes: a date with a time.
const LONGEST: usize = 32;

/// Whether a text may be one, judged by little. It is asked of every id and code.
pub(crate) fn may_be_one(text: &str) -> bool {
    text.len() <= LONGEST && !text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What is suspicious about an id or a code, which `what` says.
pub(crate) fn find(text: &str, what: &str) -> Option<String> {
    if !may_be_one(text) {
        return None;
    }
    if is_number(text) {
        Some(format!(
            "looks like a number that a spreadsheet wrote; format the column as text and enter the {what} again"
        ))
    } else if is_date(text) {
        Some(format!(
            "looks like a date that a spreadsheet made of the {what}; format the column as text and enter the {what} again"
        ))
    } else {
        None
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_number(text: &str) -> bool {
    has_exponent(text) || has_zeros_behind(text) || has_thousands(text)
}

/// `1.067E+03`, `2e+26`, `1,23E17`; not `1E5`, which may be an id or a code.
fn has_exponent(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let (whole, decimals) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    let has_decimals = whole.len() < mantissa.len();
    let digits = match exponent.strip_prefix('+') {
        Some(digits) => digits,
        None if has_decimals => exponent.strip_prefix('-').unwrap_or(exponent),
        None => return false,
    };
    is_digits(whole) && is_digits(decimals) && is_digits(digits)
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

/// `2026-01-02`, `2.1.2026`, `01/02/26`.
fn is_numeric_date(text: &str) -> bool {
    let Some(separator) = text.chars().find(|character| matches!(character, '-' | '.' | '/')) else {
        return false;
    };
    let parts: Vec<_> = text.split(separator).collect();
    let [first, second, third] = parts[..] else { return false };
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
    (is_year(third) && is_day_and_month(first, second))
        || (first.len() == 4 && is_year(first) && is_day_and_month(second, third))
}

/// `2-Jan`, `Jan-02`, `02. Mai 2026`, `3-окт`: a name of a month beside a number.
fn is_named_date(text: &str) -> bool {
    let separators = [' ', '.', '-', '/'];
    let parts: Vec<_> = text.split(separators).filter(|part| !part.is_empty()).collect();
    let is_number = |text: &&str| is_digits(text) && matches!(text.len(), 1 | 2 | 4);
    match parts[..] {
        [day, month] if is_month(month) => is_number(&day) && day.len() < 3,
        // A space alone stands in codes, such as those of Malta.
        [month, year] if is_month(month) => is_number(&year) && !text.contains(' '),
        [day, month, year] if is_month(month) => is_number(&day) && is_number(&year),
        [month, day, year] if is_month(month) => is_number(&day) && is_number(&year),
        _ => false,
    }
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

fn is_month(text: &str) -> bool {
    let lower = text.to_lowercase();
    text.chars().all(char::is_alphabetic) && MONTHS.split_whitespace().any(|month| month == lower)
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
        ];
        for text in numbers {
            assert!(
                find(text, "code").unwrap_or_default().contains("a number that a spreadsheet wrote"),
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
        ];
        for text in dates {
            assert!(
                find(text, "id").unwrap_or_default().contains("a date that a spreadsheet made"),
                "{text}"
            );
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
            "1E5",
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
            assert_eq!(find(text, "code"), None, "{text}");
        }
    }
}
