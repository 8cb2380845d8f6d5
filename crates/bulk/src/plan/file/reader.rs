//! Reading a plan: the whole file is checked before the first user is handed out.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::blocks::{Blocks, SecondPass};
use super::end::PlanEnd;
use super::first_pass::{EndDigest, FirstPass};
use super::header::{self, AnyHeader};
use super::{FORMAT, MAX_END_LENGTH, MAX_LINE_LENGTH, PlanHeader, consistency, line};
use crate::chain::{self, CheckedLines, LineSum};
use crate::error::{FileError, FileErrorKind};
use crate::hash::UserHash;
use crate::journal::Snapshot;
use crate::plan::{PlanCounts, PlannedUser, Sha256Sum};
use crate::{base_url, untrusted};

/// A plan that was read, and whose bytes are those that were planned.
///
/// Each line of it was read, and its end fits them: it names no user twice, and has no value that cannot be sent. Its users
/// are read again from the file as they are asked for. A file that changes in the meantime is an error before any byte of
/// the change is used. Opening it takes 16 bytes of memory for each user, and reading it again takes none.
#[derive(Clone, Debug)]
pub struct Plan {
    path: PathBuf,
    blocks: Arc<Blocks>,
    sha256: Sha256Sum,
    header: PlanHeader,
    /// Of the first line, where each line has a checksum.
    chained_to: Option<Sha256Sum>,
    /// None where the plan is incomplete.
    counts: Option<PlanCounts>,
    /// Where the lines of users end.
    end: u64,
}

impl Plan {
    /// Whether a file begins as a plan does, in whatever format and however it goes on. What cannot be read is none, nor
    /// is what can be read only once.
    pub fn is_at(path: &Path) -> bool {
        let begins = || -> io::Result<bool> {
            let mut start = Vec::new();
            if path.metadata()?.is_file() {
                File::open(path)?.take(header::HEADER_PROBE_LENGTH as u64).read_to_end(&mut start)?;
            }
            Ok(header::begins(&start))
        };
        begins().unwrap_or(false)
    }

    /// Reads a plan, and checks that it is whole and does not contradict itself.
    ///
    /// # Errors
    /// The file is no plan, was changed or contradicts itself ([`FileError::is_damaged`]), its end is missing
    /// ([`FileError::is_incomplete`]), it was written by another version ([`FileError::is_newer_format`]), or it
    /// cannot be read.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let plan = Self::open_incomplete(path)?;
        match plan.counts {
            Some(_) => Ok(plan),
            None if plan.is_interrupted_sync() => Err(interrupted(path)),
            None => Err(incomplete(path)),
        }
    }

    /// Reads a plan to show it, even if its end is missing. Then it has no [`counts`](Self::counts), and the users of
    /// its whole lines. These are what was written where its lines have checksums, and else may have been changed.
    ///
    /// # Errors
    /// As [`open`](Self::open), but for a missing end.
    pub fn open_incomplete(path: &Path) -> Result<Self, FileError> {
        Self::of(path, open(path)?)
    }

    /// Reads a plan from its open file, as [`open_incomplete`](Self::open_incomplete) does.
    pub(super) fn of(path: &Path, file: File) -> Result<Self, FileError> {
        let (blocks, first_pass) = read(path, file)?;
        let (header, chained_to) = header(path, &blocks)?;
        let (counts, end) = match first_pass.end_digest() {
            EndDigest::Matches => (Some(counts(path, &blocks, first_pass.last_line)?), first_pass.last_line),
            EndDigest::Differs => return Err(damaged(path, "its SHA-256 is not that of its bytes")),
            EndDigest::Missing if chained_to.is_some() => {
                (None, chained_lines(path, &blocks, u64::MAX, &header)?.end)
            }
            EndDigest::Missing => (None, first_pass.end_of_lines()),
        };
        let (path, sha256) = (path.to_owned(), first_pass.sha256());
        let plan = Self { path, blocks, sha256, header, chained_to, counts, end };
        plan.counts().map_or(Ok(()), |counts| consistency::check(&plan, counts))?;
        Ok(plan)
    }

    /// Whether a sync wrote it.
    pub fn is_of_sync(&self) -> bool {
        self.header.sync
    }

    /// Whether it is what an interrupted sync left: its end is missing, and each of its lines is as it was written, before
    /// the update that it is of was sent.
    pub fn is_interrupted_sync(&self) -> bool {
        self.counts.is_none() && self.is_of_sync()
    }

    /// What a journal knows the plan by: the SHA-256 of the file. Of one that a sync wrote, whose journal is begun before the
    /// plan is whole, it is that of the first line.
    pub fn journal_id(&self) -> Sha256Sum {
        self.chained_to.filter(|_| self.is_of_sync()).unwrap_or(self.sha256)
    }

    /// Makes sure that each user whom its journal knows is in it: a sync writes the change of a user to the plan before the
    /// journal has the user. A plan that has its end lacks none, and a journal of another plan tells nothing of it.
    ///
    /// # Errors
    /// Whole lines were removed from the end of what an interrupted sync left ([`FileError::is_damaged`]), or it cannot be
    /// read.
    pub fn check_journal(&self, journal: &Snapshot) -> Result<(), FileError> {
        if !self.is_interrupted_sync() || journal.plan() != Some(self.journal_id()) {
            return Ok(());
        }
        let users = self.users().map(|planned| Ok(UserHash::of(&planned?.user)));
        match journal.count_others(&users.collect::<Result<Vec<_>, FileError>>()?) {
            0 => Ok(()),
            users => Err(lacks_users(&self.path, users)),
        }
    }

    /// Where the lines of users end, in bytes.
    pub(super) fn end_of_lines(&self) -> u64 {
        self.end
    }

    /// The checksum of the last line of a user, or of the first line; none where lines have none.
    pub(super) fn last_sum(&self) -> Result<Option<LineSum>, FileError> {
        self.chained_to.map_or(Ok(None), |_| {
            chained_lines(&self.path, &self.blocks, self.end, &self.header).map(|lines| lines.last)
        })
    }

    /// All bytes before the end.
    pub(super) fn lines(&self) -> impl BufRead {
        self.blocks.second_pass(0, self.end)
    }

    /// Makes sure that the plan's name still leads to what was opened, byte for byte, which reads it once more. To be asked
    /// before it is said how a run over it ended.
    ///
    /// # Errors
    /// It was changed, replaced or removed, or cannot be read ([`FileError::is_damaged`]).
    pub fn check_unchanged(&self) -> Result<(), FileError> {
        let now = open(&self.path).and_then(|file| read(&self.path, file));
        let is_same = now.is_ok_and(|(_, first_pass)| first_pass.sha256() == self.sha256);
        if is_same { Ok(()) } else { Err(changed(&self.path)) }
    }

    /// What the plan is about.
    pub fn header(&self) -> &PlanHeader {
        &self.header
    }

    /// What the plan holds, in numbers; none where its end is missing.
    pub fn counts(&self) -> Option<&PlanCounts> {
        self.counts.as_ref()
    }

    /// The SHA-256 of the file, as `sha256sum` gives it.
    pub fn sha256(&self) -> Sha256Sum {
        self.sha256
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Refuses a plan whose users were read from another service: from one with another base URL or, where the plan or
    /// the service is a sandbox, from a sandbox that was filled from other users.
    ///
    /// # Errors
    /// It was read from another one ([`FileError::is_other_service`]).
    pub fn check_service(&self, base_url: &str, sandbox: Option<Sha256Sum>) -> Result<(), FileError> {
        let what = match (self.header.sandbox, sandbox) {
            (None, None) if self.header.is_for(base_url) => return Ok(()),
            (Some(planned), Some(users)) if planned == users => return Ok(()),
            (None, None) => format!(
                "is for {}, not for {}: plan anew for this service, or use that one",
                self.header.base_url,
                base_url::trimmed(base_url)
            ),
            (Some(_), None) => {
                "was made in a rehearsal against a sandbox, and is for none but that: plan anew for the service".into()
            }
            (None, Some(_)) => {
                format!("is for {}, not for a sandbox: plan anew in the rehearsal", self.header.base_url)
            }
            (Some(_), Some(_)) => {
                "was made in a rehearsal with other users: fill the sandbox from the same file, or plan anew".into()
            }
        };
        Err(of_plan(FileErrorKind::OtherService, &self.path, &what))
    }

    /// The users of the plan, in its order, up to the first error.
    pub fn users(&self) -> PlannedUsers {
        PlannedUsers {
            lines: self.blocks.second_pass(0, self.end),
            line: Vec::new(),
            is_chained: self.chained_to.is_some(),
            start: 0,
            number: 0,
            expected: self.counts.as_ref().map(PlanCounts::changes),
            path: self.path.clone(),
            ended: false,
        }
    }
}

/// The users of a [plan](Plan::users).
#[derive(Debug)]
pub struct PlannedUsers {
    lines: SecondPass,
    line: Vec<u8>,
    /// Whether each line has a checksum.
    is_chained: bool,
    /// Where the last line that was read begins.
    start: u64,
    /// The number of the last line that was read.
    number: u64,
    /// How many users there are, as far as it is known.
    expected: Option<u64>,
    path: PathBuf,
    ended: bool,
}

impl PlannedUsers {
    /// Where the line of the last user begins.
    pub(in crate::plan) fn start(&self) -> u64 {
        self.start
    }

    /// The user whose line begins at an offset.
    pub(in crate::plan) fn at(&mut self, start: u64) -> Result<PlannedUser, FileError> {
        self.lines.seek(start);
        (self.number, self.expected) = (1, None);
        self.read()?.ok_or_else(|| changed(&self.path))
    }

    fn read(&mut self) -> Result<Option<PlannedUser>, FileError> {
        if self.number == 0 {
            self.next_line()?;
        }
        let users = self.number - 1;
        if !self.next_line()? {
            return match self.expected {
                Some(expected) if expected != users => Err(damaged(
                    &self.path,
                    &format!("it holds {users} users, and its end says that it holds {expected}"),
                )),
                _ => Ok(None),
            };
        }
        if self.is_chained {
            chain::strip(&mut self.line);
        }
        let user = line::read(&self.line);
        user.map(Some).map_err(|mistake| damaged(&self.path, &format!("line {}: {mistake}", self.number)))
    }

    /// Reads a line, if there is another one.
    fn next_line(&mut self) -> Result<bool, FileError> {
        self.start = self.lines.position();
        read_line(&self.path, &mut self.lines, &mut self.line, MAX_LINE_LENGTH)?;
        self.number += 1;
        Ok(!self.line.is_empty())
    }
}

impl Iterator for PlannedUsers {
    type Item = Result<PlannedUser, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let user = self.read().transpose();
        self.ended = !matches!(user, Some(Ok(_)));
        user
    }
}

fn open(path: &Path) -> Result<File, FileError> {
    let file = untrusted::open(path, OpenOptions::new().read(true), "read the plan")?;
    file.ok_or_else(|| unread(path, io::Error::new(io::ErrorKind::NotFound, none_at(path))))
}

fn none_at(path: &Path) -> &'static str {
    if path == Path::new("-") {
        "a plan is read more than once, so it does not come from standard input; name its file"
    } else {
        "there is no such file"
    }
}

/// Reads all bytes once.
fn read(path: &Path, file: File) -> Result<(Arc<Blocks>, FirstPass), FileError> {
    let failed = |error| unread(path, error);
    let length = file.metadata().map_err(failed)?.len();
    let mut first_pass = FirstPass::new(length);
    let blocks =
        Blocks::read(file, length, |offset, bytes| first_pass.take(offset, bytes)).map_err(failed)?;
    Ok((Arc::new(blocks), first_pass))
}

/// What an unfinished plan is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfinished {
    /// Of a sync, which may have changed users whose old values stand nowhere else.
    Sync,
    /// Of a sync that has changed no user.
    EmptySync,
    /// Of a planning, which changed no user, and whose lines have checksums.
    Planning,
    /// Nothing, or part of a first line, before which no sync sends anything; or a draft of an older format.
    Nothing,
    /// What no plan begins with: another file, or a draft whose first line was changed or removed.
    Foreign,
}

impl Unfinished {
    /// What stands at a path.
    pub(super) fn at(path: &Path) -> Result<Self, FileError> {
        let file = untrusted::open(path, OpenOptions::new().read(true), "read the plan")?;
        file.map_or(Ok(Self::Nothing), |file| Self::of(path, file))
    }

    /// What an open file holds.
    pub(super) fn of(path: &Path, mut file: File) -> Result<Self, FileError> {
        let failed = |error| unread(path, error);
        let mut line = Vec::new();
        file.rewind().map_err(failed)?;
        let mut file = io::BufReader::new(file);
        file.by_ref().take(MAX_LINE_LENGTH as u64).read_until(b'\n', &mut line).map_err(failed)?;
        if !header::may_begin(&line) {
            return Ok(Self::Foreign);
        }
        if line.last() != Some(&b'\n') {
            return Ok(Self::Nothing);
        }
        let is_empty = file.fill_buf().map_err(failed)?.is_empty();
        Ok(match parse_header(path, line)? {
            (_, None) => Self::Nothing,
            (header, Some(_)) if !header.sync => Self::Planning,
            (_, Some(_)) if is_empty => Self::EmptySync,
            (_, Some(_)) => Self::Sync,
        })
    }
}

/// The first line, and its SHA-256 where it has a checksum, as the lines behind it then have.
fn header(path: &Path, blocks: &Arc<Blocks>) -> Result<(PlanHeader, Option<Sha256Sum>), FileError> {
    let mut line = Vec::new();
    read_line(path, &mut blocks.second_pass(0, u64::MAX), &mut line, MAX_LINE_LENGTH)?;
    if !header::begins(&line) {
        let message = format!("{} is no plan: name the file that was planned to", path.display());
        return Err(FileError::new(FileErrorKind::Damaged, message));
    }
    if line.last() != Some(&b'\n') {
        return Err(incomplete(path));
    }
    parse_header(path, line)
}

fn parse_header(path: &Path, mut line: Vec<u8>) -> Result<(PlanHeader, Option<Sha256Sum>), FileError> {
    let wrong = || damaged(path, "its first line is not that of a plan");
    // The checksum of another format may be another one.
    let AnyHeader { format } = serde_json::from_slice(&line).map_err(|_| wrong())?;
    if format != FORMAT {
        return Err(other_format(path, format));
    }
    let mut chained_to = None;
    if chain::is_ended(&line[..line.len() - 1]) {
        chain::check(&line[..line.len() - 1], None).ok_or_else(wrong)?;
        chained_to = Some(Sha256Sum::of(&line[..]).map_err(|error| unread(path, error))?);
        chain::strip(&mut line);
    }
    let header: PlanHeader = serde_json::from_slice(&line).map_err(|_| wrong())?;
    if header.sync && chained_to.is_none() {
        return Err(wrong());
    }
    Ok((header, chained_to))
}

/// The lines up to an offset, each as it was written. What is behind them is half a line, as a crash leaves it: nothing was sent
/// for that.
fn chained_lines(
    path: &Path,
    blocks: &Arc<Blocks>,
    until: u64,
    header: &PlanHeader,
) -> Result<CheckedLines, FileError> {
    let (mut lines, mut line) = (blocks.second_pass(0, until), Vec::new());
    let mut checked = CheckedLines::default();
    loop {
        read_line(path, &mut lines, &mut line, MAX_LINE_LENGTH)?;
        let is_whole = checked.take(&line).ok_or_else(|| broken_chain(path, checked.count, header))?;
        if !is_whole {
            return Ok(checked);
        }
    }
}

fn counts(path: &Path, blocks: &Arc<Blocks>, offset: u64) -> Result<PlanCounts, FileError> {
    let mut line = Vec::new();
    read_line(path, &mut blocks.second_pass(offset, u64::MAX), &mut line, MAX_END_LENGTH)?;
    let end: Result<PlanEnd, _> = serde_json::from_slice(&line);
    end.map(|end| end.end).map_err(|_| damaged(path, "its last line is not that of a plan"))
}

/// Reads a line with its end; none at the end of the file.
fn read_line(
    path: &Path,
    from: &mut SecondPass,
    line: &mut Vec<u8>,
    longest: usize,
) -> Result<(), FileError> {
    line.clear();
    from.take(longest as u64).read_until(b'\n', line).map_err(|error| unread(path, error))?;
    if line.len() == longest && line.last() != Some(&b'\n') {
        return Err(damaged(path, &format!("a line of it has more than {longest} bytes")));
    }
    Ok(())
}

fn unread(path: &Path, error: io::Error) -> FileError {
    match error.kind() {
        io::ErrorKind::InvalidData => changed(path),
        _ => FileError::system("read the plan", path, error),
    }
}

/// The error for a plan that is no longer what was opened.
fn changed(path: &Path) -> FileError {
    let what = "was changed, replaced or removed while it was read. What was read of it before is what was planned: put the \
                plan back as it was";
    of_plan(FileErrorKind::Damaged, path, what)
}

pub(super) fn damaged(path: &Path, why: &str) -> FileError {
    let what = format!("was changed: {why}. Nothing of it is used: restore it, or remove it and plan again");
    of_plan(FileErrorKind::Damaged, path, &what)
}

/// The error for what an interrupted sync left, where a whole plan is needed.
fn interrupted(path: &Path) -> FileError {
    let what = "has no end, since the sync that writes it was interrupted: run the same sync again to go on";
    of_plan(FileErrorKind::Incomplete, path, what)
}

fn incomplete(path: &Path) -> FileError {
    let message = format!("the end of the plan {} is missing: plan again", path.display());
    FileError::new(FileErrorKind::Incomplete, message)
}

/// The error for a line that does not fit its checksum. What it was, nothing but the file of a sync knows.
fn broken_chain(path: &Path, line: u64, header: &PlanHeader) -> FileError {
    let advice = if header.sync {
        "restore the file, which has the old values of all users that were changed"
    } else {
        "nothing of it is used; remove it and plan anew"
    };
    let message = format!(
        "line {line} of the plan {} is not as it was written, or the line before it is missing: {advice}",
        path.display()
    );
    FileError::new(FileErrorKind::Damaged, message)
}

/// The error for what an interrupted sync left, where its end was cut off.
fn lacks_users(path: &Path, users: u64) -> FileError {
    let what = format!(
        "lacks {users} user{} whom its journal knows: lines were removed from its end; restore the file, which has the old \
         values of all users that were changed",
        if users == 1 { "" } else { "s" }
    );
    of_plan(FileErrorKind::Damaged, path, &what)
}

fn other_format(path: &Path, format: u32) -> FileError {
    let what = format!(
        "has format {format}, and this version reads format {FORMAT} alone: use the version that wrote it, or plan again"
    );
    of_plan(FileErrorKind::NewerFormat, path, &what)
}

/// An error that says something of a plan.
fn of_plan(kind: FileErrorKind, path: &Path, what: &str) -> FileError {
    FileError::new(kind, format!("the plan {} {what}", path.display()))
}
