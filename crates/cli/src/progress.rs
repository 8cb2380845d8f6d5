//! How far a run is.

use std::time::{Duration, Instant};

use avepoint_elements_bulk::State;

use crate::arguments::duration_text;
use crate::printer::counted;
use crate::progress_line::{ProgressDisplay, ProgressLine};

/// How far a run is, in words and on a bar.
pub(crate) struct Progress {
    /// Rows to be sent, and those among the results that the run passes over.
    rows: u64,
    /// Rows that the run passes over, and that count among the results as done all the same.
    passed_over: u64,
    start: Instant,
    pub(crate) line: ProgressLine,
}

/// What holds a run up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// The service asked for it.
    Throttled(Duration),
    /// The service does not answer; the time is that to the next question.
    Outage(Duration),
}

impl Progress {
    /// Of a run that sends so many rows; of none, nothing is said.
    pub(crate) fn new(rows: Option<u64>, display: ProgressDisplay) -> Self {
        let line = ProgressLine::new(rows, display);
        Self { rows: rows.unwrap_or_default(), passed_over: 0, start: Instant::now(), line }
    }

    /// Of a run that goes on with another one: so many rows of those that it is to show are done by that one.
    pub(crate) fn passing_over(self, rows: u64) -> Self {
        Self { passed_over: rows, ..self }
    }

    /// Shows how far it is, by the rows of each state; called some times a second.
    pub(crate) fn update(&mut self, count: impl Fn(State) -> u64, wait: Option<Wait>, stopping: bool) {
        let (counts, elapsed) = (Counts::of(count), self.start.elapsed());
        let (rows, passed_over) = (self.rows, self.passed_over);
        self.line.show(counts.sent(), || text(&counts, rows, passed_over, elapsed, wait, stopping));
    }
}

/// How many of the rows that were sent or read came to what.
#[derive(Default)]
struct Counts {
    good: u64,
    /// Those that did not come to a good end, by state.
    bad: [(&'static str, u64); BAD.len()],
}

/// The states of rows that did not come to a good end.
const BAD: [State; 9] = [
    State::Conflict,
    State::Differs,
    State::Pending,
    State::Unseen,
    State::Gone,
    State::Unreadable,
    State::Refused,
    State::Failed,
    State::Unknown,
];

impl Counts {
    fn of(count: impl Fn(State) -> u64) -> Self {
        let good = [State::Done, State::Already, State::Confirmed].map(&count).iter().sum();
        Self { good, bad: BAD.map(|state| (state.name(), count(state))) }
    }

    fn sent(&self) -> u64 {
        self.good + self.bad.iter().map(|(_, rows)| rows).sum::<u64>()
    }
}

/// How far a run is, the most important first: on a narrow terminal the end is cut off.
fn text(
    counts: &Counts,
    rows: u64,
    passed_over: u64,
    elapsed: Duration,
    wait: Option<Wait>,
    stopping: bool,
) -> String {
    let mut parts = hold_ups(wait, stopping);
    parts.push(format!("{} of {}", counts.sent(), counted(rows, "row")));
    let [sent, to_send] = [counts.sent(), rows].map(|rows| rows.saturating_sub(passed_over));
    parts.extend(speed(sent, to_send, elapsed, wait.is_some()));
    let bad = counts.bad.iter().filter(|(_, rows)| *rows > 0);
    parts.extend(bad.map(|(name, rows)| format!("{rows} {name}")));
    parts.join("; ")
}

/// That it is stopping, and what holds it up: the beginning of each line of progress.
pub(crate) fn hold_ups(wait: Option<Wait>, stopping: bool) -> Vec<String> {
    let stopping = stopping.then(|| "stopping when all is answered".to_owned());
    stopping.into_iter().chain(wait.map(held_up)).collect()
}

/// What holds a run up, in words.
fn held_up(wait: Wait) -> String {
    let seconds = |time: Duration| span(time.as_secs_f64().ceil());
    match wait {
        Wait::Throttled(time) => format!("throttled, resuming in {}", seconds(time)),
        Wait::Outage(Duration::ZERO) => "no answer from the service, asking again".to_owned(),
        Wait::Outage(time) => format!("no answer from the service, asking in {}", seconds(time)),
    }
}

/// The rows in a second and the time that is left; nothing is known of either before the first row, and of the time not
/// while nothing is sent.
#[allow(clippy::cast_precision_loss, reason = "no input has 2^53 rows")]
fn speed(sent: u64, rows: u64, elapsed: Duration, is_held_up: bool) -> Vec<String> {
    if sent == 0 {
        return vec!["…".to_owned()];
    }
    let rate = sent as f64 / elapsed.as_secs_f64().max(0.001);
    let left = rows.saturating_sub(sent) as f64 / rate;
    let left = (!is_held_up).then(|| format!("{} left", span(left)));
    [format!("{rate:.1} a second")].into_iter().chain(left).collect()
}

/// A time for people, in whole seconds, or minutes from an hour on.
pub(crate) fn span(seconds: f64) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
    let seconds = seconds as u64;
    let seconds = if seconds < 3600 { seconds } else { seconds - seconds % 60 };
    duration_text(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ELAPSED: Duration = Duration::from_secs(100);
    const LONG: Duration = Duration::from_millis(11_200);

    fn counts() -> Counts {
        Counts::of(|state| match state {
            State::Done => 246,
            State::Refused => 3,
            State::Unknown => 1,
            _ => 0,
        })
    }

    #[test]
    fn a_line_says_what_holds_a_run_up_how_far_it_is_and_how_fast() {
        let text = |wait, stopping| text(&counts(), 5_000, 0, ELAPSED, wait, stopping);
        let rest = "250 of 5000 rows; 2.5 a second; 31m 40s left; 3 refused; 1 unknown";
        assert_eq!(text(None, false), rest);
        let rest = "250 of 5000 rows; 2.5 a second; 3 refused; 1 unknown";
        let throttled = text(Some(Wait::Throttled(LONG)), true);
        assert_eq!(throttled, format!("stopping when all is answered; throttled, resuming in 12s; {rest}"));
        let down = text(Some(Wait::Outage(LONG)), false);
        assert_eq!(down, format!("no answer from the service, asking in 12s; {rest}"));
    }

    #[test]
    fn nothing_is_known_of_speed_before_the_first_row_is_answered() {
        assert_eq!(text(&Counts::default(), 5_000, 0, ELAPSED, None, false), "0 of 5000 rows; …");
    }

    #[test]
    fn rows_that_a_run_passes_over_count_on_both_sides_and_are_no_speed() {
        let text = |passed_over| text(&counts(), 300, passed_over, ELAPSED, None, false);
        assert_eq!(text(150), "250 of 300 rows; 1.0 a second; 50s left; 3 refused; 1 unknown");
        assert_eq!(text(250), "250 of 300 rows; …; 3 refused; 1 unknown");
    }

    #[test]
    fn what_holds_a_run_up_fits_beside_the_bar_at_eighty_columns() {
        let longest = Duration::from_secs(59 * 60 + 59);
        for wait in [Wait::Throttled(longest), Wait::Outage(longest)] {
            let text = text(&counts(), 5_000, 0, ELAPSED, Some(wait), false);
            let place = text.find("59m 59s").unwrap();
            assert!(place + 7 <= 80 - 11, "{text}");
        }
        let both = text(&counts(), 5_000, 0, ELAPSED, Some(Wait::Throttled(LONG)), true);
        assert!(both.find("12s").unwrap() + 3 <= 80 - 11, "{both}");
    }

    #[test]
    fn a_time_is_shown_in_seconds_below_an_hour_and_in_minutes_above() {
        let times = [0.0, 59.9, 60.0, 3_599.0, 3_600.0, 90_061.0].map(span);
        assert_eq!(times, ["0s", "59s", "1m", "59m 59s", "1h", "1day 1h 1m"]);
    }
}
