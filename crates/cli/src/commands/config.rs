//! `config`: the configuration file and its profiles.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::configuration::{self, ChangedKey, Configuration};
use crate::failure::Failure;
use crate::printer::{self, Printer, Report, note, one_line};
use crate::settings::{Config, Resolved, ShownSettings};
use crate::table::{Column, Table};

static SETTINGS: [Column; 4] = [
    Column { name: "setting", heading: Some("setting") },
    Column { name: "value", heading: Some("value") },
    Column { name: "source", heading: Some("from") },
    Column { name: "notUsed", heading: Some("not used") },
];

static PROFILES: [Column; 2] = [
    Column { name: "profile", heading: Some("profile") },
    Column { name: "default", heading: Some("default") },
];

pub(crate) fn run(config: Config, printer: Printer) -> Result<(), Failure> {
    match config {
        Config::Path(file) => {
            let exists = file.path.exists();
            Ok(printer.print(&PathReport { path: file.path, exists })?)
        }
        Config::Profiles(file) => profiles(&file.path, printer),
        Config::Show(shown) => show(&shown, printer),
        Config::Set(file, changed, words) => {
            configuration::set(&file.path, &changed, &words)?;
            note(&format!("{} is written", printer::path(&file.path)));
            advise(&file.path, &changed)
        }
        Config::Unset(file, changed) => {
            if configuration::unset(&file.path, &changed)? {
                note(&format!("{} is written", printer::path(&file.path)));
                return Ok(());
            }
            let message = format!("{} has no such key, and stays as it is", printer::path(&file.path));
            Err(Failure::usage(message))
        }
    }
}

/// Says how a profile is used that is not the default.
fn advise(file: &Path, changed: &ChangedKey) -> Result<(), Failure> {
    let (ChangedKey::Setting { profile, .. } | ChangedKey::Column { profile, .. }) = changed else {
        return Ok(());
    };
    if Configuration::read(file)?.default_profile.is_none() {
        let name = one_line(profile);
        note(&format!(
            "note: it is used with --profile {name}; `elements config set default-profile {name}` makes it the default"
        ));
    }
    Ok(())
}

fn profiles(file: &Path, printer: Printer) -> Result<(), Failure> {
    let configuration = Configuration::read(file)?;
    let default = configuration.default_profile.map(|name| name.value);
    let mut table = Table::new(printer, &PROFILES);
    for name in configuration.profiles.keys() {
        table.row([Some(name), (default.as_ref() == Some(name)).then_some("yes")])?;
    }
    if configuration.profiles.is_empty() {
        note(&format!("note: {} has no profile", printer::path(file)));
    }
    table.end("profiles", json!({ "file": file.to_string_lossy(), "default": default }))
}

fn show(shown: &ShownSettings, printer: Printer) -> Result<(), Failure> {
    let mut table = Table::new(printer, &SETTINGS);
    for setting in &shown.settings {
        let Resolved { name, value, source, displaced_by, overridden } = setting;
        let not_used = match displaced_by {
            Some(by) => Some(format!("{source}: {by} takes its place")),
            None if overridden.is_empty() => None,
            None => Some(overridden.join(", ")),
        };
        let source = displaced_by.is_none().then_some(source.as_str());
        table.row([Some(name), Some(value), source, not_used.as_deref()])?;
    }
    let known = json!({ "file": shown.file.to_string_lossy(), "profile": shown.profile });
    table.end("settings", known)
}

struct PathReport {
    path: PathBuf,
    exists: bool,
}

impl Report for PathReport {
    fn text(&self) -> String {
        printer::path(&self.path)
    }

    fn json(&self) -> Value {
        json!({ "path": self.path.to_string_lossy(), "exists": self.exists })
    }
}
