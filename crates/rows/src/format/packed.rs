//! Inputs in which rows do not stand as text: compressed ones, and workbooks.

#[cfg(feature = "gzip")]
use super::gzip;
#[cfg(feature = "xlsx")]
use super::xlsx;
use crate::error::InputError;
use crate::options::InputOptions;
use crate::source::Source;

/// The text that such an input holds.
#[derive(Debug)]
pub(crate) struct Unpacked {
    pub(crate) source: Source,
    /// The sheet of which it is, as CSV, [a line a row](super::dialect::Dialect::is_sheet).
    pub(crate) sheet: Option<ReadSheet>,
}

/// The sheet of a workbook that is read, and what else the workbook holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadSheet {
    /// Its name.
    pub name: String,
    /// The names of the other sheets that are shown and hold two rows or more, up to 20 of them; none where the options
    /// name the sheet.
    pub others: Vec<String>,
    /// How many of its rows behind the first are hidden and hold something. They are read as the others.
    pub hidden_rows: u64,
}

/// Unpacks an input whose first bytes say that it is packed; none of another.
pub(crate) fn unpack(source: &Source, options: &InputOptions) -> Result<Option<Unpacked>, InputError> {
    let unpacked = unpack_each(source, options)?;
    if let Some(name) = &options.sheet
        && unpacked.as_ref().is_none_or(|unpacked| unpacked.sheet.is_none())
    {
        return Err(InputError::malformed(format!(
            "the input is no workbook, and has no sheet \"{}\"; leave out its name",
            crate::problem::excerpt(name)
        )));
    }
    if unpacked.is_some() {
        // From here on, the packed bytes are compared with these alone.
        source.record_all()?;
    }
    Ok(unpacked)
}

/// Unpacks what is compressed, and a workbook, which may be compressed, too.
#[cfg_attr(
    not(any(feature = "gzip", feature = "xlsx")),
    expect(unused_mut, clippy::unnecessary_wraps, reason = "nothing can be unpacked")
)]
#[cfg_attr(not(feature = "xlsx"), allow(unused_variables, reason = "a workbook alone has options"))]
fn unpack_each(source: &Source, options: &InputOptions) -> Result<Option<Unpacked>, InputError> {
    let mut unpacked: Option<Unpacked> = None;
    #[cfg(feature = "gzip")]
    if gzip::is_one(&source.start()?) {
        unpacked = Some(Unpacked { source: gzip::unpack(source)?, sheet: None });
    }
    #[cfg(feature = "xlsx")]
    {
        let workbook = unpacked.as_ref().map_or(source, |unpacked| &unpacked.source);
        if xlsx::is_one(&workbook.start()?) {
            let (source, sheet) = xlsx::unpack(workbook, options)?;
            unpacked = Some(Unpacked { source, sheet: Some(sheet) });
        }
    }
    Ok(unpacked)
}
