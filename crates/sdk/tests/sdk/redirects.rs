//! No redirect is followed: neither value nor token reaches a host that was not configured.

use avepoint_elements::Credential;
use avepoint_elements::reqwest::ClientBuilder;
use avepoint_elements::reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use avepoint_elements::reqwest::redirect::Policy;
use test_support::raw::RawServer;

use crate::{builder_for, client_of, office, user};

#[tokio::test]
async fn another_host_sees_no_connection() {
    for status in [301, 302, 303, 307, 308] {
        let other = RawServer::answering(204, &[], b"").await;
        let server = RawServer::answering(status, &[("location", &other.url())], b"").await;
        let error = client_of(&server.url()).update_office_information(&user(), &office()).await.unwrap_err();
        assert!(error.is_unexpected_reply(), "{error}");
        assert_eq!((server.connections(), other.connections()), (1, 0), "{status}");
    }
}

#[tokio::test]
async fn a_builder_of_ones_own_adds_headers_and_follows_no_redirect() {
    let other = RawServer::answering(204, &[], b"").await;
    let server = RawServer::answering(307, &[("location", &other.url())], b"").await;
    let following = || {
        let headers = HeaderMap::from_iter([(GATEWAY_KEY, HeaderValue::from_static("key"))]);
        ClientBuilder::new().redirect(Policy::limited(10)).default_headers(headers)
    };
    let builder = builder_for(&server.url()).http_client(following);
    let elements = builder.credential(Credential::access_token("token")).build().unwrap();
    let error = elements.update_office_information(&user(), &office()).await.unwrap_err();
    assert_eq!(error.status(), Some(307));
    assert_eq!((server.connections(), other.connections()), (1, 0));
    let request = server.requests().remove(0);
    assert!(request.contains("\r\nx-gateway-key: key\r\n"), "{request}");
}

const GATEWAY_KEY: HeaderName = HeaderName::from_static("x-gateway-key");

#[tokio::test]
async fn a_client_secret_is_not_redirected_either() {
    for status in [301, 302, 303, 307, 308] {
        let other = RawServer::answering(200, &[], br#"{"access_token":"x","expires_in":3600}"#).await;
        let server = RawServer::answering(status, &[("location", &other.url())], b"").await;
        let elements = builder_for(&server.url())
            .token_url(server.url())
            .credential(Credential::client_secret("id", "canary-secret"))
            .build()
            .unwrap();
        let error = elements.authenticate().await.unwrap_err();
        assert_eq!(error.status(), Some(status));
        assert_eq!((server.requests().len(), other.connections()), (1, 0), "{status}");
    }
}
