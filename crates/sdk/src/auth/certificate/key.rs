//! The private key.

use aws_lc_rs::error::KeyRejected;
use aws_lc_rs::signature::RsaKeyPair;
use zeroize::Zeroizing;

use super::der::{Reader, SEQUENCE};
use crate::error::{Error, Result};

/// A private key in DER, not yet looked at, and wiped when dropped.
pub(super) enum PrivateKey {
    /// `PrivateKeyInfo` (RFC 5208): any kind of key.
    Pkcs8(Zeroizing<Vec<u8>>),
    /// `RSAPrivateKey` (RFC 8017).
    Pkcs1(Zeroizing<Vec<u8>>),
    /// A form that only elliptic-curve keys have (RFC 5915).
    EllipticCurve,
}

/// `rsaEncryption` and `id-ecPublicKey`, as DER holds them.
pub(super) const RSA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
const EC: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];

impl PrivateKey {
    pub(super) fn parse(&self) -> Result<RsaKeyPair> {
        match self {
            Self::Pkcs8(der) => {
                match pkcs8_algorithm(der) {
                    Some(EC) => return Err(not_rsa("an elliptic-curve key")),
                    Some(other) if other != RSA => return Err(not_rsa("of another kind")),
                    _ => {}
                }
                RsaKeyPair::from_pkcs8(der)
            }
            Self::Pkcs1(der) => RsaKeyPair::from_der(der),
            Self::EllipticCurve => return Err(not_rsa("an elliptic-curve key")),
        }
        .map_err(|error| rejected(&error))
    }
}

/// `PrivateKeyInfo`: the version, the algorithm, the key.
fn pkcs8_algorithm(der: &[u8]) -> Option<&[u8]> {
    let mut info = Reader::new(der).inside(SEQUENCE)?;
    info.number()?;
    info.algorithm().map(|(algorithm, _)| algorithm)
}

fn not_rsa(kind: &str) -> Error {
    Error::configuration(format!(
        "the private key is {kind}, and the service takes RSA keys only; \
         make a certificate with an RSA key of 2048 bits or more"
    ))
}

fn rejected(error: &KeyRejected) -> Error {
    Error::configuration(match error.description_() {
        "TooSmall" => {
            "the RSA key is shorter than 2048 bits; make a certificate with a key of 2048 bits or more"
        }
        "TooLarge" => {
            "the RSA key is longer than 8192 bits; make a certificate with a key of 2048 to 8192 bits"
        }
        _ => "the private key is damaged; export it again",
    })
}
