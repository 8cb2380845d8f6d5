//! `completions`: what a shell needs to complete this program's command lines.

mod file;

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap_complete::Shell;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::printer::{self, Printer, Report};
use crate::settings::ShellFolders;
use file::CompletionFile;

/// The last line of a file that this command wrote: a comment in every shell.
const MARK: &str = "# Written by `elements completions --install`, which replaces it.\n";

pub(crate) fn run(shell: Shell, install: Option<&ShellFolders>, printer: Printer) -> Result<(), Failure> {
    let script = script(shell);
    let Some(folders) = install else { return Ok(printer.print_text(&script)?) };
    let CompletionFile { path, to_do } = CompletionFile::of(shell, folders)?;
    let replaced = write(&path, &(script + MARK))?;
    Ok(printer.print(&InstallReport { path, replaced, to_do })?)
}

fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::tree(), "elements", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// Writes the file, whole or not at all, and says whether an older one of this command was replaced.
///
/// # Errors
/// A file that this command did not write has its name.
fn write(path: &Path, text: &str) -> Result<bool, Failure> {
    let failed = |error: io::Error| {
        Failure::usage(format!("the completions cannot be written to {}: {error}", printer::path(path)))
    };
    let is_there = match fs::metadata(path) {
        Ok(there) if there.is_file() && fs::read(path).map_err(failed)?.ends_with(MARK.as_bytes()) => true,
        Ok(_) => {
            return Err(Failure::usage(format!(
                "{} exists and was not written by this command: remove it, then run the command again; nothing was written",
                printer::path(path)
            )));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => false,
        Err(error) => return Err(failed(error)),
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    let mut file = NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    if is_there {
        file.persist(path).map_err(|error| failed(error.error))?;
    } else {
        file.persist_noclobber(path).map_err(|error| failed(error.error))?;
    }
    Ok(is_there)
}

struct InstallReport {
    path: PathBuf,
    replaced: bool,
    /// What the shell needs beside the file.
    to_do: String,
}

impl Report for InstallReport {
    fn text(&self) -> String {
        let what = if self.replaced { "replaced" } else { "wrote" };
        format!("{what} {}\n{}", printer::path(&self.path), self.to_do)
    }

    fn json(&self) -> Value {
        json!({ "path": self.path.to_string_lossy(), "replaced": self.replaced, "toDo": self.to_do })
    }
}
