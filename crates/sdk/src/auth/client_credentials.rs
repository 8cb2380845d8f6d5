//! The OAuth 2.0 client-credentials grant (RFC 6749, section 4.4), with a client secret or a certificate.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use avepoint_elements_client::BoxFuture;
use reqwest::header::DATE;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::Instant;

use super::token::{AccessToken, Permissions, TokenSource};
use crate::auth::secret::Secret;
use crate::clock::{ClockOffset, SharedClock};
use crate::error::reply::{self, Received, Reply};
use crate::error::sanitize::sanitize;
use crate::error::{Error, Limit, Result, Stage};
use crate::transport::endpoint::Endpoint;

/// Assumed where the token endpoint names no lifetime: the service's tokens live an hour in practice, and
/// asking again too early costs one request.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(300);
/// The longest lifetime that is believed.
const MAX_LIFETIME: Duration = Duration::from_secs(86_400);

/// How much of the granted permissions is kept, in bytes.
const SCOPES_BYTES: usize = 1024;
/// The secret fields of the form.
const SECRET_FIELDS: [&str; 2] = ["client_secret", "client_assertion"];

/// What authenticates the client.
#[derive(Clone)]
pub(crate) enum ClientProof {
    Secret(Secret),
    #[cfg(feature = "certificate")]
    Certificate(crate::auth::certificate::Certificate),
}

/// Where tokens are obtained, and by what client.
pub(crate) struct TokenEndpoint {
    pub(crate) http: reqwest::Client,
    pub(crate) url: Endpoint,
    /// The environment's name, or its URL, for messages.
    pub(crate) environment: String,
    pub(crate) connect_timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    /// How far its clock is ahead, by its newest reply.
    pub(crate) clock_offset: Arc<ClockOffset>,
}

/// Asks the token endpoint, each time.
pub(crate) struct ClientCredentials {
    client_id: String,
    proof: ClientProof,
    endpoint: TokenEndpoint,
    clock: SharedClock,
    /// Whether the endpoint ever gave a token.
    granted: AtomicBool,
}

/// What the token endpoint answers (RFC 6749, section 5.1), as far as it is used; read leniently.
#[derive(Deserialize)]
struct TokenReply {
    access_token: String,
    #[serde(default)]
    expires_in: Value,
    #[serde(default)]
    scope: Value,
}

impl ClientCredentials {
    pub(crate) fn new(
        client_id: String,
        proof: ClientProof,
        endpoint: TokenEndpoint,
        clock: SharedClock,
    ) -> Self {
        Self { client_id, proof, endpoint, clock, granted: AtomicBool::new(false) }
    }

    async fn fetch(&self, permissions: Permissions) -> Result<AccessToken> {
        let TokenEndpoint { http, url, attempt_timeout, connect_timeout, .. } = &self.endpoint;
        let asked = self.clock.now();
        let transport =
            |error| Error::transport(Stage::Token, error, Limit::Attempt(*attempt_timeout), *connect_timeout);
        let form = self.form(permissions)?;
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.expose())).collect();
        let request = http.post(url.url().clone()).form(&form);
        let received: Received = request.send().await.map_err(transport)?.into();
        self.endpoint.clock_offset.record(received.headers.get(DATE), self.clock.wall());
        let secrets: Vec<_> =
            form.iter().filter(|(name, _)| SECRET_FIELDS.contains(name)).map(|(_, value)| *value).collect();
        // The text of a success may hold a token; that of a redirect has no use.
        if received.status >= 400 {
            let request = reply::Request { secrets: &secrets, clock: &*self.clock };
            return Err(self.refusal(permissions, Reply::read(received, &request).await));
        }
        let no_grant = Reply::without_text(received.status, &received.headers, &secrets);
        if received.status != 200 {
            return Err(self.refusal(permissions, no_grant));
        }
        let body = reply::whole(received.body).await.map_err(transport)?;
        let token = body
            .and_then(|body| token_of(&body, asked))
            .unwrap_or_else(|| Err(self.refusal(permissions, no_grant)))?;
        self.granted.store(true, Ordering::Relaxed);
        Ok(token)
    }

    /// Names and values; all of them as secrets, since one is.
    #[cfg_attr(not(feature = "certificate"), allow(clippy::unnecessary_wraps, reason = "signing may fail"))]
    fn form(&self, permissions: Permissions) -> Result<Vec<(&'static str, Secret)>> {
        let mut form: Vec<(&str, Secret)> = vec![
            ("grant_type", "client_credentials".into()),
            ("client_id", self.client_id.as_str().into()),
            ("scope", permissions.join(" ").into()),
        ];
        match &self.proof {
            ClientProof::Secret(secret) => form.push(("client_secret", secret.clone())),
            #[cfg(feature = "certificate")]
            ClientProof::Certificate(certificate) => {
                let (now, id) = (self.clock.wall(), self.clock.unique());
                let url = self.endpoint.url.url().as_str();
                form.push(("client_assertion_type", ASSERTION_TYPE.into()));
                form.push(("client_assertion", certificate.assertion(&self.client_id, url, now, &id)?));
            }
        }
        Ok(form)
    }

    fn refusal(&self, permissions: Permissions, reply: Reply) -> Error {
        let status = reply.status;
        let environment = &self.endpoint.environment;
        let permissions = permissions.join(" ");
        let context =
            format!("no access token with {permissions} for client id {:?} ({environment})", self.client_id);
        let error = Error::reply(Stage::Token, reply).context(&context);
        // A page or a redirect: the URL is not a token endpoint's. Where it has given a token before, it is, and what
        // stands in its place may go away.
        let is_wrong_url = (200..400).contains(&status) && !self.granted.load(Ordering::Relaxed);
        if is_wrong_url { error.wrong_token_url() } else { error }
    }
}

/// RFC 7523, section 2.2.
#[cfg(feature = "certificate")]
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The token that a reply holds; none where it holds none. The parser's own words are dropped, since they
/// may quote the reply, and with it the token.
fn token_of(body: &[u8], asked: Instant) -> Option<Result<AccessToken>> {
    let reply: TokenReply = serde_json::from_slice(body).ok()?;
    // Shown to people, and bounded by nothing but the reply's size.
    let scopes = sanitize(reply.scope.as_str().unwrap_or_default(), SCOPES_BYTES);
    let lifetime = lifetime(&reply.expires_in);
    let token = AccessToken::new(reply.access_token);
    Some(token.map(|token| token.with_expiry(asked + lifetime).with_scopes(scopes.split_whitespace())))
}

/// Seconds as a number or as text; what is neither counts as not there, and less than nothing as nothing.
fn lifetime(expires_in: &Value) -> Duration {
    let seconds = expires_in.as_f64().or_else(|| expires_in.as_str()?.trim().parse().ok());
    let seconds = seconds.filter(|seconds: &f64| !seconds.is_nan());
    seconds.map_or(DEFAULT_LIFETIME, |seconds| {
        Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(MAX_LIFETIME).min(MAX_LIFETIME)
    })
}

impl TokenSource for ClientCredentials {
    fn token(&self, permissions: Permissions) -> BoxFuture<'_, Result<AccessToken>> {
        Box::pin(self.fetch(permissions))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_lifetime_is_read_in_every_form_it_may_take() {
        let seconds = |value| lifetime(&value).as_secs();
        assert_eq!(seconds(json!(3600)), 3600);
        assert_eq!(seconds(json!("3599")), 3599);
        assert_eq!(seconds(json!(0)), 0);
        assert_eq!(seconds(json!(-1)), 0);
        assert_eq!(seconds(json!(9_223_372_036_854_775_808_u64)), 86_400);
        assert_eq!(seconds(json!("1e300")), 86_400);
        for missing in [json!(null), json!("soon"), json!([1]), json!("NaN")] {
            assert_eq!(seconds(missing), 300);
        }
    }
}
