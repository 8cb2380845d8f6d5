//! Block ciphers in CBC mode.

use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, Algorithm, DecryptingKey, DecryptionContext, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use des::TdesEde3;
use rc2::Rc2;
use rc2::cipher::consts::U8;
use rc2::cipher::{BlockCipherDecrypt, KeyInit};
use zeroize::Zeroizing;

use super::oid;

/// The block of Triple DES and RC2, in bytes.
const SMALL_BLOCK: usize = 8;

#[derive(Clone, Copy)]
pub(super) enum Cipher {
    Aes(&'static Algorithm),
    TripleDes,
    /// With all bits of the key in effect.
    Rc2,
}

impl Cipher {
    /// The cipher of this identifier, and the length of its key in bytes.
    pub(super) fn of_pbes2(identifier: &[u8]) -> Option<(Self, usize)> {
        match identifier {
            oid::AES_128 => Some((Self::Aes(&AES_128), 16)),
            oid::AES_192 => Some((Self::Aes(&AES_192), 24)),
            oid::AES_256 => Some((Self::Aes(&AES_256), 32)),
            oid::TRIPLE_DES => Some((Self::TripleDes, 24)),
            _ => None,
        }
    }

    pub(super) fn block_length(self) -> usize {
        match self {
            Self::Aes(_) => 16,
            Self::TripleDes | Self::Rc2 => SMALL_BLOCK,
        }
    }

    /// The plain bytes; `None` where key, vector or text have a wrong length, or the padding is wrong.
    pub(super) fn decrypt(self, key: &[u8], vector: &[u8], ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut text = Zeroizing::new(ciphertext.to_vec());
        match self {
            Self::Aes(algorithm) => aes(algorithm, key, vector, &mut text)?,
            Self::TripleDes => chain(&TdesEde3::new_from_slice(key).ok()?, vector, &mut text)?,
            Self::Rc2 => chain(&Rc2::new_from_slice(key).ok()?, vector, &mut text)?,
        }
        let length = unpadded(&text, self.block_length())?;
        text.truncate(length);
        Some(text)
    }
}

fn aes(algorithm: &'static Algorithm, key: &[u8], vector: &[u8], text: &mut [u8]) -> Option<()> {
    let key = DecryptingKey::cbc(UnboundCipherKey::new(algorithm, key).ok()?).ok()?;
    let vector = FixedLength::<16>::try_from(vector).ok()?;
    key.decrypt(text, DecryptionContext::Iv128(vector)).ok()?;
    Some(())
}

/// CBC around a block cipher: each block is also combined with the encrypted one before it.
fn chain(cipher: &impl BlockCipherDecrypt<BlockSize = U8>, vector: &[u8], text: &mut [u8]) -> Option<()> {
    let mut before = <[u8; SMALL_BLOCK]>::try_from(vector).ok()?;
    let (blocks, []) = text.as_chunks_mut::<SMALL_BLOCK>() else { return None };
    for block in blocks {
        let encrypted = *block;
        cipher.decrypt_block(block.into());
        for (byte, mask) in block.iter_mut().zip(before) {
            *byte ^= mask;
        }
        before = encrypted;
    }
    Some(())
}

/// The length without the padding of PKCS#7, in which each byte tells how many there are.
fn unpadded(text: &[u8], block_length: usize) -> Option<usize> {
    let count = usize::from(*text.last()?);
    let length = text.len().checked_sub(count)?;
    let proper = (1..=block_length).contains(&count);
    let same = text.get(length..)?.iter().all(|byte| usize::from(*byte) == count);
    (proper && same).then_some(length)
}
