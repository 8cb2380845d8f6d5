//! Client assertions: JSON Web Tokens signed with RS256 (RFC 7523, section 3).

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

/// The longest time between the making of an assertion and its expiry, in seconds.
const MAX_LIFETIME: u64 = 600;

/// What an assertion says. Times are in seconds since 1970.
#[derive(Debug, Deserialize)]
pub(crate) struct Claims {
    iss: String,
    sub: String,
    aud: String,
    pub(crate) jti: String,
    pub(crate) exp: u64,
    iat: Option<u64>,
    nbf: Option<u64>,
}

/// The claims of an assertion whose header and signature fit the certificate.
pub(crate) fn verify(assertion: &str, key: &DecodingKey, thumbprint: &str) -> Result<Claims, String> {
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
    pub(crate) fn check(&self, client_id: &str, token_url: &str, now: u64) -> Result<(), String> {
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
