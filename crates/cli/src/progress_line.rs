//! Where progress is shown: on a bar on a terminal, as a line now and then elsewhere.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::printer::{self, note};

/// How often a line is written where there is no terminal.
const LINES_APART: Duration = Duration::from_secs(5);

/// The bar is short to leave room for the words beside it; what does not fit on the line is cut off.
const STYLE: &str = "{bar:10} {wide_msg}";

/// Where progress is shown.
pub(crate) struct ProgressLine(Target);

enum Target {
    Bar(ProgressBar),
    Lines { apart: Duration, write: fn(&str), last: Instant },
    Nowhere,
}

/// How progress is shown.
#[derive(Clone, Copy)]
pub(crate) enum ProgressDisplay {
    /// As a bar on standard error.
    Bar,
    /// As lines, so far apart at least.
    Lines { apart: Duration, write: fn(&str) },
}

impl ProgressDisplay {
    /// As it suits standard error.
    pub(crate) fn on_stderr() -> Self {
        if printer::is_terminal() { Self::Bar } else { Self::Lines { apart: LINES_APART, write: note } }
    }
}

impl ProgressLine {
    /// Of so many things; of none, nothing is said.
    pub(crate) fn new(length: Option<u64>, display: ProgressDisplay) -> Self {
        Self(match (length, display) {
            (None, _) => Target::Nowhere,
            (Some(length), ProgressDisplay::Bar) => Target::Bar(bar(length)),
            (Some(_), ProgressDisplay::Lines { apart, write }) => {
                Target::Lines { apart, write, last: Instant::now() }
            }
        })
    }

    /// Says of how many things it is.
    pub(crate) fn set_length(&self, length: u64) {
        if let Target::Bar(bar) = &self.0 {
            bar.set_length(length);
        }
    }

    /// Shows how far it is; called some times a second.
    pub(crate) fn show(&mut self, position: u64, text: impl FnOnce() -> String) {
        match &mut self.0 {
            Target::Bar(bar) => {
                bar.set_message(text());
                bar.set_position(position);
                bar.tick();
            }
            Target::Lines { apart, write, last } if last.elapsed() >= *apart => {
                write(&text());
                *last = Instant::now();
            }
            Target::Lines { .. } | Target::Nowhere => {}
        }
    }

    /// Says something between two looks at the progress.
    pub(crate) fn say(&self, line: &str) {
        match &self.0 {
            Target::Bar(bar) => bar.suspend(|| note(line)),
            Target::Lines { .. } | Target::Nowhere => note(line),
        }
    }

    /// Leaves nothing of itself on a terminal.
    pub(crate) fn end(&self) {
        if let Target::Bar(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

fn bar(length: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(STYLE) {
        bar.set_style(style);
    }
    bar
}
