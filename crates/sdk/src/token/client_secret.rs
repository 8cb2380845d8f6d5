//! The OAuth 2.0 client-credentials grant with a client secret (RFC 6749, section 4.4).

use std::time::Duration;

use avepoint_elements_client::{BoxFuture, ByteStream, operations};
use serde::Deserialize;
use tokio::time::Instant;

use super::cache::Cache;
use super::{AccessToken, TokenSource};
use crate::endpoint::Endpoint;
use crate::error::Stage;
use crate::reply::{self, Reply};
use crate::{Error, Result, Secret};

/// Assumed where the token endpoint names no lifetime: the service's tokens live an hour in practice, and
/// asking again too early costs one request.
const LIFETIME: Duration = Duration::from_secs(300);

/// Obtains tokens from the token endpoint and keeps them.
pub(crate) struct ClientSecretSource {
    pub(crate) http: reqwest::Client,
    pub(crate) token_url: Endpoint,
    pub(crate) client_id: String,
    pub(crate) secret: Secret,
    /// Where the credential belongs, for messages.
    pub(crate) environment: String,
    cache: Cache,
}

/// What the token endpoint answers (RFC 6749, section 5.1), as far as it is used.
#[derive(Deserialize)]
struct Grant {
    access_token: String,
    expires_in: Option<u64>,
    scope: Option<String>,
}

impl ClientSecretSource {
    pub(crate) fn new(
        http: reqwest::Client,
        token_url: Endpoint,
        client_id: String,
        secret: Secret,
        environment: String,
    ) -> Self {
        Self { http, token_url, client_id, secret, environment, cache: Cache::default() }
    }

    async fn fetch(&self) -> Result<AccessToken> {
        let scope = scopes().join(" ");
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &self.client_id),
            ("client_secret", self.secret.expose()),
            ("scope", &scope),
        ];
        let asked = Instant::now();
        let request = self.http.post(self.token_url.url().clone()).form(&form);
        let response = request.send().await.map_err(|error| Error::transport(Stage::Token, error))?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = ByteStream::new(Box::pin(response.bytes_stream()));
        if status != 200 {
            let reply = Reply::read(status, &headers, body).await;
            return Err(self.refusal(status, reply));
        }
        let body = reply::whole(body, &headers).await.map_err(|reply| self.refusal(status, reply))?;
        grant(&body, asked)
    }

    fn refusal(&self, status: u16, reply: Reply) -> Error {
        let error = Error::reply(Stage::Token, reply)
            .context(&format!("no access token for client id {:?} ({})", self.client_id, self.environment));
        let final_refusal = matches!(status, 400..=499) && !matches!(status, 408 | 429);
        if final_refusal { error.credential_refused() } else { error }
    }
}

/// The permissions of every operation of the contract.
fn scopes() -> Vec<&'static str> {
    let mut scopes: Vec<_> = operations::ALL.iter().flat_map(|operation| operation.scopes).copied().collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

fn grant(body: &[u8], asked: Instant) -> Result<AccessToken> {
    let grant: Grant = serde_json::from_slice(body).map_err(|error| {
        // The parser's own words may quote the reply, and with it the token.
        let (line, column) = (error.line(), error.column());
        let message =
            format!("the token endpoint's reply is not a token grant (line {line}, column {column})");
        Error::authentication(format!("{message}; check the token URL"))
    })?;
    let lifetime = grant.expires_in.map_or(LIFETIME, Duration::from_secs);
    // A lifetime beyond what the clock can count is as good as a year.
    let expires = asked.checked_add(lifetime).unwrap_or(asked + Duration::from_secs(31_536_000));
    let scopes = grant.scope.unwrap_or_default();
    let token = AccessToken::new(grant.access_token)?;
    Ok(token.until(expires).with_scopes(scopes.split_whitespace()))
}

impl TokenSource for ClientSecretSource {
    fn token(&self) -> BoxFuture<'_, Result<AccessToken>> {
        Box::pin(self.cache.get_or_fetch(self.fetch()))
    }

    fn refused(&self, token: &AccessToken) {
        self.cache.forget(token);
    }
}
