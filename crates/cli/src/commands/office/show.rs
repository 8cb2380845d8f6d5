//! `office show`: a plan, for people and for programs.

mod html;
mod overview;
mod users;

use avepoint_elements_bulk::plan::{Overview, Plan, Selection};

use crate::failure::Failure;
use crate::printer::{self, OutputFormat, Printer, json_text, note};
use crate::settings::Show;

pub(crate) fn run(settings: &Show, printer: Printer) -> Result<(), Failure> {
    let plan = Plan::open_incomplete(&settings.plan)?;
    if plan.counts().is_none() {
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

/// One object, which is written as the users are read.
fn json(plan: &Plan, selection: &Selection, printer: Printer) -> Result<(), Failure> {
    let overview = overview::json(plan, &Overview::of(plan, selection)?);
    let text = json_text(&overview);
    let open = text.strip_suffix('}').unwrap_or(&text);
    printer.print_text(&format!("{open},\"changes\":["))?;
    users::print_objects(plan, selection, printer, ",")?;
    Ok(printer.print_text("]}\n")?)
}
