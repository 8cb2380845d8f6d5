//! Cells as texts.

use std::borrow::Cow;

use calamine::{DataRef, ExcelDateTime};

use super::zeros::Zeros;
use crate::text::is_digits;

/// What a cell says: its text; its number, as the sheet shows it where the format is one of zeros; a date or a time as ISO
/// 8601 has them; an error as it is shown. Of a formula, its stored value.
pub(super) fn shown<'c>(value: &'c DataRef<'_>, zeros: Option<&Zeros>) -> Cow<'c, str> {
    match value {
        DataRef::Empty => Cow::Borrowed(""),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            Cow::Borrowed(text)
        }
        DataRef::SharedString(text) => Cow::Borrowed(text),
        DataRef::Int(number) => Cow::Owned(with_zeros(number.to_string(), zeros)),
        DataRef::Float(number) => Cow::Owned(with_zeros(plain(*number), zeros)),
        DataRef::Bool(is_true) => Cow::Borrowed(if *is_true { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(time) => Cow::Owned(date_or_time(time)),
        DataRef::Error(error) => Cow::Owned(error.to_string()),
    }
}

/// How many digits of a number a spreadsheet keeps.
const MAX_DIGITS: usize = 15;

/// A number without an exponent, unless it has more digits than were kept.
fn plain(number: f64) -> String {
    let text = number.to_string();
    let whole = text.trim_start_matches('-').split('.').next().unwrap_or_default();
    if whole.len() > MAX_DIGITS { format!("{number:E}") } else { text }
}

fn with_zeros(number: String, zeros: Option<&Zeros>) -> String {
    zeros.filter(|_| is_digits(&number)).map(|zeros| zeros.show(&number)).unwrap_or(number)
}

fn date_or_time(time: &ExcelDateTime) -> String {
    let days = time.as_f64();
    if time.is_duration() {
        return duration(days);
    }
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    let (date, time) =
        (format!("{year:04}-{month:02}-{day:02}"), format!("{hour:02}:{minute:02}:{second:02}"));
    match (days < 1.0, days.fract() == 0.0) {
        (true, _) => time,
        (false, true) => date,
        (false, false) => format!("{date} {time}"),
    }
}

/// A time that may have more hours than a day.
fn duration(days: f64) -> String {
    let seconds = (days * 86_400.0).round();
    let (hours, rest) = ((seconds / 3600.0).floor(), seconds.rem_euclid(3600.0));
    format!("{hours}:{:02}:{:02}", (rest / 60.0).floor(), rest % 60.0)
}

#[cfg(test)]
mod tests {
    use calamine::{CellErrorType, ExcelDateTimeType};

    use super::*;

    #[test]
    fn a_cell_is_what_the_sheet_shows_of_it() {
        let time = |days, kind| DataRef::DateTime(ExcelDateTime::new(days, kind, false));
        let cases = [
            (DataRef::SharedString("01067"), "01067"),
            (DataRef::Float(1067.0), "1067"),
            (DataRef::Float(-5.25), "-5.25"),
            (DataRef::Float(123_456_789_012_345.0), "123456789012345"),
            (DataRef::Float(1.234_567_890_123_46e17), "1.23456789012346E17"),
            (DataRef::Bool(true), "TRUE"),
            (DataRef::Error(CellErrorType::NA), "#N/A"),
            (DataRef::Error(CellErrorType::Div0), "#DIV/0!"),
            (time(46024.0, ExcelDateTimeType::DateTime), "2026-01-02"),
            (time(46024.5, ExcelDateTimeType::DateTime), "2026-01-02 12:00:00"),
            (time(0.125, ExcelDateTimeType::DateTime), "03:00:00"),
            (time(1.5, ExcelDateTimeType::TimeDelta), "36:00:00"),
            (DataRef::Empty, ""),
        ];
        for (value, expected) in cases {
            assert_eq!(shown(&value, None), expected, "{value:?}");
        }
        let zeros = Zeros::of("00000");
        for (number, expected) in [(1067.0, "01067"), (1067.5, "1067.5"), (-1067.0, "-1067")] {
            assert_eq!(shown(&DataRef::Float(number), zeros.as_ref()), expected);
        }
    }
}
