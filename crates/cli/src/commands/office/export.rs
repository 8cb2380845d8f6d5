//! `office export`: what the service holds, as a sheet that can be planned. Nothing is changed.

mod report;

use std::collections::HashSet;
use std::time::{Duration, SystemTime};

use avepoint_elements::{Customer, Elements, ListSummary, UserKey};
use avepoint_elements_bulk::directory::{ListError, ListOptions, list_customers};
use avepoint_elements_bulk::export::{
    Draft, ExportHeader, ExportRow, ExportTenant, Exporter, ReadFailure, TenantUsers,
};
use futures_util::{Stream, StreamExt};

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
use report::{ExportReport, ExportStop, Unread};

/// How often progress is shown, and readings are handed to the system.
const TICK: Duration = Duration::from_millis(200);

/// How many readings fail one after the other before an export stops: each was tried again as often as any call.
const FAILURES_OF_OUTAGE: u32 = 10;

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
    let exporter = Exporter::new(&elements, settings.concurrency);
    let listed = async {
        let customers = customers(&elements, settings, &mut progress);
        let (tenants, problems) = named_tenants(&settings.tenants, customers).await?;
        Ok::<_, Failure>((lists(&exporter, tenants, settings, &mut progress).await?, problems))
    };
    let (lists, problems) = tokio::select! {
        biased;
        () = listener.interrupt() => Err(interrupted_list()),
        listed = listed => listed,
    }?;
    let mut to_read: Vec<_> = lists.iter().flat_map(TenantUsers::keys).collect();
    let listed: HashSet<_> = to_read.iter().map(|(_, user)| user.clone()).collect();
    let all = to_read.len();
    to_read.retain(|(_, user)| !draft.users().contains(user));
    say_cost(all - to_read.len(), to_read.len(), lists.len(), &draft);
    let mut report = ExportReport::new(settings, connected.environment, &lists, problems);
    let mut recorder = ExportRecorder { draft, unread: Vec::new(), failures: 0, stopped: None };
    report.read_earlier = (listed.len() - to_read.len()) as u64;
    progress.begin_readings(to_read.len());
    let readings = std::pin::pin!(exporter.read(to_read));
    recorder.add_all(&exporter, readings, &mut progress, &mut listener).await;
    progress.line.end();
    Ok(recorder.end(settings, &listed, report))
}

/// Goes on with what an interrupted export has read, or begins.
fn draft(settings: &Export, connected: &Connected) -> Result<Draft, Failure> {
    let mut header = ExportHeader::new(connected.elements.base_url(), SystemTime::now());
    header.sandbox = connected.sandbox_users;
    Draft::open(&settings.out, &header).map_err(|error| Failure::at_start(&error, "--out"))
}

/// How lists are asked for, and why they failed.
fn list_options(settings: &Export) -> (ListOptions, impl Fn(ListError) -> Failure) {
    let Export { concurrency, max_outage, .. } = *settings;
    let options = ListOptions::new().concurrency(concurrency).max_outage(max_outage);
    (options, move |error| not_listed(error, max_outage))
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
    exporter: &Exporter,
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
    exporter.list(tenants, options, |lists| progress.listed(lists)).await.map_err(failed)
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
    /// How many readings failed one after the other, without an answer about the user.
    failures: u32,
    stopped: Option<ExportStop>,
}

impl ExportRecorder {
    /// Writes down what comes. An interrupt lets readings under way end.
    async fn add_all(
        &mut self,
        exporter: &Exporter,
        mut readings: impl Stream<Item = (UserKey, Result<ExportRow, ReadFailure>)> + Unpin,
        progress: &mut PlanProgress,
        listener: &mut Listener,
    ) {
        let mut ticks = tokio::time::interval(TICK);
        let mut interrupted = false;
        loop {
            tokio::select! {
                biased;
                () = listener.interrupt(), if !interrupted => {
                    interrupted = true;
                    self.stop(exporter, ExportStop::Interrupted);
                    progress.stopping();
                }
                _ = ticks.tick() => {
                    progress.show(None);
                    let flushed = self.draft.flush();
                    self.check(exporter, flushed);
                }
                reading = readings.next() => match reading {
                    Some((_, Ok(row))) => {
                        self.failures = 0;
                        progress.read(false);
                        let added = self.draft.add(&row);
                        self.check(exporter, added);
                    }
                    Some((user, Err(failure))) => {
                        progress.read(true);
                        self.add_failure(exporter, &user, failure);
                    }
                    None => return,
                },
            }
        }
    }

    fn add_failure(&mut self, exporter: &Exporter, user: &UserKey, failure: ReadFailure) {
        let unread = Unread::new(user, failure.reason);
        match self.unread.len() {
            said if said < MAX_MESSAGES => note(&format!("error: {unread}")),
            MAX_MESSAGES => note("note: further users who cannot be read are counted in the report alone"),
            _ => {}
        }
        self.failures = if failure.is_of_user { 0 } else { self.failures + 1 };
        if let Some(error) = failure.error.filter(|_| failure.is_fatal) {
            self.stop(exporter, ExportStop::Fatal(error));
        } else if self.failures == FAILURES_OF_OUTAGE {
            self.stop(exporter, ExportStop::Outage(unread.reason.clone()));
        }
        self.unread.push(unread);
    }

    fn check(&mut self, exporter: &Exporter, written: Result<(), avepoint_elements_bulk::FileError>) {
        if let Err(error) = written {
            self.stop(exporter, ExportStop::File(error));
        }
    }

    /// Begins no further reading; the first reason counts.
    fn stop(&mut self, exporter: &Exporter, why: ExportStop) {
        exporter.stop();
        self.stopped.get_or_insert(why);
    }

    /// Writes the sheet, where all users were read that could be. What was read stays where they were not.
    fn end(self, settings: &Export, listed: &HashSet<UserKey>, mut report: ExportReport) -> ExportReport {
        let Self { mut draft, unread, mut stopped, .. } = self;
        report.unread = unread;
        if stopped.is_none() {
            match draft.finish(settings.format, |user| listed.contains(user)) {
                Ok(sheet) => report.sheet = Some(sheet),
                Err(error) => stopped = Some(ExportStop::File(error)),
            }
        } else if let Err(error) = draft.flush() {
            stopped = Some(ExportStop::File(error));
        }
        report.stopped = stopped;
        report
    }
}
