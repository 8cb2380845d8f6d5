//! Files in folders where others may write too: they are opened as what they are said to be, or not at all, and a change
//! of one that is open does not go unnoticed.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use crate::error::{FileError, FileErrorKind};
use crate::os;

/// Opens an ordinary file, if there is one. Links are followed to an ordinary file and nowhere else.
///
/// # Errors
/// As for [`open_ordinary`].
pub(crate) fn open(path: &Path, options: &OpenOptions, doing: &str) -> Result<Option<File>, FileError> {
    let failed = |error| FileError::system(doing, path, error);
    let ResolvedPath { place, entry: Some(entry) } = find_file(path, doing)? else { return Ok(None) };
    let file = match os::open_as_it_is(&place, options) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let opened = file.metadata().map_err(failed)?;
    if !opened.is_file() || !os::have_one_owner(&entry, &opened) {
        return Err(no_file(path));
    }
    if os::may_be_written_by_all(&file, &opened).map_err(failed)? {
        let message = format!(
            "every user may write to {}, and its content may be another user's: take that permission away if it is as \
             you left it, or name another file",
            path.display()
        );
        return Err(FileError::new(FileErrorKind::Unsuitable, message));
    }
    Ok(Some(file))
}

/// Opens an ordinary file for reading. What is none, such as a pipe or a device, is not waited for.
///
/// # Errors
/// There is something else at the path; the file, or a link on the way, may have been prepared by another user; every user
/// may write to the file ([`FileError::is_unsuitable`]); or the system fails.
pub fn open_ordinary(path: &Path) -> Result<File, FileError> {
    const DOING: &str = "read";
    let file = open(path, OpenOptions::new().read(true), DOING)?;
    file.ok_or_else(|| FileError::system(DOING, path, ErrorKind::NotFound.into()))
}

/// Opens a file for reading whose content decides what a program does, such as its configuration; nothing where no file is.
///
/// # Errors
/// The file is another user's than this one or root, others may write to it, or it is no ordinary file
/// ([`FileError::is_unsuitable`]); or the system fails.
pub fn open_trusted(path: &Path) -> Result<Option<File>, FileError> {
    const DOING: &str = "read";
    let Some(file) = open(path, OpenOptions::new().read(true), DOING)? else { return Ok(None) };
    let metadata = file.metadata().map_err(|error| FileError::system(DOING, path, error))?;
    match os::distrust(&metadata) {
        None => Ok(Some(file)),
        Some(why) => {
            let message = format!("{} {why}, and what it says would be done in your name", path.display());
            Err(FileError::new(FileErrorKind::Unsuitable, message))
        }
    }
}

/// Opens an ordinary file to append to it and takes its lock, or makes one. Says whether it was made.
///
/// # Errors
/// As for [`open`]; or another program has the lock, for which the error is `in_use`.
pub(crate) fn open_locked(
    path: &Path,
    what: &str,
    in_use: impl Fn() -> FileError,
) -> Result<(File, bool), FileError> {
    let doing = format!("open {what}");
    loop {
        if let Some(file) = open_locked_if_there(path, what, &in_use)? {
            return Ok((file, false));
        }
        match create(path, OpenOptions::new().read(true).append(true)) {
            // Another process created it meanwhile.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => {
                let made = made.map_err(|error| FileError::system(&doing, path, error))?;
                if let Some(file) = lock(made, path, what, &in_use)? {
                    return Ok((file, true));
                }
            }
        }
    }
}

/// As [`open_locked`], if there is a file.
pub(crate) fn open_locked_if_there(
    path: &Path,
    what: &str,
    in_use: impl Fn() -> FileError,
) -> Result<Option<File>, FileError> {
    loop {
        let file = open(path, OpenOptions::new().read(true).append(true), &format!("open {what}"))?;
        let Some(file) = file else { return Ok(None) };
        if let Some(file) = lock(file, path, what, &in_use)? {
            return Ok(Some(file));
        }
    }
}

/// Takes the lock of a file, unless the holder of the lock renamed or removed it meanwhile.
fn lock(
    file: File,
    path: &Path,
    what: &str,
    in_use: impl Fn() -> FileError,
) -> Result<Option<File>, FileError> {
    let failed = |error| FileError::system(&format!("lock {what}"), path, error);
    match file.try_lock() {
        Ok(()) => Ok(os::leads_to(path, &file).map_err(failed)?.then_some(file)),
        Err(TryLockError::WouldBlock) => Err(in_use()),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Makes a file where nothing is, for its owner alone. No link is followed.
pub(crate) fn create(path: &Path, options: &OpenOptions) -> io::Result<File> {
    os::owner_only(options.clone().create_new(true)).open(path)
}

/// The ordinary file at a path, behind a link if there is one; nothing where nothing is.
///
/// # Errors
/// There is something else at the path; the file, or a link on the way, may have been prepared by another user; or the
/// system fails.
pub(crate) fn resolve(path: &Path, doing: &str) -> Result<Option<PathBuf>, FileError> {
    find_file(path, doing).map(|found| found.entry.map(|_| found.place))
}

fn find_file(path: &Path, doing: &str) -> Result<ResolvedPath, FileError> {
    let found = find(path, doing, true)?;
    if found.entry.as_ref().is_some_and(|entry| !entry.is_file()) { Err(no_file(path)) } else { Ok(found) }
}

/// Makes sure that what stands at a path, if anything does, is an ordinary file and no link.
pub(crate) fn check_file(path: &Path, doing: &str) -> Result<(), FileError> {
    match find(path, doing, false)?.entry {
        Some(entry) if !entry.is_file() => Err(no_file(path)),
        _ => Ok(()),
    }
}

/// Makes sure that what stands at a path, if anything does, can be replaced: an ordinary file, or a link, which is not
/// followed.
pub(crate) fn check_replaceable(path: &Path, doing: &str) -> Result<(), FileError> {
    match find(path, doing, false)?.entry {
        Some(entry) if !entry.is_file() && !entry.is_symlink() => Err(no_file(path)),
        _ => Ok(()),
    }
}

/// Makes sure that files may be written into a folder, if it is there: neither it nor a link on the way was prepared by another
/// user.
///
/// # Errors
/// It may have been ([`FileError::is_unsuitable`]), or the system fails.
pub fn check_folder(folder: &Path) -> Result<(), FileError> {
    find(folder, "write to", true).map(drop)
}

/// Where a path leads.
struct ResolvedPath {
    /// The path, or what a link at its end leads to.
    place: PathBuf,
    entry: Option<Metadata>,
}

/// Goes a path name by name. A link is followed where it is on the way, and where it is the last name if that is asked for.
///
/// # Errors
/// A link on the way, or what stands at the end, may have been prepared by another user; a link at the end leads nowhere; or
/// the system fails.
fn find(path: &Path, doing: &str, follows_last: bool) -> Result<ResolvedPath, FileError> {
    let failed = |error| FileError::system(doing, path, error);
    let mut rest = parts(&std::path::absolute(path).map_err(failed)?);
    let (mut place, mut links, mut is_behind_link) = (PathBuf::new(), 0, false);
    while let Some(part) = rest.pop() {
        if part == ".." {
            place.pop();
            continue;
        }
        let folder = place.clone();
        // The root takes the place of what was before.
        place.push(part);
        if place.parent().is_none() {
            continue;
        }
        let entry = match fs::symlink_metadata(&place) {
            Ok(entry) => entry,
            Err(error) if error.kind() == ErrorKind::NotFound && is_behind_link => {
                let message = format!(
                    "{} is a link that leads nowhere: remove it, or name another file",
                    path.display()
                );
                return Err(FileError::new(FileErrorKind::Unsuitable, message));
            }
            // A missing folder is an error where the file is made.
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(ResolvedPath { place, entry: None });
            }
            Err(error) => return Err(failed(error)),
        };
        let (is_last, is_link) = (rest.is_empty(), entry.is_symlink());
        if is_last || is_link {
            check_owner(&place, &entry, &folder, doing)?;
        }
        if is_last && !(is_link && follows_last) {
            let place = if is_behind_link { place } else { path.to_owned() };
            return Ok(ResolvedPath { place, entry: Some(entry) });
        }
        if is_link {
            links += 1;
            if links > MAX_LINKS {
                return Err(failed(io::Error::other("too many links follow each other")));
            }
            is_behind_link |= is_last;
            rest.extend(parts(&fs::read_link(&place).map_err(failed)?));
            place = folder;
        }
    }
    // The root, or a path that ends in `..`.
    let entry = fs::symlink_metadata(&place).map_err(failed)?;
    Ok(ResolvedPath { place, entry: Some(entry) })
}

/// Links that follow each other at most, as Linux has it.
const MAX_LINKS: u32 = 40;

/// The names of a path, the last one first.
fn parts(path: &Path) -> Vec<OsString> {
    let parts = path.components().filter(|part| *part != Component::CurDir);
    parts.rev().map(|part| part.as_os_str().to_owned()).collect()
}

fn no_file(path: &Path) -> FileError {
    FileError::new(
        FileErrorKind::Unsuitable,
        format!("{} is no ordinary file: name another file", path.display()),
    )
}

/// Refuses what another user may have prepared.
fn check_owner(path: &Path, entry: &Metadata, folder: &Path, doing: &str) -> Result<(), FileError> {
    let metadata = fs::symlink_metadata(folder).map_err(|error| FileError::system(doing, folder, error))?;
    match os::foreign_owner(entry, &metadata) {
        None => Ok(()),
        Some(owner) => {
            let message = format!(
                "{} belongs to another user (id {owner}), in a folder in which other users may write: they may have \
                 prepared it; name another file, or one in a folder of your own",
                path.display()
            );
            Err(FileError::new(FileErrorKind::Unsuitable, message))
        }
    }
}

/// Takes from others what an editor may have given them.
pub(crate) fn restrict(path: &Path) -> io::Result<()> {
    os::restrict(&os::open_as_it_is(path, OpenOptions::new().read(true))?)
}

/// The folder in which a path's last name stands.
pub(crate) fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the name of a file last.
pub(crate) fn sync_name(path: &Path) -> io::Result<()> {
    os::sync_directory(folder(path))
}

/// Makes sure that a path still leads to an open file, which is as long as what was written to it.
///
/// # Errors
/// It does not ([`FileError::is_damaged`]), or the system fails.
pub(crate) fn check_untouched(what: &str, path: &Path, file: &File, length: u64) -> Result<(), FileError> {
    let failed = |error| FileError::system("look at", path, error);
    if !os::leads_to(path, file).map_err(failed)? {
        return Err(touched(what, path, "removed or replaced"));
    }
    if file.metadata().map_err(failed)?.len() != length {
        return Err(touched(what, path, "written to or cut"));
    }
    Ok(())
}

/// The error for a file that does not hold what was written to it.
pub(crate) fn changed(what: &str, path: &Path) -> FileError {
    touched(what, path, "written to")
}

fn touched(what: &str, path: &Path, how: &str) -> FileError {
    let message = format!("{what} {}: the file was {how} by something else during the run", path.display());
    FileError::new(FileErrorKind::Damaged, message)
}
