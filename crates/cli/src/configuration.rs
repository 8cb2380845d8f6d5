//! The configuration file: named profiles of settings. It is read whole, and every mistake in it is named.

mod edit;
mod read;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use avepoint_elements_bulk::{Column, open_trusted};
use etcetera::BaseStrategy;

use crate::failure::Failure;
use crate::printer;
pub(crate) use edit::{set, unset};
pub(crate) use read::{is_secret, secret};

/// The variable that names another file.
pub(crate) const VARIABLE: &str = "ELEMENTS_CONFIG";

/// The key that names the profile which is used without `--profile`.
pub(crate) const DEFAULT_PROFILE: &str = "default-profile";

/// The table of profiles.
const PROFILES: &str = "profiles";

/// The longest file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// A configuration file, checked as a whole.
#[derive(Debug, Default)]
pub(crate) struct Configuration {
    pub(crate) default_profile: Option<Located<String>>,
    pub(crate) profiles: BTreeMap<String, Profile>,
}

/// The name of the configuration file.
pub(crate) struct ConfigurationPath {
    pub(crate) path: PathBuf,
    /// Whether the variable names it. Then it has to be there.
    pub(crate) is_named: bool,
}

impl ConfigurationPath {
    /// What the variable names, or the platform's: `~/.config/elements/config.toml` on Unix, and on Windows
    /// `elements\config.toml` in the folder for settings of programs.
    ///
    /// # Errors
    /// There is no home folder.
    pub(crate) fn find() -> Result<Self, Failure> {
        if let Some(path) = std::env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
            return Ok(Self { path: path.into(), is_named: true });
        }
        let folders = etcetera::choose_base_strategy().map_err(|_| {
            Failure::usage(format!(
                "there is no home folder for a configuration file: set {VARIABLE} to the name of a file"
            ))
        })?;
        Ok(Self { path: folders.config_dir().join("elements").join("config.toml"), is_named: false })
    }
}

/// A value, and its line in the file.
#[derive(Clone, Debug)]
pub(crate) struct Located<T> {
    pub(crate) value: T,
    pub(crate) line: usize,
}

/// Settings under a name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Profile {
    /// By key, as flags take them.
    pub(crate) values: BTreeMap<&'static str, Located<String>>,
    pub(crate) columns: Vec<Located<(Column, String)>>,
}

impl Configuration {
    /// Reads a file; one that is not there has no profiles.
    ///
    /// # Errors
    /// Others may write the file, or it is another user's; or what is wrong in it, with the line of each mistake.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        match text(path)? {
            Some(text) => read::parse(&text, path),
            None => Ok(Self::default()),
        }
    }
}

/// What a file holds, if there is one.
fn text(path: &Path) -> Result<Option<String>, Failure> {
    let Some(file) = open_trusted(path)? else { return Ok(None) };
    let unreadable = |why: &str| Failure::usage(format!("the configuration {} {why}", printer::path(path)));
    let mut bytes = Vec::new();
    let read = file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(&format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(unreadable("is over a megabyte"));
    }
    String::from_utf8(bytes).map(Some).map_err(|_| unreadable("is not valid UTF-8"))
}

/// A key that is set or removed.
pub(crate) enum ChangedKey {
    DefaultProfile,
    /// A setting of a profile.
    Setting {
        profile: String,
        key: &'static crate::settings::Key,
    },
    /// The name of a column, in a profile.
    Column {
        profile: String,
        column: Column,
    },
}

/// A file's name and a line in it, for messages.
pub(crate) fn line_of(path: &Path, line: usize) -> String {
    format!("{}:{line}", printer::path(path))
}

/// Where a file is that a profile names: one that is not absolute begins at the folder of the configuration. Standard input
/// (`-`) is no file.
fn beside(configuration: &Path, name: &str) -> PathBuf {
    if name == "-" {
        return name.into();
    }
    let home = name.strip_prefix("~/").and_then(|rest| Some(std::env::home_dir()?.join(rest)));
    home.unwrap_or_else(|| configuration.parent().unwrap_or(Path::new("")).join(name))
}
