//! Where the configuration file is.

use std::path::PathBuf;

use etcetera::BaseStrategy;

use crate::failure::Failure;

/// The variable that names another file.
pub(crate) const VARIABLE: &str = "ELEMENTS_CONFIG";

/// Where the configuration is.
pub(crate) struct Place {
    pub(crate) path: PathBuf,
    /// Whether the variable names it. Then it has to be there.
    pub(crate) is_named: bool,
}

/// The place that the variable names, or the platform's: `~/.config/elements/config.toml` on Unix, and on Windows
/// `elements\config.toml` in the folder for settings of programs.
///
/// # Errors
/// There is no home folder.
pub(crate) fn place() -> Result<Place, Failure> {
    if let Some(path) = std::env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
        return Ok(Place { path: path.into(), is_named: true });
    }
    let folders = etcetera::choose_base_strategy().map_err(|_| {
        Failure::usage(format!(
            "there is no home folder for a configuration file: set {VARIABLE} to the name of a file"
        ))
    })?;
    Ok(Place { path: folders.config_dir().join("elements").join("config.toml"), is_named: false })
}
