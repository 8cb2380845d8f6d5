//! The users of a plan: old values and new ones.

use avepoint_elements_bulk::FileError;
use avepoint_elements_bulk::plan::{Edit, LocalFields, Overview, Plan, PlannedUser, Selection};
use serde_json::{Value, json};

use super::overview::name;
use crate::failure::Failure;
use crate::printer::{BUFFERED, Printer, json_text, one_line, thousands};
use crate::table::{Column, Table};

/// Each change with its first user, and how many others of the tenant have it.
pub(super) fn print_text(
    plan: &Plan,
    selection: &Selection,
    overview: &mut Overview,
    printer: Printer,
) -> Result<(), Failure> {
    let (mut text, mut has_more) = (String::new(), false);
    let has_one_tenant = overview.tenants().len() == 1;
    let mut is_first = true;
    for planned in selected(plan, selection) {
        let planned = planned?;
        let Some(users) = overview.first_of(&planned) else { continue };
        if std::mem::take(&mut is_first) {
            let heading = if has_one_tenant { tenant_name(&planned) + ":\n" } else { String::new() };
            text.push('\n');
            text += &heading;
        }
        let tenant = (!has_one_tenant).then(|| tenant_name(&planned));
        text += &paragraph(&planned, tenant, users);
        has_more |= users > 1;
        if text.len() >= BUFFERED {
            printer.print_text(&std::mem::take(&mut text))?;
        }
    }
    if has_more {
        text += "\nwith --output csv, each user is named, those with the same change too\n";
    }
    Ok(printer.print_text(&text)?)
}

/// The users that are selected, or why they cannot be read.
fn selected<'p>(
    plan: &'p Plan,
    selection: &'p Selection,
) -> impl Iterator<Item = Result<PlannedUser, FileError>> + 'p {
    plan.users().filter(|planned| planned.as_ref().map_or(true, |planned| selection.takes(planned)))
}

/// The names of customer and tenant.
fn tenant_name(planned: &PlannedUser) -> String {
    let PlannedUser { names, user, .. } = planned;
    let customer = name(names.customer.as_deref(), user.customer.as_str());
    let tenant = name(names.tenant.as_deref(), user.tenant.as_str());
    format!("{customer}, {tenant}")
}

fn paragraph(planned: &PlannedUser, tenant: Option<String>, users: u64) -> String {
    let user = name(planned.names.user.as_deref(), planned.user.user.as_str());
    let edits = planned.change.edits().map(|(field, Edit { old, new })| {
        let (old, new) = (quoted(old.as_deref()), quoted(new.as_deref()));
        format!("    {:13}  {old} -> {new}\n", field.contract().name)
    });
    let local = planned.local.iter().flat_map(LocalFields::fields);
    let local = local.map(|(field, value)| {
        format!("    {:13}  {UNSEEN} -> {}\n", field.contract().name, quoted(Some(value)))
    });
    let more = (users > 1).then(|| format!("    {} more with the same change\n", thousands(users - 1)));
    let tenant = tenant.map(|tenant| format!(", of {tenant}")).unwrap_or_default();
    let title = format!("  line {}, {user}{tenant}\n", planned.line);
    [title].into_iter().chain(edits).chain(local).chain(more).collect()
}

/// In place of the old value of a field that no reading returns.
const UNSEEN: &str = "(not readable)";

/// A value on one line.
fn quoted(value: Option<&str>) -> String {
    match value {
        None | Some("") => "(empty)".to_owned(),
        Some(text) => format!("\"{}\"", one_line(text)),
    }
}

/// Each user as an object, with this between two.
pub(super) fn print_objects(
    plan: &Plan,
    selection: &Selection,
    printer: Printer,
    between: &str,
) -> Result<(), Failure> {
    let (mut text, mut is_first) = (String::new(), true);
    for planned in selected(plan, selection) {
        let planned = planned?;
        if !std::mem::take(&mut is_first) {
            text += between;
        }
        text += &json_text(&object(&planned));
        if text.len() >= BUFFERED {
            printer.print_text(&std::mem::take(&mut text))?;
        }
    }
    // Each line ends.
    if between == "\n" && !is_first {
        text += between;
    }
    Ok(printer.print_text(&text)?)
}

fn object(planned: &PlannedUser) -> Value {
    let PlannedUser { line, user, names, change, local, .. } = planned;
    json!({
        "line": line,
        "customer": user.customer.as_str(),
        "tenant": user.tenant.as_str(),
        "user": user.user.as_str(),
        "names": names,
        "local": local,
        "change": change,
    })
}

static COLUMNS: [Column; 10] = [
    Column { name: "line", heading: None },
    Column { name: "customerId", heading: None },
    Column { name: "customerName", heading: None },
    Column { name: "tenantId", heading: None },
    Column { name: "tenantName", heading: None },
    Column { name: "userId", heading: None },
    Column { name: "userPrincipalName", heading: None },
    Column { name: "field", heading: None },
    Column { name: "old", heading: None },
    Column { name: "new", heading: None },
];

/// A line for each field that changes.
pub(super) fn print_csv(plan: &Plan, selection: &Selection, printer: Printer) -> Result<(), Failure> {
    let mut table = Table::new(printer, &COLUMNS);
    for planned in selected(plan, selection) {
        let planned = planned?;
        let line = planned.line.to_string();
        let edits = planned
            .change
            .edits()
            .map(|(field, Edit { old, new })| (field.contract().name, old.as_deref(), new.as_deref()));
        let local = planned.local.iter().flat_map(LocalFields::fields);
        let local = local.map(|(field, value)| (field.contract().name, Some(UNSEEN), Some(value)));
        let PlannedUser { user, names, .. } = &planned;
        for (field, old, new) in edits.chain(local) {
            table.row([
                Some(&line),
                Some(user.customer.as_str()),
                names.customer.as_deref(),
                Some(user.tenant.as_str()),
                names.tenant.as_deref(),
                Some(user.user.as_str()),
                names.user.as_deref(),
                Some(field),
                old,
                new,
            ])?;
        }
    }
    table.end("changes", json!({}))
}
