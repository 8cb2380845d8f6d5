//! The client assertion: a JSON Web Token signed with the certificate's key (RFC 7523, section 3).

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::auth::secret::Secret;
use crate::error::{Error, Result};

/// How long an assertion is good, in seconds: what the service's documentation uses.
const LIFETIME: u64 = 300;

/// What the assertion says.
pub(super) struct Claims(Value);

impl Claims {
    pub(super) fn new(client_id: &str, token_url: &str, now: SystemTime, jti: &str) -> Result<Self> {
        let now = seconds(now)?;
        Ok(Self(json!({
            "iss": client_id,
            "sub": client_id,
            "aud": token_url,
            "jti": jti,
            "nbf": now,
            "iat": now,
            "exp": now.saturating_add(LIFETIME),
        })))
    }
}

fn seconds(now: SystemTime) -> Result<u64> {
    let since = now.duration_since(UNIX_EPOCH).map_err(|error| {
        Error::configuration("this machine's clock stands before 1970; set it").because_of(&error)
    })?;
    Ok(since.as_secs())
}

/// The claims as a JWT in compact form, signed RS256 (RFC 7518, section 3.3).
pub(super) fn sign(claims: &Claims, thumbprint: &[u8], key: &RsaKeyPair) -> Result<Secret> {
    let id = URL_SAFE_NO_PAD.encode(thumbprint);
    // `x5t` names the certificate; some services look for the same value in `kid`.
    let header = json!({ "alg": "RS256", "typ": "JWT", "x5t": id, "kid": id });
    let message = format!("{}.{}", encode(&header), encode(&claims.0));
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
        .map_err(|_| Error::configuration("the private key cannot sign; it is damaged: export it again"))?;
    Ok(Secret::from(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))))
}

fn encode(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}
