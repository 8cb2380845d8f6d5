//! `customers list`: the customers in reach, with their tenants; a row a tenant.

use avepoint_elements::{Customer, Tenant};
use serde_json::json;

use crate::commands::incomplete;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::settings::Connection;
use crate::table::{Column, Table};

static COLUMNS: [Column; 5] = [
    Column { name: "customerId", heading: None },
    Column { name: "customerName", heading: Some("customer") },
    Column { name: "countryOrRegion", heading: Some("country") },
    Column { name: "tenantId", heading: Some("tenant id") },
    Column { name: "tenantName", heading: Some("tenant") },
];

pub(crate) async fn run(connection: Connection, printer: Printer) -> Result<(), Failure> {
    let connected = connection.open().await?;
    let mut customers = connected.elements.customers().stream();
    let mut table = Table::new(printer, &COLUMNS);
    while let Some(customer) = customers.next().await {
        let customer = customer?;
        if customer.tenants().len() == 0 {
            table.row(cells(&customer, None))?;
        }
        for tenant in customer.tenants() {
            table.row(cells(&customer, Some(tenant)))?;
        }
    }
    let summary = customers.summary();
    table.end("tenants", json!({ "customers": summary.distinct, "complete": summary.is_complete() }))?;
    incomplete((!summary.is_complete()).then(|| summary.to_string()))
}

fn cells<'a>(customer: &'a Customer, tenant: Option<Tenant<'a>>) -> [Option<&'a str>; 5] {
    [
        customer.id(),
        customer.organization(),
        customer.country_or_region(),
        tenant.and_then(Tenant::id),
        tenant.and_then(Tenant::name),
    ]
}
