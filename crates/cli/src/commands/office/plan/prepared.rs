//! Rows whose users were looked for, before any user is read.

use std::time::SystemTime;

use avepoint_elements_bulk::Table;
use avepoint_elements_bulk::directory::{DirectoryFile, Resolved};
use avepoint_elements_bulk::plan::{PlanHeader, PlanInput, PlanRows, Sha256Sum};

use super::progress::PlanProgress;
use super::users;
use crate::connection::Connected;
use crate::failure::Failure;
use crate::interrupt::Listener;
use crate::progress_line::ProgressDisplay;
use crate::rows::unreadable;
use crate::settings::Plan;

/// Rows whose users were looked for, and what goes along with them.
pub(crate) struct Prepared {
    pub(crate) table: Table,
    pub(crate) resolved: Resolved,
    pub(crate) header: PlanHeader,
    pub(crate) connected: Connected,
    /// How many values are suspicious, and planned all the same.
    pub(crate) warnings: u64,
    pub(crate) progress: PlanProgress,
    pub(crate) listener: Listener,
}

impl Prepared {
    /// Checks the rows, and finds their users.
    pub(crate) async fn of(
        settings: &Plan,
        mut table: Table,
        mut listener: Listener,
    ) -> Result<Self, Failure> {
        let directory = settings.directory.as_deref().map(DirectoryFile::open).transpose()?;
        let sum = directory.as_ref().map(DirectoryFile::sha256).transpose()?;
        let rows = users::index(&mut table, settings)?;
        let warnings = rows.warnings;
        let connected = settings.connection.open().await?;
        let mut progress = PlanProgress::new(settings.files.quiet, ProgressDisplay::on_stderr());
        let elements = connected.elements.with_unbounded_queue_wait();
        let resolved =
            users::resolve(&elements, rows, directory, settings, &mut progress, &mut listener).await?;
        if let Some(problem) = resolved.selection_problem() {
            return Err(users::no_selection(settings, &resolved, problem));
        }
        let mut header = header(settings, &connected, &table)?;
        header.rules.extend(sum.map(|sum| ("directory".to_owned(), Sha256Sum::from(sum).to_string())));
        Ok(Self { table, resolved, header, connected, warnings, progress, listener })
    }
}

/// The rows, from the first one.
pub(crate) fn rows(table: Table) -> Result<PlanRows, Failure> {
    PlanRows::new(table).map_err(|error| unreadable(&error))
}

fn header(settings: &Plan, connected: &Connected, table: &Table) -> Result<PlanHeader, Failure> {
    let mut header = PlanHeader::new(connected.elements.base_url(), SystemTime::now());
    let name = settings.input.file().and_then(|file| file.file_name());
    header.input = Some(PlanInput {
        name: name.map_or("standard input".to_owned(), |name| name.to_string_lossy().into_owned()),
        sha256: table.sha256().map_err(|error| unreadable(&error))?.into(),
    });
    header.rules.clone_from(&settings.rules);
    header.sandbox = connected.sandbox_users;
    Ok(header)
}
