//! Reading a plan: the whole file is checked before the first user is handed out.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::blocks::{Again, Blocks};
use super::check::{Check, Seal};
use super::end::PlanEnd;
use super::header::{self, AnyHeader};
use super::{FORMAT, LONGEST_END, LONGEST_LINE, PlanHeader, contents, line};
use crate::error::{FileError, FileErrorKind};
use crate::plan::{PlanCounts, PlannedUser, Sha256Sum};
use crate::untrusted;

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
                File::open(path)?.take(header::ENOUGH as u64).read_to_end(&mut start)?;
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
        if plan.counts.is_some() { Ok(plan) } else { Err(incomplete(path)) }
    }

    /// Reads a plan to show it, even if its end is missing. Then it has no [`counts`](Self::counts), and the users of
    /// its whole lines, which may have been changed.
    ///
    /// # Errors
    /// As [`open`](Self::open), but for a missing end.
    pub fn open_incomplete(path: &Path) -> Result<Self, FileError> {
        let (blocks, check) = read(path)?;
        let header = header(path, &blocks)?;
        let (counts, end) = match check.seal() {
            Seal::Right => (Some(counts(path, &blocks, check.last_line())?), check.last_line()),
            Seal::Wrong => return Err(damaged(path, "its SHA-256 is not that of its bytes")),
            Seal::Missing => (None, check.end_of_lines()),
        };
        let plan = Self { path: path.to_owned(), blocks, sha256: check.sha256(), header, counts, end };
        plan.counts().map_or(Ok(()), |counts| contents::check(&plan, counts))?;
        Ok(plan)
    }

    /// Makes sure that the plan's name still leads to what was opened, byte for byte, which reads it once more. To be asked
    /// before it is said how a run over it ended.
    ///
    /// # Errors
    /// It was changed, replaced or removed, or cannot be read ([`FileError::is_damaged`]).
    pub fn check_unchanged(&self) -> Result<(), FileError> {
        let is_same = read(&self.path).is_ok_and(|(_, check)| check.sha256() == self.sha256);
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
        let path = self.path.display();
        let message = match (self.header.sandbox, sandbox) {
            (None, None) if self.header.is_for(base_url) => return Ok(()),
            (Some(planned), Some(users)) if planned == users => return Ok(()),
            (None, None) => format!(
                "the plan {path} is for {}, not for {}: plan anew for this service, or use that one",
                self.header.base_url,
                base_url.trim_end_matches('/')
            ),
            (Some(_), None) => format!(
                "the plan {path} was made in a rehearsal against a sandbox, and is for none but that: plan anew for the \
                 service"
            ),
            (None, Some(_)) => format!(
                "the plan {path} is for {}, not for a sandbox: plan anew in the rehearsal",
                self.header.base_url
            ),
            (Some(_), Some(_)) => format!(
                "the plan {path} was made in a rehearsal with other users: fill the sandbox from the same file, or plan \
                 anew"
            ),
        };
        Err(FileError::new(FileErrorKind::OtherService, message))
    }

    /// The users of the plan, in its order, up to the first error.
    pub fn users(&self) -> PlannedUsers {
        PlannedUsers {
            lines: self.blocks.again(0, self.end),
            line: Vec::new(),
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
    lines: Again,
    line: Vec<u8>,
    /// The number of the last line that was read.
    number: u64,
    /// How many users there are, as far as it is known.
    expected: Option<u64>,
    path: PathBuf,
    ended: bool,
}

impl PlannedUsers {
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
        let user = line::read(&self.line);
        user.map(Some).map_err(|mistake| damaged(&self.path, &format!("line {}: {mistake}", self.number)))
    }

    /// Reads a line, if there is another one.
    fn next_line(&mut self) -> Result<bool, FileError> {
        read_line(&mut self.lines, &mut self.line, LONGEST_LINE)
            .map_err(|error| unread(&self.path, error))?;
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

/// Reads all bytes once.
fn read(path: &Path) -> Result<(Arc<Blocks>, Check), FileError> {
    let failed = |error| unread(path, error);
    let file = untrusted::open(path, OpenOptions::new().read(true), "read the plan")?;
    let file = file.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?;
    let length = file.metadata().map_err(failed)?.len();
    let mut check = Check::new(length);
    let blocks = Blocks::read(file, length, |place, bytes| check.take(place, bytes)).map_err(failed)?;
    Ok((Arc::new(blocks), check))
}

fn header(path: &Path, blocks: &Arc<Blocks>) -> Result<PlanHeader, FileError> {
    let mut line = Vec::new();
    read_line(&mut blocks.again(0, u64::MAX), &mut line, LONGEST_LINE)
        .map_err(|error| unread(path, error))?;
    if !header::begins(&line) {
        let message = format!("{} is no plan: name the file that was planned to", path.display());
        return Err(FileError::new(FileErrorKind::Damaged, message));
    }
    if line.last() != Some(&b'\n') {
        return Err(incomplete(path));
    }
    let wrong = |_| damaged(path, "its first line is not that of a plan");
    let AnyHeader { format } = serde_json::from_slice(&line).map_err(wrong)?;
    if format != FORMAT {
        return Err(other_format(path, format));
    }
    serde_json::from_slice(&line).map_err(wrong)
}

fn counts(path: &Path, blocks: &Arc<Blocks>, place: u64) -> Result<PlanCounts, FileError> {
    let mut line = Vec::new();
    read_line(&mut blocks.again(place, u64::MAX), &mut line, LONGEST_END)
        .map_err(|error| unread(path, error))?;
    let end: Result<PlanEnd, _> = serde_json::from_slice(&line);
    end.map(|end| end.end).map_err(|_| damaged(path, "its last line is not that of a plan"))
}

/// Reads a line with its end; none at the end of the file.
fn read_line(from: &mut Again, line: &mut Vec<u8>, longest: usize) -> io::Result<()> {
    line.clear();
    from.take(longest as u64).read_until(b'\n', line)?;
    if line.len() == longest && line.last() != Some(&b'\n') {
        let message = format!("a line of it has more than {longest} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(())
}

fn unread(path: &Path, error: io::Error) -> FileError {
    match error.kind() {
        io::ErrorKind::InvalidData => changed(path),
        io::ErrorKind::FileTooLarge => damaged(path, &error.to_string()),
        _ => FileError::system("read the plan", path, error),
    }
}

/// The error for a plan that is no longer what was opened.
fn changed(path: &Path) -> FileError {
    let message = format!(
        "the plan {} was changed, replaced or removed while it was read. What was read of it before is what was planned: \
         put the plan back as it was",
        path.display()
    );
    FileError::new(FileErrorKind::Damaged, message)
}

pub(super) fn damaged(path: &Path, why: &str) -> FileError {
    let message =
        format!("the plan {} was changed: {why}. Nothing of it is used; plan again", path.display());
    FileError::new(FileErrorKind::Damaged, message)
}

fn incomplete(path: &Path) -> FileError {
    let message = format!("the end of the plan {} is missing: plan again", path.display());
    FileError::new(FileErrorKind::Incomplete, message)
}

fn other_format(path: &Path, format: u32) -> FileError {
    let message = format!(
        "the plan {} has format {format}, and this version reads format {FORMAT} alone: use the version that wrote \
         it, or plan again",
        path.display()
    );
    FileError::new(FileErrorKind::NewerFormat, message)
}
