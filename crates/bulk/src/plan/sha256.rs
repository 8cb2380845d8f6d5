//! The SHA-256 of a file.

use std::fmt;
use std::io::{self, Read};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

/// A SHA-256, written as 64 hexadecimal digits in lower case, as `sha256sum` does.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sha256Sum([u8; 32]);

impl Sha256Sum {
    /// The length of its text, in bytes.
    pub(super) const DIGITS: usize = 64;

    /// The sum of all that a reader gives.
    ///
    /// # Errors
    /// The reader fails.
    pub fn of(mut reader: impl Read) -> io::Result<Self> {
        let (mut hash, mut bytes) = (Sha256::new(), vec![0; 1 << 16]);
        loop {
            match reader.read(&mut bytes) {
                Ok(0) => return Ok(Self::end(hash)),
                Ok(count) => hash.update(&bytes[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn end(hash: Sha256) -> Self {
        Self(hash.finalize().into())
    }
}

impl From<[u8; 32]> for Sha256Sum {
    fn from(sum: [u8; 32]) -> Self {
        Self(sum)
    }
}

impl fmt::Display for Sha256Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256Sum({self})")
    }
}

impl FromStr for Sha256Sum {
    type Err = InvalidSha256Sum;

    /// Takes digits in either case, since people copy them.
    fn from_str(text: &str) -> Result<Self, InvalidSha256Sum> {
        let digits = text.as_bytes();
        if digits.len() != Self::DIGITS || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(InvalidSha256Sum);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| InvalidSha256Sum)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| InvalidSha256Sum)?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Sha256Sum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sha256Sum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// A text that is no SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidSha256Sum;

impl fmt::Display for InvalidSha256Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a SHA-256 has 64 hexadecimal digits")
    }
}

impl std::error::Error for InvalidSha256Sum {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_that_of_sha256sum_and_is_read_as_it_is_written() {
        let sum = Sha256Sum::of(&b"abc"[..]).unwrap();
        let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!((sum.to_string().as_str(), text.parse()), (text, Ok(sum)));
        assert_eq!(text.to_uppercase().parse(), Ok(sum));
        for text in ["", &text[1..], &text.replace('b', "g"), &text.replace("ba", "+a"), "ä"] {
            assert_eq!(text.parse::<Sha256Sum>(), Err(InvalidSha256Sum), "{text}");
        }
    }
}
