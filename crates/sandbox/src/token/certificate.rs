//! The client's certificate, and the assertions signed with its key: JSON Web Tokens with RS256 (RFC 7523, section 3).

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use sha1::{Digest, Sha1};
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::der::{Decode, Document};

use crate::lock::lock;

/// `rsaEncryption`, RFC 8017, appendix C.
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// A certificate, and the assertions that were made with it.
pub(crate) struct Certificate {
    key: DecodingKey,
    thumbprint: String,
    /// The ids of accepted assertions, with when they expire, in seconds since 1970.
    seen: Mutex<HashMap<String, u64>>,
}

impl Certificate {
    /// Reads the first certificate of a PEM text; an error says what is wrong with it.
    pub(crate) fn parse(pem: &str) -> Result<Self, String> {
        let unreadable = |error| format!("the client's certificate cannot be read: {error}");
        let (label, der) = Document::from_pem(first(pem)).map_err(unreadable)?;
        if label != "CERTIFICATE" {
            return Err(format!("the client's certificate is a {label}; a CERTIFICATE is needed"));
        }
        let certificate = x509_cert::Certificate::from_der(der.as_bytes()).map_err(unreadable)?;
        let key = certificate.tbs_certificate().subject_public_key_info();
        if key.algorithm.oid != RSA {
            return Err("the key of the client's certificate is not an RSA key; RS256 needs one".to_owned());
        }
        Ok(Self {
            key: DecodingKey::from_rsa_der(key.subject_public_key.raw_bytes()),
            thumbprint: URL_SAFE_NO_PAD.encode(Sha1::digest(der.as_bytes())),
            seen: Mutex::default(),
        })
    }

    /// Accepts an assertion of this client for this token URL, once; an error says what is wrong with it.
    pub(crate) fn check(&self, assertion: &str, client_id: &str, token_url: &str) -> Result<(), String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let claims = verify(assertion, &self.key, &self.thumbprint)?;
        claims.check(client_id, token_url, now)?;
        let mut seen = lock(&self.seen);
        seen.retain(|_, expires| *expires > now);
        match seen.insert(claims.jti, claims.exp) {
            None => Ok(()),
            Some(_) => Err("jti was used before".to_owned()),
        }
    }
}

/// The first block alone: what follows may be the rest of a chain.
fn first(pem: &str) -> &str {
    let end = "-----END CERTIFICATE-----";
    pem.find(end).map_or(pem, |start| &pem[..start + end.len()])
}

/// The longest time between the making of an assertion and its expiry, in seconds.
const MAX_LIFETIME: u64 = 600;

/// What an assertion says. Times are in seconds since 1970.
#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    jti: String,
    exp: u64,
    iat: Option<u64>,
    nbf: Option<u64>,
}

/// The claims of an assertion whose header and signature fit the certificate.
fn verify(assertion: &str, key: &DecodingKey, thumbprint: &str) -> Result<Claims, String> {
    let header = jsonwebtoken::decode_header(assertion).map_err(|error| format!("no JWT: {error}"))?;
    if header.alg != Algorithm::RS256 {
        return Err(format!("alg is {:?}; RS256 is needed", header.alg));
    }
    if header.x5t.as_deref() != Some(thumbprint) {
        return Err("x5t is not base64url of the certificate's SHA-1".to_owned());
    }
    let mut validation = Validation::new(Algorithm::RS256);
    // Checked by `Claims::check`, which says more.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let token = jsonwebtoken::decode::<Claims>(assertion, key, &validation);
    token.map(|token| token.claims).map_err(|error| format!("the signature or a claim is wrong: {error}"))
}

impl Claims {
    /// Checks what the claims say, at this time.
    fn check(&self, client_id: &str, token_url: &str, now: u64) -> Result<(), String> {
        let made: Vec<u64> = [self.iat, self.nbf].into_iter().flatten().collect();
        let problem = if self.iss != client_id || self.sub != client_id {
            "iss and sub must be the client id".to_owned()
        } else if self.aud != token_url {
            format!("aud must be {token_url}")
        } else if self.jti.is_empty() {
            "jti is empty".to_owned()
        } else if self.exp <= now {
            "exp is in the past".to_owned()
        } else if made.is_empty() {
            "iat and nbf are both missing".to_owned()
        } else if made.iter().any(|made| *made > now) {
            "iat or nbf is in the future".to_owned()
        } else if made.iter().any(|made| self.exp - made > MAX_LIFETIME) {
            format!("exp is more than {MAX_LIFETIME} seconds after iat or nbf")
        } else {
            return Ok(());
        };
        Err(problem)
    }
}
