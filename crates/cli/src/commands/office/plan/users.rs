//! From the rows to their users.

use std::time::Duration;

use avepoint_elements::Elements;
use avepoint_elements_bulk::directory::{
    DirectoryFile, KeyIndex, ListError, ListOptions, ListProgress, Resolved, RowKeys, Search, TenantProblem,
    TooManyLines,
};
use avepoint_elements_bulk::{PlanCheck, Table, check_plan, directory, excerpt};

use super::super::apply::report::outage_of_lists;
use super::progress::PlanProgress;
use crate::failure::Failure;
use crate::interrupt::Listener;
use crate::printer::{counted, note, thousands, with_causes};
use crate::problem_groups::ProblemGroups;
use crate::rows::{add_all, half_understood, not_read, sheet_notes, unreadable};
use crate::settings::Plan;
use crate::suggestion::did_you_mean;

/// The keys of all rows.
pub(super) struct RowsToFind {
    index: KeyIndex,
    /// How many rows are looked for in all tenants in reach.
    searched: u64,
    /// How many values are suspicious, and planned all the same.
    pub(super) warnings: u64,
}

/// Checks every row, says what is found, and notes the keys.
pub(super) fn index(table: &mut Table, settings: &Plan) -> Result<RowsToFind, Failure> {
    let (customer, tenant) = (settings.customer.as_deref(), settings.tenant.as_deref());
    let mut rows = RowsToFind { index: KeyIndex::new(customer, tenant), searched: 0, warnings: 0 };
    let (mut groups, mut too_many) = (ProblemGroups::default(), None);
    let checked = check_plan(table, |row| {
        if let Err(error) = rows.add(row, tenant.is_some(), &mut groups) {
            too_many.get_or_insert(error);
        }
    });
    groups.say("the results of the plan name those of every row");
    checked.map_err(|error| unreadable(&error))?;
    if let Some(error) = too_many {
        return Err(Failure::Input(error.to_string()));
    }
    let notes = sheet_notes(table).into_iter().chain(not_read(table.unknown_columns()));
    for message in notes.filter(|_| !settings.files.quiet) {
        note(&format!("note: {message}"));
    }
    if let Some(message) = half_understood(table) {
        note(&format!("warning: {message}"));
    }
    Ok(rows)
}

impl RowsToFind {
    fn add(
        &mut self,
        row: PlanCheck<'_>,
        has_tenant: bool,
        groups: &mut ProblemGroups,
    ) -> Result<(), TooManyLines> {
        let PlanCheck { line, keys, problems, mut warnings, .. } = row;
        let keys = RowKeys::of(line, &keys);
        match keys.mistake().filter(|_| problems.is_empty()) {
            Some(mistake) => {
                groups.add_error_of_row(line, &mistake.to_string());
                // A key that names no user is not used.
                let of_keys = [keys.user, keys.user_principal_name, keys.mail].map(excerpt);
                warnings
                    .retain(|warning| warning.value.as_ref().is_none_or(|value| !of_keys.contains(value)));
            }
            None if keys.tenant.is_empty() && !has_tenant => self.searched += 1,
            None => {}
        }
        self.warnings += warnings.len() as u64;
        add_all(groups, problems, warnings);
        self.index.add(&keys)
    }

    /// Says what it costs to look in every tenant, before that is done.
    fn say_cost(searched: u64, tenants: usize) {
        let (rows, tenants) = (counted(searched, "row"), tenants as u64);
        note(&format!(
            "note: {rows} {} no tenant, so the users of {} are listed: one request for each 100 users, at least {}. A \
             column tenant, --tenant or --customer makes it fewer",
            if searched == 1 { "names" } else { "name" },
            counted(tenants, "tenant"),
            thousands(tenants)
        ));
    }
}

/// Finds the users, unless it is interrupted.
pub(super) async fn resolve(
    elements: &Elements,
    RowsToFind { index, searched, .. }: RowsToFind,
    directory: Option<DirectoryFile>,
    settings: &Plan,
    progress: &mut PlanProgress,
    listener: &mut Listener,
) -> Result<Resolved, Failure> {
    let options = ListOptions::new().concurrency(settings.concurrency).max_outage(settings.max_outage);
    let failed = |error| not_listed(error, settings.max_outage);
    let mut is_first = true;
    let listed = |lists: ListProgress| {
        if std::mem::take(&mut is_first) && searched > 0 && lists.tenants > 0 && !settings.files.quiet {
            RowsToFind::say_cost(searched, lists.tenants);
        }
        progress.listed(lists);
    };
    tokio::select! {
        biased;
        () = listener.interrupt() => Err(interrupted_list()),
        resolved = async {
            let Some(directory) = directory else {
                return directory::resolve(elements, index, options, listed).await.map_err(failed);
            };
            let search = search(index, directory)?;
            directory::list_rest(elements, search, options, listed).await.map_err(failed)
        } => resolved,
    }
}

/// Why a command ends before any user was read: the lists of customers and users did not come.
pub(crate) fn not_listed(error: ListError, max_outage: Duration) -> Failure {
    match error {
        ListError::Outage { wait, .. } => {
            let outage = outage_of_lists(&error, wait, max_outage);
            Failure::Stopped {
                kind: "outage",
                message: format!(
                    "{outage}; the last list: {}; no user was read, run the same command again",
                    with_causes(error.error())
                ),
            }
        }
        error => Failure::Elements(error.error().clone()),
    }
}

pub(crate) fn interrupted_list() -> Failure {
    Failure::Stopped {
        kind: "interrupted",
        message: "interrupted while users were listed, before any was read; run the same command again"
            .to_owned(),
    }
}

/// Looks for the users in a directory first.
fn search(index: KeyIndex, directory: DirectoryFile) -> Result<Search, Failure> {
    let incomplete = directory.incomplete_tenants() as u64;
    if incomplete > 0 {
        note(&format!(
            "note: the directory does not have all users of {}: those that rows may be in are listed",
            counted(incomplete, "tenant")
        ));
    }
    let mut search = index.search(Some(&directory.customers()));
    directory.show(&mut search)?;
    Ok(search)
}

/// Why no row is planned: the flags name no customer or tenant.
pub(super) fn no_selection(settings: &Plan, resolved: &Resolved, problem: TenantProblem) -> Failure {
    let flags = [("--customer", &settings.customer), ("--tenant", &settings.tenant)];
    let given = flags.into_iter().filter_map(|(flag, name)| Some((flag, name.as_deref()?)));
    let given: Vec<_> = given.map(|(flag, name)| format!("{flag} \"{}\"", excerpt(name))).collect();
    let what = match problem {
        TenantProblem::UnknownCustomer => "no customer in reach has this id or exact name",
        TenantProblem::UnknownTenant => "no tenant in reach has this id or exact name",
        TenantProblem::AmbiguousCustomer => "several customers have this name; give the id",
        TenantProblem::AmbiguousTenant => "several tenants have this name; give the id, or the customer",
        _ => "the service's list of customers was incomplete; plan again, or give ids",
    };
    let near = match problem {
        TenantProblem::UnknownCustomer => near(settings.customer.as_deref(), resolved.customer_names()),
        TenantProblem::UnknownTenant => near(settings.tenant.as_deref(), resolved.tenant_names()),
        _ => String::new(),
    };
    Failure::usage(format!(
        "{}: {what}{near}; `elements customers list` shows those in reach",
        given.join(" ")
    ))
}

fn near<'a>(given: Option<&str>, names: impl Iterator<Item = &'a str>) -> String {
    given.map(|given| did_you_mean(given, names)).unwrap_or_default()
}
