//! What was found in a file.

use crate::error::{Error, Result};

use super::key::PrivateKey;

/// Certificates in DER and private keys, in the order of the file.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) certificates: Vec<Vec<u8>>,
    pub(super) keys: Vec<PrivateKey>,
}

impl Contents {
    pub(super) fn first_certificate(&self) -> Result<&[u8]> {
        self.certificates.first().map(Vec::as_slice).ok_or_else(|| {
            Error::configuration(
                "no certificate was found; give a file with the certificate and its private key",
            )
        })
    }

    pub(super) fn only_key(&self) -> Result<&PrivateKey> {
        match self.keys.as_slice() {
            [key] => Ok(key),
            [] => Err(Error::configuration(
                "no private key was found; give a file with the certificate and its private key",
            )),
            keys => Err(Error::configuration(format!(
                "{} private keys were found; leave only the one that belongs to the certificate",
                keys.len()
            ))),
        }
    }
}
