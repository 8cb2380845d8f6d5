//! A certificate in place of a client secret, from key to 204.

use std::sync::LazyLock;

use avepoint_elements::{Certificate, Credential, Elements};
use avepoint_elements_sandbox::Sandbox;
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};

use crate::{builder_for, office, user};

/// A certificate and its key, as PEM. Making an RSA key takes a while; it is made once.
static PAIR: LazyLock<(String, String)> = LazyLock::new(pair);

fn pair() -> (String, String) {
    let key = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
    let certificate =
        CertificateParams::new(["elements.example".to_owned()]).unwrap().self_signed(&key).unwrap();
    (certificate.pem(), key.serialize_pem())
}

async fn sandbox() -> Sandbox {
    Sandbox::builder().credentials("client", "secret").certificate_pem(&PAIR.0).start().await.unwrap()
}

fn client(sandbox: &Sandbox, id: &str, (certificate, key): &(String, String)) -> Elements {
    let certificate = Certificate::from_pem(format!("{certificate}{key}")).unwrap();
    builder_for(&sandbox.base_url())
        .token_url(sandbox.token_url())
        .credential(Credential::certificate(id, certificate))
        .build()
        .unwrap()
}

#[tokio::test]
async fn an_update_is_done_with_a_certificate() {
    let sandbox = sandbox().await;
    let elements = client(&sandbox, "client", &PAIR);
    for _ in 0..2 {
        elements.update_office_information(&user(), &office()).await.unwrap();
    }
    assert_eq!(sandbox.token_requests(), 1);
}

#[tokio::test]
async fn every_token_is_asked_for_with_an_assertion_of_its_own() {
    let sandbox = sandbox().await;
    // The sandbox refuses an assertion that it has seen before.
    for _ in 0..3 {
        client(&sandbox, "client", &PAIR).authenticate().await.unwrap();
    }
    assert_eq!(sandbox.token_requests(), 3);
}

#[tokio::test]
async fn another_certificate_or_client_is_refused() {
    let sandbox = sandbox().await;
    let strangers = [client(&sandbox, "client", &pair()), client(&sandbox, "other", &PAIR)];
    for stranger in strangers {
        let error = stranger.update_office_information(&user(), &office()).await.unwrap_err();
        assert!(error.is_authentication(), "{error}");
        let shown = format!("{error} {error:?} {stranger:?}");
        assert!(!shown.contains("PRIVATE") && !shown.contains("eyJ"), "{shown}");
    }
    assert_eq!(sandbox.requests().len(), 0);
}
