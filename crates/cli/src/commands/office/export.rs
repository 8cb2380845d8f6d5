//! `office export`: what the service holds, as a sheet that can be planned. Nothing is changed.

mod report;

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::time::SystemTime;

use avepoint_elements::{Customer, Elements, ListSummary, UserKey};
use avepoint_elements_bulk::directory::{ListError, ListOptions, list_customers};
use avepoint_elements_bulk::export::{Draft, ExportHeader, ExportTenant, TenantUsers, list_users};
use avepoint_elements_bulk::{FileError, Item, Outcome, Run, State, Summary};
use futures_util::{Stream, stream};

use super::apply::drive::{self, Event};
use super::plan::progress::PlanProgress;
use super::plan::users::{interrupted_list, not_listed};
use crate::commands::conclude;
use crate::commands::users::named_tenants::{SelectedTenant, named_tenants};
use crate::connection::Connected;
use crate::failure::Failure;
use crate::interrupt::{Interrupts, Listener};
use crate::printer::{self, Printer, counted, note};
use crate::progress_line::ProgressDisplay;
use crate::settings::Export;
use report::{ExportReport, Unread};

pub(crate) async fn run(settings: Export, printer: Printer, interrupts: &Interrupts) -> Result<(), Failure> {
    settings.connection.require_users()?;
    let report = export(&settings, interrupts).await?;
    conclude(printer, &report, report.verdict())
}

async fn export(settings: &Export, interrupts: &Interrupts) -> Result<ExportReport, Failure> {
    let connected = settings.connection.open().await?;
    let draft = draft(settings, &connected)?;
    let mut listener = interrupts.listen("interrupted; nothing was changed");
    let mut progress = PlanProgress::new(settings.quiet, ProgressDisplay::on_stderr());
    let elements = connected.elements.clone().with_unbounded_queue_wait();
    let listed = async {
        let customers = customers(&elements, settings, &mut progress);
        let (tenants, problems) = named_tenants(&settings.tenants, customers).await?;
        Ok::<_, Failure>((lists(&elements, tenants, settings, &mut progress).await?, problems))
    };
    let (lists, problems) = tokio::select! {
        biased;
        () = listener.interrupt() => Err(interrupted_list()),
        listed = listed => listed,
    }?;
    let (mut listed, mut to_read): (HashSet<_>, Vec<_>) = Default::default();
    for target in lists.iter().flat_map(TenantUsers::targets) {
        if listed.insert(target.user.clone()) && !draft.users().contains(&target.user) {
            to_read.push(Item::Export(target.user.clone(), target));
        }
    }
    let read_earlier = listed.len() - to_read.len();
    say_cost(read_earlier, to_read.len(), lists.len(), &draft);
    let mut report = ExportReport::new(settings, connected.environment, &lists, problems);
    report.read_earlier = read_earlier as u64;
    progress.begin_readings(to_read.len());
    let run = settings.pace.bulk().run(&connected.elements, stream::iter(to_read));
    let mut recorder = ExportRecorder { draft, unread: Vec::new(), cause: None, failed: None };
    let summary = recorder.add_all(run, &mut progress, &mut listener).await;
    progress.line.end();
    Ok(recorder.end(settings, &listed, summary, report))
}

/// Goes on with what an interrupted export has read, or begins.
fn draft(settings: &Export, connected: &Connected) -> Result<Draft, Failure> {
    let mut header = ExportHeader::new(connected.elements.base_url(), SystemTime::now());
    header.sandbox = connected.sandbox_users;
    Draft::open(&settings.out, &header).map_err(|error| Failure::at_start(&error, "--out"))
}

/// How lists are asked for, and why they failed.
fn list_options(settings: &Export) -> (ListOptions, impl Fn(ListError) -> Failure) {
    let pace = &settings.pace;
    let options = ListOptions::new().concurrency(pace.concurrency).max_outage(pace.max_outage);
    (options, |error| not_listed(error, pace.max_outage))
}

/// Lists the customers.
async fn customers(
    elements: &Elements,
    settings: &Export,
    progress: &mut PlanProgress,
) -> Result<(Vec<Customer>, ListSummary), Failure> {
    let (options, failed) = list_options(settings);
    list_customers(elements, options, |wait| progress.waiting(wait)).await.map_err(failed)
}

/// Lists the users.
async fn lists(
    elements: &Elements,
    tenants: Vec<SelectedTenant>,
    settings: &Export,
    progress: &mut PlanProgress,
) -> Result<Vec<TenantUsers>, Failure> {
    let tenant = |SelectedTenant { customer, customer_name, tenant, tenant_name }| {
        let (customer_name, tenant_name) =
            (customer_name.unwrap_or_default(), tenant_name.unwrap_or_default());
        ExportTenant { customer, customer_name, tenant, tenant_name }
    };
    let (options, failed) = list_options(settings);
    let tenants = tenants.into_iter().map(tenant).collect();
    list_users(elements, tenants, options, |lists| progress.listed(lists)).await.map_err(failed)
}

/// Says how many requests follow, before the first.
fn say_cost(known: usize, to_read: usize, tenants: usize, draft: &Draft) {
    if known > 0 {
        note(&format!(
            "note: {} were read by an export that began at {} and was interrupted, and are not read again; remove {} to \
             read all",
            counted(known as u64, "user"),
            draft.time(),
            printer::path(draft.partial())
        ));
    }
    let (to_read, tenants) = (counted(to_read as u64, "user"), counted(tenants as u64, "tenant"));
    note(&format!("note: {to_read} of {tenants} are read, with one request each"));
}

/// How many users who cannot be read are named while others are.
const MAX_MESSAGES: usize = 20;

/// What is written down while users are read.
struct ExportRecorder {
    draft: Draft,
    unread: Vec<Unread>,
    /// Cause of the latest unanswered reading.
    cause: Option<String>,
    /// Why the readings cannot be written.
    failed: Option<FileError>,
}

impl ExportRecorder {
    /// Writes down what comes of users.
    async fn add_all(
        &mut self,
        mut run: Run<UserKey, impl Stream<Item = Item<UserKey>> + Unpin + Send + 'static>,
        progress: &mut PlanProgress,
        listener: &mut Listener,
    ) -> Summary {
        drive::drive_with(&mut run, listener, |run, event| {
            match event {
                Event::Interrupted => progress.stopping(),
                Event::Tick { .. } => {
                    self.attempt(Draft::flush);
                    progress.show(drive::wait(run));
                }
                Event::Result(user, outcome) => self.add(&user, outcome, progress),
            }
            if self.failed.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .await;
        run.summary().clone()
    }

    fn add(&mut self, user: &UserKey, outcome: Outcome, progress: &mut PlanProgress) {
        // Of those that were not attempted, some found no connection; a refusal is no cause of an outage.
        if outcome.error().is_some() && matches!(outcome.state, State::Failed | State::NotAttempted) {
            self.cause = Some(outcome.reason.clone());
        }
        if outcome.state == State::NotAttempted {
            return;
        }
        progress.read(outcome.exported.is_none());
        match outcome.exported {
            Some(row) => self.attempt(|draft| draft.add(&row)),
            None => self.add_unread(Unread::new(user, outcome.reason)),
        }
    }

    fn add_unread(&mut self, unread: Unread) {
        match self.unread.len() {
            said if said < MAX_MESSAGES => note(&format!("error: {unread}")),
            MAX_MESSAGES => note("note: further users who cannot be read are counted in the report alone"),
            _ => {}
        }
        self.unread.push(unread);
    }

    fn attempt(&mut self, write: impl FnOnce(&mut Draft) -> Result<(), FileError>) {
        if self.failed.is_none() {
            self.failed = write(&mut self.draft).err();
        }
    }

    /// Writes the sheet, where the run came to its end. What was read stays where it did not.
    fn end(
        mut self,
        settings: &Export,
        listed: &HashSet<UserKey>,
        summary: Summary,
        mut report: ExportReport,
    ) -> ExportReport {
        self.attempt(Draft::flush);
        let Self { draft, unread, cause, mut failed } = self;
        if failed.is_none() && summary.stopped.is_none() {
            match draft.finish(settings.format, |user| listed.contains(user)) {
                Ok(sheet) => report.sheet = Some(sheet),
                Err(error) => failed = Some(error),
            }
        }
        (report.unread, report.failed, report.summary) = (unread, failed, summary);
        report.cause = cause;
        report
    }
}
