//! A plan in numbers.

use std::borrow::Cow;

use avepoint_elements::OfficeField;
use avepoint_elements_bulk::plan::{Overview, Plan, PlanState, TenantCounts};
use serde_json::{Map, Value, json};

use crate::printer::{self, camel_case, columns, counted, one_line, thousands};
use crate::table::aligned;

pub(super) fn text(plan: &Plan, overview: &Overview) -> String {
    let header = plan.header();
    let input = header.input.as_ref().map(|input| ("input", input.name.clone()));
    let inverse = header.inverse_of.map(|sum| ("takes back", format!("the plan with the SHA-256 {sum}")));
    let rehearsal =
        header.sandbox.map(|_| ("rehearsal", "for a sandbox with the same users alone".to_owned()));
    let known = [
        Some(("plan", printer::path(plan.path()))),
        Some(("sha256", plan.sha256().to_string())),
        Some(("service", header.base_url.clone())),
        Some(("made", header.time.clone())),
        input,
        inverse,
        rehearsal,
    ];
    let counts = plan.counts().map(|counts| counts.rows);
    let states = counts.into_iter().flat_map(|rows| {
        let states = PlanState::ALL.into_iter().map(move |state| (state.name(), rows.of(state)));
        [("rows", rows.total())].into_iter().chain(states).filter(|(_, count)| *count > 0)
    });
    let numbers = states.map(|(name, count)| (name, thousands(count)));
    let known = columns(known.into_iter().flatten().chain(numbers));
    [known, tenants(overview), fields(overview), clears(overview)].concat()
}

fn tenants(overview: &Overview) -> String {
    let row = |tenant: &TenantCounts| {
        let unusual = if tenant.is_unusual() { "unusually many" } else { "" };
        let customer = name(tenant.names.customer.as_deref(), &tenant.customer).into_owned();
        let own = name(tenant.names.tenant.as_deref(), &tenant.tenant).into_owned();
        vec![customer, own, thousands(tenant.changes), thousands(tenant.resolved), unusual.to_owned()]
    };
    let heading = ["customer", "tenant", "change", "in the file", ""].map(str::to_owned).to_vec();
    let rows: Vec<Vec<String>> = overview.tenants().iter().map(row).collect();
    if rows.is_empty() { "\nno user changes\n".to_owned() } else { section(heading, rows) }
}

fn fields(overview: &Overview) -> String {
    let changed = OfficeField::ALL.into_iter().map(|field| (field, overview.field(field)));
    let rows = changed.filter(|(_, counts)| counts.changes() > 0).map(|(field, counts)| {
        let numbers = [counts.replaced, counts.filled, counts.cleared].map(thousands);
        [field.to_string()].into_iter().chain(numbers).collect()
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let heading = ["field", "replaced", "filled", "cleared"].map(str::to_owned).to_vec();
    if rows.is_empty() { String::new() } else { section(heading, rows) }
}

/// What is emptied, in a paragraph of its own.
fn clears(overview: &Overview) -> String {
    let cleared = OfficeField::ALL.into_iter().map(|field| (field, overview.field(field).cleared));
    let fields: Vec<_> = cleared
        .filter(|(_, cleared)| *cleared > 0)
        .map(|(field, cleared)| format!("the {field} of {}", counted(cleared, "user")))
        .collect();
    let unseen: Vec<_> = overview
        .clears_unseen()
        .map(|(field, cleared)| format!("the {field} of {}", counted(cleared, "user")))
        .collect();
    let paragraph = |fields: Vec<String>, end: &str| {
        let text = format!("\nCLEARS: emptied would be {}{end}.\n", fields.join(", "));
        if fields.is_empty() { String::new() } else { text }
    };
    paragraph(fields, "") + &paragraph(unseen, ", which no reading shows and no plan brings back")
}

fn section(heading: Vec<String>, rows: Vec<Vec<String>>) -> String {
    format!("\n{}", aligned(&std::iter::once(heading).chain(rows).collect::<Vec<_>>()))
}

/// A name, or the id where there is none, as a terminal may show it.
pub(super) fn name<'n>(name: Option<&'n str>, id: &'n str) -> Cow<'n, str> {
    one_line(name.unwrap_or(id))
}

pub(super) fn json(plan: &Plan, overview: &Overview) -> Value {
    let rows = plan.counts().map(|counts| {
        let counts = PlanState::ALL.map(|state| (camel_case(state.name()), counts.rows.of(state).into()));
        counts.into_iter().collect::<Map<_, Value>>()
    });
    let fields = OfficeField::ALL.into_iter().map(|field| {
        let counts = overview.field(field);
        let counts =
            json!({ "replaced": counts.replaced, "filled": counts.filled, "cleared": counts.cleared });
        (field.contract().name.to_owned(), counts)
    });
    json!({
        "plan": plan.path().to_string_lossy(),
        "sha256": plan.sha256().to_string(),
        "whole": plan.counts().is_some(),
        "header": plan.header(),
        "counts": rows,
        "users": overview.users(),
        "tenants": overview.tenants(),
        "fields": fields.collect::<Map<_, _>>(),
        "clearsUnseen": overview
            .clears_unseen()
            .map(|(field, users)| (field.contract().name.to_owned(), users.into()))
            .collect::<Map<_, _>>(),
    })
}
