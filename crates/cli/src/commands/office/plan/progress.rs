//! How far planning is: lists first, then readings.

use std::time::{Duration, Instant};

use avepoint_elements_bulk::directory::{ListProgress, ListWait};

use super::super::apply::drive::STOPPING;
use crate::printer::thousands;
use crate::progress::{Wait, hold_ups, span};
use crate::progress_line::{ProgressDisplay, ProgressLine};

pub(crate) struct PlanProgress {
    lists: ListProgress,
    /// How many users are to be read.
    users: u64,
    read: u64,
    failed: u64,
    is_stopping: bool,
    /// When the readings began.
    start: Instant,
    pub(crate) line: ProgressLine,
}

impl PlanProgress {
    pub(crate) fn new(is_quiet: bool, display: ProgressDisplay) -> Self {
        let line = ProgressLine::new((!is_quiet).then_some(0), display);
        let lists = ListProgress::default();
        Self { lists, users: 0, read: 0, failed: 0, is_stopping: false, start: Instant::now(), line }
    }

    pub(crate) fn listed(&mut self, lists: ListProgress) {
        self.lists = lists;
        self.line.set_length(lists.tenants as u64);
        self.line.show(lists.listed as u64, || listing_text(lists));
    }

    /// Shows what is waited for, while customers are listed.
    pub(crate) fn waiting(&mut self, wait: Option<ListWait>) {
        let mut lists = self.lists;
        lists.wait = wait;
        self.line.show(0, || listing_text(lists));
    }

    pub(crate) fn begin_readings(&mut self, users: usize) {
        (self.users, self.start) = (users as u64, Instant::now());
        self.line.set_length(self.users);
    }

    /// Counts a user who was read, or could not be.
    pub(crate) fn read(&mut self, has_failed: bool) {
        self.read += 1;
        self.failed += u64::from(has_failed);
    }

    pub(crate) fn stopping(&mut self) {
        self.is_stopping = true;
        self.line.say(STOPPING);
    }

    /// Shows how far it is; called some times a second.
    pub(crate) fn show(&mut self, wait: Option<Wait>) {
        let Self { lists, users, read, failed, is_stopping, start, .. } = *self;
        self.line.show(read, || text(lists, read, users, failed, is_stopping, wait, start.elapsed()));
    }
}

/// How far lists are, behind what holds them up.
fn listing_text(progress: ListProgress) -> String {
    let wait = progress
        .wait
        .map(|wait| if wait.is_throttled { Wait::Throttled(wait.left) } else { Wait::Outage(wait.left) });
    let lists = if progress.tenants == 0 { "customers".to_owned() } else { lists(progress) };
    let mut parts = hold_ups(wait, false);
    parts.push(lists);
    parts.join(" · ")
}

fn lists(ListProgress { listed, tenants, .. }: ListProgress) -> String {
    format!("lists {}/{}", thousands(listed as u64), thousands(tenants as u64))
}

/// As in `lists 12/12 · reads 2,310/2,971 · 19/s · 35 s left`.
fn text(
    lists: ListProgress,
    read: u64,
    users: u64,
    failed: u64,
    is_stopping: bool,
    wait: Option<Wait>,
    elapsed: Duration,
) -> String {
    let mut parts = hold_ups(wait, is_stopping);
    if lists.tenants > 0 {
        parts.push(self::lists(lists));
    }
    parts.push(format!("reads {}/{}", thousands(read), thousands(users)));
    if read > 0 {
        parts.extend(speed(read, users, elapsed));
    }
    if failed > 0 {
        parts.push(format!("{} failed", thousands(failed)));
    }
    parts.join(" · ")
}

#[allow(clippy::cast_precision_loss, reason = "no input has 2^53 rows")]
fn speed(read: u64, users: u64, elapsed: Duration) -> [String; 2] {
    let rate = read as f64 / elapsed.as_secs_f64().max(0.001);
    let left = users.saturating_sub(read) as f64 / rate;
    let rate = if rate < 10.0 { format!("{rate:.1}/s") } else { format!("{rate:.0}/s") };
    [rate, format!("{} left", span(left.ceil()))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_lists_and_readings_are_and_how_fast() {
        let mut lists = ListProgress::default();
        assert_eq!(listing_text(lists), "customers");
        let text = |lists, read, failed, stopping| {
            text(lists, read, 2_971, failed, stopping, None, Duration::from_secs(120))
        };
        assert_eq!(text(lists, 0, 0, false), "reads 0/2,971");
        (lists.listed, lists.tenants) = (12, 12);
        assert_eq!(text(lists, 2_310, 0, false), "lists 12/12 · reads 2,310/2,971 · 19/s · 35s left");
        let stopping =
            "stopping when all is answered · lists 12/12 · reads 60/2,971 · 0.5/s · 1h 37m left · 1 failed";
        assert_eq!(text(lists, 60, 1, true), stopping);
    }
}
