//! Where the journal and the results of a run are, and how they are opened.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use avepoint_elements_bulk::plan::{Plan, PlanItems};
use avepoint_elements_bulk::{
    FileError, Format, Journal, Results, ResultsFormat, Shard, Snapshot, State, Table, applied_name,
    journal_name, older_name, partial_name, results_name, text_name, verified_name,
};

use crate::failure::Failure;
use crate::printer::{self, note, note_any, one_line};
use crate::settings::{Apply, Input, Verify};

/// The files of a run beside its input.
pub(crate) struct RunPaths {
    /// None for a rehearsal: what a sandbox did is forgotten with it.
    journal: Option<PathBuf>,
    results: PathBuf,
    /// Whether older results are replaced, and not kept: no run uses their name.
    replaces_older: bool,
    /// Whether nothing is opened to be written to.
    is_dry_run: bool,
}

impl RunPaths {
    /// Resolves them before any file is touched. The format is the input's.
    ///
    /// # Errors
    /// Two of them would be the same file, which would cost one of them.
    pub(super) fn resolve(settings: &Apply, format: Format) -> Result<Self, Failure> {
        let (is_rehearsal, shard) = (settings.connection.is_sandbox(), settings.shard);
        let journal = if is_rehearsal {
            None
        } else {
            Some(settings.input.journal(settings.files.journal.as_deref(), shard)?)
        };
        let rows = settings.input.base_file().map_or_else(|| format!("rows.{format}").into(), Path::to_owned);
        let results = match &settings.files.results {
            Some(path) => path.clone(),
            None if is_rehearsal => rehearsal_name(&rows, shard),
            None => results_name(&rows, shard),
        };
        let replaces_older = is_rehearsal && settings.files.results.is_none();
        Self { journal, results, replaces_older, is_dry_run: settings.dry_run }
            .distinct(settings.input.file())
    }

    /// Resolves those of a plan that is applied.
    pub(super) fn of_plan(settings: &Apply, plan: &Path) -> Result<Self, Failure> {
        let (is_rehearsal, shard) = (settings.connection.is_sandbox(), settings.shard);
        let journal = settings.files.journal.clone().unwrap_or_else(|| journal_name(plan, shard));
        let journal = (!is_rehearsal).then_some(journal);
        let results = settings
            .files
            .results
            .clone()
            .unwrap_or_else(|| applied_name(&rehearsed(plan, is_rehearsal), shard));
        let replaces_older = is_rehearsal && settings.files.results.is_none();
        Self { journal, results, replaces_older, is_dry_run: settings.dry_run }.distinct(Some(plan))
    }

    /// Resolves those of a plan that is verified, which needs no journal.
    pub(crate) fn of_verification(settings: &Verify) -> Result<Self, Failure> {
        let Verify { plan, shard, .. } = settings;
        let is_rehearsal = settings.connection.is_sandbox();
        let results =
            settings.results.clone().unwrap_or_else(|| verified_name(&rehearsed(plan, is_rehearsal), *shard));
        Self { journal: None, results, replaces_older: true, is_dry_run: false }.distinct(Some(plan))
    }

    /// Where results are until they are whole.
    pub(crate) fn partial(&self) -> PathBuf {
        partial_name(&self.results)
    }

    /// The same paths, where no two of them and of the input are the same file.
    fn distinct(self, input: Option<&Path>) -> Result<Self, Failure> {
        let input = input.map(|path| ("the input (FILE)", path));
        let journal = self.journal.as_deref().map(|path| ("the journal (--journal)", path));
        let (partial, older) = (self.partial(), older_name(&self.results));
        let results = [
            ("the results (--results)", &*self.results),
            ("the results that are not whole yet (--results)", &*partial),
            ("the older results that are kept (--results)", &*older),
        ];
        check_pair(input, journal)?;
        results.into_iter().try_for_each(|results| {
            check_pair(input, Some(results)).and(check_pair(journal, Some(results)))
        })?;
        Ok(self)
    }

    /// Opens the journal for the service at a base URL, of rows or of a plan, and makes it if need be.
    pub(super) fn open_journal(
        &self,
        base_url: &str,
        plan: Option<&Plan>,
        fresh: bool,
    ) -> Result<Journal, Failure> {
        let Some(path) = &self.journal else {
            return Journal::temporary().map_err(|error| Failure::at_start(&error, "TMPDIR"));
        };
        let journal = match (plan.map(Plan::journal_id), fresh) {
            (None, false) => Journal::open(path, base_url),
            (None, true) => Journal::fresh(path, base_url),
            (Some(plan), false) => Journal::open_for_plan(path, base_url, plan),
            (Some(plan), true) => Journal::fresh_for_plan(path, base_url, plan),
        };
        let journal = journal.map_err(|error| unusable(&error, path))?;
        if let Some(old) = journal.previous_path() {
            note(&format!("note: the journal so far is kept as {}", printer::path(old)));
        }
        note_any(journal.torn_tail());
        Ok(journal)
    }

    /// What the journal says now, if there is one that a run goes on with.
    pub(super) fn read_journal(&self, base_url: &str) -> Result<Option<Snapshot>, Failure> {
        let Some((path, journal)) = self.find_journal()? else { return Ok(None) };
        match journal.base_url() {
            Some(url) if url != base_url && is_blank(&journal) => Err(blank(path, url)),
            Some(url) if url != base_url => Err(Failure::usage(format!(
                "the journal {} tells of updates to {}, not to {}: name another one for this service with --journal, or \
                 set this one aside and begin a fresh one with --fresh; nothing was sent",
                printer::path(path),
                one_line(url),
                one_line(base_url),
            ))),
            Some(_) => Ok(Some(journal)),
            // It is empty, and begins with the run.
            None => Ok(None),
        }
    }

    /// What the journal of a plan says now, if there is one that a run goes on with.
    pub(super) fn read_plan_journal(&self, plan: &Plan) -> Result<Option<Snapshot>, Failure> {
        // One of another plan is refused before anything is sent, where it is opened.
        let journal = self.find_journal()?.map(|(_, journal)| journal);
        Ok(journal.filter(|journal| journal.plan() == Some(plan.journal_id())))
    }

    /// The journal as it is, if there is one. What is torn of it is said where no run opens it.
    fn find_journal(&self) -> Result<Option<(&Path, Snapshot)>, Failure> {
        let Some(path) = &self.journal else { return Ok(None) };
        let journal = Snapshot::find(path).map_err(|error| Failure::at_start(&error, "--journal"))?;
        note_any(journal.as_ref().and_then(Snapshot::torn_tail).filter(|_| self.is_dry_run));
        Ok(journal.map(|journal| (&**path, journal)))
    }

    /// Begins the results of a plan.
    pub(crate) fn create_plan_results(&self, plan: &Plan) -> Result<Results, Failure> {
        let format = ResultsFormat::Csv { delimiter: b',', bom: false };
        self.begin(Results::create(&self.results, Some(plan.path()), format, &PlanItems::columns()))
    }

    /// Begins the results of a table.
    pub(super) fn create_results(&self, input: &Input, table: &Table) -> Result<Results, Failure> {
        self.begin(Results::create(&self.results, input.file(), ResultsFormat::of(table), table.columns()))
    }

    fn begin(&self, results: Result<Results, FileError>) -> Result<Results, Failure> {
        let results = results.map_err(|error| Failure::at_start(&error, "--results"))?;
        Ok(if self.replaces_older { results.replace_older() } else { results })
    }
}

/// A journal, and what else a run needs. Where that is refused, the journals are as they were.
pub(super) fn with_journal<T>(
    journal: Journal,
    other: Result<T, Failure>,
) -> Result<(Arc<Journal>, T), Failure> {
    match other {
        Ok(other) => Ok((Arc::new(journal), other)),
        Err(refused) => {
            journal.discard();
            Err(refused)
        }
    }
}

/// The plan after which results are named; of a rehearsal, `hr.plan.sandbox`.
fn rehearsed(plan: &Path, is_rehearsal: bool) -> PathBuf {
    let mut name = plan.as_os_str().to_owned();
    name.push(if is_rehearsal { ".sandbox" } else { "" });
    name.into()
}

fn check_pair(one: Option<(&str, &Path)>, other: Option<(&str, &Path)>) -> Result<(), Failure> {
    match (one, other) {
        (Some((one, path)), Some((other, other_path))) if canonical(path) == canonical(other_path) => {
            Err(Failure::usage(format!(
                "{one} and {other} would be the same file, {}: name another one; nothing was read or sent",
                printer::path(path)
            )))
        }
        _ => Ok(()),
    }
}

/// A path by which a file is known however it is spelt, also before the file is there.
fn canonical(path: &Path) -> PathBuf {
    if let Ok(there) = fs::canonicalize(path) {
        return there;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (fs::canonicalize(folder), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

/// Whether nothing was recorded.
fn is_blank(journal: &Snapshot) -> bool {
    State::ALL.into_iter().all(|state| journal.count(state) == 0)
}

/// A journal of another service in which nothing is recorded can be deleted without loss.
fn blank(path: &Path, base_url: &str) -> Failure {
    Failure::usage(format!(
        "the journal {} was begun for {}, but nothing is recorded in it: delete it and run the same command \
         again; nothing was sent",
        printer::path(path),
        one_line(base_url)
    ))
}

/// A journal that cannot be opened.
fn unusable(error: &FileError, path: &Path) -> Failure {
    let journal = if error.is_other_service() { Snapshot::read(path).ok() } else { None };
    match journal.as_ref().filter(|journal| is_blank(journal)).and_then(Snapshot::base_url) {
        Some(base_url) => blank(path, base_url),
        None => Failure::at_start(error, "--journal"),
    }
}

/// The results of a rehearsal: `offices.sandbox.results.csv`. They never replace those of a run.
fn rehearsal_name(input: &Path, shard: Option<Shard>) -> PathBuf {
    let input = text_name(input);
    let mut name = input.file_stem().unwrap_or_default().to_owned();
    name.push(".sandbox.");
    // Without an extension, one that is taken off again keeps the name's last part from being taken for one.
    name.push(input.extension().map_or(OsString::from("x"), OsString::from));
    let results = results_name(&input.with_file_name(name), shard);
    if input.extension().is_some() { results } else { results.with_extension("") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rehearsal_has_results_of_a_name_of_its_own() {
        let shard = Some("2/8".parse().unwrap());
        for (input, shard, expected) in [
            ("in/offices.csv", None, "in/offices.sandbox.results.csv"),
            ("offices.v2.csv", shard, "offices.v2.sandbox.shard-2-of-8.results.csv"),
            ("offices", None, "offices.sandbox.results"),
            ("offices.csv.gz", None, "offices.sandbox.results.csv"),
            ("offices.xlsx", None, "offices.sandbox.results.csv"),
        ] {
            assert_eq!(rehearsal_name(Path::new(input), shard), Path::new(expected));
        }
    }
}
