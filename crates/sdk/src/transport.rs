//! The HTTP client, with every policy set on purpose.

pub(crate) mod endpoint;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

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
    pub(crate) start: Start,
}

/// Makes what a client is built from. One is made for the API and one for the token endpoint.
#[derive(Clone)]
pub(crate) struct Start(pub(crate) Arc<dyn Fn() -> ClientBuilder + Send + Sync>);

impl fmt::Debug for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Start")
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
            start: Start(Arc::new(ClientBuilder::new)),
        }
    }
}

impl Transport {
    /// Builds a client for an endpoint.
    ///
    /// No redirect is followed: one would replay the body, and with it an address, to another host. No
    /// `Referer` is sent, and nothing is sent twice behind the caller's back. This machine needs no proxy. Other users of
    /// reqwest may have compiled more in: HTTP/2, and decompression; but what is not decompressed cannot be a bomb.
    /// No log repeats the bytes of a connection.
    pub(crate) fn client(&self, endpoint: &Endpoint) -> Result<reqwest::Client> {
        let mut builder = verify((self.start.0)())
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
        if endpoint.is_loopback() {
            builder = builder.no_proxy();
        } else if let Some(proxy) = &self.proxy {
            builder = builder.proxy(proxy.clone());
        }
        for pem in &self.authorities {
            builder = trust(builder, pem)?;
        }
        builder.build().map_err(|error| {
            Error::configuration("no HTTP client can be made with these settings").because(error)
        })
    }
}

/// A proxy for every request. Its URL may hold a password, so that no message repeats it. One of a scheme that the HTTP
/// library does not know would be no proxy at all.
pub(crate) fn proxy(url: &str) -> Result<Proxy> {
    let scheme = url.split_once("://").map_or("http", |(scheme, _)| scheme);
    let is_known = ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let proxy = Proxy::all(url).ok().filter(|_| is_known);
    proxy.ok_or_else(|| Error::configuration("the proxy's URL cannot be used; give http://host:port"))
}

/// Has certificates verified, whatever was said before.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn verify(builder: ClientBuilder) -> ClientBuilder {
    builder.tls_danger_accept_invalid_certs(false).tls_danger_accept_invalid_hostnames(false)
}

/// There is nothing to verify without TLS.
#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
fn verify(builder: ClientBuilder) -> ClientBuilder {
    builder
}

/// Trusts the certificate authorities in a PEM text, beside the platform's.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn trust(builder: ClientBuilder, pem: &[u8]) -> Result<ClientBuilder> {
    let unusable = "the certificate authorities cannot be read; give one or more certificates as PEM";
    let certificates = reqwest::Certificate::from_pem_bundle(pem);
    let certificates = certificates.map_err(|error| Error::configuration(unusable).because(error))?;
    if certificates.is_empty() {
        return Err(Error::configuration(unusable));
    }
    Ok(builder.tls_certs_merge(certificates))
}

/// There is nothing to trust without TLS.
#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
fn trust(_: ClientBuilder, _: &[u8]) -> Result<ClientBuilder> {
    Err(Error::configuration("certificate authorities need the feature `rustls` or `native-tls`"))
}
