//! Tokens: obtained when needed, kept while valid, refused with a reason.

use std::time::Duration;

use avepoint_elements::{AccessToken, BoxFuture, Credential, Error, Permissions, TokenSource, operations};
use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use test_support::raw::{RawServer, Reply};

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
    assert_eq!(authentication.scopes, operations::UPDATE_OFFICE_INFORMATION.scopes);
    let left = authentication.expires_in.unwrap();
    assert!(left <= Duration::from_secs(3600) && left > Duration::from_secs(3000), "{left:?}");
    assert_eq!(sandbox.token_requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_revoked_token_is_replaced_once_for_all_and_each_call_is_sent_again_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let elements = client_of_sandbox(&sandbox);
    elements.update_office_information(&user(), &office()).await.unwrap();
    sandbox.revoke_tokens();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let elements = elements.clone();
        calls.spawn(async move { elements.update_office_information(&user(), &office()).await });
    }
    let attempts: Vec<_> =
        calls.join_all().await.into_iter().map(|receipt| receipt.unwrap().attempts).collect();
    assert_eq!(attempts, [2; 64], "each is sent again once");
    assert_eq!((sandbox.token_requests(), sandbox.requests().len()), (2, 129));
}

#[tokio::test(start_paused = true)]
async fn a_second_refusal_is_an_authentication_error() {
    let server = RawServer::answering(401, &[], b"").await;
    let grants = RawServer::answering(200, &[], br#"{"access_token":"t","expires_in":3600}"#).await;
    let elements = builder_for(&server.url())
        .token_url(grants.url())
        .credential(Credential::source(Numbered::default()))
        .build()
        .unwrap();
    let error = elements.update_office_information(&user(), &office()).await.unwrap_err();
    assert!(error.is_authentication(), "{error}");
    assert_eq!((error.attempts(), server.requests().len()), (2, 2));
}

#[tokio::test]
async fn a_token_that_cannot_be_replaced_is_sent_once() {
    let server = RawServer::answering(401, &[], b"").await;
    let error =
        crate::client_of(&server.url()).update_office_information(&user(), &office()).await.unwrap_err();
    assert!(error.is_authentication(), "{error}");
    assert_eq!((error.attempts(), server.requests().len()), (1, 1));
}

/// A source of one's own, which gives another token each time.
#[derive(Default)]
struct Numbered(std::sync::atomic::AtomicU32);

impl TokenSource for Numbered {
    fn token(&self, _: Permissions) -> BoxFuture<'_, avepoint_elements::Result<AccessToken>> {
        let number = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Box::pin(async move { AccessToken::new(format!("token-{number}")) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_credential_is_asked_about_once_in_ten_seconds() {
    let server = RawServer::answering(401, &[], br#"{"error":"invalid_client"}"#).await;
    let elements = builder_for(&server.url())
        .token_url(server.url())
        .credential(Credential::client_secret("the-client", "secret"))
        .build()
        .unwrap();
    for _ in 0..5 {
        let error = elements.update_office_information(&user(), &office()).await.unwrap_err();
        assert!(error.is_authentication() && error.to_string().contains("the-client"), "{error}");
    }
    assert_eq!(server.requests().len(), 1);
    tokio::time::sleep(Duration::from_secs(10)).await;
    elements.authenticate().await.unwrap_err();
    assert_eq!(server.requests().len(), 2);
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

#[tokio::test]
async fn what_is_no_token_endpoint_is_an_authentication_error_that_names_the_url() {
    for status in [404, 405, 410] {
        let tokens = RawServer::answering(status, &[], b"").await;
        let server = RawServer::answering(204, &[], b"").await;
        let error =
            by_secret(&server, &tokens).update_office_information(&user(), &office()).await.unwrap_err();
        assert!(error.is_authentication() && error.is_about_token() && !error.is_rejected(), "{error}");
        assert!(error.to_string().contains("check the token URL"), "{error}");
        assert_eq!((tokens.requests().len(), server.connections()), (1, 0));
    }
}

async fn grant(reply: &str) -> Result<Option<Duration>, Error> {
    let server = RawServer::answering(200, &[], reply.as_bytes()).await;
    let elements = builder_for("http://127.0.0.1:9/")
        .token_url(server.url())
        .credential(Credential::client_secret("id", "secret"))
        .build()
        .unwrap();
    elements.authenticate().await.map(|authentication| authentication.expires_in)
}

#[tokio::test]
async fn a_lifetime_that_is_missing_or_absurd_is_survived() {
    let minutes = |reply| async move { grant(reply).await.unwrap().unwrap().as_secs().div_ceil(60) };
    assert_eq!(minutes(r#"{"access_token":"t"}"#).await, 5);
    assert_eq!(minutes(r#"{"access_token":"t","expires_in":0}"#).await, 0);
    assert_eq!(minutes(r#"{"access_token":"t","expires_in":-1}"#).await, 0);
    assert!(minutes(r#"{"access_token":"t","expires_in":18446744073709551615}"#).await > 5);
}

#[tokio::test(start_paused = true)]
async fn no_lifetime_causes_more_than_one_token_request_a_second() {
    for expires_in in ["0", "1", "-1", "null", "9223372036854775808", "\"soon\""] {
        let body = format!("{{\"access_token\":\"t\",\"expires_in\":{expires_in}}}");
        let tokens = RawServer::answering(200, &[], body.as_bytes()).await;
        let server = RawServer::answering(204, &[], b"").await;
        let elements = builder_for(&server.url())
            .token_url(tokens.url())
            .credential(Credential::client_secret("id", "secret"))
            .build()
            .unwrap();
        for _ in 0..40 {
            elements.update_office_information(&user(), &office()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        assert!(tokens.requests().len() <= 11, "{expires_in}: {} in ten seconds", tokens.requests().len());
    }
}

fn by_secret(server: &RawServer, tokens: &RawServer) -> avepoint_elements::Elements {
    let builder = builder_for(&server.url()).token_url(tokens.url());
    builder.credential(Credential::client_secret("id", "secret")).build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn many_calls_share_a_token_endpoint_that_recovers() {
    let down = || Reply::answer(503, &[], b"");
    let grant = Reply::answer(200, &[], br#"{"access_token":"t","expires_in":3600}"#);
    let tokens = RawServer::script([down(), down(), grant]).await;
    let server = RawServer::answering(204, &[], b"").await;
    let elements = by_secret(&server, &tokens);
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let elements = elements.clone();
        calls.spawn(async move { elements.update_office_information(&user(), &office()).await });
    }
    assert!(calls.join_all().await.iter().all(Result::is_ok));
    assert_eq!((tokens.requests().len(), server.requests().len()), (3, 64));
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_that_asks_for_a_wait_is_left_alone() {
    let tokens = RawServer::answering(503, &[("retry-after", "30")], b"").await;
    let server = RawServer::answering(204, &[], b"").await;
    let elements = by_secret(&server, &tokens);
    for _ in 0..20 {
        let error = elements.authenticate().await.unwrap_err();
        assert!(error.is_server() && error.retry_after().is_some(), "{error}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(tokens.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_valid_token_survives_a_silent_endpoint_whatever_the_calls_limits() {
    let grant = Reply::answer(200, &[], br#"{"access_token":"t","expires_in":3600}"#);
    let tokens = RawServer::script([grant, Reply::Silence]).await;
    let server = RawServer::answering(204, &[], b"").await;
    let builder = builder_for(&server.url()).token_url(tokens.url()).timeout(Duration::from_secs(1));
    let elements = builder.credential(Credential::client_secret("id", "secret")).build().unwrap();
    elements.update_office_information(&user(), &office()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(3400)).await;
    for _ in 0..20 {
        elements.update_office_information(&user(), &office()).await.unwrap();
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(tokens.requests().len(), 2, "it was asked once more, and no call waited");
}

#[tokio::test(start_paused = true)]
async fn a_first_token_that_takes_long_is_waited_for_by_all_and_asked_for_once() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.set_faults(Faults::new().token_latency(Duration::from_secs(25))).unwrap();
    let elements = client_of_sandbox(&sandbox);
    let start = tokio::time::Instant::now();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let elements = elements.clone();
        calls.spawn(async move { elements.update_office_information(&user(), &office()).await });
    }
    let attempts: Vec<_> =
        calls.join_all().await.into_iter().map(|receipt| receipt.unwrap().attempts).collect();
    assert_eq!(attempts, [1; 16], "requests for a token do not count");
    assert_eq!((sandbox.token_requests(), sandbox.requests().len()), (1, 16));
    assert_eq!(start.elapsed().as_secs(), 25);
}

#[tokio::test(start_paused = true)]
async fn a_first_token_that_takes_too_long_is_asked_for_again_within_the_time_of_the_call() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.set_faults(Faults::new().token_latency(Duration::from_secs(31))).unwrap();
    let elements = client_of_sandbox(&sandbox);
    let start = tokio::time::Instant::now();
    let error = elements.update_office_information(&user(), &office()).await.unwrap_err();
    assert!(error.is_timeout() && error.attempts() == 0 && !error.is_outcome_unknown(), "{error}");
    let message = error.to_string();
    assert!(message.contains("the token endpoint did not answer within 30 s"), "{message}");
    assert!(start.elapsed() <= Duration::from_secs(120), "{:?}", start.elapsed());
    assert_eq!((sandbox.token_requests(), sandbox.requests().len()), (4, 0));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_takes_long_leaves_the_request_the_rest_of_the_call() {
    let sandbox = Sandbox::start().await.unwrap();
    let slow = Faults::new().token_latency(Duration::from_secs(25)).latency(Duration::from_secs(25));
    sandbox.set_faults(slow).unwrap();
    let builder = builder_for(&sandbox.base_url()).token_url(sandbox.token_url());
    let credential = Credential::client_secret(sandbox.client_id(), sandbox.client_secret());
    let elements = builder.credential(credential).timeout(Duration::from_secs(40)).build().unwrap();
    let start = tokio::time::Instant::now();
    let error = elements.update_office_information(&user(), &office()).await.unwrap_err();
    assert!(error.is_timeout() && error.attempts() == 1 && error.is_outcome_unknown(), "{error}");
    assert_eq!(start.elapsed().as_secs(), 40);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_never_sent_after_its_end() {
    let sandbox = Sandbox::builder().token_lifetime(Duration::from_secs(30)).start().await.unwrap();
    let elements = client_of_sandbox(&sandbox);
    elements.update_office_information(&user(), &office()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(31)).await;
    sandbox.set_faults(Faults::new().token_script([Fault::status(400), Fault::status(400)])).unwrap();
    for _ in 0..3 {
        elements.update_office_information(&user(), &office()).await.unwrap_err();
    }
    assert_eq!(sandbox.requests().len(), 1, "no request went out with the old token");
}

#[tokio::test]
async fn a_reply_that_is_no_grant_is_refused_without_showing_it() {
    let canaries =
        ["<html>canary-token</html>", r#"{"access_token":["canary-token"]}"#, r#"{"token":"canary-token"}"#];
    for reply in canaries {
        let error = grant(reply).await.unwrap_err();
        assert!(error.is_unexpected_reply() && !error.is_authentication(), "{error}");
        assert!(!format!("{error} {error:?} {:?}", error.reply_text()).contains("canary"), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_url_that_never_gave_a_token_is_a_wrong_setting_and_one_that_did_is_asked_again() {
    let page = || Reply::answer(200, &[], b"<html>");
    let redirect = || Reply::answer(302, &[("location", "/login")], b"");
    for reply in [page(), redirect()] {
        let (tokens, server) = (RawServer::start(reply).await, RawServer::answering(204, &[], b"").await);
        let start = tokio::time::Instant::now();
        let elements = by_secret(&server, &tokens);
        for _ in 0..16 {
            let error = elements.update_office_information(&user(), &office()).await.unwrap_err();
            assert!(
                error.is_configuration() && error.is_about_token() && error.is_unexpected_reply(),
                "{error}"
            );
            assert!(error.to_string().contains("check the token URL"), "{error}");
        }
        assert_eq!((tokens.requests().len(), server.connections()), (1, 0));
        assert!(start.elapsed() < Duration::from_secs(1));
    }
    // A token of a second's life, then a page, then a token.
    let grant = || Reply::answer(200, &[], br#"{"access_token":"t","expires_in":1}"#);
    let (tokens, server) =
        (RawServer::script([grant(), page(), grant()]).await, RawServer::answering(204, &[], b"").await);
    let elements = by_secret(&server, &tokens);
    elements.update_office_information(&user(), &office()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    elements.update_office_information(&user(), &office()).await.unwrap();
    assert_eq!(tokens.requests().len(), 3);
}
