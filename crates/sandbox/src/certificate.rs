//! The client's certificate: whose assertions the token endpoint accepts.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use sha1::{Digest, Sha1};
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::der::{Decode, Document};

use crate::assertion;
use crate::state::lock;

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
        let claims = assertion::verify(assertion, &self.key, &self.thumbprint)?;
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
