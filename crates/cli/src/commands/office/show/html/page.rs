//! The page: headings, tables, and cells that hold a value each.

use std::borrow::Cow;

use avepoint_elements::OfficeField;
use avepoint_elements_bulk::plan::{Edit, FieldCounts, LocalFields, Plan, TenantCounts};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::collect::{ChangeGroup, Collection, Customer, ResultClass, ShownUser, Stage, Tally};
use super::difference::{Part, parts};
use super::user_results::UserResult;
use crate::printer::{are, counted, one_line, thousands};

const STYLE: &str = include_str!("style.css");

/// Nothing of a page is loaded, and no script runs, whatever stands in it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// A page of some customers of a plan.
pub(super) struct Page<'p> {
    plan: &'p Plan,
    collection: &'p Collection,
    customers: Vec<&'p Customer>,
    /// Whether it is for a customer, who sees nothing of others.
    is_of_one: bool,
}

impl<'p> Page<'p> {
    pub(super) fn of_all(plan: &'p Plan, collection: &'p Collection) -> Self {
        Self { plan, collection, customers: collection.customers(), is_of_one: false }
    }

    pub(super) fn of_customer(plan: &'p Plan, collection: &'p Collection, customer: &'p Customer) -> Self {
        Self { plan, collection, customers: vec![customer], is_of_one: true }
    }

    pub(super) fn html(&self) -> String {
        let title = self.title();
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    meta name="robots" content="noindex";
                    meta name="color-scheme" content="light dark";
                    title { (title) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    a.skip href="#changes" { "Skip to the changes" }
                    (self.header(&title))
                    main {
                        (self.attention())
                        (self.numbers())
                        div #changes {
                            @for (number, customer) in self.customers.iter().enumerate() {
                                (self.customer(number, customer))
                            }
                        }
                    }
                    (self.footer())
                }
            }
        };
        page.into_string()
    }

    fn title(&self) -> String {
        let users = counted_users(self.customers.iter().map(|customer| customer.changes()).sum());
        let whose = match self.customers.as_slice() {
            [customer] => format!("{}: ", text(customer.title())),
            _ => String::new(),
        };
        match self.collection.stage {
            Stage::Planned => format!("{whose}{users} to change"),
            Stage::Applied => format!("{whose}what came of {users}"),
            Stage::Verified => format!("{whose}{users} checked after the change"),
        }
    }

    fn header(&self, title: &str) -> Markup {
        let header = self.plan.header();
        let kind = match (self.collection.stage, header.inverse_of) {
            (Stage::Planned, None) => "Planned change of office information",
            (Stage::Planned, Some(_)) => {
                "Planned change of office information: an earlier plan is taken back"
            }
            (Stage::Applied, _) => "Result of a change of office information",
            (Stage::Verified, _) => "Check of a change of office information",
        };
        html! {
            header {
                p.kind { (kind) }
                h1 { (title) }
                @if header.sandbox.is_some() { p.note { "A rehearsal with made-up users: nothing real changes." } }
                @if self.plan.counts().is_none() {
                    p.note { "The end of the plan is missing: it may lack users, and cannot be applied." }
                }
                dl.facts {
                    (fact("Planned", &minute(&header.time)))
                    (fact("Service", &header.base_url))
                    @if let Some(input) = header.input.as_ref().filter(|_| !self.is_of_one) { (fact("Sheet", &input.name)) }
                    div.wide { dt { "SHA-256 of the plan" } dd { code { (self.plan.sha256()) } } }
                }
            }
        }
    }

    /// What to look at first.
    fn attention(&self) -> Markup {
        let unusual: Vec<_> = self.customers.iter().flat_map(|customer| customer.unusual()).collect();
        let clears: u64 = self.customers.iter().map(|customer| customer.clears).sum();
        let bad: Vec<_> = self.customers.iter().flat_map(|customer| customer.tally.parts()).collect();
        let bad = sums(bad.iter().filter(|(_, kind, users)| *kind == ResultClass::Bad && *users > 0));
        let is_usual = unusual.is_empty() && clears == 0 && bad.is_empty();
        html! {
            section.attention.calm[is_usual] aria-labelledby="first" {
                h2 #first { "Look at these first" }
                @if is_usual { p { "Nothing is unusual: no field is emptied, and " (self.nothing_unusual()) } }
                ul {
                    @for (state, users) in bad {
                        li { strong { (counted_users(users)) } " " (badge(state, ResultClass::Bad)) }
                    }
                    @for tenant in unusual { li { (unusual_tenant(tenant)) } }
                    @if clears > 0 { li { strong { (counted_users(clears)) } " " (have(clears)) " a field emptied, which is marked " span.badge.bad { "emptied" } "." } }
                }
            }
        }
    }

    const fn nothing_unusual(&self) -> &'static str {
        match self.collection.stage {
            Stage::Planned => "no tenant changes nearly as a whole.",
            Stage::Applied | Stage::Verified => "every user has what was planned or is still to come.",
        }
    }

    /// Customers, and fields.
    fn numbers(&self) -> Markup {
        let longest = self.customers.iter().map(|customer| customer.tally.total()).max().unwrap_or_default();
        let states = sums(
            self.customers.iter().flat_map(|customer| customer.tally.parts()).collect::<Vec<_>>().iter(),
        );
        let states: Vec<_> = states.into_iter().filter(|(_, users)| *users > 0).collect();
        let kind = |name: &str| {
            let mut parts = self.customers.iter().flat_map(|customer| customer.tally.parts());
            parts.find(|(other, ..)| *other == name).map_or(ResultClass::Open, |(_, kind, _)| kind)
        };
        html! {
            section aria-labelledby="numbers" {
                h2 #numbers { "In numbers" }
                div.scroll tabindex="0" role="region" aria-label="Users by customer and result" {
                    table.numbers {
                        caption { "Users by customer and result" }
                        thead { tr {
                            th scope="col" { "Customer" }
                            td.picture aria-hidden="true" {}
                            @for (name, _) in &states { th.number scope="col" { span.key.(kind(name).class()) {} (name) } }
                            th.number scope="col" { "emptied" }
                        } }
                        tbody {
                            @for (number, customer) in self.customers.iter().enumerate() {
                                tr {
                                    th scope="row" { a href=(format!("#customer-{number}")) { bdi { (text(customer.title())) } } }
                                    td.picture aria-hidden="true" { (bar(&customer.tally, longest)) }
                                    @for (name, _) in &states { td.number { (thousands(customer.tally.of(name))) } }
                                    td.number { (thousands(customer.clears)) }
                                }
                            }
                        }
                        @if self.customers.len() > 1 {
                            tfoot { tr {
                                th scope="row" { "All" }
                                td.picture aria-hidden="true" {}
                                @for (_, users) in &states { td.number { (thousands(*users)) } }
                                td.number { (thousands(self.customers.iter().map(|customer| customer.clears).sum())) }
                            } }
                        }
                    }
                }
                @if !self.is_of_one { (self.fields()) }
            }
        }
    }

    fn fields(&self) -> Markup {
        let counts = OfficeField::ALL.map(|field| (field, self.collection.overview.field(field)));
        let counts: Vec<(OfficeField, FieldCounts)> =
            counts.into_iter().filter(|(_, counts)| counts.changes() > 0).collect();
        html! {
            @if !counts.is_empty() {
                table.numbers.fields {
                    caption { "Planned changes by field, in users" }
                    thead { tr {
                        th scope="col" { "Field" }
                        th.number scope="col" { "replaced" }
                        th.number scope="col" { "filled" }
                        th.number scope="col" { "emptied" }
                    } }
                    tbody {
                        @for (field, counts) in counts { tr {
                            th scope="row" { (label(field)) }
                            @for users in [counts.replaced, counts.filled, counts.cleared] { td.number { (thousands(users)) } }
                        } }
                    }
                }
            }
        }
    }

    fn customer(&self, number: usize, customer: &Customer) -> Markup {
        let (groups, left_out) = customer.shown();
        let id = format!("customer-{number}");
        html! {
            section.customer aria-labelledby=(id) {
                h2 #(id) { bdi { (text(customer.title())) } " " span.of { (counted_users(customer.changes())) } }
                @for tenant in &customer.tenants {
                    @let of_tenant: Vec<_> = groups.iter().filter(|(group, _)| group.tenant == tenant.tenant).collect();
                    @if !of_tenant.is_empty() {
                        h3 { "Tenant " bdi { (text(tenant_title(tenant))) } " " span.of { (thousands(tenant.changes)) " of " (counted_users(tenant.resolved)) } }
                        table.changes {
                            caption.hidden { "Changes of tenant " (text(tenant_title(tenant))) }
                            thead { tr { th scope="col" { "Field" } th scope="col" { "Old value" } th scope="col" { "New value" } } }
                            @for (group, users) in of_tenant { (self.group(group, users)) }
                        }
                    }
                }
                @if left_out > 0 {
                    p.note { (counted_users(left_out)) " more " (are(left_out)) " in the plan, and not on this page." }
                }
            }
        }
    }

    fn group(&self, group: &ChangeGroup, users: &[ShownUser]) -> Markup {
        html! {
            tbody {
                tr.who { th scope="rowgroup" colspan="3" {
                    @if let [user] = users {
                        (self.user(user))
                    } @else {
                        span.same { (counted_users(users.len() as u64)) " with the same change" }
                        ul.users { @for user in users { li { (self.user(user)) } } }
                    }
                } }
                @for (field, edit) in group.change.edits() { (row(field, edit)) }
                @for (field, value) in group.local.iter().flat_map(LocalFields::fields) {
                    tr {
                        th scope="row" { (label(field)) }
                        td.old { span.empty { "cannot be read" } }
                        td.new { (value_or_empty(value)) }
                    }
                }
            }
        }
    }

    fn user(&self, user: &ShownUser) -> Markup {
        let outcomes =
            [("applied", &user.applied, Stage::Applied), ("checked", &user.verified, Stage::Verified)];
        html! {
            bdi.name { (text(&user.name)) }
            @if !self.is_of_one { " " span.line { "line " (user.line) } }
            @for (verb, outcome, stage) in outcomes {
                @if let Some(outcome) = outcome {
                    " " (result(verb, outcome))
                } @else if self.collection.stage == stage {
                    " " (badge("no result", ResultClass::Open))
                }
            }
        }
    }

    fn footer(&self) -> Markup {
        html! {
            footer {
                @if self.collection.stage == Stage::Planned {
                    p { "Nothing has changed yet. Who approves this page approves the plan with the SHA-256 above: "
                        code { "elements office apply PLAN --expect " (self.plan.sha256()) } " applies that plan and no other." }
                }
                p { "This page holds names and addresses of people. Keep it as long as it is needed, and no longer." }
            }
        }
    }
}

fn fact(name: &str, value: &str) -> Markup {
    html! { div { dt { (name) } dd { bdi { (text(value)) } } } }
}

/// A bar whose length is a share of the longest one's. The numbers stand beside it, so a screen reader passes it over.
#[allow(clippy::cast_precision_loss, reason = "no plan has 2^53 users")]
fn bar(tally: &Tally, longest: u64) -> Markup {
    let width = |users: u64| 100.0 * users as f64 / longest.max(1) as f64;
    let mut start = 0.0;
    let parts: Vec<_> = tally
        .parts()
        .filter(|(.., users)| *users > 0)
        .map(|(_, kind, users)| {
            let part = (start, width(users), kind.class());
            start += part.1;
            part
        })
        .collect();
    html! {
        svg.bar viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            @for (start, width, class) in parts {
                rect.(class) x=(format!("{start:.2}")) y="0" width=(format!("{width:.2}")) height="10" {}
            }
        }
    }
}

fn unusual_tenant(tenant: &TenantCounts) -> Markup {
    html! {
        strong { (thousands(tenant.changes)) " of " (counted_users(tenant.resolved)) }
        " of tenant " bdi { (text(tenant_title(tenant))) } " change, which is unusual: a column may be shifted, or the sheet a wrong one."
    }
}

fn row(field: OfficeField, Edit { old, new }: &Edit) -> Markup {
    let (old, new) = (text(old.as_deref().unwrap_or_default()), text(new.as_deref().unwrap_or_default()));
    let [olds, news] = parts(&old, &new);
    let is_emptied = new.trim().is_empty();
    html! {
        tr.emptied[is_emptied] {
            th scope="row" { (label(field)) @if is_emptied { " " span.badge.bad { "emptied" } } }
            td.old { (value(&olds, false)) }
            td.new { (value(&news, true)) }
        }
    }
}

/// A value with its marked parts; or that there is none.
fn value(parts: &[Part], is_new: bool) -> Markup {
    html! {
        @if parts.is_empty() { span.empty { "empty" } }
        @else { bdi {
            @for Part { text, is_marked } in parts {
                @if !is_marked { (text) } @else if is_new { ins { (text) } } @else { del { (text) } }
            }
        } }
    }
}

fn value_or_empty(value: &str) -> Markup {
    html! { @if value.is_empty() { span.empty { "empty" } } @else { bdi { (text(value)) } } }
}

fn result(verb: &str, outcome: &UserResult) -> Markup {
    let name = format!("{verb}: {}", outcome.state.name());
    html! {
        (badge(&name, ResultClass::of(outcome.state)))
        @if !outcome.state.is_success() && !outcome.reason.is_empty() { " " span.reason { bdi { (text(&outcome.reason)) } } }
    }
}

fn badge(name: &str, kind: ResultClass) -> Markup {
    html! { span.badge.(kind.class()) { (name) } }
}

/// A text on one line, in which nothing is invisible.
fn text(text: &str) -> Cow<'_, str> {
    one_line(text)
}

/// A field for people, such as `Postal code`.
const fn label(field: OfficeField) -> &'static str {
    match field {
        OfficeField::PostalCode => "Postal code",
        OfficeField::CountryRegion => "Country or region",
        OfficeField::State => "State",
        OfficeField::Address => "Address",
        OfficeField::City => "City",
        OfficeField::WebPage => "Web page",
        OfficeField::PoBox => "PO box",
        OfficeField::PersonalTitle => "Personal title",
        _ => field.contract().name,
    }
}

/// A time of a plan to the minute, such as `2026-11-27 00:42 UTC`.
fn minute(time: &str) -> String {
    time.get(..16).map_or(time.to_owned(), |minute| format!("{} UTC", minute.replace('T', " ")))
}

fn tenant_title(tenant: &TenantCounts) -> &str {
    tenant.names.tenant.as_deref().unwrap_or(&tenant.tenant)
}

/// How many users each result has, in the order of results.
fn sums<'s>(parts: impl Iterator<Item = &'s (&'static str, ResultClass, u64)>) -> Vec<(&'static str, u64)> {
    let mut sums: Vec<(&'static str, u64)> = Vec::new();
    for (name, _, users) in parts {
        match sums.iter_mut().find(|(other, _)| other == name) {
            Some((_, sum)) => *sum += users,
            None => sums.push((name, *users)),
        }
    }
    sums
}

fn counted_users(number: u64) -> String {
    let text = counted(number, "user");
    text.replacen(&number.to_string(), &thousands(number), 1)
}

const fn have(number: u64) -> &'static str {
    if number == 1 { "has" } else { "have" }
}
