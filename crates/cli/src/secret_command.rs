//! A program that prints a secret: started without a shell, with an end to its time and to what is read of it.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use avepoint_elements::Secret;
use zeroize::Zeroizing;

use crate::arguments::CommandLine;
use crate::failure::Failure;
use crate::os;
use crate::printer::one_line;

/// How long it may take: time to unlock a store by hand.
const MAX_TIME: Duration = Duration::from_secs(60);
/// How long its pipes may stay open behind its end: another process may have them.
const MAX_REST: Duration = Duration::from_secs(1);
/// How often its end is looked for.
const PERIOD: Duration = Duration::from_millis(5);
/// The most that is read of what it prints, and of what it says in a failure, in bytes. Then its pipe is closed.
const MAX_OUTPUT: usize = 64 << 10;
/// The most that is shown of what it says in a failure, in characters.
const MAX_SHOWN: usize = 1 << 10;

/// The first line that a program prints, without its line end.
///
/// # Errors
/// The program cannot be started, fails, takes over a minute, or prints too much, no text, or nothing.
pub(crate) fn run(line: &CommandLine) -> Result<Secret, Failure> {
    let failed = |what: String| {
        Failure::usage(format!(
            "the program {}, which prints the client secret, {what}",
            one_line(&line.program)
        ))
    };
    // A group in the background must not read from a terminal. Where there is one, the program may ask for a password there,
    // so it stays in this group, which an interrupt at the terminal ends as a whole.
    let mut group = ProcessGroup::start(line, !os::has_terminal())
        .map_err(|error| failed(format!("cannot be started: {error}")))?;
    let printed = collect(group.child.stdout.take(), MAX_OUTPUT + 1);
    let said = collect(group.child.stderr.take(), MAX_OUTPUT);
    let start = Instant::now();
    let status = group.wait(|| start.elapsed() >= MAX_TIME);
    let status = status.map_err(|error| failed(format!("cannot be waited for: {error}")))?;
    let Some(status) = status else {
        return Err(failed(format!("did not end within {} s and was stopped", MAX_TIME.as_secs())));
    };
    let printed = printed.recv_timeout(MAX_REST).unwrap_or_default();
    if printed.len() > MAX_OUTPUT {
        return Err(failed(format!("printed more than {} KiB", MAX_OUTPUT >> 10)));
    }
    if !status.success() {
        let said = said.recv_timeout(MAX_REST).unwrap_or_default();
        let said = shown(&said, first_line(&printed));
        return Err(failed(format!("failed ({status}){said}")));
    }
    match std::str::from_utf8(first_line(&printed)) {
        Err(_) => Err(failed("printed what is not valid UTF-8".to_owned())),
        Ok("") => Err(failed("printed no secret: its first line is empty".to_owned())),
        Ok(secret) => Ok(secret.into()),
    }
}

/// A program, and what it started, where these are a process group of their own.
struct ProcessGroup {
    child: Child,
    is_own: bool,
}

impl ProcessGroup {
    fn start(line: &CommandLine, is_own: bool) -> io::Result<Self> {
        let mut command = Command::new(&line.program);
        command.args(&line.arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if is_own {
            os::in_own_group(&mut command);
        }
        Ok(Self { child: command.spawn()?, is_own })
    }

    /// Waits for the program's end; at the end of its time all of it is stopped, and there is no status.
    fn wait(&mut self, is_over: impl Fn() -> bool) -> io::Result<Option<ExitStatus>> {
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Some(status));
            }
            if is_over() {
                self.stop()?;
                self.child.wait()?;
                return Ok(None);
            }
            std::thread::sleep(PERIOD);
        }
    }

    fn stop(&mut self) -> io::Result<()> {
        if self.is_own { os::kill_group(&mut self.child) } else { self.child.kill() }
    }
}

/// Reads the beginning of a pipe on a thread of its own; it is wiped when dropped.
fn collect(pipe: Option<impl Read + Send + 'static>, most: usize) -> Receiver<Zeroizing<Vec<u8>>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        // As large as it becomes: one that grows would leave copies behind.
        let mut kept = Zeroizing::new(Vec::with_capacity(most));
        // What was read until a failure counts.
        let _ = pipe.map(|pipe| pipe.take(most as u64).read_to_end(&mut kept));
        // The receiver is gone where its time ended.
        let _ = sender.send(kept);
    });
    receiver
}

fn first_line(bytes: &[u8]) -> &[u8] {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// What a program said in its failure, without the secret, on one line.
fn shown(said: &[u8], secret: &[u8]) -> String {
    let said = Zeroizing::new(String::from_utf8_lossy(said).into_owned());
    let secret = String::from_utf8_lossy(secret);
    let said = if secret.is_empty() { said } else { Zeroizing::new(said.replace(&*secret, "***")) };
    let shown: Zeroizing<String> = Zeroizing::new(said.chars().take(MAX_SHOWN).collect());
    match shown.trim() {
        "" => String::new(),
        text => format!(": {}", one_line(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::{first_line, shown};

    #[cfg(unix)]
    #[test]
    fn at_the_end_of_its_time_a_program_and_what_it_started_are_stopped() {
        use super::{MAX_OUTPUT, ProcessGroup, collect};
        use crate::arguments::CommandLine;

        let folder = tempfile::tempdir().unwrap();
        let is_started = folder.path().join("started");
        let script = "(sleep 3; echo late) & touch \"$0\"; wait";
        let words = ["sh", "-c", script, is_started.to_str().unwrap()];
        let line = CommandLine::of(words.map(str::to_owned).to_vec()).unwrap();
        let mut group = ProcessGroup::start(&line, true).unwrap();
        let printed = collect(group.child.stdout.take(), MAX_OUTPUT);
        assert_eq!(group.wait(|| is_started.exists()).unwrap(), None);
        // The pipe ends with the last process that has it.
        assert_eq!(**printed.recv().unwrap(), *b"");
    }

    #[test]
    fn the_first_line_counts_without_its_end() {
        for (text, expected) in
            [("a", "a"), ("a\n", "a"), ("a\r\nb\n", "a"), ("\na", ""), ("", ""), (" a \n", " a ")]
        {
            assert_eq!(first_line(text.as_bytes()), expected.as_bytes());
        }
    }

    #[test]
    fn what_a_program_says_shows_no_secret_and_steers_no_terminal() {
        assert_eq!(shown(b"no such entry\n", b""), ": no such entry");
        assert_eq!(shown(b"canary: \x1b[31mlocked\n", b"canary"), ": ***: \\u{1b}[31mlocked");
        assert_eq!(shown(b" \n", b""), "");
    }
}
