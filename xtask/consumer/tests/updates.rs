//! An update against the service in a process, and against a mock of it.

use avepoint_elements::{Credential, Elements, OfficeInformation, UserKey};
use avepoint_elements_httpmock::{MockServerExt, StrictExt};
use avepoint_elements_sandbox::Sandbox;
use httpmock::MockServer;

fn user() -> UserKey {
    UserKey::new("c1".parse().unwrap(), "t1".parse().unwrap(), "u1".parse().unwrap())
}

fn office() -> OfficeInformation {
    let builder = OfficeInformation::builder().postal_code("01067").country_region("Germany");
    builder.state("Saxony").address("Theaterplatz 2").city("Dresden").build().unwrap()
}

#[tokio::test]
async fn an_update_reaches_the_service() {
    let sandbox = Sandbox::start().await.unwrap();
    let elements = Elements::builder()
        .base_url(sandbox.base_url())
        .token_url(sandbox.token_url())
        .allow_loopback_http()
        .credential(Credential::client_secret(sandbox.client_id(), sandbox.client_secret()))
        .build()
        .unwrap();
    let receipt = elements.update_office_information(&user(), &office()).await.unwrap();
    assert_eq!(receipt.attempts, 1);
    assert_eq!(sandbox.office_information("c1", "t1", "u1").unwrap()["postalCode"], "01067");
}

#[tokio::test]
async fn a_refusal_is_told_apart() {
    let server = MockServer::start_async().await;
    let refused = server.update_office_information(|when, then| {
        when.user_id("u1");
        then.forbidden(serde_json::json!({ "message": "out of scope" }));
    });
    let unexpected = server.fail_on_unexpected_requests();
    let builder = Elements::builder().base_url(server.base_url()).allow_loopback_http();
    let elements = builder.credential(Credential::access_token("token")).build().unwrap();
    let error = elements.update_office_information(&user(), &office()).await.unwrap_err();
    assert!(error.is_permission() && error.to_string().contains("out of scope"), "{error}");
    refused.assert_calls(1);
    drop(unexpected);
}
