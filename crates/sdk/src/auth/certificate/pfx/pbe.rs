//! Encryption with a password: the scheme of PKCS#12 itself, and PBES2 of PKCS#5 (RFC 8018).

use std::num::NonZeroU32;

use aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY;
use aws_lc_rs::pbkdf2;
use zeroize::Zeroizing;

use super::ciphers::Cipher;
use super::hash::{self, KdfParameters, Purpose, derive};
use super::password::Password;
use super::{MAX_ITERATIONS, damaged, oid, unsupported, wrong_password};
use crate::auth::certificate::der::{INTEGER, OCTET_STRING, Reader, SEQUENCE};
use crate::error::{Error, Result};

/// Decrypts what was encrypted by the algorithm, given with its parameters.
pub(super) fn decrypt(
    (algorithm, parameters): (&[u8], Reader<'_>),
    ciphertext: &[u8],
    password: &Password,
) -> Result<Zeroizing<Vec<u8>>> {
    match algorithm {
        oid::PBES2 => pbes2(parameters, ciphertext, password),
        oid::SHA1_TRIPLE_DES => pkcs12(Cipher::TripleDes, 24, parameters, ciphertext, password),
        oid::SHA1_RC2_128 => pkcs12(Cipher::Rc2, 16, parameters, ciphertext, password),
        oid::SHA1_RC2_40 => pkcs12(Cipher::Rc2, 5, parameters, ciphertext, password),
        _ => Err(unsupported()),
    }
}

/// The scheme of PKCS#12: key and initialization vector come from the password.
fn pkcs12(
    cipher: Cipher,
    key_length: usize,
    mut parameters: Reader<'_>,
    ciphertext: &[u8],
    password: &Password,
) -> Result<Zeroizing<Vec<u8>>> {
    let mut parameters = parameters.inside(SEQUENCE).ok_or_else(damaged)?;
    let salt = parameters.expect(OCTET_STRING).ok_or_else(damaged)?;
    let rounds = bounded(parameters.number().ok_or_else(damaged)?)?.get();
    let from_password = |purpose, length| {
        derive(&SHA1_FOR_LEGACY_USE_ONLY, purpose, password.wide(), KdfParameters { salt, rounds }, length)
    };
    let key = from_password(Purpose::Cipher, key_length);
    let vector = from_password(Purpose::InitializationVector, cipher.block_length());
    cipher.decrypt(&key, &vector, ciphertext).ok_or_else(wrong_password)
}

/// PBES2: the key comes from the password, the initialization vector stands in the file.
fn pbes2(mut parameters: Reader<'_>, ciphertext: &[u8], password: &Password) -> Result<Zeroizing<Vec<u8>>> {
    let mut parameters = parameters.inside(SEQUENCE).ok_or_else(damaged)?;
    let derivation = parameters.algorithm().ok_or_else(damaged)?;
    let (cipher, mut vector) = parameters.algorithm().ok_or_else(damaged)?;
    let (cipher, key_length) = Cipher::of_pbes2(cipher).ok_or_else(unsupported)?;
    let vector = vector.expect(OCTET_STRING).ok_or_else(damaged)?;
    let key = pbkdf2_key(derivation, password, key_length)?;
    cipher.decrypt(&key, vector, ciphertext).ok_or_else(wrong_password)
}

fn pbkdf2_key(
    (derivation, mut parameters): (&[u8], Reader<'_>),
    password: &Password,
    length: usize,
) -> Result<Zeroizing<Vec<u8>>> {
    if derivation != oid::PBKDF2 {
        return Err(unsupported());
    }
    let mut parameters = parameters.inside(SEQUENCE).ok_or_else(damaged)?;
    let salt = parameters.expect(OCTET_STRING).ok_or_else(damaged)?;
    let rounds = bounded(parameters.number().ok_or_else(damaged)?)?;
    // The key's length may stand here; the cipher has told it already.
    parameters.optional(INTEGER);
    let hmac =
        if parameters.is_empty() { oid::HMAC_SHA1 } else { parameters.algorithm().ok_or_else(damaged)?.0 };
    let algorithm = hash::pbkdf2(hmac).ok_or_else(unsupported)?;
    let mut key = Zeroizing::new(vec![0; length]);
    pbkdf2::derive(algorithm, rounds, salt, password.text(), &mut key);
    Ok(key)
}

/// Rounds of key derivation that are neither none nor endless.
pub(super) fn bounded(rounds: u32) -> Result<NonZeroU32> {
    if rounds > MAX_ITERATIONS {
        return Err(Error::configuration(format!(
            "the PFX asks for {rounds} rounds of key derivation, and {MAX_ITERATIONS} is the most; \
             export it again with fewer"
        )));
    }
    NonZeroU32::new(rounds).ok_or_else(damaged)
}
