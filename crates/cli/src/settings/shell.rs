//! Where shells keep the files of a user.

use std::env;
use std::path::PathBuf;

/// The folders that variables name.
pub(crate) struct ShellFolders {
    home: Option<PathBuf>,
    config: Option<PathBuf>,
    data: Option<PathBuf>,
    bash: Option<PathBuf>,
    zsh: Option<PathBuf>,
}

impl ShellFolders {
    pub(crate) fn from_variables() -> Self {
        let folder = |name| env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
        Self {
            home: folder("HOME").or_else(|| folder("USERPROFILE")),
            config: folder("XDG_CONFIG_HOME"),
            data: folder("XDG_DATA_HOME"),
            bash: folder("BASH_COMPLETION_USER_DIR"),
            zsh: folder("ZDOTDIR"),
        }
    }

    /// Where bash-completion looks.
    pub(crate) fn bash(&self) -> Option<PathBuf> {
        let data = self.data.clone().or_else(|| Some(self.home.as_ref()?.join(".local/share")));
        self.bash.clone().or_else(|| Some(data?.join("bash-completion")))
    }

    /// Where zsh has its files.
    pub(crate) fn zsh(&self) -> Option<PathBuf> {
        self.zsh.clone().or_else(|| self.home.clone())
    }

    /// Where other programs have their settings.
    pub(crate) fn config(&self) -> Option<PathBuf> {
        self.config.clone().or_else(|| Some(self.home.as_ref()?.join(".config")))
    }
}
