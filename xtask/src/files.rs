//! Generated files on disk: which are stale, how they differ, and replacing them all or none.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use similar::TextDiff;
use tempfile::NamedTempFile;

use crate::generate::Output;
use crate::problem::{Problem, Result};

/// A generated file that is not on disk as it should be.
#[derive(Debug)]
pub(crate) struct Stale {
    /// From the workspace's root.
    pub(crate) path: PathBuf,
    committed: String,
    generated: String,
}

impl Stale {
    /// What generation would change, as a unified diff.
    pub(crate) fn diff(&self) -> String {
        let path = self.path.display().to_string();
        diff(&self.committed, &self.generated, &path, &format!("{path} (generated)"))
    }
}

/// A unified diff with three lines of context.
pub(crate) fn diff(old: &str, new: &str, old_name: &str, new_name: &str) -> String {
    TextDiff::from_lines(old, new).unified_diff().header(old_name, new_name).to_string()
}

/// The outputs that differ from what is on disk; a file that is missing counts as empty.
pub(crate) fn stale(root: &Path, outputs: Vec<Output>) -> Result<Vec<Stale>> {
    let stale = outputs.into_iter().map(|Output { path, text }| {
        let committed = read(root, &path)?;
        Ok((committed.as_ref() != Some(&text)).then(|| Stale {
            path,
            committed: committed.unwrap_or_default(),
            generated: text,
        }))
    });
    stale.filter_map(Result::transpose).collect()
}

fn read(root: &Path, path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(root.join(path)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Problem::reading(path)(error)),
    }
}

/// Writes every file beside its place first and renames only when all are written: a full disk or a
/// folder without permission leaves every file as it was.
pub(crate) fn replace(root: &Path, stale: &[Stale]) -> Result<()> {
    let staged = stale.iter().map(|file| stage(root, file)).collect::<Result<Vec<_>>>()?;
    for (file, staged) in stale.iter().zip(staged) {
        staged.persist(root.join(&file.path)).map_err(|error| Problem::writing(&file.path)(error.error))?;
    }
    Ok(())
}

fn stage(root: &Path, file: &Stale) -> Result<NamedTempFile> {
    let path = root.join(&file.path);
    let folder = path.parent().unwrap_or(root);
    let write = || {
        let mut staged = readable_by_all().tempfile_in(folder)?;
        staged.write_all(file.generated.as_bytes())?;
        Ok(staged)
    };
    write().map_err(Problem::writing(&file.path))
}

/// A temporary file is its owner's alone unless told otherwise; source code is not.
fn readable_by_all() -> tempfile::Builder<'static, 'static> {
    #[allow(unused_mut)]
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    builder
}

/// Makes a folder, without what an earlier run left in it.
pub(crate) fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Problem::writing(folder))?;
    }
    fs::create_dir_all(folder).map_err(Problem::writing(folder))
}

/// The folders in `root`/`folder` that hold a `Cargo.toml`, from `root`, in the order of their names.
pub(crate) fn packages_in(root: &Path, folder: &str) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(root.join(folder)).map_err(Problem::reading(folder))?;
    let mut packages: Vec<_> = entries
        .filter_map(|entry| Some(Path::new(folder).join(entry.ok()?.file_name())))
        .filter(|package| root.join(package).join("Cargo.toml").is_file())
        .collect();
    packages.sort();
    Ok(packages)
}

/// Copies what stands in a folder.
pub(crate) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}
