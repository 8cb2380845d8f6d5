//! A directory: the users of every tenant in reach, a line each, and whether they are all.
//!
//! `cargo run --example directory` goes to a sandbox in this process. To go elsewhere, set the variables that `one_update`
//! names.

mod common;

use avepoint_elements::{Credential, CustomerId, Elements, TenantId};
pub(crate) use common::Service;

/// What came of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Directory {
    /// Address and employee number, where a user has them.
    pub(crate) lines: Vec<String>,
    /// Why users may be missing.
    pub(crate) problems: Vec<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> common::Result<()> {
    let service = Service::from_environment().await?;
    let Directory { lines, problems } = run(&service).await?;
    for line in lines {
        println!("{line}");
    }
    for problem in problems {
        eprintln!("incomplete: {problem}");
    }
    Ok(())
}

pub(crate) async fn run(service: &Service) -> common::Result<Directory> {
    let elements = Elements::builder()
        .base_url(&service.base_url)
        .token_url(&service.token_url)
        .allow_loopback_http()
        .credential(Credential::client_secret(&service.client_id, service.client_secret.clone()))
        .build()?;
    let mut directory = Directory::default();
    let mut customers = elements.customers().stream();
    while let Some(customer) = customers.next().await {
        let customer = customer?;
        let Some(id) = customer.id() else { continue };
        for tenant in customer.tenants().filter_map(avepoint_elements::Tenant::id) {
            directory.list(&elements, &id.parse()?, &tenant.parse()?).await?;
        }
    }
    directory.note(customers.summary());
    Ok(directory)
}

impl Directory {
    async fn list(
        &mut self,
        elements: &Elements,
        customer: &CustomerId,
        tenant: &TenantId,
    ) -> avepoint_elements::Result<()> {
        let mut users = elements.users(customer, tenant).stream();
        while let Some(user) = users.next().await {
            let user = user?;
            let text = |field: Option<&str>| field.unwrap_or("-").to_owned();
            self.lines.push(format!("{} {}", text(user.user_principal_name()), text(user.employee_id())));
        }
        self.note(users.summary());
        Ok(())
    }

    fn note(&mut self, summary: &avepoint_elements::ListSummary) {
        if !summary.is_complete() {
            self.problems.push(summary.to_string());
        }
    }
}
