//! What is said after a run, and in place of one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use avepoint_elements_bulk::directory::ListError;
use avepoint_elements_bulk::{DoneBefore, FileError, State, Stopped, Summary};
use serde_json::{Map, Value, json};

use super::preview::{Preview, not_asked};
use super::result_writer::ResultWriter;
use crate::arguments::duration_text;
use crate::connection::Connected;
use crate::failure::{EarlyEnd, Failure, code};
use crate::printer::{self, Report, are, camel_case, columns, counted, one_line, with_causes};
use crate::settings::Connection;

/// What is said of a sandbox that has no users of its own.
const ANY_ID: &str = "the sandbox accepts every id: whether these users exist was not checked";

/// `--dry-run`: everything but sending.
pub(super) struct DryRunReport {
    pub(super) preview: Preview,
    pub(super) environment: String,
    pub(super) takes_any_id: bool,
}

impl Report for DryRunReport {
    fn text(&self) -> String {
        let Preview { send, unchanged, invalid, beyond, .. } = self.preview;
        let beyond = (beyond > 0).then_some(("beyond --limit", beyond));
        let numbers = [("to be sent", send), ("unchanged", unchanged), ("invalid", invalid)];
        let numbers = numbers.into_iter().chain(beyond);
        let numbers =
            numbers.map(|(name, number)| (name, number_of(name, number, &self.preview.done_before)));
        let any_id = if self.takes_any_id { format!("{ANY_ID}\n") } else { String::new() };
        format!("nothing was sent to {}\n{}{any_id}", one_line(&self.environment), columns(numbers))
    }

    fn json(&self) -> Value {
        let mut report = json!({
            "environment": self.environment,
            "toBeSent": self.preview.send,
            "unchanged": self.preview.unchanged,
            "invalid": self.preview.invalid,
            "beyondLimit": self.preview.beyond,
        });
        note_any_id(&mut report, self.takes_any_id);
        note_unchanged(&mut report, self.preview.unchanged, &self.preview.done_before);
        report
    }
}

/// A run over no rows, which needs no consent.
pub(super) struct EmptyReport {
    environment: String,
    is_rehearsal: bool,
}

impl EmptyReport {
    pub(super) fn of(connection: &Connection) -> Self {
        Self { environment: connection.environment(), is_rehearsal: connection.is_sandbox() }
    }
}

impl Report for EmptyReport {
    fn text(&self) -> String {
        columns([("rows", "0".to_owned())])
    }

    fn json(&self) -> Value {
        json!({
            "environment": self.environment,
            "rehearsal": self.is_rehearsal,
            "rows": 0,
            "counts": counts(RunKind::Rows, &Summary::default()),
            "stopped": null,
            "message": null,
            "results": null,
        })
    }
}

/// A number of rows; of those that are unchanged with how that is known.
fn number_of(name: &str, number: u64, done_before: &DoneBefore) -> String {
    if name == State::Unchanged.name() && number > 0 {
        format!("{number}: {}", not_asked(done_before))
    } else {
        number.to_string()
    }
}

/// Says in a report for programs how it is known of rows that are unchanged, where there are any.
fn note_unchanged(report: &mut Value, unchanged: u64, done_before: &DoneBefore) {
    if unchanged > 0 {
        report["unchangedNote"] = not_asked(done_before).into();
    }
}

/// Says in a report for programs which ids were accepted.
fn note_any_id(report: &mut Value, takes_any_id: bool) {
    if takes_any_id {
        report["idsNote"] = ANY_ID.into();
    }
}

/// How many rows came to each state, for programs.
fn counts(kind: RunKind, summary: &Summary) -> Map<String, Value> {
    let count = |state: &State| (camel_case(state.name()), summary.count(*state).into());
    kind.states().iter().map(count).collect()
}

/// What a run does for its rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum RunKind {
    Rows,
    Plan,
    Verification,
    Sync,
}

impl RunKind {
    const fn states(self) -> &'static [State] {
        match self {
            Self::Rows => &State::OF_UPDATES,
            Self::Plan | Self::Sync => &State::OF_PLANS,
            Self::Verification => &State::OF_VERIFICATIONS,
        }
    }

    /// What a row is that came to a good end.
    const fn success_word(self) -> &'static str {
        match self {
            Self::Rows | Self::Plan | Self::Sync => "done",
            Self::Verification => "confirmed",
        }
    }
}

/// What became of one row in each tenant.
#[derive(Default)]
pub(crate) struct Canary {
    pub(super) rows: u64,
    pub(super) confirmed: u64,
}

/// What a run came to.
pub(crate) struct RunReport {
    pub(crate) kind: RunKind,
    pub(crate) summary: Summary,
    /// Where the results are; nowhere yet if rows of the input have none, or why they are not whole.
    pub(crate) results: Result<Option<PathBuf>, FileError>,
    /// Where they are if they are not whole.
    pub(crate) partial: PathBuf,
    /// Why not all rows could be read, if so.
    pub(crate) unread: Option<String>,
    /// Cause of the latest unanswered row.
    pub(crate) cause: Option<String>,
    pub(crate) limit: Option<u64>,
    pub(crate) max_outage: Duration,
    pub(crate) environment: String,
    pub(crate) is_rehearsal: bool,
    /// Whether every id exists there.
    pub(crate) takes_any_id: bool,
    /// Whether a fresh journal was begun.
    pub(crate) is_fresh: bool,
    /// Where one row in each tenant was enough, what became of them.
    pub(crate) canary: Option<Canary>,
    /// How many rows have fields that no reading returns.
    pub(crate) unseen: u64,
}

impl RunReport {
    /// What a run came to. Its results get their name where it is whole.
    pub(crate) fn of(
        kind: RunKind,
        summary: Summary,
        results: ResultWriter,
        partial: PathBuf,
        unread: Option<String>,
        connected: &Connected,
        max_outage: Duration,
    ) -> Self {
        let cause = results.cause();
        // A sync that was stopped goes on where it was, and so do its results.
        let is_whole = unread.is_none() && (kind != RunKind::Sync || summary.stopped.is_none());
        let results = results.finish(is_whole);
        Self {
            kind,
            summary,
            results,
            partial,
            unread,
            cause,
            limit: None,
            max_outage,
            environment: connected.environment.clone(),
            is_rehearsal: connected.sandbox.is_some(),
            takes_any_id: connected.takes_any_id(),
            is_fresh: false,
            canary: None,
            unseen: 0,
        }
    }

    /// Whether all is well, and if not, with which exit code it ends.
    pub(crate) fn verdict(&self) -> Result<(), Failure> {
        let failed = |message| Err(Failure::Reported { code: code::FAILED, message });
        if let Some(message) = self.failed_canary() {
            return failed(message);
        }
        if let Some(end) = self.stopped() {
            return Err(end.into());
        }
        // One that went wrong failed above: the others were not attempted.
        if self.canary.is_some() {
            return Err(Failure::Noted { code: code::STOPPED, message: CANARY.to_owned() });
        }
        match undone(&self.summary) {
            0 => Ok(()),
            rows => {
                let (are, good) = (are(rows), self.kind.success_word());
                failed(format!("{} {are} not {good}; the results say why", counted(rows, "row")))
            }
        }
    }

    /// Why the run ended early, be it since one row in each tenant was enough.
    pub(crate) fn early_end(&self) -> Option<EarlyEnd> {
        let canary = || self.canary.as_ref().map(|_| EarlyEnd::stopped("canary", CANARY));
        self.stopped().or_else(canary)
    }

    /// Why the run stopped early.
    fn stopped(&self) -> Option<EarlyEnd> {
        let again = self.again();
        let (kind, message) = match (&self.summary.stopped, &self.results, &self.unread) {
            (Some(Stopped::Authentication(error)), ..) => return Some(EarlyEnd::refused(error)),
            (Some(Stopped::Journal(error)), ..) => ("journal", self.unwritten(error)),
            (_, Err(error), _) => ("results", self.unwritten(error)),
            (Some(Stopped::Requested), ..) => ("interrupted", format!("the run was told to stop; {again}")),
            (Some(Stopped::MaxFailures), ..) => ("max-failures", self.too_many_failures()),
            (Some(Stopped::Outage), ..) => {
                ("outage", format!("{}{}; {again}", self.outage(), self.last_cause()))
            }
            (Some(Stopped::MaxChanges(most)), ..) => {
                let users = counted(*most, "user");
                (
                    "max-changes",
                    format!("more than {users} would change (--max-changes); raise it, then {again}"),
                )
            }
            (Some(reason), ..) => ("other", format!("{}; {again}", with_causes(reason))),
            (None, _, Some(unread)) => ("input", format!("{unread}; {again}")),
            (None, ..) if self.summary.limited => ("limit", self.limited()),
            (None, ..) => return None,
        };
        Some(EarlyEnd::stopped(kind, message))
    }

    /// What is wrong with the row in each tenant that was to be enough, if the run came to its end.
    fn failed_canary(&self) -> Option<String> {
        let Canary { rows, confirmed } = self.canary.as_ref()?;
        let (undone, rest) = (undone(&self.summary), self.count(State::NotAttempted));
        let is_good = undone == rest && rows == confirmed;
        (!is_good && self.summary.stopped.is_none()).then(|| {
            let rows = counted(rows + undone - rest, "row");
            format!("of {rows}, one in each tenant, {confirmed} are done and confirmed; the results say more")
        })
    }

    /// How to go on, where the run can be gone on with.
    fn again(&self) -> &'static str {
        if self.is_rehearsal {
            "a rehearsal keeps no journal, and the next one sends every row"
        } else if self.is_fresh {
            "run the same command again without --fresh to go on"
        } else {
            "run the same command again to go on"
        }
    }

    fn unwritten(&self, error: &FileError) -> String {
        let (rows, text) = (self.summary.rows(), with_causes(error));
        let done = self.count(State::Done) + self.count(State::Unchanged);
        let done = format!("{done} of {} {} done", counted(rows, "row"), are(done));
        match (error.is_io(), self.is_rehearsal) {
            (true, false) => format!("{text}\n{done}; make room, then {}", self.again()),
            (true, true) => format!("{text}\n{done}; make room first; {}", self.again()),
            (false, _) => format!("{text}\n{done}"),
        }
    }

    fn too_many_failures(&self) -> String {
        let advice = if self.is_rehearsal {
            self.again()
        } else {
            "correct the refused rows, or raise --max-failures, then run it again to go on"
        };
        format!("more rows failed than --max-failures allows; {advice}")
    }

    /// Refused rows are sent again by the next run, before those that were beyond the limit.
    fn limited(&self) -> String {
        let again = [State::Already, State::Conflict, State::Gone, State::Unreadable, State::Refused];
        let refused = again.map(|state| self.count(state)).iter().sum::<u64>();
        let is_stuck = refused > 0 && self.limit.is_some_and(|limit| refused >= limit);
        let advice = if is_stuck && self.kind == RunKind::Plan && !self.is_rehearsal {
            "nothing was to be sent for these rows, and the next run would begin with the same ones: raise --limit"
        } else if is_stuck && !self.is_rehearsal {
            "every row that was sent was refused, and the next run would begin with the same ones: correct the \
             refused rows first"
        } else {
            self.again()
        };
        format!("the limit of this run is reached; {advice}")
    }

    fn outage(&self) -> String {
        outage(&self.summary, self.max_outage)
    }

    fn last_cause(&self) -> String {
        self.cause.as_ref().map(|cause| format!("; the last row: {cause}")).unwrap_or_default()
    }

    /// Where the results are, once they are whole.
    pub(crate) fn results(&self) -> Option<&Path> {
        self.results.as_ref().ok()?.as_deref()
    }

    /// Where the results are, for people.
    pub(crate) fn named_results(&self) -> String {
        self.results().map_or_else(|| printer::not_whole(&self.partial), printer::path)
    }

    /// What else is said of the rows.
    fn remarks(&self) -> Vec<(&'static str, String)> {
        let canary = self.canary.as_ref();
        let canary =
            canary.map(|Canary { rows, confirmed }| ("canary", format!("{confirmed} of {rows} confirmed")));
        let unseen =
            format!("{} of local users: no reading returns webPage, poBox and personalTitle", self.unseen);
        let unseen = (self.unseen > 0).then_some(("unseen", unseen));
        canary.into_iter().chain(unseen).collect()
    }

    fn count(&self, state: State) -> u64 {
        self.summary.count(state)
    }
}

const CANARY: &str =
    "one row in each tenant is done and confirmed; run the same command without --canary to go on";

/// What came last from a service whose outage lasted too long.
pub(crate) fn outage(summary: &Summary, max_outage: Duration) -> String {
    outage_of_run(summary, max_outage, "no row was done", "no row")
}

/// What came last from a service in place of readings.
pub(crate) fn outage_of_readings(summary: &Summary, max_outage: Duration) -> String {
    outage_of_run(summary, max_outage, "no user was read", "no reading")
}

fn outage_of_run(summary: &Summary, max_outage: Duration, nothing: &str, none: &str) -> String {
    let Summary { outage_wait, outage_status, .. } = *summary;
    outage_text(outage_wait, outage_status, summary.is_another_server(), max_outage, nothing, none)
}

/// What came last from a service in place of lists.
pub(crate) fn outage_of_lists(error: &ListError, wait: Option<Duration>, max_outage: Duration) -> String {
    let status = error.error().status();
    let (nothing, none) = ("nothing was listed", "no list");
    outage_text(wait, status, error.is_another_server(), max_outage, nothing, none)
}

fn outage_text(
    wait: Option<Duration>,
    status: Option<u16>,
    is_another_server: bool,
    max_outage: Duration,
    nothing: &str,
    none: &str,
) -> String {
    let max_outage = duration_text(max_outage);
    match (wait, status) {
        (Some(wait), _) => format!(
            "the service asks to wait {} s, which is more than is left of --max-outage {max_outage}",
            wait.as_secs_f64().ceil()
        ),
        (None, Some(status)) if is_another_server => format!(
            "the service answers, but with {status}, which is no answer of this API; check the base URL, the token \
             URL and what stands in between"
        ),
        (None, Some(status)) => format!(
            "the service answers, but with {status}, and {nothing} for longer than --max-outage {max_outage}"
        ),
        (None, None) => {
            format!("the service answered {none} for longer than --max-outage {max_outage}")
        }
    }
}

fn undone(summary: &Summary) -> u64 {
    let undone = State::ALL.into_iter().filter(|state| !state.is_success());
    undone.map(|state| summary.count(state)).sum()
}

impl Report for RunReport {
    fn text(&self) -> String {
        let counts = State::ALL.map(|state| (state.name(), self.count(state)));
        let counts = counts.into_iter().filter(|(_, count)| *count > 0);
        let counts = counts.map(|(name, count)| (name, number_of(name, count, &self.summary.done_before)));
        let rows = [("rows", self.summary.rows().to_string())].into_iter().chain(counts);
        let columns = columns(rows.chain(self.remarks()).chain([("results", self.named_results())]));
        let environment = one_line(&self.environment);
        let all = self.count(State::Done) == self.summary.rows();
        let sent = if all { "" } else { " that was sent" };
        match (self.is_rehearsal, self.takes_any_id) {
            (false, _) => format!("{environment}:\n{columns}"),
            (true, true) => format!(
                "a rehearsal in the {environment}, which accepts every id:\n{columns}a rehearsal: nothing real was changed, \
                 and every id{sent} was accepted\n"
            ),
            (true, false) => format!(
                "a rehearsal in the {environment}:\n{columns}a rehearsal: nothing real was changed, and other users than \
                 those of --sandbox-users were refused\n"
            ),
        }
    }

    fn json(&self) -> Value {
        let (stopped, message) = self.early_end().map(EarlyEnd::members).unzip();
        let mut report = json!({
            "environment": self.environment,
            "rehearsal": self.is_rehearsal,
            "rows": self.summary.rows(),
            "counts": counts(self.kind, &self.summary),
            "stopped": stopped,
            "message": message,
            "results": self.results().map(Path::to_string_lossy),
        });
        note_any_id(&mut report, self.takes_any_id);
        note_unchanged(&mut report, self.count(State::Unchanged), &self.summary.done_before);
        if let Some(Canary { rows, confirmed }) = &self.canary {
            report["canary"] = json!({ "rows": rows, "confirmed": confirmed });
        }
        if self.kind == RunKind::Verification {
            report["unseen"] = self.unseen.into();
        }
        report
    }
}
