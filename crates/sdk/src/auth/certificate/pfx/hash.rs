//! Hash functions, and the key derivation of PKCS#12 (RFC 7292, appendix B).

use aws_lc_rs::digest::{self, digest};
use aws_lc_rs::hmac;
use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA1, PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA384, PBKDF2_HMAC_SHA512};
use zeroize::Zeroizing;

use super::oid;

/// What a key is derived for.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Cipher = 1,
    InitializationVector = 2,
    Mac = 3,
}

/// The HMAC with the hash function of this identifier.
pub(super) fn hmac(identifier: &[u8]) -> Option<hmac::Algorithm> {
    match identifier {
        oid::SHA1 => Some(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
        oid::SHA256 => Some(hmac::HMAC_SHA256),
        oid::SHA384 => Some(hmac::HMAC_SHA384),
        oid::SHA512 => Some(hmac::HMAC_SHA512),
        _ => None,
    }
}

/// PBKDF2 with the HMAC of this identifier.
pub(super) fn pbkdf2(identifier: &[u8]) -> Option<pbkdf2::Algorithm> {
    match identifier {
        oid::HMAC_SHA1 => Some(PBKDF2_HMAC_SHA1),
        oid::HMAC_SHA256 => Some(PBKDF2_HMAC_SHA256),
        oid::HMAC_SHA384 => Some(PBKDF2_HMAC_SHA384),
        oid::HMAC_SHA512 => Some(PBKDF2_HMAC_SHA512),
        _ => None,
    }
}

/// The salt, and how many times to hash.
#[derive(Clone, Copy)]
pub(super) struct KdfParameters<'a> {
    pub(super) salt: &'a [u8],
    pub(super) rounds: u32,
}

/// Derives `length` bytes from the password in its wide form.
pub(super) fn derive(
    hash: &'static digest::Algorithm,
    purpose: Purpose,
    password: &[u8],
    kdf: KdfParameters<'_>,
    length: usize,
) -> Zeroizing<Vec<u8>> {
    let block = hash.block_len();
    let mut input = seed(block, purpose, password, kdf.salt);
    let mut output = Zeroizing::new(Vec::with_capacity(length + hash.output_len()));
    while output.len() < length {
        let digest = hashed(hash, &input, kdf.rounds);
        output.extend_from_slice(&digest);
        for piece in input.chunks_exact_mut(block).skip(1) {
            add(piece, &digest);
        }
    }
    output.truncate(length);
    output
}

/// A block of the purpose's number, then salt and password, each repeated to fill whole blocks.
fn seed(block: usize, purpose: Purpose, password: &[u8], salt: &[u8]) -> Zeroizing<Vec<u8>> {
    let salt_length = salt.len().next_multiple_of(block);
    let password_length = password.len().next_multiple_of(block);
    let mut input = Zeroizing::new(Vec::with_capacity(block + salt_length + password_length));
    input.resize(block, purpose as u8);
    input.extend(salt.iter().cycle().take(salt_length));
    input.extend(password.iter().cycle().take(password_length));
    input
}

fn hashed(hash: &'static digest::Algorithm, input: &[u8], rounds: u32) -> Zeroizing<Vec<u8>> {
    let mut value = Zeroizing::new(digest(hash, input).as_ref().to_vec());
    for _ in 1..rounds {
        let next = digest(hash, &value);
        value.copy_from_slice(next.as_ref());
    }
    value
}

/// Adds the digest, repeated to the piece's length, and one, as numbers with the big end first.
fn add(piece: &mut [u8], digest: &[u8]) {
    let mut carry = 1;
    let repeated: Zeroizing<Vec<u8>> =
        Zeroizing::new(digest.iter().copied().cycle().take(piece.len()).collect());
    for (byte, addend) in piece.iter_mut().zip(repeated.iter()).rev() {
        let [high, low] = (u16::from(*byte) + u16::from(*addend) + carry).to_be_bytes();
        *byte = low;
        carry = u16::from(high);
    }
}
