//! The assertion, checked with the certificate's public key by a library of its own.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, PublicKeyData, RsaKeySize};
use serde_json::{Value, json};

use super::Certificate;

const TOKEN_URL: &str = "https://identity.example/connect/token";

struct Fixture {
    certificate: Certificate,
    public_key: Vec<u8>,
}

/// Making an RSA key takes long.
static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let certificate = CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap();
    let pem = key.serialize_pem() + &certificate.pem();
    Fixture { certificate: Certificate::from_pem(pem).unwrap(), public_key: key.der_bytes().to_vec() }
});

fn assertion() -> [String; 3] {
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_999);
    let assertion = FIXTURE.certificate.assertion("client \"1\"", TOKEN_URL, now, "one").unwrap();
    let parts: Vec<_> = assertion.expose().split('.').map(str::to_owned).collect();
    parts.try_into().unwrap()
}

fn decoded(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[test]
fn the_signature_is_that_of_the_certificates_key() {
    let [header, claims, signature] = assertion();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &FIXTURE.public_key);
    key.verify(format!("{header}.{claims}").as_bytes(), &signature).unwrap();
    key.verify(format!("{header}.{claims}A").as_bytes(), &signature).unwrap_err();
}

#[test]
fn the_header_names_the_certificate() {
    let [header, ..] = assertion();
    let header = decoded(&header);
    let id = header["x5t"].as_str().unwrap();
    assert_eq!(super::hexadecimal(&URL_SAFE_NO_PAD.decode(id).unwrap()), FIXTURE.certificate.thumbprint());
    assert_eq!(header, json!({ "alg": "RS256", "typ": "JWT", "x5t": id, "kid": id }));
}

#[test]
fn the_claims_are_good_for_five_minutes() {
    let [_, claims, _] = assertion();
    let expected = json!({
        "iss": "client \"1\"",
        "sub": "client \"1\"",
        "aud": TOKEN_URL,
        "jti": "one",
        "nbf": 1_700_000_000,
        "iat": 1_700_000_000,
        "exp": 1_700_000_300,
    });
    assert_eq!(decoded(&claims), expected);
}

#[test]
fn a_clock_before_1970_is_an_error() {
    let now = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
    let error = FIXTURE.certificate.assertion("client", TOKEN_URL, now, "one").unwrap_err();
    assert!(error.is_configuration());
    assert!(error.to_string().contains("clock"));
}

#[test]
fn debug_shows_the_thumbprint_alone() {
    let certificate = &FIXTURE.certificate;
    assert_eq!(format!("{certificate:?}"), format!("Certificate({}, ..)", certificate.thumbprint()));
}
