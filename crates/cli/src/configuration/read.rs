//! The text of a configuration, read key by key. What is not known is a mistake.

use std::ffi::OsStr;
use std::fmt::Display;
use std::ops::Range;
use std::path::Path;

use avepoint_elements_bulk::Column;
use toml_edit::{Document, Item, TableLike, Value};

use super::{Configuration, DEFAULT_PROFILE, Located, PROFILES, Profile, beside, line_of};
use crate::failure::Failure;
use crate::printer::one_line;
use crate::settings::keys::{self, Key, KeyKind};
use crate::suggestion::did_you_mean;

/// Reads a text, with every mistake in it.
pub(super) fn parse(text: &str, path: &Path) -> Result<Configuration, Failure> {
    let mut reader = Reader { text, path, mistakes: Vec::new() };
    let configuration = match Document::parse(text) {
        Ok(document) => reader.configuration(document.as_table()),
        Err(error) => {
            let line = reader.line(error.span());
            // The parser's message alone: the line that it would show may hold a secret.
            reader.mistake(line, format!("this is no TOML: {}", one_line(error.message())));
            Configuration::default()
        }
    };
    if reader.mistakes.is_empty() {
        return Ok(configuration);
    }
    Err(Failure::usage(reader.mistakes.join("\n")))
}

struct Reader<'a> {
    text: &'a str,
    path: &'a Path,
    mistakes: Vec<String>,
}

impl Reader<'_> {
    /// The line on which a part of the text begins.
    fn line(&self, span: Option<Range<usize>>) -> usize {
        let start = span.map_or(0, |span| span.start).min(self.text.len());
        self.text.get(..start).unwrap_or_default().matches('\n').count() + 1
    }

    fn mistake(&mut self, line: usize, what: impl Display) {
        self.mistakes.push(format!("{}: {what}", line_of(self.path, line)));
    }

    /// The keys of a table with their lines.
    fn entries<'t>(&self, table: &'t dyn TableLike) -> Vec<(&'t str, &'t Item, usize)> {
        let key_line = |name: &str, item: &Item| {
            self.line(table.key(name).and_then(toml_edit::Key::span).or(item.span()))
        };
        table.iter().map(|(name, item)| (name, item, key_line(name, item))).collect()
    }

    fn configuration(&mut self, root: &dyn TableLike) -> Configuration {
        let mut configuration = Configuration::default();
        for (name, item, line) in self.entries(root) {
            match (name, item.as_str(), item.as_table_like()) {
                (DEFAULT_PROFILE, Some(name), _) => {
                    configuration.default_profile = Some(Located { value: name.to_owned(), line });
                }
                (DEFAULT_PROFILE, ..) => {
                    self.mistake(line, format!("{DEFAULT_PROFILE} takes the name of a profile in quotes"));
                }
                (PROFILES, _, Some(profiles)) => {
                    for (name, item, line) in self.entries(profiles) {
                        if let Some(profile) = self.profile(name, item, line) {
                            configuration.profiles.insert(name.to_owned(), profile);
                        }
                    }
                }
                (PROFILES, ..) => {
                    self.mistake(line, format!("{PROFILES} takes tables, each begun by [{PROFILES}.NAME]"));
                }
                _ => self.unknown(name, "the file", line, [DEFAULT_PROFILE, PROFILES].into_iter()),
            }
        }
        self.check_default(&configuration);
        configuration
    }

    /// Makes sure that the default is a profile.
    fn check_default(&mut self, configuration: &Configuration) {
        let Some(default) = &configuration.default_profile else { return };
        let names = || configuration.profiles.keys().map(String::as_str);
        if self.mistakes.is_empty() && !configuration.profiles.contains_key(&default.value) {
            let (name, near) = (one_line(&default.value), did_you_mean(&default.value, names()));
            let what = format!(
                "{DEFAULT_PROFILE} is \"{name}\", and there is no such profile{near}; {}",
                listed(names())
            );
            self.mistake(default.line, what);
        }
    }

    fn profile(&mut self, name: &str, item: &Item, line: usize) -> Option<Profile> {
        let name = one_line(name);
        let Some(table) = item.as_table_like() else {
            self.mistake(line, format!("a profile is a table, begun by [{PROFILES}.{name}]"));
            return None;
        };
        let mut profile = Profile::default();
        let owner = format!("the profile \"{name}\"");
        for (name, item, line) in self.entries(table) {
            if name == keys::COLUMNS {
                profile.columns = self.columns(item, line);
            } else if let Some(key) = keys::OF_PROFILES.iter().find(|key| key.name == name) {
                if let Some(value) = self.value(key, item, line) {
                    profile.values.insert(key.name, Located { value, line });
                }
            } else if is_secret(name) {
                self.mistake(line, secret(name));
            } else {
                self.unknown(name, &owner, line, keys::names());
            }
        }
        self.check_together(&profile, &owner);
        Some(profile)
    }

    /// Makes sure that no setting takes the place of another.
    fn check_together(&mut self, profile: &Profile, owner: &str) {
        let given = |key: &&&Key| profile.values.contains_key(key.name);
        let pairs = [&[&keys::ENVIRONMENT, &keys::BASE_URL][..], &keys::CREDENTIALS];
        for keys in pairs {
            let given: Vec<_> = keys.iter().filter(given).map(|key| key.name).collect();
            if let [.., last] = given[..]
                && given.len() > 1
            {
                let line = profile.values[last].line;
                self.mistake(line, format!("{owner} has {}; one of them is allowed", given.join(" and ")));
            }
        }
    }

    /// The value of a setting as its flag takes it.
    fn value(&mut self, key: &Key, item: &Item, line: usize) -> Option<String> {
        if key.kind == KeyKind::Secret {
            self.mistake(line, secret(key.name));
            return None;
        }
        let Some(text) = item.as_value().and_then(|value| written(key.kind, value)) else {
            self.mistake(line, format!("{} takes {}", key.name, key.kind.allowed()));
            return None;
        };
        if let Err(why) = check(key, &text) {
            self.mistake(line, why);
            return None;
        }
        Some(match key.kind {
            KeyKind::File => beside(self.path, &text).to_string_lossy().into_owned(),
            _ => text,
        })
    }

    fn columns(&mut self, item: &Item, line: usize) -> Vec<Located<(Column, String)>> {
        let Some(table) = item.as_table_like() else {
            self.mistake(
                line,
                format!("{} takes names of columns, such as postalCode = \"PLZ\"", keys::COLUMNS),
            );
            return Vec::new();
        };
        let mut columns = Vec::new();
        for (name, item, line) in self.entries(table) {
            match (name.parse::<Column>(), item.as_str()) {
                (Ok(column), Some(text)) => columns.push(Located { value: (column, text.to_owned()), line }),
                (Ok(_), None) => self.mistake(line, format!("{name} takes the name of a column in quotes")),
                (Err(_), _) => {
                    self.unknown(name, keys::COLUMNS, line, Column::ALL.iter().map(|it| it.name()));
                }
            }
        }
        columns
    }

    fn unknown<'n>(
        &mut self,
        name: &str,
        owner: &str,
        line: usize,
        names: impl Iterator<Item = &'n str> + Clone,
    ) {
        let near = did_you_mean(name, names.clone());
        self.mistake(line, format!("unknown key \"{}\" in {owner}{near}; {}", one_line(name), listed(names)));
    }
}

/// What is allowed.
fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<_> = names.map(one_line).collect();
    if names.is_empty() { "there are none".to_owned() } else { format!("allowed are {}", names.join(", ")) }
}

/// A value as its flag takes it, where it has the right form.
fn written(form: KeyKind, value: &Value) -> Option<String> {
    match (form, value) {
        (KeyKind::Text | KeyKind::File | KeyKind::Url | KeyKind::Number, Value::String(text)) => {
            Some(text.value().clone())
        }
        (KeyKind::Number, Value::Integer(number)) => Some(number.value().to_string()),
        (KeyKind::Switch, Value::Boolean(switch)) => Some(switch.value().to_string()),
        (KeyKind::Command, Value::Array(words)) => {
            let words: Option<Vec<_>> = words.iter().map(|word| word.as_str()).collect();
            Some(serde_json::Value::from(words?).to_string())
        }
        _ => None,
    }
}

/// Makes sure that a setting may have a value.
pub(super) fn check(key: &Key, text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err(format!(
            "{} is empty; {} is allowed, or leave the key out",
            key.name,
            key.kind.allowed()
        ));
    }
    if key.kind == KeyKind::Url && text.contains('@') {
        let is_proxy = key.name == keys::PROXY.name;
        let instead = if is_proxy { "set HTTPS_PROXY, which takes one" } else { "leave it out" };
        return Err(format!("{} must not hold a password; {instead}", key.name));
    }
    (key.check)(OsStr::new(text)).map_err(|why| match key.kind {
        KeyKind::Url => format!("{}: {why}", key.name),
        _ => format!("{} is \"{}\"; {why}", key.name, one_line(text)),
    })
}

/// Whether a name is usual for a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    let has = |words: [&str; 4]| words.iter().any(|word| name.contains(word));
    // One that says where something is names no secret.
    has(["secret", "password", "token", "passphrase"]) && !has(["url", "file", "command", "keyring"])
}

/// What to do in place of writing a secret down.
pub(crate) fn secret(name: &str) -> String {
    format!(
        "{} would be a secret, which does not belong into this file; name the program that prints it \
         (client-secret-command) or the file that holds it (client-secret-file, certificate-password-file), or set a \
         variable; take it out, and if others could read it, replace it in the portal",
        one_line(name)
    )
}
