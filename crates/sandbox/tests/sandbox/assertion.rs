//! The token endpoint, asked with an assertion instead of a secret.

use std::io::ErrorKind;
use std::time::{SystemTime, UNIX_EPOCH};

use avepoint_elements_sandbox::{Sandbox, SandboxBuilder};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::Response;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use x509_cert::der::Document;

use crate::client::{IDS, bare_put, sample};
use crate::token::{assert_error, form, post};

const CERTIFICATE: &str = include_str!("fixtures/client.certificate.pem");
const KEY: &str = include_str!("fixtures/client.key.pem");
const OTHER_CERTIFICATE: &str = include_str!("fixtures/other.certificate.pem");
const OTHER_KEY: &str = include_str!("fixtures/other.key.pem");
const ELLIPTIC_CERTIFICATE: &str = include_str!("fixtures/elliptic.certificate.pem");

/// An assertion that can be spoiled.
struct Assertion {
    header: Header,
    claims: Value,
    key: &'static str,
}

impl Assertion {
    fn good(sandbox: &Sandbox) -> Self {
        let id = sandbox.client_id();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let mut header = Header::new(Algorithm::RS256);
        header.x5t = Some(thumbprint(CERTIFICATE));
        let claims = json!({
            "iss": id, "sub": id, "aud": sandbox.token_url(), "jti": "j1",
            "iat": now, "nbf": now, "exp": now + 300,
        });
        Self { header, claims, key: KEY }
    }

    /// With one claim changed; null takes it away.
    fn with(mut self, name: &str, value: Value) -> Self {
        let claims = self.claims.as_object_mut().unwrap();
        claims.insert(name.to_owned(), value);
        claims.retain(|_, value| !value.is_null());
        self
    }

    fn now(&self) -> u64 {
        self.claims["nbf"].as_u64().unwrap()
    }

    fn sign(&self) -> String {
        let (_, key) = Document::from_pem(self.key).unwrap();
        let key = EncodingKey::from_rsa_der(key.as_bytes());
        jsonwebtoken::encode(&self.header, &self.claims, &key).unwrap()
    }
}

fn thumbprint(pem: &str) -> String {
    let (_, der) = Document::from_pem(pem).unwrap();
    URL_SAFE_NO_PAD.encode(Sha1::digest(der.as_bytes()))
}

fn builder() -> SandboxBuilder {
    Sandbox::builder().certificate_pem(CERTIFICATE)
}

async fn ask(sandbox: &Sandbox, assertion: &str) -> Response {
    let mut form = form(sandbox);
    form.retain(|(name, _)| *name != "client_secret");
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    form.push(("client_assertion_type", kind.to_owned()));
    form.push(("client_assertion", assertion.to_owned()));
    post(sandbox, &form).await
}

/// Asserts that an assertion is refused, for a reason that has this word in it.
async fn assert_refused(sandbox: &Sandbox, assertion: &str, word: &str) {
    let reply = ask(sandbox, assertion).await;
    assert_eq!(reply.status(), 401, "{word}");
    let body: Value = reply.json().await.unwrap();
    assert_eq!(body["error"], "invalid_client");
    assert!(body["error_description"].as_str().unwrap().contains(word), "{word}: {body}");
}

#[tokio::test]
async fn an_assertion_buys_a_token_that_the_api_accepts() {
    let sandbox = builder().start().await.unwrap();
    let reply = ask(&sandbox, &Assertion::good(&sandbox).sign()).await;
    assert_eq!(reply.status(), 200);
    let body: Value = reply.json().await.unwrap();
    let request = bare_put(&sandbox, IDS).bearer_auth(body["access_token"].as_str().unwrap());
    assert_eq!(request.json(&sample()).send().await.unwrap().status(), 204);
    assert_eq!(post(&sandbox, &form(&sandbox)).await.status(), 200);
}

#[tokio::test]
async fn an_assertion_is_good_once() {
    let sandbox = builder().start().await.unwrap();
    let assertion = Assertion::good(&sandbox);
    assert_eq!(ask(&sandbox, &assertion.sign()).await.status(), 200);
    assert_refused(&sandbox, &assertion.sign(), "jti").await;
    let fresh = assertion.with("jti", json!("j2"));
    assert_eq!(ask(&sandbox, &fresh.sign()).await.status(), 200);
}

#[tokio::test]
async fn every_claim_is_checked() {
    let sandbox = builder().start().await.unwrap();
    let good = || Assertion::good(&sandbox);
    let now = good().now();
    for (claim, value, word) in [
        ("iss", json!("somebody"), "iss"),
        ("sub", json!("somebody"), "sub"),
        ("aud", json!(format!("{}/", sandbox.token_url())), "aud"),
        ("aud", Value::Null, "aud"),
        ("jti", json!(""), "jti"),
        ("jti", Value::Null, "jti"),
        ("exp", json!(now), "exp is in the past"),
        ("exp", json!(now + 660), "600 seconds"),
        ("exp", Value::Null, "exp"),
        ("iat", json!(now + 200), "future"),
        ("nbf", json!(now + 200), "future"),
        ("nbf", json!(now - 301), "600 seconds"),
    ] {
        assert_refused(&sandbox, &good().with(claim, value).sign(), word).await;
    }
    let neither = good().with("iat", Value::Null).with("nbf", Value::Null);
    assert_refused(&sandbox, &neither.sign(), "iat and nbf").await;
    // A refused assertion does not use up its jti.
    assert_eq!(ask(&sandbox, &good().with("iat", Value::Null).sign()).await.status(), 200);
}

#[tokio::test]
async fn the_signature_and_the_header_are_checked() {
    let sandbox = builder().start().await.unwrap();
    let good = || Assertion::good(&sandbox);
    let by_other_key = Assertion { key: OTHER_KEY, ..good() };
    assert_refused(&sandbox, &by_other_key.sign(), "signature").await;
    for x5t in [None, Some(thumbprint(OTHER_CERTIFICATE))] {
        let mut assertion = good();
        assertion.header.x5t = x5t;
        assert_refused(&sandbox, &assertion.sign(), "x5t").await;
    }
    let mut stronger = good();
    stronger.header.alg = Algorithm::RS512;
    assert_refused(&sandbox, &stronger.sign(), "RS256").await;
    for text in ["a.b.c", "x"] {
        assert_refused(&sandbox, text, "JWT").await;
    }
    let other_claims = good().with("jti", json!("j9")).sign();
    let (signed, _) = other_claims.rsplit_once('.').unwrap();
    let signature = good().sign().rsplit_once('.').unwrap().1.to_owned();
    assert_refused(&sandbox, &format!("{signed}.{signature}"), "signature").await;
}

#[tokio::test]
async fn the_form_around_an_assertion_is_checked() {
    let sandbox = builder().start().await.unwrap();
    let assertion = Assertion::good(&sandbox).sign();
    let mut both = form(&sandbox);
    both.push(("client_assertion", assertion.clone()));
    assert_error(post(&sandbox, &both).await, 400, "invalid_request").await;
    let mut untyped = form(&sandbox);
    untyped.retain(|(name, _)| *name != "client_secret");
    untyped.push(("client_assertion", assertion));
    assert_error(post(&sandbox, &untyped).await, 400, "invalid_request").await;
    untyped.push(("client_assertion_type", "saml".to_owned()));
    assert_error(post(&sandbox, &untyped).await, 400, "invalid_request").await;
}

#[tokio::test]
async fn without_a_certificate_no_assertion_is_accepted() {
    let sandbox = Sandbox::start().await.unwrap();
    assert_refused(&sandbox, &Assertion::good(&sandbox).sign(), "no certificate").await;
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_refused() {
    for pem in ["", "no PEM", KEY, ELLIPTIC_CERTIFICATE] {
        let error = Sandbox::builder().certificate_pem(pem).start().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert!(error.to_string().contains("certificate"), "{error}");
    }
    let chain = format!("{CERTIFICATE}{OTHER_CERTIFICATE}");
    assert!(Sandbox::builder().certificate_pem(&chain).start().await.is_ok());
}
