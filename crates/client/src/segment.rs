//! Values as segments of a path, written without a copy where nothing needs to be encoded.

use std::fmt::{self, Display, Write};

use progenitor_client::encode_path;

/// Whatever progenitor makes a text of for a path.
pub(crate) trait Segment: Display {
    /// The value as it stands in a path.
    fn segment(&self) -> Encoded<'_, Self> {
        Encoded(self)
    }
}

impl<T: Display + ?Sized> Segment for T {}

/// Shows a value as [`encode_path`] encodes its text.
pub(crate) struct Encoded<'a, T: ?Sized>(&'a T);

impl<T: Display + ?Sized> Display for Encoded<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Encoder(f), "{}", self.0)
    }
}

struct Encoder<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl Write for Encoder<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if text.bytes().all(|byte| PLAIN[usize::from(byte)]) {
            self.0.write_str(text)
        } else {
            self.0.write_str(&encode_path(text))
        }
    }
}

/// Whether each byte stands for itself in any URL (RFC 3986, section 2.3). A table, since it is asked for every byte of
/// every id.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        plain[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        byte += 1;
    }
    plain
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_encoded_as_progenitor_encodes_it() {
        for character in '\0'..=char::MAX {
            for text in [format!("{character}"), format!("a{character}b")] {
                assert_eq!(text.segment().to_string(), encode_path(&text), "{character:?}");
            }
        }
    }

    #[test]
    fn a_value_that_is_no_text_is_written_as_its_text() {
        assert_eq!(7.segment().to_string(), "7");
        assert_eq!(format_args!("{}/{}", "a", 7).segment().to_string(), encode_path("a/7"));
    }
}
