//! A proxy sees what leaves this machine, and nothing goes past it; what stays here does without.

use std::net::SocketAddr;

use avepoint_elements::reqwest::ClientBuilder;
use avepoint_elements::{Credential, Elements, RetryPolicy};
use test_support::raw::RawServer;

use crate::{builder_for, office, user};

/// Hosts that exist nowhere but in the tests' own resolver.
const API: &str = "elements.invalid";
const TOKENS: &str = "identity.invalid";

#[tokio::test]
async fn what_stays_on_this_machine_goes_past_the_proxy() {
    let proxy = RawServer::answering(502, &[], b"").await;
    let tokens = RawServer::answering(200, &[], br#"{"access_token":"t","expires_in":3600}"#).await;
    let server = RawServer::answering(204, &[], b"").await;
    let elements = builder_for(&server.url())
        .token_url(tokens.url())
        .credential(Credential::client_secret("id", "secret"))
        .proxy(proxy.url())
        .build()
        .unwrap();
    elements.update_office_information(&user(), &office()).await.unwrap();
    assert_eq!((proxy.connections(), tokens.connections(), server.connections()), (0, 1, 1));
}

/// A client of hosts elsewhere, whose names lead to `elsewhere` for a resolver.
fn client(proxy: &str, elsewhere: SocketAddr, credential: Credential) -> Elements {
    let resolving = move || ClientBuilder::new().resolve(API, elsewhere).resolve(TOKENS, elsewhere);
    Elements::builder()
        .base_url(format!("https://{API}:{}/partner", elsewhere.port()))
        .token_url(format!("https://{TOKENS}:{}/connect/token", elsewhere.port()))
        .credential(credential)
        .retry(RetryPolicy::none())
        .http_client(resolving)
        .proxy(proxy)
        .build()
        .unwrap()
}

#[tokio::test]
async fn what_leaves_this_machine_goes_to_the_proxy_and_nowhere_else() {
    let credentials = [
        (API, Credential::access_token("canary-token")),
        (TOKENS, Credential::client_secret("id", "canary-secret")),
    ];
    for (host, credential) in credentials {
        let proxy = RawServer::answering(403, &[], b"").await;
        let elsewhere = RawServer::answering(204, &[], b"").await;
        let elements = client(&proxy.url(), elsewhere.address(), credential);
        let error = elements.update_office_information(&user(), &office()).await.unwrap_err();
        assert!(error.is_connection() && !error.is_outcome_unknown(), "{error}");
        let place = format!("{host}:{}", elsewhere.address().port());
        let requests = proxy.requests();
        assert!(requests[0].starts_with(&format!("CONNECT {place} HTTP/1.1\r\n")), "{requests:?}");
        assert_eq!((requests.len(), elsewhere.connections()), (1, 0), "{requests:?}");
        assert!(!requests[0].contains("canary"), "the proxy sees nothing of the tunnel");
    }
}

#[tokio::test]
async fn a_proxy_is_told_its_password_and_no_error_is() {
    let proxy = RawServer::answering(407, &[], b"").await;
    let elsewhere = RawServer::answering(204, &[], b"").await;
    let url = proxy.url().replace("http://", "http://someone:canary@");
    let elements = client(&url, elsewhere.address(), Credential::access_token("t"));
    let error = elements.update_office_information(&user(), &office()).await.unwrap_err();
    // "someone:canary" in base64.
    let request = proxy.requests().remove(0).to_lowercase();
    assert!(request.contains("\r\nproxy-authorization: basic c29tzw9uztpjyw5hcnk=\r\n"), "{request}");
    let cause = std::error::Error::source(&error).unwrap();
    let shown = format!("{error} {error:?} {cause} {cause:?} {elements:?}");
    assert!(!shown.contains("canary") && !shown.contains("c29tZW9uZTpjYW5hcnk"), "{shown}");
}

#[test]
fn a_proxy_that_cannot_be_used_is_refused_without_its_password() {
    let builder = Elements::builder().credential(Credential::access_token("t"));
    let builder = builder.proxy("http://someone:canary@[proxy.example");
    let shown = format!("{builder:?}");
    let error = builder.build().unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("proxy"), "{error}");
    assert!(!format!("{shown} {error} {error:?}").contains("canary"), "{shown} {error:?}");
}

#[test]
fn a_proxy_that_would_be_passed_by_is_refused() {
    for url in ["ftp://127.0.0.1:9", "htp://127.0.0.1:9", "socks5://127.0.0.1:9", "://127.0.0.1:9", "http://"]
    {
        let builder = builder_for("http://127.0.0.1:9").credential(Credential::access_token("t"));
        let error = builder.proxy(url).build().unwrap_err();
        assert!(
            error.is_configuration() && error.to_string().contains("give http://host:port"),
            "{url}: {error}"
        );
    }
    for url in ["HTTP://127.0.0.1:9", "https://127.0.0.1:9", "127.0.0.1:9"] {
        builder_for("http://127.0.0.1:9")
            .credential(Credential::access_token("t"))
            .proxy(url)
            .build()
            .unwrap();
    }
}
