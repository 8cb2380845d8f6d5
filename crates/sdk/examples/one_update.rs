//! One update, from settings to receipt.
//!
//! `cargo run --example one_update` goes to a sandbox in this process. To go elsewhere, set
//! `ELEMENTS_BASE_URL`, `ELEMENTS_TOKEN_URL`, `ELEMENTS_CLIENT_ID`, `ELEMENTS_CLIENT_SECRET`,
//! `ELEMENTS_CUSTOMER`, `ELEMENTS_TENANT` and `ELEMENTS_USER`. The office information of that user is then
//! replaced.

mod common;

use avepoint_elements::{Credential, Elements, OfficeInformation, Receipt};
pub(crate) use common::Service;

#[tokio::main(flavor = "current_thread")]
async fn main() -> common::Result<()> {
    let service = Service::from_environment().await?;
    let receipt = run(&service).await?;
    let id = receipt.request_id.as_deref().unwrap_or("none");
    println!("user {} was updated: {} attempt(s), request id {id}", service.user.user, receipt.attempts);
    Ok(())
}

/// Makes a client and updates the user.
pub(crate) async fn run(service: &Service) -> avepoint_elements::Result<Receipt> {
    let elements = Elements::builder()
        .base_url(&service.base_url)
        .token_url(&service.token_url)
        // For the sandbox, which has no TLS. It allows nothing but this machine.
        .allow_loopback_http()
        .credential(Credential::client_secret(&service.client_id, service.client_secret.clone()))
        .build()?;
    let office = OfficeInformation::builder()
        .postal_code("01067")
        .country_region("Germany")
        .state("Saxony")
        .address("Theaterplatz 2")
        .city("Dresden")
        .build()?;
    elements.update_office_information(&service.user, &office).await
}
