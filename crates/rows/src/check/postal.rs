//! Postal codes that a spreadsheet has damaged.

use crate::countries::Country;

/// How many digits a postal code has, in countries where codes of digits alone may begin with zero.
///
/// From the Universal Postal Union's addressing sheets. A country that is not here gets no warning. In the order of
/// the codes.
const DIGITS: &[(&str, usize)] = &[
    ("AU", 4),
    ("BR", 8),
    ("CN", 6),
    ("CO", 6),
    ("DE", 5),
    ("DZ", 5),
    ("EC", 6),
    ("ES", 5),
    ("FI", 5),
    ("FR", 5),
    ("GT", 5),
    ("IT", 5),
    ("JP", 7),
    ("KE", 5),
    ("KR", 5),
    ("KZ", 6),
    ("LK", 5),
    ("LT", 5),
    ("MX", 5),
    ("MY", 5),
    ("NO", 4),
    ("NZ", 4),
    ("PE", 5),
    ("PL", 5),
    ("PR", 5),
    ("RO", 6),
    ("SG", 6),
    ("SK", 5),
    ("TR", 5),
    ("UA", 5),
    ("US", 5),
    ("VA", 5),
    ("VI", 5),
    ("ZA", 4),
];

/// The digits behind the hyphen of a ZIP+4.
const PLUS_4: usize = 4;

/// What is suspicious about a postal code of a country.
pub(crate) fn find_lost_zeros(code: &str, country: Country) -> Option<String> {
    let place = DIGITS.binary_search_by(|(code, _)| (*code).cmp(country.code)).ok()?;
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
    let lost = !code.is_empty() && code.len() < digits && code.bytes().all(|byte| byte.is_ascii_digit());
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
    digits.len() == PLUS_4 && digits.bytes().all(|byte| byte.is_ascii_digit())
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
        for (code, digits) in DIGITS {
            assert_eq!(COUNTRIES.find(code).map(|country| country.code), Some(*code));
            let whole = format!("{:0>digits$}", 1);
            assert!(found("1", code).unwrap_or_default().contains(&format!("may be {whole}.")), "{code}");
        }
    }
}
