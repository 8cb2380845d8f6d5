//! Where each shell looks for completions of a user's own.

use std::path::{Path, PathBuf};

use clap_complete::Shell;

use crate::failure::Failure;
use crate::printer;
use crate::settings::ShellFolders;

/// Where the file stands, and what the shell needs beside it.
pub(super) struct CompletionFile {
    pub(super) path: PathBuf,
    pub(super) to_do: String,
}

impl CompletionFile {
    /// Where this shell looks.
    ///
    /// # Errors
    /// No variable says where the user's files are.
    pub(super) fn of(shell: Shell, folders: &ShellFolders) -> Result<Self, Failure> {
        let place = match shell {
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
        place.ok_or_else(|| {
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
