//! No redirect is followed: neither value nor token reaches a host that nobody named.

use avepoint_elements::Credential;
use e2e::raw::RawServer;

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
async fn a_client_secret_is_not_redirected_either() {
    let other = RawServer::answering(200, &[], br#"{"access_token":"x","expires_in":3600}"#).await;
    let server = RawServer::answering(307, &[("location", &other.url())], b"").await;
    let elements = builder_for(&server.url())
        .token_url(server.url())
        .credential(Credential::client_secret("id", "canary-secret"))
        .build()
        .unwrap();
    let error = elements.authenticate().await.unwrap_err();
    assert_eq!(error.status(), Some(307));
    assert_eq!(other.connections(), 0);
}
