//! What is said after an export.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use avepoint_elements::UserKey;
use avepoint_elements_bulk::export::{Sheet, TenantUsers};
use avepoint_elements_bulk::{FileError, KEEP, Stopped, Summary, partial_name};
use serde_json::{Value, json};

use super::super::apply::report::outage_of_readings;
use crate::failure::{EarlyEnd, Failure, code};
use crate::printer::{
    self, MAX_NAMED, Report, are, columns, counted, one_line, scene, thousands, with_causes,
};
use crate::settings::Export;

/// A user who could not be read.
#[derive(Debug)]
pub(super) struct Unread {
    user: UserKey,
    pub(super) reason: String,
}

impl Unread {
    pub(super) fn new(user: &UserKey, reason: String) -> Self {
        Self { user: user.clone(), reason }
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let UserKey { customer, tenant, user, .. } = &self.user;
        write!(f, "user {user} of tenant {tenant} of customer {customer}: {}", self.reason)
    }
}

pub(super) struct ExportReport {
    environment: String,
    is_rehearsal: bool,
    out: PathBuf,
    tenants: u64,
    users: u64,
    /// What is wrong with lists.
    problems: Vec<String>,
    pub(super) read_earlier: u64,
    pub(super) unread: Vec<Unread>,
    /// None where it stopped early.
    pub(super) sheet: Option<Sheet>,
    /// Why the readings or the sheet cannot be written.
    pub(super) failed: Option<FileError>,
    /// Of the readings.
    pub(super) summary: Summary,
    /// Cause of the latest unanswered reading.
    pub(super) cause: Option<String>,
    max_outage: Duration,
}

impl ExportReport {
    pub(super) fn new(
        settings: &Export,
        environment: String,
        lists: &[TenantUsers],
        mut problems: Vec<String>,
    ) -> Self {
        let problem =
            |list: &TenantUsers| Some(format!("tenant {}: {}", list.tenant.tenant, list.problem()?));
        problems.extend(lists.iter().filter_map(problem));
        Self {
            environment,
            is_rehearsal: settings.connection.is_sandbox(),
            out: settings.out.clone(),
            tenants: lists.len() as u64,
            users: lists.iter().map(|list| list.users.len() as u64).sum(),
            problems,
            read_earlier: 0,
            unread: Vec::new(),
            sheet: None,
            failed: None,
            summary: Summary::default(),
            cause: None,
            max_outage: settings.pace.max_outage,
        }
    }

    /// Whether all is well, and if not, with which exit code it ends.
    pub(super) fn verdict(&self) -> Result<(), Failure> {
        if let Some(end) = self.stopped() {
            return Err(end.into());
        }
        let unread = self.unread.len() as u64;
        let users =
            (unread > 0).then(|| format!("{} {} not in the sheet", counted(unread, "user"), are(unread)));
        let lists = self.problems.len() as u64;
        let lists = (lists > 0).then(|| format!("{} may lack users", counted(lists, "list")));
        match [users, lists].into_iter().flatten().collect::<Vec<_>>().join(", and ") {
            message if message.is_empty() => Ok(()),
            message => Err(Failure::Reported { code: code::FAILED, message }),
        }
    }

    /// Why it stopped early.
    fn stopped(&self) -> Option<EarlyEnd> {
        const AGAIN: &str = "there is no sheet yet; run the same command again to go on";
        if let Some(error) = &self.failed {
            let message = with_causes(error);
            // Where the system is not why, it says itself what is to be done, and the same command does not go on.
            let message = if error.is_io() { format!("{message}; {AGAIN}") } else { message };
            return Some(EarlyEnd::stopped("file", message));
        }
        Some(match self.summary.stopped.as_ref()? {
            Stopped::Authentication(error) => EarlyEnd::refused(error),
            Stopped::Outage => {
                let outage = outage_of_readings(&self.summary, self.max_outage);
                let last = self.cause.as_ref().map(|cause| format!("; the last reading: {cause}"));
                EarlyEnd::stopped("outage", format!("{outage}{}; {AGAIN}", last.unwrap_or_default()))
            }
            _ => EarlyEnd::stopped("interrupted", format!("the export was told to stop; {AGAIN}")),
        })
    }

    /// The users who are not in the sheet, and the lists that may lack some.
    fn missing(&self) -> String {
        let unread = self.unread.iter().take(MAX_NAMED).map(|unread| format!("not exported: {unread}\n"));
        let more = self.unread.len().saturating_sub(MAX_NAMED) as u64;
        let more = (more > 0).then(|| format!("not exported: {} more\n", counted(more, "user")));
        let problems = self.problems.iter().map(|problem| format!("may lack users: {problem}\n"));
        unread.chain(more).chain(problems).map(|line| one_line(line.trim_end()).into_owned() + "\n").collect()
    }
}

impl Report for ExportReport {
    fn text(&self) -> String {
        let mut lines = vec![("tenants", thousands(self.tenants)), ("users", thousands(self.users))];
        if self.read_earlier > 0 {
            lines.push(("read earlier", thousands(self.read_earlier)));
        }
        if !self.unread.is_empty() {
            lines.push(("not exported", thousands(self.unread.len() as u64)));
        }
        match &self.sheet {
            Some(sheet) => {
                lines.push(("exported", thousands(sheet.users)));
                if sheet.kept > 0 {
                    let values = counted(sheet.kept, "value");
                    lines
                        .push(("kept", format!("{values} stand as {KEEP}, since a sheet cannot carry them")));
                }
                lines.push(("sheet", printer::path(&sheet.path)));
            }
            None => lines.push(("sheet", printer::not_whole(&partial_name(&self.out)))),
        }
        let scene = scene(&self.environment, self.is_rehearsal);
        format!("{scene}; nothing was changed:\n{}{}", columns(lines), self.missing())
    }

    fn json(&self) -> Value {
        let (stopped, message) = self.stopped().map(EarlyEnd::members).unzip();
        let sheet = self.sheet.as_ref();
        let unread = self.unread.iter().map(|Unread { user, reason }| {
            json!({
                "customer": user.customer.as_str(),
                "tenant": user.tenant.as_str(),
                "user": user.user.as_str(),
                "reason": reason,
            })
        });
        json!({
            "environment": self.environment,
            "rehearsal": self.is_rehearsal,
            "tenants": self.tenants,
            "users": self.users,
            "readEarlier": self.read_earlier,
            "exported": sheet.map(|sheet| sheet.users),
            "kept": sheet.map(|sheet| sheet.kept),
            "notExported": self.unread.len(),
            "unread": unread.collect::<Vec<_>>(),
            "problems": self.problems,
            "stopped": stopped,
            "message": message,
            "sheet": sheet.map(|sheet| sheet.path.to_string_lossy()),
        })
    }
}
