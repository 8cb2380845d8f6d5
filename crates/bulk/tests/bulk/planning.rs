//! Planning against the sandbox: `list_outages` has what a service that is down does to lists, `requests` what it costs, `results` what rows come to, `round_trip` that what is
//! planned can be applied and taken back.

mod list_outages;
mod requests;
mod results;
mod round_trip;

use std::path::Path;
use std::time::UNIX_EPOCH;

use avepoint_elements::{Elements, OfficeField};
use avepoint_elements_bulk::directory::{KeyIndex, ListError, ListOptions, Resolved, RowKeysBuf, resolve};
use avepoint_elements_bulk::plan::{
    Plan, PlanHeader, PlanOutcome, PlanRow, PlanState, PlanWriter, PlanningItems, Wanted, WantedOffice,
};
use avepoint_elements_bulk::{BulkOptions, Run};
use avepoint_elements_sandbox::{Directory, Sandbox, SandboxBuilder};
use futures_util::StreamExt;
use serde_json::{Value, json};

use crate::elements;

const FABRIKAM: &str = "7c18fd6f-0000-4000-8000-00000000000c";
const CONTOSO: &str = "7c18fd6f-0000-4000-8000-00000000000d";
/// Of Fabrikam: 230 users, and none but one.
const PRODUCTION: &str = "7c18fd6f-0000-4000-8000-0000000000a1";
const TEST: &str = "7c18fd6f-0000-4000-8000-0000000000a2";
/// Of Contoso: 100 users.
const SALES: &str = "7c18fd6f-0000-4000-8000-0000000000b1";

fn id(tenant: &str, number: usize) -> String {
    format!("0c7715b3-0000-4000-8000-{}{number:010}", &tenant[34..])
}

fn line(customer: (&str, &str), tenant: (&str, &str), number: usize) -> Value {
    json!({
        "customerId": customer.0, "customerName": customer.1, "tenantId": tenant.0, "tenantName": tenant.1,
        "userId": id(tenant.0, number), "kind": "cloud",
        "loginName": format!("user{number}@{}.example", tenant.1), "mail": format!("user{number}@{}.example", tenant.1),
        "employeeId": format!("{number:06}"),
        "postalCode": "01067", "countryRegion": "Germany", "state": "Saxony", "address": "Theaterplatz 2",
        "city": " Dresden",
    })
}

fn directory() -> Directory {
    let mut directory = Directory::new();
    let (fabrikam, contoso) = ((FABRIKAM, "Fabrikam"), (CONTOSO, "Contoso"));
    let production = (0..230).map(|number| line(fabrikam, (PRODUCTION, "production"), number));
    let test = [line(fabrikam, (TEST, "test"), 0)];
    let sales = (0..100).map(|number| line(contoso, (SALES, "sales"), number));
    for line in production.chain(test).chain(sales) {
        directory.add(&line).unwrap();
    }
    directory
}

fn builder() -> SandboxBuilder {
    Sandbox::builder().directory(directory())
}

/// Rows of a tenant that is named by these texts.
fn keys(customer: &str, tenant: &str) -> RowKeysBuf {
    RowKeysBuf { customer: customer.to_owned(), tenant: tenant.to_owned(), ..RowKeysBuf::default() }
}

fn by_mail(customer: &str, tenant: &str, mail: &str) -> RowKeysBuf {
    RowKeysBuf { mail: mail.to_owned(), ..keys(customer, tenant) }
}

fn by_id(customer: &str, tenant: &str, user: &str) -> RowKeysBuf {
    RowKeysBuf { user: user.to_owned(), ..keys(customer, tenant) }
}

fn city(city: &str) -> WantedOffice {
    WantedOffice::default().with(OfficeField::City, Wanted::Set(city.to_owned()))
}

/// Plans rows that all want one thing.
async fn plan(sandbox: &Sandbox, rows: &[RowKeysBuf], wanted: &WantedOffice) -> Vec<PlanOutcome> {
    try_plan(&elements(sandbox), rows, wanted).await.unwrap()
}

async fn try_plan(
    elements: &Elements,
    rows: &[RowKeysBuf],
    wanted: &WantedOffice,
) -> Result<Vec<PlanOutcome>, ListError> {
    let mut index = KeyIndex::new(None, None);
    let rows = rows.iter().zip(2..).map(|(row, line)| RowKeysBuf { line, ..row.clone() });
    let rows: Vec<_> = rows.map(|keys| PlanRow::new((), keys, Ok(wanted.clone()))).collect();
    for row in &rows {
        index.add(&row.keys.as_keys()).unwrap();
    }
    let resolved = resolve(elements, index, ListOptions::new().concurrency(2), |_| ()).await?;
    Ok(run(elements, rows, resolved, 4).map(|((), outcome)| outcome.into()).collect().await)
}

/// A run that plans rows, with so many readings at a time.
fn run<T: Send + Unpin + 'static>(
    elements: &Elements,
    rows: Vec<PlanRow<T>>,
    resolved: Resolved,
    readings: usize,
) -> Run<T, PlanningItems<std::vec::IntoIter<PlanRow<T>>>> {
    BulkOptions::new().concurrency(readings).run(elements, PlanningItems::new(rows.into_iter(), resolved))
}

fn states(outcomes: &[PlanOutcome]) -> Vec<PlanState> {
    outcomes.iter().map(|outcome| outcome.state).collect()
}

fn write(path: &Path, sandbox: &Sandbox, outcomes: &[PlanOutcome]) -> Plan {
    let header = PlanHeader::new(&sandbox.base_url(), UNIX_EPOCH);
    let mut writer = PlanWriter::create(path, &header).unwrap();
    for outcome in outcomes {
        writer.record(outcome).unwrap();
    }
    writer.finish().unwrap()
}
