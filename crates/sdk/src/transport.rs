//! The HTTP client, with every policy set on purpose.

use std::time::Duration;

use reqwest::redirect::Policy;

use crate::{Error, Result};

/// What a caller may choose.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    pub(crate) connect_timeout: Duration,
    pub(crate) timeout: Duration,
    pub(crate) user_agent: String,
    /// Whether every URL is on this machine, where no proxy belongs.
    pub(crate) loopback: bool,
}

impl Default for Transport {
    fn default() -> Self {
        Self {
            // A handshake over a bad line takes a second or two; ten leaves room for lost packets.
            connect_timeout: Duration::from_secs(10),
            // Gateways commonly give up after 30 s or later; an update that takes longer is lost.
            timeout: Duration::from_secs(30),
            user_agent: concat!("avepoint-elements/", env!("CARGO_PKG_VERSION")).to_owned(),
            loopback: false,
        }
    }
}

impl Transport {
    /// Builds the client.
    ///
    /// No redirect is followed: one would replay the body, and with it an address, to another host. No
    /// `Referer` is sent, and nothing is sent twice behind the caller's back.
    pub(crate) fn client(&self) -> Result<reqwest::Client> {
        let builder = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout)
            .timeout(self.timeout)
            .redirect(Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .user_agent(&self.user_agent);
        let builder = if self.loopback { builder.no_proxy() } else { builder };
        builder.build().map_err(|error| {
            Error::configuration("no HTTP client can be made with these settings").because(error)
        })
    }
}
