//! Secrets appear nowhere but where they are sent.

use avepoint_elements::{AccessToken, Credential, Elements, Secret};
use e2e::raw::RawServer;

use crate::{client_of, office, user};

const CANARY: &str = "canary-7f3a";

#[test]
fn debug_shows_no_secret() {
    let secret = Credential::client_secret("id", CANARY);
    let token = Credential::access_token(CANARY);
    let builder = Elements::builder().credential(secret.clone());
    let shown = format!(
        "{secret:?} {token:?} {builder:?} {:?} {:?} {:?}",
        builder.clone().build().unwrap(),
        Secret::from(CANARY),
        AccessToken::new(CANARY).unwrap(),
    );
    assert!(!shown.contains(CANARY), "{shown}");
}

#[test]
fn an_unusable_token_is_refused_without_showing_it() {
    for token in ["", " ", "canary-7f3a\r\nx: y", "canary-7f3aü", "canary-7f3a x"] {
        let builder = Elements::builder().credential(Credential::access_token(token));
        let error = builder.build().unwrap_err();
        assert!(error.is_authentication() && !format!("{error} {error:?}").contains(CANARY), "{error:?}");
    }
}

#[tokio::test]
async fn a_token_is_sent_in_its_header_and_nowhere_else() {
    let server = RawServer::answering(204, &[], b"").await;
    client_of(&server.url()).update_office_information(&user(), &office()).await.unwrap();
    let request = server.requests().concat();
    assert_eq!(request.matches("canary-token").count(), 1, "{request}");
    assert!(request.contains("authorization: Bearer canary-token\r\n"), "{request}");
}

#[test]
fn plain_http_is_refused_but_for_this_machine_when_asked_for() {
    let built = |url: &str, allow: bool| {
        let builder = Elements::builder().base_url(url).credential(Credential::access_token("t"));
        if allow { builder.allow_loopback_http() } else { builder }.build()
    };
    assert!(built("http://elements.example/partner", true).unwrap_err().is_configuration());
    assert!(built("http://127.0.0.1:1/partner", false).unwrap_err().is_configuration());
    assert!(built("http://127.0.0.1:1/partner", true).is_ok());
}

#[test]
fn a_secret_goes_to_no_host_that_was_not_named() {
    let builder = Elements::builder().base_url("https://gateway.example/partner");
    let error = builder.credential(Credential::client_secret("id", CANARY)).build().unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("token URL"), "{error}");
}
