//! Inputs that are compressed with gzip.

use std::io;

use flate2::read::MultiGzDecoder;

use crate::error::InputError;
use crate::source::Source;
use crate::source::temporary_copy::{CopyOf, TemporaryCopy};

/// Whether an input that begins with these bytes is one.
pub(crate) fn is_one(start: &[u8]) -> bool {
    start.starts_with(b"\x1f\x8b")
}

/// What it holds.
pub(crate) fn unpack(source: &Source) -> Result<Source, InputError> {
    let mut copy = TemporaryCopy::new(CopyOf::Packed, source.limit())?;
    io::copy(&mut MultiGzDecoder::new(source.rewind()?), &mut copy).map_err(failed)?;
    source.unpacked(copy)
}

fn failed(error: io::Error) -> InputError {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
            InputError::malformed(format!(
                "the input is compressed with gzip and damaged or cut off ({error}); get it anew, or give the file that is \
                 in it"
            ))
        }
        _ => error.into(),
    }
}
