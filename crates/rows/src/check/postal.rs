//! Postal codes that a spreadsheet has damaged.

use crate::countries::Country;
use crate::text::is_digits;

/// How many digits a postal code has, in countries where codes of digits alone may begin with zero.
///
/// From the Universal Postal Union's addressing sheets. A country that is not here gets no warning. In the order of
/// the codes.
const DIGITS: &[([u8; 2], usize)] = &[
    (*b"AM", 4),
    (*b"AU", 4),
    (*b"BR", 8),
    (*b"CN", 6),
    (*b"CO", 6),
    (*b"DE", 5),
    (*b"DZ", 5),
    (*b"EC", 6),
    (*b"ES", 5),
    (*b"FI", 5),
    (*b"FR", 5),
    (*b"GE", 4),
    (*b"GT", 5),
    (*b"IT", 5),
    (*b"JP", 7),
    (*b"KE", 5),
    (*b"KR", 5),
    (*b"KZ", 6),
    (*b"LA", 5),
    (*b"LK", 5),
    (*b"LT", 5),
    (*b"MM", 5),
    (*b"MX", 5),
    (*b"MY", 5),
    (*b"NO", 4),
    (*b"NZ", 4),
    (*b"PA", 4),
    (*b"PE", 5),
    (*b"PH", 4),
    (*b"PL", 5),
    (*b"PR", 5),
    (*b"RO", 6),
    (*b"SG", 6),
    (*b"SK", 5),
    (*b"TR", 5),
    (*b"UA", 5),
    (*b"US", 5),
    (*b"VA", 5),
    (*b"VI", 5),
    (*b"ZA", 4),
];

/// The digits behind the hyphen of a ZIP+4.
const PLUS_4: usize = 4;

/// What is suspicious about a postal code of a country.
pub(crate) fn find_lost_zeros(code: &str, country: Country) -> Option<String> {
    // Every row is looked up, and numbers are compared quicker than texts.
    let letters = u16::from_be_bytes(country.code.as_bytes().try_into().ok()?);
    let place = DIGITS.binary_search_by_key(&letters, |(letters, _)| u16::from_be_bytes(*letters)).ok()?;
    let (_, digits) = DIGITS[place];
    let whole = whole(code, country.code, digits)?;
    Some(format!(
        "looks as if it lost leading zeros: codes of {} have {digits} digits, so it may be {whole}. In a spreadsheet, \
         format the column as text",
        country.name
    ))
}

/// The code with the zeros that it seems to have lost.
fn whole(code: &str, country: &str, digits: usize) -> Option<String> {
    let (code, plus) = if country == "US" { split_zip(code, digits) } else { (code, "") };
    let lost = code.len() < digits && is_digits(code);
    let dash = if plus.is_empty() { "" } else { "-" };
    lost.then(|| format!("{code:0>digits$}{dash}{plus}"))
}

/// The five digits of a ZIP code and, where they are there, the four behind them, with or without a hyphen.
fn split_zip(code: &str, digits: usize) -> (&str, &str) {
    match code.split_once('-') {
        Some((zip, plus)) if is_plus_4(plus) => (zip, plus),
        None if code.len() > digits => match code.split_at_checked(code.len() - PLUS_4) {
            Some((zip, plus)) if is_plus_4(plus) => (zip, plus),
            _ => (code, ""),
        },
        _ => (code, ""),
    }
}

fn is_plus_4(digits: &str) -> bool {
    digits.len() == PLUS_4 && is_digits(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::countries::COUNTRIES;

    fn found(code: &str, country: &str) -> Option<String> {
        find_lost_zeros(code, COUNTRIES.find(country)?)
    }

    #[test]
    fn a_code_that_lost_its_zeros_is_shown_whole() {
        let cases = [
            ("1067", "DE", "01067"),
            ("2108", "US", "02108"),
            ("2108-1234", "US", "02108-1234"),
            ("21081234", "US", "02108-1234"),
            ("601", "PR", "00601"),
            ("8001", "ES", "08001"),
            ("800", "AU", "0800"),
            ("600042", "JP", "0600042"),
            ("102", "GE", "0102"),
            ("400", "PH", "0400"),
        ];
        for (code, country, whole) in cases {
            let message = found(code, country).unwrap_or_default();
            assert!(message.contains(&format!("may be {whole}.")), "{code} {country}: {message}");
        }
    }

    #[test]
    fn a_code_in_order_is_not_suspicious() {
        let cases = [
            ("01067", "DE"),
            ("02108", "US"),
            ("02108-1234", "US"),
            ("021081234", "US"),
            ("2121", "AO"),
            ("1010", "AT"),
            ("8001", "CH"),
            ("SW1A 1AA", "GB"),
            ("E1 6AN", "GB"),
            ("060-0042", "JP"),
            ("D-1067", "DE"),
            ("1067", "Atlantis"),
            ("", "DE"),
            ("#CLEAR", "DE"),
            ("é", "US"),
            ("12345é", "US"),
        ];
        for (code, country) in cases {
            assert_eq!(found(code, country), None, "{code} {country}");
        }
    }

    #[test]
    fn every_code_of_the_table_is_a_country_and_is_found() {
        for (letters, digits) in DIGITS {
            let code = std::str::from_utf8(letters).unwrap();
            assert_eq!(COUNTRIES.find(code).map(|country| country.code), Some(code));
            let whole = format!("{:0>digits$}", 1);
            assert!(found("1", code).unwrap_or_default().contains(&format!("may be {whole}.")), "{code}");
        }
    }
}
