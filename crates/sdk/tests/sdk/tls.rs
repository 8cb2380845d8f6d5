//! Nothing is sent to a server whose certificate does not prove its name.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use avepoint_elements::reqwest::ClientBuilder;
use avepoint_elements::{Credential, Elements, Error, RetryPolicy};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::{office, user};

/// A certificate authority of one's own.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    // A name of its own: OpenSSL takes a certificate whose issuer has its own name for self-signed.
    params.distinguished_name.push(DnType::CommonName, "the authority");
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// What a server shows.
struct Shown {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

fn signed(authority: &CertifiedIssuer<'static, KeyPair>, params: &CertificateParams) -> Shown {
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, authority).unwrap().der().clone();
    Shown { certificate, key: key.into() }
}

fn params(name: &str) -> CertificateParams {
    CertificateParams::new([name.to_owned()]).unwrap()
}

/// A TLS server that keeps what it was sent inside TLS, and answers 204.
async fn server(shown: Shown) -> (String, Arc<Mutex<Vec<u8>>>) {
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![shown.certificate], shown.key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let seen: Arc<Mutex<Vec<u8>>> = Arc::default();
    let kept = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = stream.read(&mut buffer).await {
                kept.lock().unwrap().extend_from_slice(&buffer[..length]);
                let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
            }
        }
    });
    (url, seen)
}

fn client(url: &str, authority: Option<&CertifiedIssuer<'static, KeyPair>>) -> Elements {
    let builder = Elements::builder().base_url(url).retry(RetryPolicy::none());
    let builder = builder.credential(Credential::access_token("canary")).timeout(Duration::from_secs(20));
    match authority {
        Some(authority) => builder.add_certificate_authorities(authority.pem()),
        None => builder,
    }
    .build()
    .unwrap()
}

async fn refused(shown: Shown, authority: Option<&CertifiedIssuer<'static, KeyPair>>) -> Error {
    let (url, seen) = server(shown).await;
    let error = client(&url, authority).update_office_information(&user(), &office()).await.unwrap_err();
    assert_eq!(*seen.lock().unwrap(), b"", "nothing was sent");
    error
}

#[tokio::test]
async fn a_certificate_by_a_private_authority_is_trusted_when_it_is_added() {
    let authority = authority();
    let (url, seen) = server(signed(&authority, &params("localhost"))).await;
    client(&url, Some(&authority)).update_office_information(&user(), &office()).await.unwrap();
    assert!(seen.lock().unwrap().starts_with(b"PUT "));
}

#[tokio::test]
async fn certificates_that_prove_nothing_are_refused() {
    let authority = authority();
    let mut expired = params("localhost");
    expired.not_before = date_time_ymd(2020, 1, 1);
    expired.not_after = date_time_ymd(2021, 1, 1);
    let names: Vec<_> = (0..400).map(|number| format!("host-{number}.elements.example")).collect();
    let many = CertificateParams::new(names).unwrap();
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let own = Shown { certificate: own.cert.der().clone(), key: own.signing_key.into() };
    let cases = [
        ("self-signed", own, None),
        ("by an authority that was not added", signed(&authority, &params("localhost")), None),
        ("for another name", signed(&authority, &params("elements.example")), Some(&authority)),
        ("for many other names", signed(&authority, &many), Some(&authority)),
        ("expired", signed(&authority, &expired), Some(&authority)),
    ];
    for (what, shown, trusted) in cases {
        let error = refused(shown, trusted).await;
        assert!(error.is_connection() && !error.is_outcome_unknown(), "{what}: {error}");
        let cause = std::error::Error::source(&error).unwrap();
        assert!(cause.to_string().contains("certificate"), "{what}: {cause}");
        assert!(format!("{cause}{cause:?}{error:?}").len() < 4096, "{what}");
    }
}

#[tokio::test]
async fn no_builder_of_ones_own_turns_verification_off() {
    let (url, seen) = server(signed(&authority(), &params("elements.example"))).await;
    let trusting = || {
        let builder = ClientBuilder::new().tls_danger_accept_invalid_certs(true);
        builder.tls_danger_accept_invalid_hostnames(true)
    };
    let builder = Elements::builder().base_url(url).retry(RetryPolicy::none()).http_client(trusting);
    let elements = builder.credential(Credential::access_token("canary")).build().unwrap();
    let error = elements.update_office_information(&user(), &office()).await.unwrap_err();
    assert!(error.is_connection(), "{error}");
    assert_eq!(*seen.lock().unwrap(), b"", "nothing was sent");
}

#[test]
fn an_authority_that_is_none_is_refused() {
    for pem in ["", "garbage", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let builder = Elements::builder().credential(Credential::access_token("t"));
        let error = builder.add_certificate_authorities(pem).build().unwrap_err();
        assert!(error.is_configuration(), "{pem}: {error}");
    }
}
