//! Of `config`.

use avepoint_elements_bulk::Column;

use super::connection;
use super::keys::{self, Key};
use super::layers::{Layers, Resolved};
use crate::arguments;
use crate::configuration::{self, ChangedKey, Configuration, ConfigurationPath, DEFAULT_PROFILE};
use crate::failure::Failure;
use crate::printer::one_line;
use crate::suggestion::did_you_mean;

pub(crate) enum Config {
    Path(ConfigurationPath),
    Profiles(ConfigurationPath),
    Show(ShownSettings),
    Set(ConfigurationPath, ChangedKey, Vec<String>),
    Unset(ConfigurationPath, ChangedKey),
}

/// What settings come to.
pub(crate) struct ShownSettings {
    pub(crate) file: std::path::PathBuf,
    pub(crate) profile: Option<String>,
    pub(crate) settings: Vec<Resolved>,
}

pub(crate) fn config(arguments: arguments::Config, profile: Option<String>) -> Result<Config, Failure> {
    Ok(match arguments {
        arguments::Config::Path => Config::Path(ConfigurationPath::find()?),
        arguments::Config::Profiles => Config::Profiles(ConfigurationPath::find()?),
        arguments::Config::Show(show) => Config::Show(shown(*show, profile)?),
        arguments::Config::Set { key, value } => {
            let file = ConfigurationPath::find()?;
            let changed = changed_key(&key, profile, &file)?;
            Config::Set(file, changed, value)
        }
        arguments::Config::Unset { key } => {
            let file = ConfigurationPath::find()?;
            let changed = changed_key(&key, profile, &file)?;
            Config::Unset(file, changed)
        }
    })
}

/// Resolves every setting, as a command would.
fn shown(arguments: arguments::ShowSettings, profile: Option<String>) -> Result<ShownSettings, Failure> {
    let arguments::ShowSettings {
        connection,
        rate,
        concurrency,
        max_outage,
        strict_countries,
        max_changes,
        max_failures,
        map,
    } = arguments;
    let layers = Layers::load_quietly(profile)?;
    connection::connection(connection, &layers)?;
    layers.value(&keys::RATE, rate)?;
    layers.value(&keys::CONCURRENCY, concurrency)?;
    layers.value(&keys::MAX_OUTAGE, max_outage)?;
    layers.value(&keys::STRICT_COUNTRIES, strict_countries.then_some(true))?;
    layers.value(&keys::MAX_CHANGES, max_changes)?;
    layers.value(&keys::MAX_FAILURES, max_failures)?;
    layers.columns(&map);
    let (file, profile) = (layers.file().to_owned(), layers.profile_name().map(str::to_owned));
    Ok(ShownSettings { file, profile, settings: layers.into_resolved() })
}

/// What is set or removed.
fn changed_key(key: &str, profile: Option<String>, file: &ConfigurationPath) -> Result<ChangedKey, Failure> {
    if key == DEFAULT_PROFILE {
        return Ok(ChangedKey::DefaultProfile);
    }
    if let Some(name) = key.strip_prefix("columns.") {
        let column = name.parse::<Column>();
        let column =
            column.map_err(|error| Failure::usage(format!("{} is no column; {error}", one_line(name))))?;
        return Ok(ChangedKey::Column { profile: changed_profile(profile, file)?, column });
    }
    let key = known(key)?;
    Ok(ChangedKey::Setting { profile: changed_profile(profile, file)?, key })
}

fn known(key: &str) -> Result<&'static Key, Failure> {
    if let Some(known) = keys::find(key) {
        return Ok(known);
    }
    if configuration::is_secret(key) {
        return Err(Failure::usage(configuration::secret(key)));
    }
    let names = || keys::names().chain([DEFAULT_PROFILE]);
    let listed: Vec<_> =
        names().map(|name| if name == keys::COLUMNS { "columns.NAME" } else { name }).collect();
    Err(Failure::usage(format!(
        "unknown key \"{}\"{}; allowed are {}",
        one_line(key),
        did_you_mean(key, names()),
        listed.join(", ")
    )))
}

/// The profile that is changed: the one that is named, or the default.
fn changed_profile(flag: Option<String>, file: &ConfigurationPath) -> Result<String, Failure> {
    if let Some(name) = Layers::named_profile(flag)? {
        return Ok(name);
    }
    let default = Configuration::read(&file.path)?.default_profile.map(|name| name.value);
    default.ok_or_else(|| Failure::usage("name the profile that is changed: --profile NAME"))
}
