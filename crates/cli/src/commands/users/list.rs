//! `users list`: a directory of users, a row each.

use avepoint_elements::{Elements, ListedUser, UserId};
use avepoint_elements_bulk::directory::{ListOptions, list_customers};
use serde_json::json;

use super::named_tenants::{SelectedTenant, named_tenants};
use crate::arguments::Tenants;
use crate::commands::incomplete;
use crate::failure::Failure;
use crate::printer::{Printer, note};
use crate::settings::Connection;
use crate::table::{Column, Table};

/// The columns of a directory.
static COLUMNS: [Column; 10] = [
    Column { name: "customerId", heading: None },
    Column { name: "customerName", heading: Some("customer") },
    Column { name: "tenantId", heading: None },
    Column { name: "tenantName", heading: Some("tenant") },
    Column { name: "userId", heading: Some("user id") },
    Column { name: "userPrincipalName", heading: Some("user principal name") },
    Column { name: "mail", heading: Some("mail") },
    Column { name: "employeeId", heading: Some("employee id") },
    Column { name: "displayName", heading: Some("name") },
    // By this, a plan knows whether the directory has all users of the tenant.
    Column { name: "tenantUsers", heading: None },
];

pub(crate) async fn run(given: &Tenants, connection: Connection, printer: Printer) -> Result<(), Failure> {
    let connected = connection.open().await?;
    let customers = async {
        let options = ListOptions::new().without_waiting();
        let list = list_customers(&connected.elements, options, |_| {}).await;
        list.map_err(|error| Failure::Elements(error.error().clone()))
    };
    let (tenants, mut problems) = named_tenants(given, customers).await?;
    let mut table = Table::new(printer, &COLUMNS);
    let mut users = 0;
    for named in &tenants {
        let (listed, problem) = list(&connected.elements, named, &mut table).await?;
        users += listed;
        problems.extend(problem);
    }
    for problem in &problems {
        note(&format!("warning: {problem}"));
    }
    let known = json!({ "tenants": tenants.len(), "count": users, "complete": problems.is_empty(), "problems": problems });
    table.end("users", known)?;
    let sentence = format!("{} of {} lists may lack users", problems.len(), tenants.len());
    incomplete((!problems.is_empty()).then_some(sentence))
}

/// Lists the users of a tenant; how many, and why they may not be all.
async fn list(
    elements: &Elements,
    named: &SelectedTenant,
    table: &mut Table<10>,
) -> Result<(u64, Option<String>), Failure> {
    let mut users = elements.users(&named.customer, &named.tenant).stream();
    let mut unusable = 0;
    while let Some(user) = users.next().await {
        let user = user?;
        unusable += u64::from(user.id().is_some_and(|id| UserId::new(id).is_err()));
        let count = users.summary().total_count.map(|count| count.to_string());
        table.row(cells(named, &user, count.as_deref()))?;
    }
    let summary = users.summary();
    let problem = if summary.is_complete() {
        (unusable > 0).then(|| format!("tenant {}: {unusable} users have no usable id", named.tenant))
    } else {
        Some(format!("tenant {}: {summary}", named.tenant))
    };
    Ok((summary.distinct, problem))
}

fn cells<'a>(
    named: &'a SelectedTenant,
    user: &'a ListedUser,
    count: Option<&'a str>,
) -> [Option<&'a str>; 10] {
    [
        Some(named.customer.as_str()),
        named.customer_name.as_deref(),
        Some(named.tenant.as_str()),
        named.tenant_name.as_deref(),
        user.id(),
        user.user_principal_name(),
        user.mail(),
        user.employee_id(),
        user.display_name(),
        count,
    ]
}
