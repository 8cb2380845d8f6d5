//! Older results, which somebody may have corrected: they are kept under another name.

use std::fs;
use std::io;
use std::path::Path;

use crate::file_names::older_name;
use crate::untrusted;

/// Gives what stands in the place of results its other name, if something does, in the place of what was kept before.
///
/// That name lasts before this ends: wherever the machine fails, the newest results that were whole have one of both.
pub(super) fn keep(results: &Path) -> io::Result<()> {
    let old = older_name(results);
    match fs::rename(results, &old) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    }
    // It is better kept for others to read, as somebody left it, than not kept.
    let _ = untrusted::restrict(&old);
    untrusted::sync_name(results)
}
