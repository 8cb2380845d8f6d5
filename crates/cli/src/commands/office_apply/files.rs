//! Where journal and results stand.

use std::path::{Path, PathBuf};

use avepoint_elements_bulk::{Journal, Results, Table, journal_name, results_name};

use crate::arguments::Apply;
use crate::connection::Connected;
use crate::exit::Failure;
use crate::output::note;

impl Apply {
    /// The journal, beside the input unless it is named. What a sandbox did is forgotten with it.
    pub(super) fn journal(&self, connected: &Connected) -> Result<Journal, Failure> {
        if connected.sandbox.is_some() {
            return Ok(Journal::throw_away()?);
        }
        let path = self.journal_path()?;
        let open = if self.files.fresh { Journal::begin_anew } else { Journal::open };
        let journal = open(&path, connected.elements.base_url())?;
        if let Some(old) = journal.set_aside() {
            note(&format!("note: the journal so far is kept as {}", old.display()));
        }
        if let Some(mended) = journal.mended() {
            note(&format!("note: {mended}"));
        }
        Ok(journal)
    }

    pub(super) fn journal_path(&self) -> Result<PathBuf, Failure> {
        match &self.files.journal {
            Some(path) => Ok(path.clone()),
            None if self.input.is_stdin() => Err(Failure::usage(
                "standard input has no place for a journal beside it; name one with --journal",
            )),
            None => Ok(journal_name(&self.input.file, self.run.shard)),
        }
    }

    /// The results, beside the input unless they are named.
    pub(super) fn results(&self, table: &Table) -> Result<Results, Failure> {
        let path = match &self.files.results {
            Some(path) => path.clone(),
            None if self.input.is_stdin() => {
                results_name(Path::new(&format!("rows.{}", table.format())), self.run.shard)
            }
            None => results_name(&self.input.file, self.run.shard),
        };
        let input = (!self.input.is_stdin()).then_some(&*self.input.file);
        Ok(Results::create(&path, input, table.results_format(), table.columns())?)
    }
}
