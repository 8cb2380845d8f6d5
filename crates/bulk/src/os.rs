//! What depends on the operating system.

#[cfg(unix)]
pub(crate) use unix::*;
#[cfg(windows)]
pub(crate) use windows::*;

#[cfg(unix)]
mod unix {
    use std::fs::{File, Metadata, OpenOptions, Permissions};
    use std::io;
    use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt, PermissionsExt};
    use std::path::Path;

    use rustix::fs::OFlags;

    const ROOT: u32 = 0;
    const WRITABLE_BY_ALL: u32 = 0o002;
    const WRITABLE_BY_GROUP: u32 = 0o020;
    const SETGID: u32 = 0o2000;

    /// Files that are made are for their owner alone.
    pub(crate) fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
        options.mode(0o600)
    }

    /// Takes from others what an editor may have given them.
    pub(crate) fn restrict(file: &File) -> io::Result<()> {
        file.set_permissions(Permissions::from_mode(0o600))
    }

    /// Opens what stands at a path: no link is followed, and no other end of a pipe waited for.
    pub(crate) fn open_as_it_is(path: &Path, options: &OpenOptions) -> io::Result<File> {
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits();
        options.clone().custom_flags(flags.cast_signed()).open(path)
    }

    /// The owner of a file or link, where that user may have put it into a folder of another user.
    ///
    /// That is the rule by which Linux protects `/tmp` (`fs.protected_regular`), for every folder in which other users may
    /// write: files of this user, of root and of the folder's owner are believed. In a folder that hands on its group (setgid)
    /// files of that group's members are, too: so Kubernetes gives a volume (`fsGroup`) to a container, which may come back
    /// with another user id. Links are not: they lead to files that their makers need not be able to write.
    pub(crate) fn foreign_owner(entry: &Metadata, folder: &Metadata) -> Option<u32> {
        let own = rustix::process::geteuid().as_raw();
        foreign_owner_among(own, entry.uid(), entry.is_symlink(), folder.uid(), folder.mode())
    }

    fn foreign_owner_among(
        own: u32,
        owner: u32,
        is_link: bool,
        folder_owner: u32,
        folder_mode: u32,
    ) -> Option<u32> {
        let is_known = [own, ROOT, folder_owner].contains(&owner);
        let is_of_group = folder_mode & SETGID != 0 && !is_link;
        let is_shared =
            folder_mode & WRITABLE_BY_ALL != 0 || folder_mode & WRITABLE_BY_GROUP != 0 && !is_of_group;
        (!is_known && is_shared).then_some(owner)
    }

    /// Why what a file says is not to be done for this user, if it is not: what others own or may write to.
    pub(crate) fn distrust(metadata: &Metadata) -> Option<&'static str> {
        let own = rustix::process::geteuid().as_raw();
        if ![own, ROOT].contains(&metadata.uid()) {
            return Some("belongs to another user");
        }
        let is_open = metadata.mode() & (WRITABLE_BY_ALL | WRITABLE_BY_GROUP) != 0;
        is_open.then_some("may be written to by others (`chmod go-w` takes that permission away)")
    }

    pub(crate) fn have_one_owner(one: &Metadata, other: &Metadata) -> bool {
        one.uid() == other.uid()
    }

    /// Whether every user may write to a file. Where a file system knows no permissions, each file looks so: there
    /// nothing can be taken away, which is tried.
    pub(crate) fn may_be_written_by_all(file: &File, metadata: &Metadata) -> io::Result<bool> {
        if metadata.mode() & WRITABLE_BY_ALL == 0 {
            return Ok(false);
        }
        if restrict(file).is_err() {
            return Ok(true);
        }
        let is_kept = file.metadata()?.mode() & WRITABLE_BY_ALL != 0;
        file.set_permissions(metadata.permissions())?;
        Ok(!is_kept)
    }

    /// Reads at an offset without moving the file's cursor; 0 at the file's end.
    pub(crate) fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        file.read_at(bytes, offset)
    }

    /// Whether a path still leads to an open file.
    pub(crate) fn leads_to(path: &Path, file: &File) -> io::Result<bool> {
        let (there, open) = match (std::fs::metadata(path), file.metadata()?) {
            (Err(error), _) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            (there, open) => (there?, open),
        };
        Ok((there.dev(), there.ino()) == (open.dev(), open.ino()))
    }

    /// Makes the names in a directory last.
    pub(crate) fn sync_directory(directory: &Path) -> io::Result<()> {
        File::open(directory)?.sync_all()
    }

    #[cfg(test)]
    mod tests {
        use super::foreign_owner_among;

        #[test]
        fn where_others_may_write_only_known_owners_are_believed() {
            let [own, other, third] = [1000, 1001, 1002];
            for (owner, folder_owner, mode, expected) in [
                (own, 0, 0o1777, None),
                (0, 0, 0o1777, None),
                (other, 0, 0o1777, Some(other)),
                (other, own, 0o777, Some(other)),
                (other, third, 0o757, Some(other)),
                (other, own, 0o775, Some(other)),
                (other, third, 0o770, Some(other)),
                (0, third, 0o775, None),
                (own, third, 0o775, None),
                // A volume of its own, to which a container comes back with another user id.
                (other, other, 0o777, None),
                (other, 0, 0o2775, None),
                (other, own, 0o755, None),
            ] {
                assert_eq!(
                    foreign_owner_among(own, owner, false, folder_owner, mode),
                    expected,
                    "{owner} {mode:o}"
                );
            }
            assert_eq!(
                foreign_owner_among(0, other, false, 0, 0o777),
                Some(other),
                "root believes no more than others"
            );
            for (owner, mode, expected) in [
                (other, 0o2775, Some(other)),
                (0, 0o2775, None),
                (own, 0o2775, None),
                (third, 0o2775, None),
                (other, 0o2755, None),
            ] {
                assert_eq!(
                    foreign_owner_among(own, owner, true, third, mode),
                    expected,
                    "a link of {owner} in {mode:o}"
                );
            }
        }
    }
}

/// Untested: permissions are the directory's, and names need no sync.
#[cfg(windows)]
mod windows {
    use std::fs::{File, Metadata, OpenOptions};
    use std::io;
    use std::os::windows::fs::FileExt;
    use std::path::Path;

    pub(crate) fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
        options
    }

    pub(crate) fn restrict(_file: &File) -> io::Result<()> {
        Ok(())
    }

    pub(crate) fn open_as_it_is(path: &Path, options: &OpenOptions) -> io::Result<File> {
        options.open(path)
    }

    pub(crate) fn foreign_owner(_entry: &Metadata, _folder: &Metadata) -> Option<u32> {
        None
    }

    pub(crate) fn distrust(_metadata: &Metadata) -> Option<&'static str> {
        None
    }

    pub(crate) fn have_one_owner(_one: &Metadata, _other: &Metadata) -> bool {
        true
    }

    pub(crate) fn may_be_written_by_all(_file: &File, _metadata: &Metadata) -> io::Result<bool> {
        Ok(false)
    }

    pub(crate) fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        file.seek_read(bytes, offset)
    }

    pub(crate) fn leads_to(path: &Path, _file: &File) -> io::Result<bool> {
        path.try_exists()
    }

    pub(crate) fn sync_directory(_directory: &Path) -> io::Result<()> {
        Ok(())
    }
}
