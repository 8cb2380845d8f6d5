//! Where journal and results stand.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use avepoint_elements::terminal;
use avepoint_elements_bulk::{
    FileError, Format, Journal, Results, Shard, Snapshot, State, Table, older_name, partial_name,
    results_name,
};

use crate::arguments::Apply;
use crate::connection::Connected;
use crate::exit::Failure;
use crate::input;
use crate::output::{self, note};

/// The files of a run beside its input.
pub(super) struct Places {
    /// None for a rehearsal: what a sandbox did is forgotten with it.
    journal: Option<PathBuf>,
    results: PathBuf,
    /// Whether the results of a rehearsal have a name of their own, so that nobody works with older ones.
    are_of_rehearsal: bool,
}

impl Places {
    /// Where results stand until they are whole.
    pub(super) fn partial(&self) -> PathBuf {
        partial_name(&self.results)
    }

    /// Makes sure that no file is two things at a time, which would cost one of them.
    fn check_distinct(&self, input: Option<&Path>) -> Result<(), Failure> {
        let input = input.map(|path| ("the input (FILE)", path));
        let journal = self.journal.as_deref().map(|path| ("the journal (--journal)", path));
        let (partial, older) = (self.partial(), older_name(&self.results));
        let results = [
            ("the results (--results)", &*self.results),
            ("the results that are not whole yet (--results)", &*partial),
            ("the older results that are kept (--results)", &*older),
        ];
        check_pair(input, journal)?;
        results
            .into_iter()
            .try_for_each(|results| check_pair(input, Some(results)).and(check_pair(journal, Some(results))))
    }
}

fn check_pair(one: Option<(&str, &Path)>, other: Option<(&str, &Path)>) -> Result<(), Failure> {
    match (one, other) {
        (Some((one, path)), Some((other, other_path))) if canonical(path) == canonical(other_path) => {
            Err(Failure::usage(format!(
                "{one} and {other} would be the same file, {}: name another one; nothing was read or sent",
                output::path(path)
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

impl Apply {
    /// Where the files of the run stand, before any of them is touched. The format is the input's.
    pub(super) fn places(&self, format: Format) -> Result<Places, Failure> {
        self.check_stdin()?;
        self.check_names()?;
        let rehearsal = self.connection.sandbox;
        let (named, shard) = (self.files.journal.as_ref(), self.run.shard);
        let journal = if rehearsal { None } else { Some(self.input.journal(named, shard)?) };
        let results = match &self.files.results {
            Some(path) => path.clone(),
            None if rehearsal => rehearsal_name(&self.rows_name(format), shard),
            None => results_name(&self.rows_name(format), shard),
        };
        let are_of_rehearsal = rehearsal && self.files.results.is_none();
        let places = Places { journal, results, are_of_rehearsal };
        places.check_distinct((!self.input.is_stdin()).then_some(&*self.input.file))?;
        Ok(places)
    }

    /// Standard input holds one thing.
    fn check_stdin(&self) -> Result<(), Failure> {
        if self.input.is_stdin() && self.connection.credential.reads_stdin() {
            return Err(Failure::usage(
                "standard input cannot hold both the rows (FILE) and a secret; name a file for one of them, \
                 such as --client-secret-file PATH",
            ));
        }
        Ok(())
    }

    /// Neither results nor a journal can go to standard output, which `-` means elsewhere.
    fn check_names(&self) -> Result<(), Failure> {
        let files = [("--results", &self.files.results), ("--journal", &self.files.journal)];
        for (flag, file) in files {
            let Some(file) = file else { continue };
            if file == Path::new("-") {
                return Err(Failure::usage(format!(
                    "{flag} takes the name of a file, and standard output (-) is none; for a file of that name say ./-"
                )));
            }
            if input::is_of_system(file) {
                return Err(Failure::usage(format!(
                    "{flag} takes the name of an ordinary file, and {} is none; nothing was sent",
                    output::path(file)
                )));
            }
        }
        Ok(())
    }

    /// Says which flags mean nothing to a rehearsal.
    pub(super) fn note_what_means_nothing(&self) {
        if !self.connection.sandbox {
            return;
        }
        for (flag, is_given) in [("--journal", self.files.journal.is_some()), ("--fresh", self.files.fresh)] {
            if is_given {
                note(&format!("note: {flag} means nothing with --sandbox: a rehearsal keeps no journal"));
            }
        }
    }

    /// The file after which results are called.
    fn rows_name(&self, format: Format) -> PathBuf {
        if self.input.is_stream() { format!("rows.{format}").into() } else { self.input.file.clone() }
    }

    /// The journal, which is made if need be.
    pub(super) fn journal(&self, places: &Places, connected: &Connected) -> Result<Journal, Failure> {
        let Some(path) = &places.journal else {
            return Journal::throw_away().map_err(|error| Failure::at_start(&error, "TMPDIR"));
        };
        let open = if self.files.fresh { Journal::fresh } else { Journal::open };
        let journal = open(path, connected.elements.base_url()).map_err(|error| unusable(&error, path))?;
        if let Some(old) = journal.previous_path() {
            note(&format!("note: the journal so far is kept as {}", output::path(old)));
        }
        if let Some(torn) = journal.torn_tail() {
            note(&format!("note: {torn}"));
        }
        Ok(journal)
    }

    /// The journal as it is, if there is one that this run goes on with.
    pub(super) fn snapshot(
        &self,
        places: &Places,
        connected: &Connected,
    ) -> Result<Option<Snapshot>, Failure> {
        let path = places.journal.as_ref().filter(|path| !self.files.fresh && path.exists());
        let Some(path) = path else { return Ok(None) };
        let journal = Snapshot::read(path).map_err(|error| Failure::at_start(&error, "--journal"))?;
        match journal.base_url() {
            Some(url) if url != connected.elements.base_url() && is_blank(&journal) => Err(blank(path, url)),
            Some(url) if url != connected.elements.base_url() => Err(Failure::usage(format!(
                "the journal {} tells of updates to {}, not to {}: name another one for this service with \
                 --journal, or set this one aside and begin anew with --fresh; nothing was sent",
                output::path(path),
                terminal::escape(url),
                terminal::escape(connected.elements.base_url()),
            ))),
            Some(_) => Ok(Some(journal)),
            // It is empty, and begins with the run.
            None => Ok(None),
        }
    }

    /// The results, which are begun.
    pub(super) fn results(&self, places: &Places, table: &Table) -> Result<Results, Failure> {
        let input = (!self.input.is_stdin()).then_some(&*self.input.file);
        let results = Results::create(&places.results, input, table.results_format(), table.columns())
            .map_err(|error| Failure::at_start(&error, "--results"))?;
        Ok(if places.are_of_rehearsal { results.replace_older() } else { results })
    }
}

/// Whether nothing was recorded.
fn is_blank(journal: &Snapshot) -> bool {
    State::ALL.into_iter().all(|state| journal.count(state) == 0)
}

/// A journal of another service in which nothing is recorded: nobody loses anything with it.
fn blank(path: &Path, base_url: &str) -> Failure {
    Failure::usage(format!(
        "the journal {} was begun for {}, but nothing is recorded in it: delete it and run the same command \
         again; nothing was sent",
        output::path(path),
        terminal::escape(base_url)
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

/// The results of a rehearsal: `offices.sandbox.results.csv`. So it never takes the place of those of a run.
fn rehearsal_name(input: &Path, shard: Option<Shard>) -> PathBuf {
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
        ] {
            assert_eq!(rehearsal_name(Path::new(input), shard), Path::new(expected));
        }
    }
}
