//! A certificate in place of a client secret.
//!
//! `cargo run --example certificate --features certificate` makes a certificate and goes to a sandbox in this
//! process that knows it. To go elsewhere, set the variables that `one_update` names but for the secret, and
//! `ELEMENTS_CERTIFICATE` to the name of a PEM or PFX file. The password of a PFX is read from
//! `ELEMENTS_CERTIFICATE_PASSWORD`.

mod common;

use avepoint_elements::{Certificate, Credential, Elements, Receipt, Secret};
use avepoint_elements_sandbox::Sandbox;
pub(crate) use common::Service;
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};

#[tokio::main(flavor = "current_thread")]
async fn main() -> common::Result<()> {
    let (service, certificate) = match Service::named()? {
        Some(service) => (service, read(&common::required("ELEMENTS_CERTIFICATE")?)?),
        None => rehearsal().await?,
    };
    let receipt = run(&service, &certificate).await?;
    println!(
        "user {} was updated with certificate {}: {} attempt(s)",
        service.user.user,
        certificate.thumbprint(),
        receipt.attempts
    );
    Ok(())
}

/// Makes a client that signs with the certificate's key, and updates the user.
pub(crate) async fn run(service: &Service, certificate: &Certificate) -> common::Result<Receipt> {
    let elements = Elements::builder()
        .base_url(&service.base_url)
        .token_url(&service.token_url)
        .allow_loopback_http()
        .credential(Credential::certificate(&service.client_id, certificate.clone()))
        .build()?;
    Ok(elements.update_office_information(&service.user, &common::dresden()?).await?)
}

/// A certificate and its key from a file: PEM, which is text, or PFX, which is not.
fn read(path: &str) -> common::Result<Certificate> {
    match String::from_utf8(std::fs::read(path)?) {
        Ok(pem) => Ok(Certificate::from_pem(pem)?),
        Err(pfx) => {
            let password = common::variable("ELEMENTS_CERTIFICATE_PASSWORD").unwrap_or_default();
            Ok(Certificate::from_pfx(pfx.as_bytes(), &Secret::from(password))?)
        }
    }
}

/// A new certificate, and a sandbox that accepts it.
pub(crate) async fn rehearsal() -> common::Result<(Service, Certificate)> {
    let key = KeyPair::generate_for(&PKCS_RSA_SHA256)?;
    let public = CertificateParams::new(["elements.example".to_owned()])?.self_signed(&key)?.pem();
    let sandbox = Sandbox::builder().certificate_pem(&public).start().await?;
    let certificate = Certificate::from_pem(format!("{public}{}", key.serialize_pem()))?;
    Ok((Service::of(sandbox)?, certificate))
}
