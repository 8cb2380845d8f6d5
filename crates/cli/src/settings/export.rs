//! Of `office export`.

use std::path::PathBuf;

use avepoint_elements_bulk::Format;

use super::connection::{self, Connection};
use super::files;
use super::layers::Layers;
use super::run;
use crate::arguments;
use crate::failure::Failure;

/// Of `office export`.
pub(crate) struct Export {
    pub(crate) out: PathBuf,
    pub(crate) format: Format,
    /// By id or exact name; all, where it is not given.
    pub(crate) customer: Option<String>,
    /// By id or exact name; all of the customer's, where it is not given.
    pub(crate) tenant: Option<String>,
    pub(crate) concurrency: usize,
    pub(crate) quiet: bool,
    pub(crate) connection: Connection,
}

/// Resolves what `office export` takes.
pub(crate) fn export(arguments: arguments::Export, layers: &Layers) -> Result<Export, Failure> {
    let arguments::Export { out, format, customer, tenant, quiet, concurrency, rate, connection } = arguments;
    files::check_name("--out", Some(&out))?;
    let connection = connection::paced(connection, rate, layers)?;
    let concurrency = run::concurrency(concurrency, layers)?;
    let has_lines = out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("ndjson"));
    let by_ending = if has_lines { Format::Ndjson } else { Format::Csv };
    let format = format.map_or(by_ending, Into::into);
    Ok(Export { out, format, customer, tenant, concurrency, quiet, connection })
}
