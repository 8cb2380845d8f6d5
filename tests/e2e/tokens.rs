//! Tokens: obtained when needed, kept while valid, refused with a reason.

use std::time::Duration;

use avepoint_elements::{Credential, Error};
use avepoint_elements_sandbox::Sandbox;
use e2e::raw::RawServer;

use crate::{builder_for, client_of_sandbox, office, user};

#[tokio::test]
async fn a_token_serves_many_calls() {
    let sandbox = Sandbox::start().await.unwrap();
    let elements = client_of_sandbox(&sandbox);
    for _ in 0..3 {
        elements.update_office_information(&user(), &office()).await.unwrap();
    }
    assert_eq!(sandbox.token_requests(), 1);
    let authentication = elements.authenticate().await.unwrap();
    assert_eq!(authentication.scopes, ["elements.um.user.readwrite.all"]);
    let left = authentication.time_left().unwrap();
    assert!(left <= Duration::from_secs(3600) && left > Duration::from_secs(3000), "{left:?}");
    assert_eq!(sandbox.token_requests(), 1);
}

#[tokio::test]
async fn a_token_about_to_expire_is_renewed_before_it_is_used() {
    let sandbox = Sandbox::builder().token_lifetime(Duration::from_secs(59)).start().await.unwrap();
    let elements = client_of_sandbox(&sandbox);
    for _ in 0..2 {
        elements.update_office_information(&user(), &office()).await.unwrap();
    }
    assert_eq!(sandbox.token_requests(), 2);
}

#[tokio::test]
async fn a_refused_token_is_not_used_again() {
    let sandbox = Sandbox::start().await.unwrap();
    let elements = client_of_sandbox(&sandbox);
    elements.update_office_information(&user(), &office()).await.unwrap();
    sandbox.revoke_tokens();
    let error = elements.update_office_information(&user(), &office()).await.unwrap_err();
    assert!(error.is_authentication(), "{error}");
    elements.update_office_information(&user(), &office()).await.unwrap();
    assert_eq!(sandbox.token_requests(), 2);
}

#[tokio::test]
async fn a_wrong_secret_is_an_authentication_error_that_names_the_client() {
    let sandbox = Sandbox::start().await.unwrap();
    let elements = builder_for(&sandbox.base_url())
        .token_url(sandbox.token_url())
        .credential(Credential::client_secret("the-client", "canary-secret"))
        .build()
        .unwrap();
    let error = elements.update_office_information(&user(), &office()).await.unwrap_err();
    assert!(error.is_authentication() && !error.is_outcome_unknown(), "{error}");
    let message = error.to_string();
    assert!(message.contains("the-client") && message.contains("/connect/token"), "{message}");
    assert_eq!(sandbox.requests().len(), 0, "nothing was sent to the API");
}

async fn grant(reply: &str) -> Result<Option<Duration>, Error> {
    let server = RawServer::answering(200, &[], reply.as_bytes()).await;
    let elements = builder_for("http://127.0.0.1:9/")
        .token_url(server.url())
        .credential(Credential::client_secret("id", "secret"))
        .build()
        .unwrap();
    elements.authenticate().await.map(|authentication| authentication.time_left())
}

#[tokio::test]
async fn a_lifetime_that_is_missing_or_absurd_is_survived() {
    let minutes = |reply| async move { grant(reply).await.unwrap().unwrap().as_secs().div_ceil(60) };
    assert_eq!(minutes(r#"{"access_token":"t"}"#).await, 5);
    assert_eq!(minutes(r#"{"access_token":"t","expires_in":0}"#).await, 0);
    assert!(minutes(r#"{"access_token":"t","expires_in":18446744073709551615}"#).await > 5);
}

#[tokio::test]
async fn a_reply_that_is_no_grant_is_refused_without_showing_it() {
    let canaries =
        ["<html>canary-token</html>", r#"{"access_token":["canary-token"]}"#, r#"{"token":"canary-token"}"#];
    for reply in canaries {
        let error = grant(reply).await.unwrap_err();
        assert!(error.is_authentication(), "{error}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    }
}
