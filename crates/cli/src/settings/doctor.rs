//! Of `doctor`. What cannot be resolved is what it is there to say.

use std::path::PathBuf;

use super::connection::{self, Connection};
use super::layers::Layers;
use crate::arguments;
use crate::failure::Failure;

pub(crate) struct Doctor {
    pub(crate) file: Option<DoctorFile>,
    pub(crate) used: Result<UsedSettings, Failure>,
}

/// A file whose state is told.
pub(crate) struct DoctorFile {
    pub(crate) path: PathBuf,
    /// Where they are not beside it.
    pub(crate) journal: Option<PathBuf>,
    pub(crate) results: Option<PathBuf>,
}

/// Which settings are used.
pub(crate) struct UsedSettings {
    pub(crate) file: PathBuf,
    pub(crate) profile: Option<String>,
    pub(crate) connection: Result<Connection, Failure>,
}

pub(crate) fn doctor(arguments: arguments::Doctor, profile: Option<String>) -> Doctor {
    let arguments::Doctor { file, journal, results, connection } = arguments;
    let file = file.map(|path| DoctorFile { path, journal, results });
    let used = Layers::load(profile).map(|layers| UsedSettings {
        file: layers.file().to_owned(),
        profile: layers.profile_name().map(str::to_owned),
        connection: connection::connection(connection, &layers),
    });
    Doctor { file, used }
}
