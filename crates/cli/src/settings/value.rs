//! What a setting may be: each type is read in one way, wherever it comes from.

use std::ffi::OsStr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use avepoint_elements::Environment;
use avepoint_elements_bulk::CountOrPercent;

use crate::arguments::{self, CommandLine, Rate, Retries};

/// The value of a setting.
pub(crate) trait Value: Clone {
    /// Reads it from a variable, or from a profile.
    ///
    /// # Errors
    /// What is allowed.
    fn read(text: &OsStr) -> Result<Self, String>;

    /// As [`read`](Self::read) takes it, to be shown.
    fn text(&self) -> String;
}

/// What is wrong with a text, if anything is.
pub(crate) fn check<T: Value>(text: &OsStr) -> Result<(), String> {
    T::read(text).map(|_| ())
}

fn utf8(text: &OsStr) -> Result<&str, String> {
    text.to_str().ok_or_else(|| "it is not valid UTF-8".to_owned())
}

impl Value for String {
    fn read(text: &OsStr) -> Result<Self, String> {
        utf8(text).map(str::to_owned)
    }

    fn text(&self) -> String {
        self.clone()
    }
}

impl Value for PathBuf {
    fn read(text: &OsStr) -> Result<Self, String> {
        Ok(text.into())
    }

    fn text(&self) -> String {
        self.to_string_lossy().into_owned()
    }
}

impl Value for bool {
    fn read(text: &OsStr) -> Result<Self, String> {
        utf8(text)?.parse().map_err(|_| "true or false is allowed".to_owned())
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Value for Duration {
    fn read(text: &OsStr) -> Result<Self, String> {
        arguments::time(utf8(text)?)
    }

    fn text(&self) -> String {
        arguments::duration_text(*self)
    }
}

impl Value for Retries {
    fn read(text: &OsStr) -> Result<Self, String> {
        arguments::retries(utf8(text)?)
    }

    fn text(&self) -> String {
        self.0.to_string()
    }
}

impl Value for NonZeroUsize {
    fn read(text: &OsStr) -> Result<Self, String> {
        arguments::at_least_one(utf8(text)?)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Value for Rate {
    fn read(text: &OsStr) -> Result<Self, String> {
        arguments::rate(utf8(text)?)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Value for Environment {
    fn read(text: &OsStr) -> Result<Self, String> {
        let names = || Self::ALL.iter().map(|it| it.name()).collect::<Vec<_>>().join(", ");
        utf8(text)?.parse().map_err(|_| format!("allowed are {}", names()))
    }

    fn text(&self) -> String {
        self.name().to_owned()
    }
}

impl Value for CountOrPercent {
    fn read(text: &OsStr) -> Result<Self, String> {
        utf8(text)?.parse().map_err(|error| format!("{error}"))
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Value for CommandLine {
    fn read(text: &OsStr) -> Result<Self, String> {
        arguments::command_line(utf8(text)?)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}
