//! The HTTP client, with every policy set on purpose.

pub(crate) mod endpoint;
pub(crate) mod proxy;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONNECTION, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, Proxy};

use crate::error::{Error, Result};
use endpoint::Endpoint;

/// What a caller may choose.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    /// How long making a connection may take, TLS included.
    pub(crate) connect_timeout: Duration,
    /// How long one request may take, its reply included.
    pub(crate) attempt_timeout: Duration,
    pub(crate) user_agent: String,
    /// Certificate authorities, each as PEM, that are trusted beside the platform's.
    pub(crate) authorities: Vec<Vec<u8>>,
    pub(crate) proxy: Option<Proxy>,
    /// Whether a connection serves more than one request.
    pub(crate) keep_alive: bool,
    pub(crate) make_builder: ClientBuilderFactory,
}

/// Makes what a client is built from: one for the API, and one for a token endpoint that is asked.
#[derive(Clone)]
pub(crate) struct ClientBuilderFactory(pub(crate) Arc<MakeBuilder>);

type MakeBuilder = dyn Fn() -> Result<ClientBuilder, Box<dyn std::error::Error + Send + Sync>> + Send + Sync;

impl fmt::Debug for ClientBuilderFactory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientBuilderFactory")
    }
}

impl Default for Transport {
    fn default() -> Self {
        Self {
            // A handshake over a bad line takes a second or two; ten leaves room for lost packets.
            connect_timeout: Duration::from_secs(10),
            // Gateways commonly give up after 30 s or later; an answer that takes longer seldom comes.
            attempt_timeout: Duration::from_secs(30),
            user_agent: concat!("avepoint-elements/", env!("CARGO_PKG_VERSION")).to_owned(),
            authorities: Vec::new(),
            proxy: None,
            keep_alive: true,
            make_builder: ClientBuilderFactory(Arc::new(|| Ok(ClientBuilder::new()))),
        }
    }
}

impl Transport {
    /// Which proxy requests to an endpoint go through.
    pub(crate) fn proxy_use(&self, endpoint: &Endpoint) -> Result<ProxyUse> {
        if endpoint.is_loopback() {
            return Ok(ProxyUse::Direct);
        }
        if self.proxy.is_some() {
            return Ok(ProxyUse::Setting);
        }
        let variable = proxy::check_environment(endpoint, |name| std::env::var_os(name))?;
        Ok(variable.map_or(ProxyUse::Direct, ProxyUse::Variable))
    }

    /// Builds a client for an endpoint.
    ///
    /// No redirect is followed: one would replay the body, and with it an address, to another host. No
    /// `Referer` is sent, and nothing is sent twice behind the caller's back. This machine needs no proxy. Other users of
    /// reqwest may have compiled more in: HTTP/2, and decompression; but what is not decompressed cannot be a bomb.
    /// No log repeats the bytes of a connection.
    pub(crate) fn client(&self, endpoint: &Endpoint) -> Result<reqwest::Client> {
        tls::check(endpoint)?;
        let builder = (self.make_builder.0)().map_err(|cause| {
            Error::configuration("the HTTP client's builder could not be made").with_source(cause)
        })?;
        let mut builder = tls::verify(builder)
            .connect_timeout(self.connect_timeout)
            .timeout(self.attempt_timeout)
            .http1_only()
            .redirect(Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .connection_verbose(false)
            .user_agent(&self.user_agent);
        match (self.proxy_use(endpoint)?, &self.proxy) {
            (ProxyUse::Setting, Some(proxy)) => builder = builder.proxy(proxy.clone()),
            _ if endpoint.is_loopback() => builder = builder.no_proxy(),
            _ => {}
        }
        if !self.keep_alive {
            let close = HeaderMap::from_iter([(CONNECTION, HeaderValue::from_static("close"))]);
            builder = builder.pool_max_idle_per_host(0).default_headers(close);
        }
        for pem in &self.authorities {
            builder = tls::trust(builder, pem)?;
        }
        builder.build().map_err(|error| {
            Error::configuration("no HTTP client can be made with these settings").because_of(&error)
        })
    }
}

/// Which proxy requests go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProxyUse {
    /// None: requests go out directly.
    Direct,
    /// The one that was [set](crate::ElementsBuilder::proxy).
    Setting,
    /// The one that this variable names.
    Variable(&'static str),
}

/// TLS by the features of this crate. It cannot see what reqwest has by the features of another crate.
#[cfg(any(feature = "rustls", feature = "rustls-no-provider", feature = "native-tls"))]
mod tls {
    use reqwest::ClientBuilder;

    use super::Endpoint;
    use crate::error::{Error, Result};

    /// Makes the builder verify certificates, whatever was set before.
    pub(super) fn verify(builder: ClientBuilder) -> ClientBuilder {
        builder.tls_danger_accept_invalid_certs(false).tls_danger_accept_invalid_hostnames(false)
    }

    /// Without a crypto provider reqwest would panic.
    #[cfg_attr(
        not(all(feature = "rustls-no-provider", not(feature = "rustls"), not(feature = "native-tls"))),
        expect(clippy::unnecessary_wraps, reason = "with other features there is nothing to check")
    )]
    pub(super) fn check(_: &Endpoint) -> Result<()> {
        #[cfg(all(feature = "rustls-no-provider", not(feature = "rustls"), not(feature = "native-tls")))]
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            return Err(Error::configuration(
                "rustls has no crypto provider; install one (`CryptoProvider::install_default`) before the client is \
                 built, or use the feature `rustls`",
            ));
        }
        Ok(())
    }

    /// Trusts the certificate authorities in a PEM text, beside the platform's.
    pub(super) fn trust(builder: ClientBuilder, pem: &[u8]) -> Result<ClientBuilder> {
        let unusable = "the certificate authorities cannot be read; give one or more certificates as PEM";
        let certificates = reqwest::Certificate::from_pem_bundle(pem);
        let certificates = certificates.map_err(|error| Error::configuration(unusable).because_of(&error))?;
        if certificates.is_empty() {
            return Err(Error::configuration(unusable));
        }
        Ok(builder.tls_certs_merge(certificates))
    }
}

#[cfg(not(any(feature = "rustls", feature = "rustls-no-provider", feature = "native-tls")))]
mod tls {
    use reqwest::ClientBuilder;

    use super::Endpoint;
    use crate::error::{Error, Result};

    /// Where reqwest has TLS by the features of another crate, nothing here could make it verify certificates.
    pub(super) fn check(endpoint: &Endpoint) -> Result<()> {
        match endpoint.url().scheme() {
            "https" => Err(Error::configuration(
                "https needs a TLS feature of `avepoint-elements`: `rustls`, `rustls-no-provider` or `native-tls`; \
                 without one it could not make sure that certificates are verified",
            )),
            _ => Ok(()),
        }
    }

    /// Only plain http is spoken, which has no certificates.
    pub(super) fn verify(builder: ClientBuilder) -> ClientBuilder {
        builder
    }

    pub(super) fn trust(_: ClientBuilder, _: &[u8]) -> Result<ClientBuilder> {
        Err(Error::configuration(
            "certificate authorities need a TLS feature of `avepoint-elements`: `rustls`, `rustls-no-provider` or \
             `native-tls`",
        ))
    }
}
