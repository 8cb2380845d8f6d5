//! Flags, variables and a profile, one above the other. What a setting comes to, and from where, is decided here alone.

use std::cell::RefCell;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use avepoint_elements::Secret;
use avepoint_elements_bulk::Column;

use super::keys::{self, Key, KeyKind};
use super::value::Value;
use crate::configuration::{self, Configuration, DEFAULT_PROFILE, Located, Profile};
use crate::failure::Failure;
use crate::printer::{are, note, one_line};
use crate::secrets;
use crate::suggestion::did_you_mean;

/// Where the value of a setting comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A profile, with the line in its file.
    Profile(usize),
    Variable,
    Flag,
}

impl Origin {
    /// What counts more is greater.
    pub(crate) fn rank(self) -> u8 {
        match self {
            Self::Profile(_) => 0,
            Self::Variable => 1,
            Self::Flag => 2,
        }
    }
}

/// A value, and where it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Sourced<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
}

impl<T> Sourced<T> {
    /// Another value of the same origin.
    pub(crate) fn map<U>(self, map: impl FnOnce(T) -> U) -> Sourced<U> {
        Sourced { value: map(self.value), origin: self.origin }
    }
}

/// What a setting came to.
pub(crate) struct Resolved {
    pub(crate) name: String,
    /// As it may be shown.
    pub(crate) value: String,
    pub(crate) source: String,
    /// What takes its place, where something does.
    pub(crate) displaced_by: Option<String>,
    /// Where else a value comes from, which is not used.
    pub(crate) overridden: Vec<String>,
}

/// What flags lie upon.
#[derive(Default)]
pub(crate) struct Layers {
    file: PathBuf,
    profile_name: Option<String>,
    profile: Profile,
    /// Whether nothing is said of values that are not used: what shows them all says it itself.
    is_quiet: bool,
    resolved: RefCell<Vec<Resolved>>,
}

impl Layers {
    /// Reads the configuration, and finds the profile that a flag, a variable or the file names.
    ///
    /// # Errors
    /// The file cannot be used; or there is no such profile, or no such file.
    pub(crate) fn load(profile: Option<String>) -> Result<Self, Failure> {
        Self::read(profile, false)
    }

    /// As [`load`](Self::load), without a word about values that are not used.
    pub(crate) fn load_quietly(profile: Option<String>) -> Result<Self, Failure> {
        Self::read(profile, true)
    }

    fn read(profile: Option<String>, is_quiet: bool) -> Result<Self, Failure> {
        let file = configuration::ConfigurationPath::find()?;
        let configuration = Configuration::read(&file.path)?;
        if file.is_named && !file.path.exists() {
            return Err(Failure::usage(format!(
                "there is no configuration {}, which ELEMENTS_CONFIG names: make it with `elements config set`, or unset the \
                 variable",
                crate::printer::path(&file.path)
            )));
        }
        let mut layers = Self { file: file.path, is_quiet, ..Self::default() };
        layers.choose(profile, configuration)?;
        Ok(layers)
    }

    /// The profile that a flag or a variable names, whatever the configuration holds.
    pub(crate) fn named_profile(flag: Option<String>) -> Result<Option<String>, Failure> {
        Self { is_quiet: true, ..Self::default() }.value(&keys::PROFILE, flag)
    }

    fn choose(&mut self, flag: Option<String>, mut configuration: Configuration) -> Result<(), Failure> {
        let default = configuration.default_profile.take();
        let Some(Sourced { value: name, origin }) = self.chosen(&keys::PROFILE, flag, default)? else {
            return Ok(());
        };
        let Some(profile) = configuration.profiles.remove(&name) else {
            let names = || configuration.profiles.keys().map(String::as_str);
            let known = if configuration.profiles.is_empty() {
                "it has none: make one with `elements config set --profile NAME KEY VALUE`".to_owned()
            } else {
                format!("it has {}", names().map(one_line).collect::<Vec<_>>().join(", "))
            };
            return Err(Failure::usage(format!(
                "{}: there is no profile \"{}\" in {}{}; {known}",
                self.named_origin(&keys::PROFILE, origin),
                one_line(&name),
                crate::printer::path(&self.file),
                did_you_mean(&name, names()),
            )));
        };
        (self.profile_name, self.profile) = (Some(name), profile);
        Ok(())
    }

    /// The file of the profiles.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    pub(crate) fn profile_name(&self) -> Option<&str> {
        self.profile_name.as_deref()
    }

    /// What was resolved until now, in its order.
    pub(crate) fn into_resolved(self) -> Vec<Resolved> {
        self.resolved.into_inner()
    }

    /// The value of a setting: a flag's, else a variable's, else the profile's.
    pub(crate) fn pick<T: Value>(
        &self,
        key: &'static Key,
        flag: Option<T>,
    ) -> Result<Option<Sourced<T>>, Failure> {
        self.chosen(key, flag, self.profile.values.get(key.name).cloned())
    }

    /// As [`pick`](Self::pick), without its origin.
    pub(crate) fn value<T: Value>(&self, key: &'static Key, flag: Option<T>) -> Result<Option<T>, Failure> {
        Ok(self.pick(key, flag)?.map(|given| given.value))
    }

    fn chosen<T: Value>(
        &self,
        key: &'static Key,
        flag: Option<T>,
        profile: Option<Located<String>>,
    ) -> Result<Option<Sourced<T>>, Failure> {
        let variable = key.variable.and_then(variable);
        let texts = [
            flag.as_ref().map(|flag| (flag.text(), Origin::Flag)),
            variable.as_ref().map(|text| (text.to_string_lossy().into_owned(), Origin::Variable)),
            profile.as_ref().map(|it| (it.value.clone(), Origin::Profile(it.line))),
        ];
        let given = match (flag, variable, profile) {
            (Some(value), ..) => Some(Sourced { value, origin: Origin::Flag }),
            (None, Some(text), _) => {
                Some(Sourced { value: read_variable(key, &text)?, origin: Origin::Variable })
            }
            (None, None, Some(Located { value, line })) => {
                let value = T::read(OsStr::new(&value)).map_err(Failure::usage)?;
                Some(Sourced { value, origin: Origin::Profile(line) })
            }
            (None, None, None) => None,
        };
        self.record(key, texts.into_iter().flatten().collect());
        Ok(given)
    }

    /// A secret, which a variable alone gives.
    pub(crate) fn secret(&self, key: &'static Key) -> Result<Option<Sourced<Secret>>, Failure> {
        let secret = key.variable.map(secrets::from_environment).transpose()?.flatten();
        let given = secret.map(|value| Sourced { value, origin: Origin::Variable });
        if given.is_some() {
            self.record(key, vec![(String::new(), Origin::Variable)]);
        }
        Ok(given)
    }

    /// The names of columns: a flag's before the profile's.
    pub(crate) fn columns(&self, flags: &[(Column, String)]) -> Vec<(Column, String)> {
        let is_free = |column: Column| flags.iter().all(|(given, _)| *given != column);
        let of_profile = self.profile.columns.iter().filter(|it| is_free(it.value.0));
        let all = flags.iter().map(|it| (it, Origin::Flag));
        let all = all.chain(of_profile.map(|it| (&it.value, Origin::Profile(it.line))));
        let columns = all.map(|((column, name), origin)| {
            let setting = format!("{}.{column}", keys::COLUMNS);
            let source = self.origin_text(origin, "--map", None);
            self.push(setting, name.clone(), source, Vec::new());
            (*column, name.clone())
        });
        columns.collect()
    }

    /// Shows a default where nothing else was given.
    pub(crate) fn show_default(&self, key: &Key, value: &str) {
        self.push(key.name.to_owned(), value.to_owned(), "default".to_owned(), Vec::new());
    }

    /// A setting is not used, since another one takes its place.
    pub(crate) fn displace(&self, (key, origin): (&Key, Origin), by: (&Key, Origin)) {
        let (loser, winner) = (self.named_origin(key, origin), self.named_origin(by.0, by.1));
        self.say(origin, &loser, by.1, &winner);
        let mut resolved = self.resolved.borrow_mut();
        if let Some(entry) = resolved.iter_mut().find(|entry| entry.name == key.name) {
            entry.displaced_by = Some(winner);
        }
    }

    /// Variables that are set and not used, since a flag takes their place.
    pub(crate) fn displace_variables(&self, keys: &[&'static Key], flag: &str) {
        let names = keys.iter().filter_map(|key| key.variable).filter(|name| variable(name).is_some());
        let names = names.collect::<Vec<_>>();
        if !names.is_empty() && !self.is_quiet {
            let are = are(names.len() as u64);
            note(&format!("note: {} {are} not used: {flag} takes their place", names.join(", ")));
        }
    }

    /// Notes what a setting came to, and what is not used.
    fn record(&self, key: &Key, texts: Vec<(String, Origin)>) {
        let mut texts = texts.into_iter();
        let Some((text, origin)) = texts.next() else { return };
        let winner = self.named_origin(key, origin);
        let others: Vec<_> = texts.collect();
        for (other, from) in &others {
            if *other != text {
                self.say(*from, &self.named_origin(key, *from), origin, &winner);
            }
        }
        let text_of = |origin| self.origin_text(origin, &format!("--{}", key.name), key.variable);
        let overridden = others.iter().map(|(_, from)| text_of(*from)).collect();
        self.push(key.name.to_owned(), shown(key, text), text_of(origin), overridden);
    }

    fn push(&self, name: String, value: String, source: String, overridden: Vec<String>) {
        let resolved = Resolved { name, value, source, displaced_by: None, overridden };
        self.resolved.borrow_mut().push(resolved);
    }

    /// Says that a value is not used, unless that is a flag's plain right over a profile.
    fn say(&self, loser: Origin, name: &str, winner: Origin, by: &str) {
        let is_plain = winner == Origin::Flag && matches!(loser, Origin::Profile(_));
        if !self.is_quiet && !is_plain {
            note(&format!("note: {name} is not used: {by} takes its place"));
        }
    }

    /// Where a setting has its value from, with its name.
    fn named_origin(&self, key: &Key, origin: Origin) -> String {
        let text = self.origin_text(origin, &format!("--{}", key.name), key.variable);
        match origin {
            Origin::Profile(_) if key.name == keys::PROFILE.name => format!("{DEFAULT_PROFILE} ({text})"),
            Origin::Profile(_) => format!("{} ({text})", key.name),
            _ => text,
        }
    }

    /// Where a value comes from: a flag, a variable, or a line of the file.
    fn origin_text(&self, origin: Origin, flag: &str, variable: Option<&str>) -> String {
        match origin {
            Origin::Flag => flag.to_owned(),
            Origin::Variable => variable.unwrap_or("a variable").to_owned(),
            Origin::Profile(line) => configuration::line_of(&self.file, line),
        }
    }
}

/// A variable that is set; an empty one counts as unset.
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

fn read_variable<T: Value>(key: &Key, text: &OsStr) -> Result<T, Failure> {
    T::read(text).map_err(|why| {
        let name = key.variable.unwrap_or(key.name);
        Failure::usage(match key.kind {
            KeyKind::Url | KeyKind::Secret => format!("{name}: {why}"),
            _ => format!("{name} is \"{}\"; {why}", one_line(&text.to_string_lossy())),
        })
    })
}

/// A value as it may be shown: no secret, and no URL that may hold one.
fn shown(key: &Key, text: String) -> String {
    match key.kind {
        KeyKind::Secret => "(not shown)".to_owned(),
        KeyKind::Url if text.contains(['@', '?']) => "(not shown: it may hold a password)".to_owned(),
        _ => text,
    }
}
