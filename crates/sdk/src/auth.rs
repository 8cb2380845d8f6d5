//! Credentials, and the access tokens that they give.

mod cache;
mod cached_source;
#[cfg(feature = "certificate")]
pub(crate) mod certificate;
pub(crate) mod client_credentials;
pub(crate) mod credential;
pub(crate) mod secret;
pub(crate) mod token;
