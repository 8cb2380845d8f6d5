//! The faults of a sandbox: their settings.

pub(crate) mod active;
pub(crate) mod fault;
pub(crate) mod gate;
pub(crate) mod rate_limit;
pub(crate) mod reply_edit;
mod schedule;

use std::io;
use std::time::Duration;

use serde_json::Value;

use crate::faults::fault::Fault;
use crate::faults::gate::Gate;
use crate::faults::rate_limit::RateLimit;
use crate::faults::schedule::FaultSettings;

/// What goes wrong on purpose, with requests to the API and to the token endpoint. Without a setting,
/// nothing does.
///
/// A request is treated by the first of these that applies: the script, which answers exactly the requests
/// that come next, in the order of their arrival; the fault of its path; the rate limit; the shares. Faults come
/// before every check of the request: a rate limit also counts requests without a token. Only what
/// [`revoke_after`](Self::revoke_after) says is part of a check.
///
/// ```
/// use std::time::Duration;
/// use avepoint_elements_sandbox::{Fault, Faults, RateLimit, Sandbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let faults = Faults::new()
///     .rate_limit(RateLimit::per_second(50))
///     .share(0.05, Fault::status(500))
///     .share(0.01, Fault::dropped_after_applying())
///     .latency(Duration::from_millis(80))
///     .seed(7);
/// let sandbox = Sandbox::builder().faults(faults).start().await?;
/// // Later, in the same sandbox: the next request fails, and then nothing more.
/// sandbox.set_faults(Faults::new().script([Fault::status(503).retry_after("2")]))?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Faults {
    pub(crate) api: FaultSettings,
    pub(crate) token: FaultSettings,
    pub(crate) gate: Option<Gate>,
    pub(crate) expires_in: ExpiresIn,
    pub(crate) revoke_after: Option<u64>,
    pub(crate) seed: Option<u64>,
    pub(crate) update_delay: Duration,
    pub(crate) shift_pages: i64,
    pub(crate) hide_local_users: bool,
}

/// What the token endpoint tells of a token's lifetime.
#[derive(Clone, Debug, Default)]
pub(crate) enum ExpiresIn {
    #[default]
    Lifetime,
    Value(Value),
    Missing,
}

impl Faults {
    /// No faults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits the rate of requests to the API. Scripted requests neither meet it nor count.
    ///
    /// Default: no limit.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.api.rate = Some(limit);
        self
    }

    /// Makes every reply of the API wait this long, by tokio's clock, after the request was carried out.
    ///
    /// Default: zero.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.api.latency = latency;
        self
    }

    /// Gives a share of the requests to the API, from 0 to 1, this fault. Several shares add up, to at most
    /// 1; a request never gets two.
    ///
    /// Default: none.
    pub fn share(mut self, share: f64, fault: Fault) -> Self {
        self.api.shares.push((share, fault));
        self
    }

    /// Gives exactly the next requests to the API these faults, in the order of arrival; after what an
    /// earlier call of this said. [`Fault::none`] lets a request pass.
    ///
    /// Default: none.
    pub fn script(mut self, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.api.script.extend(faults);
        self
    }

    /// Gives every request to the API whose path holds a text this fault, such as all those for one user. Where
    /// several apply, the first.
    ///
    /// Default: none.
    pub fn path(mut self, part: impl Into<String>, fault: Fault) -> Self {
        self.api.paths.push((part.into(), fault));
        self
    }

    /// As [`latency`](Self::latency), for the token endpoint.
    pub fn token_latency(mut self, latency: Duration) -> Self {
        self.token.latency = latency;
        self
    }

    /// As [`share`](Self::share), for the token endpoint. Its shares add up by themselves.
    pub fn token_share(mut self, share: f64, fault: Fault) -> Self {
        self.token.shares.push((share, fault));
        self
    }

    /// As [`script`](Self::script), for the token endpoint.
    pub fn token_script(mut self, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.token.script.extend(faults);
        self
    }

    /// Makes token requests wait at a gate until it is opened: those that get a fault as well, and before
    /// any latency.
    ///
    /// Default: no gate.
    pub fn token_gate(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.clone());
        self
    }

    /// What token replies say as `expires_in`, whatever the lifetime of tokens really is.
    ///
    /// Default: the lifetime in whole seconds.
    pub fn expires_in(mut self, value: impl Into<Value>) -> Self {
        self.expires_in = ExpiresIn::Value(value.into());
        self
    }

    /// Leaves `expires_in` out of token replies.
    pub fn without_expires_in(mut self) -> Self {
        self.expires_in = ExpiresIn::Missing;
        self
    }

    /// Revokes each token by itself when it was accepted for so many requests, those before this setting included:
    /// further ones with it are answered with 401, until a new one is obtained. With 0, no token is ever accepted.
    ///
    /// Default: never.
    pub fn revoke_after(mut self, requests: u64) -> Self {
        self.revoke_after = Some(requests);
        self
    }

    /// What the shares are drawn from: with the same seed, shares and version of this crate, the n-th
    /// request that is not scripted gets the same fault. API and token endpoint draw separately.
    ///
    /// Default: a random seed, which [`Sandbox::seed`](crate::Sandbox::seed) tells.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Accepts updates at once, and shows them in readings and lists only after a time, by tokio's clock, as a
    /// service does where they wait for an approval. A very long time stands for one that never comes.
    ///
    /// Default: zero.
    pub fn show_updates_after(mut self, delay: Duration) -> Self {
        self.update_delay = delay;
        self
    }

    /// Moves the entries of lists by so many places with each request for a page, as it happens when others add or
    /// remove users meanwhile. Where they move towards the end, the next page repeats the last entries of the one
    /// before; with a negative number it leaves some out. `totalCount` stays.
    ///
    /// Default: 0.
    pub fn shift_pages(mut self, places: i64) -> Self {
        self.shift_pages = places;
        self
    }

    /// Answers readings of hybrid and local users with 404: it is not documented whether the service finds them.
    ///
    /// Default: they are found.
    pub fn hide_local_users(mut self) -> Self {
        self.hide_local_users = true;
        self
    }

    /// What is wrong with the settings, and what is allowed.
    pub(crate) fn check(&self) -> io::Result<()> {
        let token = || self.token.check().map_err(|error| format!("token endpoint: {error}"));
        let checked = self.api.check().and_then(|()| token());
        checked.map_err(|reason| io::Error::new(io::ErrorKind::InvalidInput, reason))
    }
}
