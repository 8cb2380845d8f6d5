//! Older results, which somebody may have corrected: they are kept under another name.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::journal::place::sync_name;
use crate::names::aside_name;

/// What older results are called.
pub(super) fn old_name(results: &Path) -> PathBuf {
    aside_name(results, 1)
}

/// Gives what stands in the place of results its other name, if something does, in the place of what was kept before.
///
/// That name lasts before this ends: wherever the machine fails, the newest results that were whole have one of both.
pub(super) fn keep(results: &Path) -> io::Result<()> {
    let old = old_name(results);
    match fs::rename(results, &old) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    }
    // It is better kept for others to read, as somebody left it, than not kept.
    let _ = owner_only(&old);
    sync_name(results)
}

/// Takes from others what an editor may have given them. What a link leads to is somebody's own.
#[cfg(unix)]
fn owner_only(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if path.is_symlink() {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn owner_only(_path: &Path) -> io::Result<()> {
    Ok(())
}
