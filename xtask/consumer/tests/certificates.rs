//! reqwest has TLS by this crate's own feature, and the SDK has none: it cannot make sure that certificates are verified.
#![cfg(feature = "reqwest")]

use avepoint_elements::{Credential, Elements};
use reqwest::ClientBuilder;

#[test]
fn https_is_refused_where_certificates_may_go_unverified() {
    let builder = || {
        let trusting = || ClientBuilder::new().tls_danger_accept_invalid_certs(true);
        Elements::builder().credential(Credential::access_token("token")).http_client(trusting)
    };
    for builder in [builder(), builder().base_url("https://127.0.0.1:9/partner")] {
        let error = builder.build().unwrap_err();
        assert!(error.is_configuration() && error.to_string().contains("rustls-no-provider"), "{error}");
    }
    // Plain http to this machine has no certificates.
    builder().base_url("http://127.0.0.1:9/partner").allow_loopback_http().build().unwrap();
}
