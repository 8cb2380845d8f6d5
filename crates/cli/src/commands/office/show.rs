//! `office show`: a plan, for people and for programs.

mod html;
mod overview;
mod users;

use std::collections::BTreeSet;
use std::path::Path;

use avepoint_elements_bulk::plan::{Overview, Plan, Selection, TenantCounts};
use avepoint_elements_bulk::{excerpt, partial_name};

use super::partial_sync;
use crate::failure::Failure;
use crate::printer::{self, MAX_NAMED, OutputFormat, Printer, note};
use crate::settings::Show;
use crate::suggestion::did_you_mean;

pub(crate) fn run(settings: &Show, printer: Printer) -> Result<(), Failure> {
    let plan = open(&settings.plan)?;
    check_customer(&plan, &settings.selection)?;
    if plan.counts().is_none() && !plan.is_interrupted_sync() {
        note(&format!(
            "warning: the end of the plan {} is missing, so it may lack users and may have been changed; it cannot be applied",
            printer::path(plan.path())
        ));
    }
    if let Some(pages) = &settings.pages {
        return Ok(printer.print(&html::write(&plan, settings, pages)?)?);
    }
    let selection = &settings.selection;
    match printer.format() {
        OutputFormat::Text => {
            let mut overview = Overview::of(&plan, selection)?;
            printer.print_text(&overview::text(&plan, &overview))?;
            users::print_text(&plan, selection, &mut overview, printer)
        }
        OutputFormat::Json => json(&plan, selection, printer),
        OutputFormat::Ndjson => users::print_objects(&plan, selection, printer, "\n"),
        OutputFormat::Csv => users::print_csv(&plan, selection, printer),
    }
}

/// Opens a plan, or what an interrupted sync left of it. Of one that is not there, what an interrupted planning left is named.
fn open(path: &Path) -> Result<Plan, Failure> {
    if let Some(plan) = partial_sync::find(path)? {
        return Ok(plan);
    }
    let partial = partial_name(path);
    if !path.exists() && partial.exists() {
        return Err(Failure::usage(format!(
            "there is no plan {} yet: planning was interrupted, and the same `elements office plan` goes on with {}",
            printer::path(path),
            printer::path(&partial)
        )));
    }
    Ok(Plan::open_incomplete(path)?)
}

/// Refuses a customer of whom no row of the plan is.
fn check_customer(plan: &Plan, selection: &Selection) -> Result<(), Failure> {
    let (Some(given), Some(counts)) = (&selection.customer, plan.counts()) else { return Ok(()) };
    let names = |tenant: &TenantCounts| [Some(tenant.customer.clone()), tenant.names.customer.clone()];
    if counts.tenants.iter().flat_map(names).flatten().any(|name| name == *given) {
        return Ok(());
    }
    let known = |tenant: &TenantCounts| tenant.names.customer.clone().unwrap_or(tenant.customer.clone());
    let known: BTreeSet<_> = counts.tenants.iter().map(known).collect();
    let few: Vec<_> = known.iter().take(MAX_NAMED).map(|name| excerpt(name)).collect();
    let more = if known.len() > MAX_NAMED { ", …" } else { "" };
    Err(Failure::usage(format!(
        "no row of the plan is of a customer with the id or the exact name \"{}\"{}; the plan has {}{more}",
        excerpt(given),
        did_you_mean(given, known.iter().map(String::as_str)),
        if few.is_empty() { "none".to_owned() } else { few.join(", ") }
    )))
}

/// One object, which is written as the users are read.
fn json(plan: &Plan, selection: &Selection, printer: Printer) -> Result<(), Failure> {
    let overview = overview::json(plan, &Overview::of(plan, selection)?);
    printer.print_with_list(&overview, "changes", || users::print_objects(plan, selection, printer, ","))
}
