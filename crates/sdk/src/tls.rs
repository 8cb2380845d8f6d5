//! Whom TLS trusts, as far as a TLS library is compiled in.

use reqwest::ClientBuilder;

use crate::{Error, Result};

/// Has certificates verified, whatever was said before.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
pub(crate) fn verify(builder: ClientBuilder) -> ClientBuilder {
    builder.tls_danger_accept_invalid_certs(false).tls_danger_accept_invalid_hostnames(false)
}

/// There is nothing to verify without TLS.
#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
pub(crate) fn verify(builder: ClientBuilder) -> ClientBuilder {
    builder
}

/// Trusts the certificate authorities in a PEM text, beside the platform's.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
pub(crate) fn trust(builder: ClientBuilder, pem: &[u8]) -> Result<ClientBuilder> {
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
pub(crate) fn trust(_: ClientBuilder, _: &[u8]) -> Result<ClientBuilder> {
    Err(Error::configuration("certificate authorities need the feature `rustls` or `native-tls`"))
}
