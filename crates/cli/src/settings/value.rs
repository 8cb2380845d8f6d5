//! What a setting may be: each type is read in one way, wherever it comes from.

use std::ffi::OsStr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use avepoint_elements::Environment;
use avepoint_elements_bulk::{CountOrPercent, InvalidCountOrPercent};

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

impl Value for PathBuf {
    fn read(text: &OsStr) -> Result<Self, String> {
        Ok(text.into())
    }

    fn text(&self) -> String {
        self.to_string_lossy().into_owned()
    }
}

/// Types that are read from text: how, and how they are shown.
macro_rules! values {
    ($($type:ty, $read:expr, $text:expr;)+) => {
        $(impl Value for $type {
            fn read(text: &OsStr) -> Result<Self, String> {
                utf8(text).and_then($read)
            }

            fn text(&self) -> String {
                $text(self)
            }
        })+
    };
}

values! {
    String, |text| Ok(text.to_owned()), String::clone;
    bool, |text| text.parse().map_err(|_| "true or false is allowed".to_owned()), ToString::to_string;
    Duration, arguments::time, |time: &Self| arguments::duration_text(*time);
    Retries, arguments::retries, |retries: &Self| retries.0.to_string();
    NonZeroUsize, arguments::at_least_one, ToString::to_string;
    Rate, arguments::rate, ToString::to_string;
    Environment, environment, |environment: &Self| environment.name().to_owned();
    CountOrPercent, |text| text.parse().map_err(|error: InvalidCountOrPercent| error.to_string()), ToString::to_string;
    CommandLine, arguments::command_line, ToString::to_string;
}

fn environment(text: &str) -> Result<Environment, String> {
    let names = || Environment::ALL.iter().map(|it| it.name()).collect::<Vec<_>>().join(", ");
    text.parse().map_err(|_| format!("allowed are {}", names()))
}
