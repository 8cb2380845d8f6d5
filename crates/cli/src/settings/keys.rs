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

/// Writes down keys, and lists them all.
macro_rules! keys {
    ($($key:ident: $name:literal, $variable:expr, $kind:ident, $type:ty;)+) => {
        $(pub(crate) static $key: Key =
            Key { name: $name, variable: $variable, kind: KeyKind::$kind, check: check::<$type> };)+

        /// All that a profile may hold, beside the table of columns, and those that it must not.
        pub(crate) static OF_PROFILES: &[&Key] = &[$(&$key),+];
    };
}

keys! {
    ENVIRONMENT: "environment", Some("ELEMENTS_ENVIRONMENT"), Text, Environment;
    BASE_URL: "base-url", Some("ELEMENTS_BASE_URL"), Url, String;
    TOKEN_URL: "token-url", Some("ELEMENTS_TOKEN_URL"), Url, String;
    CLIENT_ID: "client-id", Some("ELEMENTS_CLIENT_ID"), Text, String;
    ACCESS_TOKEN: "access-token", Some("ELEMENTS_ACCESS_TOKEN"), Secret, String;
    CLIENT_SECRET: "client-secret", Some("ELEMENTS_CLIENT_SECRET"), Secret, String;
    CLIENT_SECRET_FILE: "client-secret-file", None, File, PathBuf;
    CLIENT_SECRET_COMMAND: "client-secret-command", None, Command, CommandLine;
    CLIENT_SECRET_KEYRING: "client-secret-keyring", None, Text, String;
    CERTIFICATE: "certificate", Some("ELEMENTS_CERTIFICATE"), File, PathBuf;
    CERTIFICATE_PASSWORD: "certificate-password", Some("ELEMENTS_CERTIFICATE_PASSWORD"), Secret, String;
    CERTIFICATE_PASSWORD_FILE: "certificate-password-file", None, File, PathBuf;
    CA_FILE: "ca-file", Some("ELEMENTS_CA_FILE"), File, PathBuf;
    PROXY: "proxy", Some("ELEMENTS_PROXY"), Url, String;
    NO_KEEP_ALIVE: "no-keep-alive", Some("ELEMENTS_NO_KEEP_ALIVE"), Switch, bool;
    CONNECT_TIMEOUT: "connect-timeout", Some("ELEMENTS_CONNECT_TIMEOUT"), Text, Duration;
    ATTEMPT_TIMEOUT: "attempt-timeout", Some("ELEMENTS_ATTEMPT_TIMEOUT"), Text, Duration;
    TIMEOUT: "timeout", Some("ELEMENTS_TIMEOUT"), Text, Duration;
    RETRIES: "retries", Some("ELEMENTS_RETRIES"), Number, Retries;
    RATE: "rate", None, Text, Rate;
    CONCURRENCY: "concurrency", None, Number, NonZeroUsize;
    MAX_OUTAGE: "max-outage", None, Text, Duration;
    STRICT_COUNTRIES: "strict-countries", None, Switch, bool;
    MAX_CHANGES: "max-changes", None, Number, CountOrPercent;
    MAX_FAILURES: "max-failures", None, Number, CountOrPercent;
}

/// What names the profile; no profile holds it.
pub(crate) static PROFILE: Key =
    Key { name: "profile", variable: Some("ELEMENTS_PROFILE"), kind: KeyKind::Text, check: check::<String> };

/// The table of a profile that names the columns of its files, as `--map` does.
pub(crate) const COLUMNS: &str = "columns";

/// The sources of a credential; a profile holds one of them.
pub(crate) static CREDENTIALS: [&Key; 4] =
    [&CLIENT_SECRET_FILE, &CLIENT_SECRET_COMMAND, &CLIENT_SECRET_KEYRING, &CERTIFICATE];

/// The setting of this name that a profile may hold.
pub(crate) fn find(name: &str) -> Option<&'static Key> {
    OF_PROFILES.iter().copied().find(|key| key.name == name && key.kind != KeyKind::Secret)
}

/// The names that a profile may hold.
pub(crate) fn names() -> impl Iterator<Item = &'static str> + Clone {
    let keys = OF_PROFILES.iter().filter(|key| key.kind != KeyKind::Secret).map(|key| key.name);
    keys.chain([COLUMNS])
}
