//! The table of settings that a flag, a variable and a profile may give. A key of a profile is the name of its flag.

use std::ffi::OsStr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use avepoint_elements::Environment;
use avepoint_elements_bulk::CountOrPercent;

use super::value::check;
use crate::arguments::{CommandLine, Rate, Retries};

/// A setting.
pub(crate) struct Key {
    /// In a profile; its flag is the same behind two hyphens.
    pub(crate) name: &'static str,
    pub(crate) variable: Option<&'static str>,
    pub(crate) kind: KeyKind,
    /// What is wrong with a value, if anything is.
    pub(crate) check: fn(&OsStr) -> Result<(), String>,
}

/// How a profile writes a setting.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyKind {
    /// A text.
    Text,
    /// The name of a file; one that is not absolute begins at the folder of the configuration.
    File,
    /// A URL, which may hold a password and is not shown then.
    Url,
    /// A number, or a text.
    Number,
    /// `true` or `false`.
    Switch,
    /// An array of texts: a program and its arguments.
    Command,
    /// Not written at all: the value is a secret.
    Secret,
}

impl KeyKind {
    /// What a profile may hold, with an example.
    pub(crate) fn allowed(self) -> &'static str {
        match self {
            Self::Text => "a text in quotes",
            Self::File => "the name of a file in quotes",
            Self::Url => "a URL in quotes",
            Self::Number => "a whole number, or a text in quotes",
            Self::Switch => "true or false",
            Self::Command => "an array of texts, such as [\"pass\", \"show\", \"elements\"]",
            Self::Secret => "nothing",
        }
    }
}

const fn key(
    name: &'static str,
    variable: Option<&'static str>,
    kind: KeyKind,
    check: fn(&OsStr) -> Result<(), String>,
) -> Key {
    Key { name, variable, kind, check }
}

pub(crate) static PROFILE: Key = key("profile", Some("ELEMENTS_PROFILE"), KeyKind::Text, check::<String>);
pub(crate) static ENVIRONMENT: Key =
    key("environment", Some("ELEMENTS_ENVIRONMENT"), KeyKind::Text, check::<Environment>);
pub(crate) static BASE_URL: Key = key("base-url", Some("ELEMENTS_BASE_URL"), KeyKind::Url, check::<String>);
pub(crate) static TOKEN_URL: Key =
    key("token-url", Some("ELEMENTS_TOKEN_URL"), KeyKind::Url, check::<String>);
pub(crate) static CLIENT_ID: Key =
    key("client-id", Some("ELEMENTS_CLIENT_ID"), KeyKind::Text, check::<String>);
pub(crate) static ACCESS_TOKEN: Key =
    key("access-token", Some("ELEMENTS_ACCESS_TOKEN"), KeyKind::Secret, check::<String>);
pub(crate) static CLIENT_SECRET: Key =
    key("client-secret", Some("ELEMENTS_CLIENT_SECRET"), KeyKind::Secret, check::<String>);
pub(crate) static CLIENT_SECRET_FILE: Key = key("client-secret-file", None, KeyKind::File, check::<PathBuf>);
pub(crate) static CLIENT_SECRET_COMMAND: Key =
    key("client-secret-command", None, KeyKind::Command, check::<CommandLine>);
pub(crate) static CLIENT_SECRET_KEYRING: Key =
    key("client-secret-keyring", None, KeyKind::Text, check::<String>);
pub(crate) static CERTIFICATE: Key =
    key("certificate", Some("ELEMENTS_CERTIFICATE"), KeyKind::File, check::<PathBuf>);
pub(crate) static CERTIFICATE_PASSWORD: Key =
    key("certificate-password", Some("ELEMENTS_CERTIFICATE_PASSWORD"), KeyKind::Secret, check::<String>);
pub(crate) static CERTIFICATE_PASSWORD_FILE: Key =
    key("certificate-password-file", None, KeyKind::File, check::<PathBuf>);
pub(crate) static CA_FILE: Key = key("ca-file", Some("ELEMENTS_CA_FILE"), KeyKind::File, check::<PathBuf>);
pub(crate) static PROXY: Key = key("proxy", Some("ELEMENTS_PROXY"), KeyKind::Url, check::<String>);
pub(crate) static NO_KEEP_ALIVE: Key =
    key("no-keep-alive", Some("ELEMENTS_NO_KEEP_ALIVE"), KeyKind::Switch, check::<bool>);
pub(crate) static CONNECT_TIMEOUT: Key =
    key("connect-timeout", Some("ELEMENTS_CONNECT_TIMEOUT"), KeyKind::Text, check::<Duration>);
pub(crate) static ATTEMPT_TIMEOUT: Key =
    key("attempt-timeout", Some("ELEMENTS_ATTEMPT_TIMEOUT"), KeyKind::Text, check::<Duration>);
pub(crate) static TIMEOUT: Key = key("timeout", Some("ELEMENTS_TIMEOUT"), KeyKind::Text, check::<Duration>);
pub(crate) static RETRIES: Key = key("retries", Some("ELEMENTS_RETRIES"), KeyKind::Number, check::<Retries>);
pub(crate) static RATE: Key = key("rate", None, KeyKind::Text, check::<Rate>);
pub(crate) static CONCURRENCY: Key = key("concurrency", None, KeyKind::Number, check::<NonZeroUsize>);
pub(crate) static MAX_OUTAGE: Key = key("max-outage", None, KeyKind::Text, check::<Duration>);
pub(crate) static STRICT_COUNTRIES: Key = key("strict-countries", None, KeyKind::Switch, check::<bool>);
pub(crate) static MAX_CHANGES: Key = key("max-changes", None, KeyKind::Number, check::<CountOrPercent>);
pub(crate) static MAX_FAILURES: Key = key("max-failures", None, KeyKind::Number, check::<CountOrPercent>);

/// All that a profile may hold, beside the table of columns, and those that it must not.
pub(crate) static OF_PROFILES: [&Key; 25] = [
    &ENVIRONMENT,
    &BASE_URL,
    &TOKEN_URL,
    &CLIENT_ID,
    &ACCESS_TOKEN,
    &CLIENT_SECRET,
    &CLIENT_SECRET_FILE,
    &CLIENT_SECRET_COMMAND,
    &CLIENT_SECRET_KEYRING,
    &CERTIFICATE,
    &CERTIFICATE_PASSWORD,
    &CERTIFICATE_PASSWORD_FILE,
    &CA_FILE,
    &PROXY,
    &NO_KEEP_ALIVE,
    &CONNECT_TIMEOUT,
    &ATTEMPT_TIMEOUT,
    &TIMEOUT,
    &RETRIES,
    &RATE,
    &CONCURRENCY,
    &MAX_OUTAGE,
    &STRICT_COUNTRIES,
    &MAX_CHANGES,
    &MAX_FAILURES,
];

/// The table of a profile that names the columns of its files, as `--map` does.
pub(crate) const COLUMNS: &str = "columns";

/// The sources of a credential; a profile holds one of them.
pub(crate) static CREDENTIALS: [&Key; 4] =
    [&CLIENT_SECRET_FILE, &CLIENT_SECRET_COMMAND, &CLIENT_SECRET_KEYRING, &CERTIFICATE];

/// The setting of this name that a profile may hold.
pub(crate) fn find(name: &str) -> Option<&'static Key> {
    OF_PROFILES.into_iter().find(|key| key.name == name && key.kind != KeyKind::Secret)
}

/// The names that a profile may hold.
pub(crate) fn names() -> impl Iterator<Item = &'static str> + Clone {
    let keys = OF_PROFILES.into_iter().filter(|key| key.kind != KeyKind::Secret).map(|key| key.name);
    keys.chain([COLUMNS])
}
