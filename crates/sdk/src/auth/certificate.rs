//! A certificate in place of a client secret.

mod assertion;
mod der;
mod key;
mod pem;
mod pfx;
#[cfg(test)]
mod tests;
mod x509;

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};

use crate::auth::secret::Secret;
use crate::error::{Error, Result};
use key::PrivateKey;

/// The longest file that is read, in bytes: chains of a dozen certificates stay far below.
const MAX_FILE_BYTES: usize = 1 << 20;

/// A certificate with its private key, for the client-assertion form of the client-credentials grant.
///
/// The certificate's public half belongs into the app registration; this type holds both and signs with the
/// private one. The key is an RSA key of 2048 to 8192 bits. Clones share it, and it is wiped from memory
/// with the last of them. Whether the certificate is in its period of validity is left to the service.
///
/// `Debug` shows the thumbprint and nothing of the key.
#[derive(Clone)]
pub struct Certificate(Arc<Inner>);

struct Inner {
    thumbprint: [u8; 20],
    not_after: Option<SystemTime>,
    /// AWS-LC keeps the numbers and cleanses whatever it frees.
    key: RsaKeyPair,
}

impl Certificate {
    /// Reads PEM text of at most 1 MiB: one private key and its certificate, in any order.
    ///
    /// The key is in PKCS#8 (`PRIVATE KEY`) or PKCS#1 (`RSA PRIVATE KEY`) form, not encrypted. Of several
    /// certificates the first counts; the others are taken for its chain, which is not sent. What stands
    /// outside of the sections is skipped.
    ///
    /// # Errors
    /// [`is_configuration`](Error::is_configuration) is true of each: the text holds no certificate, no key
    /// or several, an encrypted key, one that is not RSA or shorter than 2048 bits, one that does not belong
    /// to the certificate, or it is damaged or too long. The message says which, and what to do.
    pub fn from_pem(pem: impl Into<Secret>) -> Result<Self> {
        let pem = pem.into();
        check_length(pem.expose().len())?;
        let contents = pem::read(pem.expose())?;
        Self::first(&contents)
    }

    /// Reads a PFX (PKCS#12) file of at most 1 MiB: one private key and its certificate.
    ///
    /// Of several certificates the one that belongs to the key counts. The protections are those that are
    /// met in practice: AES-CBC with PBKDF2, as OpenSSL 3 writes, and the older Triple DES and RC2 of Windows
    /// and OpenSSL 1; a checksum (MAC) with SHA-1 or SHA-2, or none.
    ///
    /// # Errors
    /// [`is_configuration`](Error::is_configuration) is true of each: the password is wrong, the file is not
    /// a PFX, is protected in another way or with more than 10 million rounds, and all that
    /// [`from_pem`](Self::from_pem) says of keys. The message says which, and what to do.
    pub fn from_pfx(der: &[u8], password: &Secret) -> Result<Self> {
        check_length(der.len())?;
        let contents = pfx::read(der, password)?;
        Self::matching(&contents)
    }

    /// The first certificate, with the key, which must be its own.
    fn first(contents: &Contents) -> Result<Self> {
        let certificate = contents.first_certificate()?;
        let key = contents.only_key()?.parse()?;
        if !belongs(certificate, &key)? {
            return Err(Error::configuration(
                "the private key does not belong to the certificate (of several, the first one counts); \
                 give the certificate together with the key that it was requested with",
            ));
        }
        Ok(Self::new(certificate, key))
    }

    /// The certificate that belongs to the key.
    fn matching(contents: &Contents) -> Result<Self> {
        contents.first_certificate()?;
        let key = contents.only_key()?.parse()?;
        for certificate in &contents.certificates {
            if belongs(certificate, &key)? {
                return Ok(Self::new(certificate, key));
            }
        }
        Err(Error::configuration(
            "the private key does not belong to any certificate of the PFX; \
             export the certificate together with the key that it was requested with",
        ))
    }

    fn new(certificate: &[u8], key: RsaKeyPair) -> Self {
        let mut thumbprint = [0; 20];
        thumbprint.copy_from_slice(digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate).as_ref());
        Self(Arc::new(Inner { thumbprint, not_after: x509::not_after(certificate), key }))
    }

    /// The SHA-1 thumbprint in upper-case hexadecimal, as portals show it.
    pub fn thumbprint(&self) -> String {
        hexadecimal(&self.0.thumbprint)
    }

    /// When the certificate ends: the last second in which it is valid, where it says so in a form that is understood.
    pub fn not_after(&self) -> Option<SystemTime> {
        self.0.not_after
    }

    /// The signed assertion: the issuer is `client_id`, the audience the token endpoint at `token_url`.
    ///
    /// It is good for five minutes from `now`, once: `jti` must be new in every assertion.
    pub(crate) fn assertion(
        &self,
        client_id: &str,
        token_url: &str,
        now: SystemTime,
        jti: &str,
    ) -> Result<Secret> {
        let claims = assertion::Claims::new(client_id, token_url, now, jti)?;
        assertion::sign(&claims, &self.0.thumbprint, &self.0.key)
    }
}

/// What was found in a file: certificates in DER and private keys, in its order.
#[derive(Default)]
struct Contents {
    certificates: Vec<Vec<u8>>,
    keys: Vec<PrivateKey>,
}

impl Contents {
    fn first_certificate(&self) -> Result<&[u8]> {
        self.certificates.first().map(Vec::as_slice).ok_or_else(|| {
            Error::configuration(
                "no certificate was found; give a file with the certificate and its private key",
            )
        })
    }

    fn only_key(&self) -> Result<&PrivateKey> {
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

fn belongs(certificate: &[u8], key: &RsaKeyPair) -> Result<bool> {
    let public = x509::rsa_public_key(certificate).ok_or_else(|| {
        Error::configuration("the certificate is damaged, or is not an X.509 certificate; export it again")
    })?;
    Ok(public == Some(key.public_key().as_ref()))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02X}"))
}

fn check_length(length: usize) -> Result<()> {
    if length > MAX_FILE_BYTES {
        return Err(Error::configuration(
            "the certificate's file is longer than 1 MiB; give a file with one certificate and its key",
        ));
    }
    Ok(())
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, ..)", self.thumbprint())
    }
}
