//! As much of an X.509 certificate as it takes to find its public key and its end (RFC 5280, section 4.1).

use std::time::{Duration, SystemTime};

use super::der::{BIT_STRING, EXPLICIT_0, GENERALIZED_TIME, INTEGER, Reader, SEQUENCE, UTC_TIME};
use super::key::RSA;

/// The certificate alone, without what may follow it.
pub(super) fn trimmed(der: &[u8]) -> Option<&[u8]> {
    Reader::new(der).whole(SEQUENCE)
}

/// The `RSAPublicKey` of the certificate, or `None` inside for a key of another kind.
#[expect(clippy::option_option, reason = "a damaged certificate and one with another key are two things")]
pub(super) fn rsa_public_key(certificate: &[u8]) -> Option<Option<&[u8]>> {
    let [_signature, _issuer, _validity, _subject, mut info] = parts(certificate)?;
    let (algorithm, _) = info.algorithm()?;
    // The first byte counts the unused bits at the end, of which a key has none.
    let key = info.expect(BIT_STRING)?.strip_prefix(&[0])?;
    Some((algorithm == RSA).then_some(key))
}

/// The first parts of a certificate behind its serial number.
fn parts<const COUNT: usize>(certificate: &[u8]) -> Option<[Reader<'_>; COUNT]> {
    let mut body = Reader::new(certificate).inside(SEQUENCE)?.inside(SEQUENCE)?;
    body.optional(EXPLICIT_0); // the version
    body.expect(INTEGER)?; // the serial number
    let mut parts = [body; COUNT];
    for part in &mut parts {
        *part = body.inside(SEQUENCE)?;
    }
    Some(parts)
}

/// The last second in which the certificate is valid.
pub(super) fn not_after(certificate: &[u8]) -> Option<SystemTime> {
    let [_signature, _issuer, mut validity] = parts(certificate)?;
    validity.any()?; // its beginning
    let (tag, text) = validity.any()?;
    time(tag, std::str::from_utf8(text).ok()?)
}

/// `YYMMDDHHMMSSZ`, of the years from 1950 to 2049, or `YYYYMMDDHHMMSSZ` (section 4.1.2.5).
fn time(tag: u8, text: &str) -> Option<SystemTime> {
    let digits = text.strip_suffix('Z').filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    let (year, rest) = match (tag, digits.len()) {
        (UTC_TIME, 12) => (digits[..2].parse::<i64>().ok()?, &digits[2..]),
        (GENERALIZED_TIME, 14) => (digits[..4].parse().ok()?, &digits[4..]),
        _ => return None,
    };
    let year = match tag {
        UTC_TIME if year < 50 => year + 2000,
        UTC_TIME => year + 1900,
        _ => year,
    };
    let number = |index: usize| rest[2 * index..2 * index + 2].parse::<i64>().ok();
    let (month, day) = (number(0)?, number(1)?);
    let (hour, minute, second) = (number(2)?, number(3)?, number(4)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(seconds).ok()?))
}

/// Days from 1970-01-01 in the Gregorian calendar, whose years begin here with March: so a leap day is their last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let of_months = (153 * month + 2) / 5;
    year * 365 + leap_days + of_months + day - 1 - DAYS_TO_1970
}

/// From the first of March of the year 0 to 1970-01-01.
const DAYS_TO_1970: i64 = 719_468;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_in_both_forms() {
        for (tag, text, seconds) in [
            (UTC_TIME, "700101000000Z", 0),
            (UTC_TIME, "491231235959Z", 2_524_607_999),
            (GENERALIZED_TIME, "20500101000000Z", 2_524_608_000),
            (GENERALIZED_TIME, "20240229120000Z", 1_709_208_000),
            (GENERALIZED_TIME, "20000301000000Z", 951_868_800),
            (GENERALIZED_TIME, "99991231235959Z", 253_402_300_799),
        ] {
            let expected = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(time(tag, text), Some(expected), "{text}");
        }
        for (tag, text) in [
            (UTC_TIME, "691231235959Z"),
            (UTC_TIME, "20500101000000Z"),
            (GENERALIZED_TIME, "20501301000000Z"),
            (GENERALIZED_TIME, "20500101000060Z"),
            (GENERALIZED_TIME, "2050010100000Z"),
            (GENERALIZED_TIME, "20500101000000+0100"),
            (GENERALIZED_TIME, "２０"),
            (INTEGER, "20500101000000Z"),
        ] {
            assert_eq!(time(tag, text), None, "{text}");
        }
    }
}
