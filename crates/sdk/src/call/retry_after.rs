//! The wait that a reply asks for.

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

use crate::clock::parse_date;

/// What `Retry-After` asks for (RFC 9110, section 10.2.3): seconds, whole or decimal, or a date.
///
/// A date is judged by the reply's own `Date`: a wrong clock on this machine does no harm. Without one
/// the clock of this machine (`now`) counts. A date in the past asks for no wait. Of several headers the longest
/// wait counts. What is neither, a negative number included, counts as not there.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let sent = headers.get(DATE).and_then(parse_date).unwrap_or(now);
    let waits = headers.get_all(RETRY_AFTER).iter();
    waits.filter_map(|value| seconds(value).or_else(|| until(value, sent))).max()
}

fn seconds(value: &HeaderValue) -> Option<Duration> {
    let seconds: f64 = value.to_str().ok()?.trim().parse().ok()?;
    if seconds.is_nan() || seconds.is_sign_negative() {
        return None;
    }
    // What a duration cannot hold is beyond every limit in any case.
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

fn until(value: &HeaderValue, sent: SystemTime) -> Option<Duration> {
    parse_date(value).map(|date| date.duration_since(sent).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(values: &[&str], date: Option<&str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(RETRY_AFTER, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:00:00 GMT").unwrap();
        retry_after(&headers, now)
    }

    #[test]
    fn seconds_may_be_whole_or_decimal() {
        assert_eq!(asked(&["120"], None), Some(Duration::from_secs(120)));
        assert_eq!(asked(&[" 1.5 "], None), Some(Duration::from_millis(1500)));
        assert_eq!(asked(&["0"], None), Some(Duration::ZERO));
    }

    #[test]
    fn a_date_is_judged_by_the_reply_s_own() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(asked(&[date], Some("Sun, 06 Nov 1994 08:49:07 GMT")), Some(Duration::from_secs(30)));
        assert_eq!(asked(&[date], Some("Mon, 07 Nov 1994 08:49:07 GMT")), Some(Duration::ZERO));
        assert_eq!(asked(&[date], None), Some(Duration::from_secs(49 * 60 + 37)));
        assert_eq!(asked(&[date], Some("garbage")), Some(Duration::from_secs(49 * 60 + 37)));
    }

    #[test]
    fn absurd_values_neither_panic_nor_vanish() {
        assert_eq!(asked(&["1e12"], None), Some(Duration::from_secs(1_000_000_000_000)));
        assert_eq!(asked(&["1e300"], None), Some(Duration::MAX));
        assert_eq!(asked(&["inf"], None), Some(Duration::MAX));
        assert_eq!(asked(&["Fri, 31 Dec 9999 23:59:59 GMT"], None).unwrap().as_secs() / 1_000_000_000, 252);
    }

    #[test]
    fn garbage_counts_as_not_there() {
        for value in
            ["", "-1", "-0.5", "soon", "NaN", "1 2", "1,2", "\u{fc}", "Sun, 99 Nov 1994 08:49:37 GMT"]
        {
            assert_eq!(asked(&[value], None), None, "{value:?}");
        }
        assert_eq!(asked(&[], None), None);
    }

    #[test]
    fn of_several_the_longest_counts() {
        assert_eq!(asked(&["1", "x", "3", "2"], None), Some(Duration::from_secs(3)));
    }
}
