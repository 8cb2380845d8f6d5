//! Values with units: shares, rates and times; and ids and users.

use std::fmt;
use std::num::NonZeroUsize;
use std::str::FromStr;
use std::time::Duration;

use avepoint_elements::{CustomerId, Error, TenantId, UserId};
use avepoint_elements_bulk::{Column, why_no_id};

/// An id of the service, which no address is.
pub(crate) fn id<Id: FromStr<Err = Error>>(text: &str) -> Result<Id, String> {
    match why_no_id(text) {
        Some(why) => Err(format!("{why}; `elements office plan` finds users by address")),
        None => text.parse().map_err(|error: Error| error.to_string()),
    }
}

/// An id or an exact name.
pub(crate) fn id_or_name(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("it is blank; give an id or an exact name, or leave it out for all".to_owned());
    }
    Ok(text.to_owned())
}

/// A user of the sandbox: the ids of customer, tenant and user.
pub(crate) type User = (String, String, String);

/// The longest time that is accepted: a year. It catches a wrong unit.
const MAX_TIME: Duration = Duration::from_secs(366 * 86_400);

/// A percentage from `0%` to `100%`, as a share of 1.
pub(crate) fn share(text: &str) -> Result<f64, String> {
    let percent = text.strip_suffix('%').and_then(number);
    match percent.filter(|percent| *percent <= 100.0) {
        Some(percent) => Ok(percent / 100.0),
        None => Err("a share is a percentage from 0% to 100%, such as 5% or 0.5%".to_owned()),
    }
}

/// A number of things.
pub(crate) fn whole(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "a whole number from 0 is allowed".to_owned())
}

/// A number of things of which there has to be one.
pub(crate) fn at_least_one(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "a whole number from 1 is allowed".to_owned())
}

/// So many requests in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) requests: u32,
    pub(crate) period: Duration,
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.period.as_secs() {
            1 => "s",
            60 => "m",
            _ => "h",
        };
        write!(f, "{}/{unit}", self.requests)
    }
}

/// How many more times a call is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Retries(pub(crate) u32);

/// A number of retries, from 0 to 100.
pub(crate) fn retries(text: &str) -> Result<Retries, String> {
    let number = text.parse().ok().filter(|number| *number <= 100);
    number.map(Retries).ok_or("a whole number from 0 to 100 is allowed".to_owned())
}

/// A number of requests in a second, a minute or an hour.
pub(crate) fn rate(text: &str) -> Result<Rate, String> {
    let wrong = "a rate is a whole number of requests, from 1 to 1000000, in a second, a minute or an hour, such \
                 as 50/s, 600/m or 1000/h";
    let (requests, unit) = text.split_once('/').ok_or(wrong)?;
    let period = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return Err(wrong.to_owned()),
    };
    match requests.parse() {
        Ok(requests @ 1..=1_000_000) => Ok(Rate { requests, period: Duration::from_secs(period) }),
        _ => Err(wrong.to_owned()),
    }
}

/// A number of bytes with its unit.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "B" => Some(0),
        "KiB" => Some(10),
        "MiB" => Some(20),
        "GiB" => Some(30),
        "TiB" => Some(40),
        _ => None,
    };
    let number = digits.parse::<u64>().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let size = number.zip(unit).and_then(|(number, unit)| number.checked_mul(1 << unit));
    size.ok_or("a size is a whole number with a unit, B, KiB, MiB, GiB or TiB, such as 500MiB".to_owned())
}

/// A time with its unit.
pub(crate) fn time(text: &str) -> Result<Duration, String> {
    let time = humantime::parse_duration(text).ok().filter(|time| *time <= MAX_TIME);
    // A capital M would be months.
    let time = time.filter(|_| !text.contains(char::is_uppercase));
    time.ok_or("a time is a number with a unit, ms, s, m or h, up to a year, such as 80ms or 10m".to_owned())
}

/// A time as [`time`] takes it.
pub(crate) fn duration_text(time: Duration) -> String {
    humantime::format_duration(time).to_string()
}

/// The ids of customer, tenant and user, with slashes between, which no id holds.
pub(crate) fn user(text: &str) -> Result<User, String> {
    let ids: Vec<&str> = text.split('/').collect();
    let [customer, tenant, user] = ids[..] else {
        return Err("a user is given by three ids as CUSTOMER/TENANT/USER".to_owned());
    };
    id::<CustomerId>(customer)?;
    id::<TenantId>(tenant)?;
    id::<UserId>(user)?;
    Ok((customer.to_owned(), tenant.to_owned(), user.to_owned()))
}

/// `NAME=COLUMN`, as `--map` takes it.
pub(crate) fn mapping(text: &str) -> Result<(Column, String), String> {
    let (name, column) = text.split_once('=').ok_or("a mapping is NAME=COLUMN, such as postalCode=PLZ")?;
    let name = name.parse().map_err(|error| format!("{name:?} is no column of a row; {error}"))?;
    Ok((name, column.to_owned()))
}

/// Digits with at most one point between: no sign, no exponent, no infinity.
fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let bounded = !text.starts_with('.') && !text.ends_with('.');
    if plain && bounded { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::{Rate, duration_text, rate, share, size, time, user};
    use std::time::Duration;

    #[test]
    fn a_share_is_a_percentage() {
        for (text, expected) in [("0%", 0.0), ("5%", 0.05), ("0.5%", 0.005), ("100%", 1.0)] {
            assert_eq!(share(text), Ok(expected), "{text}");
        }
        for text in [
            "", "%", "5", "0.05", "-1%", "+1%", "100.1%", "1e1%", "inf%", "NaN%", "5 %", ".5%", "5.%",
            "1.2.3%",
        ] {
            assert!(share(text).unwrap_err().contains("0% to 100%"), "{text}");
        }
    }

    #[test]
    fn a_rate_has_a_unit() {
        let limit = |requests, seconds| Ok(Rate { requests, period: Duration::from_secs(seconds) });
        for (text, expected) in
            [("50/s", limit(50, 1)), ("600/m", limit(600, 60)), ("1000000/h", limit(1_000_000, 3600))]
        {
            assert_eq!(rate(text), expected, "{text}");
            assert_eq!(rate(text).unwrap().to_string(), text);
        }
        for text in ["", "50", "50/", "/s", "0/s", "-1/s", "1.5/s", "1000001/s", "50/d", "50/s/s", "50 /s"] {
            assert!(rate(text).unwrap_err().contains("such as 50/s"), "{text}");
        }
    }

    #[test]
    fn a_size_has_a_unit() {
        for (text, bytes) in
            [("0B", 0), ("1KiB", 1 << 10), ("500MiB", 500 << 20), ("4GiB", 4 << 30), ("1TiB", 1 << 40)]
        {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "1", "GiB", "-1GiB", "+1GiB", "1.5GiB", "1GB", "1 GiB", "99999999TiB", "1gib"] {
            assert!(size(text).unwrap_err().contains("such as 500MiB"), "{text}");
        }
    }

    #[test]
    fn a_time_has_a_unit() {
        for (text, millis) in [
            ("80ms", 80),
            ("0s", 0),
            ("1.5s", 1_500),
            ("10m", 600_000),
            ("1h 30m", 5_400_000),
            ("8784h", 31_622_400_000),
        ] {
            assert_eq!(time(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "80", "ms", "-1s", "1e3s", "8785h", "2y", "10M", "1s1", "é", "1é", "infs"] {
            assert!(time(text).unwrap_err().contains("such as 80ms"), "{text}");
        }
    }

    #[test]
    fn a_time_is_written_as_a_flag_takes_it() {
        for text in ["0s", "80ms", "1s 500ms", "1m 30s", "10m", "1h", "1day 12h"] {
            assert_eq!(duration_text(time(text).unwrap()), text);
        }
    }

    #[test]
    fn a_user_is_three_ids() {
        assert_eq!(user("c/t/u"), Ok(("c".to_owned(), "t".to_owned(), "u".to_owned())));
        for text in ["", "c", "c/t", "c/t/u/v"] {
            assert!(user(text).unwrap_err().contains("CUSTOMER/TENANT/USER"), "{text}");
        }
        for text in ["c/t/", "/t/u", "c//u", "c/t/é"] {
            assert!(user(text).is_err(), "{text}");
        }
        for text in ["c/t/a@b.example", "c/a@b.example/u", "a@b.example/t/u"] {
            assert!(user(text).unwrap_err().contains('@'), "{text}");
        }
    }
}
