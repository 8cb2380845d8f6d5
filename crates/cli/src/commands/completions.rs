//! `completions`: what a shell needs to complete this program's command lines.

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

/// Where the file stands, and what the shell needs beside it.
struct CompletionFile {
    path: PathBuf,
    to_do: String,
}

impl CompletionFile {
    /// Where this shell looks.
    fn of(shell: Shell, folders: &ShellFolders) -> Result<Self, Failure> {
        let file = match shell {
            Shell::Bash => folders.bash().map(|folder| Self::in_folder(&folder, "completions/elements", BASH)),
            Shell::Fish => folders.config().map(|folder| Self::in_folder(&folder, "fish/completions/elements.fish", FISH)),
            Shell::Zsh => folders.zsh().map(|folder| {
                let own = folder.join(".zfunc");
                let to_do = format!(
                    "put these lines into .zshrc, if they are not there, and start a new shell:\n  fpath=('{}' $fpath)\n  \
                     autoload -Uz compinit && compinit",
                    printer::path(&own)
                );
                Self { path: own.join("_elements"), to_do }
            }),
            Shell::Elvish => folders.config().map(|folder| Self::in_folder(&folder, "elvish/lib/elements.elv", ELVISH)),
            Shell::PowerShell => folders.config().map(|folder| {
                let path = folder.join("powershell").join("elements.ps1");
                let to_do = format!(
                    "put this line into the file that $PROFILE names, and start a new shell:\n  . '{}'",
                    printer::path(&path)
                );
                Self { path, to_do }
            }),
            _ => return Err(Failure::usage(format!("where {shell} looks for completions is not known"))),
        };
        file.ok_or_else(|| {
            Failure::usage(format!(
                "neither HOME nor a variable of the shell says where {shell} looks; write the file yourself: `elements \
                 completions {shell}` prints it"
            ))
        })
    }

    fn in_folder(folder: &Path, name: &str, to_do: &str) -> Self {
        Self { path: folder.join(name), to_do: to_do.to_owned() }
    }
}

const BASH: &str = "a new shell completes `elements`, where the package bash-completion is installed";
const FISH: &str = "a new shell completes `elements`";
const ELVISH: &str = "put the line `use elements` into rc.elv, and start a new shell";

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
