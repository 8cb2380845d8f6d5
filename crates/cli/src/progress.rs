//! How far a run is: a bar on a terminal, a line now and then elsewhere.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use avepoint_elements_bulk::{State, Summary};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output::note;

/// How often a line is written where there is no terminal.
const LINES_APART: Duration = Duration::from_secs(5);

/// Where progress is shown.
pub(crate) enum Progress {
    Bar(ProgressBar),
    Lines(Lines),
    Nowhere,
}

/// Progress as lines.
pub(crate) struct Lines {
    rows: u64,
    start: Instant,
    last: Instant,
}

impl Progress {
    /// Of a run over so many rows.
    pub(crate) fn new(rows: u64, quiet: bool) -> Self {
        if quiet {
            return Self::Nowhere;
        }
        if !std::io::stderr().is_terminal() {
            let now = Instant::now();
            return Self::Lines(Lines { rows, start: now, last: now });
        }
        let bar = ProgressBar::with_draw_target(Some(rows), ProgressDrawTarget::stderr());
        let style = "{bar:30} {human_pos} of {human_len} rows  {per_sec:.1}  {eta} left  {wide_msg}";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        Self::Bar(bar)
    }

    /// Shows how far it is; called some times a second.
    pub(crate) fn update(&mut self, summary: &Summary, pause: Option<Duration>, stopping: bool) {
        match self {
            Self::Bar(bar) => {
                bar.set_position(summary.rows());
                bar.set_message(remarks(summary, pause, stopping).join("; "));
                bar.tick();
            }
            Self::Lines(lines) if lines.last.elapsed() >= LINES_APART => {
                lines.last = Instant::now();
                note(&lines.line(summary, pause, stopping));
            }
            Self::Lines(_) | Self::Nowhere => {}
        }
    }

    /// Says something between two looks at the progress.
    pub(crate) fn say(&self, line: &str) {
        match self {
            Self::Bar(bar) => bar.suspend(|| note(line)),
            Self::Lines(_) | Self::Nowhere => note(line),
        }
    }

    /// Leaves nothing of itself on a terminal.
    pub(crate) fn end(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

impl Lines {
    #[allow(clippy::cast_precision_loss, reason = "nobody has 2^53 rows")]
    fn line(&self, summary: &Summary, pause: Option<Duration>, stopping: bool) -> String {
        let (done, seconds) = (summary.rows(), self.start.elapsed().as_secs_f64());
        let rate = done as f64 / seconds.max(0.001);
        let mut parts = vec![format!("{done} of {} rows, {rate:.1} a second", self.rows)];
        if done > 0 {
            parts.push(format!("{} left", span(self.rows.saturating_sub(done) as f64 / rate)));
        }
        parts.extend(remarks(summary, pause, stopping));
        parts.join("; ")
    }
}

/// What is to be said beside the number of rows.
fn remarks(summary: &Summary, pause: Option<Duration>, stopping: bool) -> Vec<String> {
    let bad = [State::Refused, State::Failed, State::Unknown].into_iter();
    let bad = bad.filter(|state| summary.count_of(*state) > 0);
    let mut remarks: Vec<_> = bad.map(|state| format!("{} {state}", summary.count_of(state))).collect();
    if let Some(pause) = pause {
        remarks.push(format!("throttled, resuming in {}", span(pause.as_secs_f64().ceil())));
    }
    if stopping {
        remarks.push("stopping when what is under way has ended; Ctrl-C stops at once".to_owned());
    }
    remarks
}

/// A time for people: at most two units.
fn span(seconds: f64) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
    let seconds = seconds as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_it_is_how_fast_and_what_holds_it_up() {
        let start = Instant::now().checked_sub(Duration::from_secs(100)).unwrap();
        let lines = Lines { rows: 5_000, start, last: start };
        let line = lines.line(&Summary::default(), Some(Duration::from_millis(11_200)), false);
        assert_eq!(line, "0 of 5000 rows, 0.0 a second; throttled, resuming in 12 s");
    }

    #[test]
    fn a_time_has_at_most_two_units() {
        let times = [0.0, 59.9, 60.0, 3_599.0, 3_600.0, 90_061.0].map(span);
        assert_eq!(times, ["0 s", "59 s", "1 min 0 s", "59 min 59 s", "1 h 0 min", "25 h 1 min"]);
    }
}
