//! The files that a command reads and writes.

use std::path::{Path, PathBuf};

use avepoint_elements_bulk::{Blank, Format, InputOptions, Source};

use super::connection::Connection;
use super::keys;
use super::layers::Layers;
use crate::arguments::{self, RowFormat};
use crate::failure::Failure;
use crate::printer;

/// Which rows are read, and how.
pub(crate) struct Input {
    pub(super) file: PathBuf,
    pub(crate) options: InputOptions,
    /// The most that is copied of a stream, or unpacked of a file, in bytes.
    pub(crate) max_bytes: u64,
}

impl Input {
    /// None for standard input.
    pub(crate) fn file(&self) -> Option<&Path> {
        (self.file != Path::new("-")).then_some(&self.file)
    }

    pub(crate) fn is_stdin(&self) -> bool {
        self.file().is_none()
    }

    /// The file beside which others have their place; none for standard input under any of its names.
    pub(crate) fn base_file(&self) -> Option<&Path> {
        self.file().filter(|file| !Source::is_of_system(file))
    }
}

/// Resolves what every command that reads rows takes.
pub(crate) fn input(arguments: arguments::Input, layers: &Layers) -> Result<Input, Failure> {
    let arguments::Input { file, mut reading, customer, tenant, blank } = arguments;
    reading.map = layers.columns(&reading.map);
    let max_bytes = reading.max_bytes;
    let mut options = options(reading, blank, layers)?;
    if let Some(customer) = customer {
        options = options.customer(customer);
    }
    if let Some(tenant) = tenant {
        options = options.tenant(tenant);
    }
    Ok(Input { file, options, max_bytes })
}

/// How rows are read, whatever they are for. The names of columns are those of flags and profile.
pub(super) fn options(
    arguments: arguments::ReadingArguments,
    blank: Option<arguments::Blank>,
    layers: &Layers,
) -> Result<InputOptions, Failure> {
    let strict_countries =
        layers.value(&keys::STRICT_COUNTRIES, arguments.strict_countries.then_some(true))?;
    let mut options = InputOptions::default()
        .strict_countries(strict_countries.unwrap_or(false))
        .allow_multiline(arguments.allow_multiline);
    if let Some(blank) = blank {
        options = options.blank(blank.into());
    }
    if let Some(format) = arguments.format {
        options = options.format(format.into());
    }
    options = options.sheet(arguments.sheet);
    for (column, name) in arguments.map {
        options = options.map(column, name);
    }
    Ok(options)
}

impl From<RowFormat> for Format {
    fn from(format: RowFormat) -> Self {
        match format {
            RowFormat::Csv => Self::Csv,
            RowFormat::Ndjson => Self::Ndjson,
        }
    }
}

impl From<arguments::Blank> for Blank {
    fn from(blank: arguments::Blank) -> Self {
        match blank {
            arguments::Blank::Keep => Self::Keep,
            arguments::Blank::Clear => Self::Clear,
            arguments::Blank::Error => Self::Error,
        }
    }
}

/// Standard input holds one thing.
pub(super) fn check_stdin(input: &Input, connection: &Connection) -> Result<(), Failure> {
    if input.is_stdin() && connection.reads_stdin() {
        return Err(Failure::usage(
            "standard input cannot hold both the rows (FILE) and a secret; name a file for one of them, such as \
             --client-secret-file PATH",
        ));
    }
    Ok(())
}

/// Neither results nor a journal can go to standard output, which `-` means elsewhere.
pub(super) fn check_name(flag: &str, file: Option<&Path>) -> Result<(), Failure> {
    let Some(file) = file else { return Ok(()) };
    if file == Path::new("-") {
        return Err(Failure::usage(format!(
            "{flag} takes the name of a file, and standard output (-) is none; for a file of that name say ./-"
        )));
    }
    if Source::is_of_system(file) {
        return Err(Failure::usage(format!(
            "{flag} takes the name of an ordinary file, and {} is none; nothing was sent",
            printer::path(file)
        )));
    }
    Ok(())
}
