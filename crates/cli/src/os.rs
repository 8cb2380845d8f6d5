//! What depends on the operating system.

#[cfg(not(unix))]
pub(crate) use other::*;
#[cfg(unix)]
pub(crate) use unix::*;

#[cfg(unix)]
mod unix {
    use std::fs::{DirBuilder, File, Metadata};
    use std::io;
    use std::os::unix::fs::{DirBuilderExt, FileTypeExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::{Child, Command};

    use rustix::process::{Pid, kill_process_group};
    use tokio::runtime::Runtime;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// Folders that are made are for their owner alone.
    pub(crate) fn owner_only(folder: &mut DirBuilder) -> &mut DirBuilder {
        folder.mode(0o700)
    }

    /// What is locked in the place of a folder.
    pub(crate) fn folder_lock(folder: &Path) -> io::Result<File> {
        File::open(folder)
    }

    /// Whether opening it waits until something writes to it.
    pub(crate) fn is_pipe(file: &Metadata) -> bool {
        file.file_type().is_fifo()
    }

    /// Whether others than its owner can read or change a file.
    pub(crate) fn is_open_to_others(file: &Metadata) -> bool {
        file.is_file() && file.permissions().mode() & 0o077 != 0
    }

    /// Whether the program was started at a terminal, whatever its input and its output are.
    pub(crate) fn has_terminal() -> bool {
        std::fs::File::open("/dev/tty").is_ok()
    }

    /// Makes a process group of a program and what it starts.
    pub(crate) fn in_own_group(command: &mut Command) {
        command.process_group(0);
    }

    /// Kills a program that was started [in its own group](in_own_group), with its group.
    pub(crate) fn kill_group(leader: &mut Child) -> io::Result<()> {
        Ok(kill_process_group(Pid::from_child(leader), rustix::process::Signal::KILL)?)
    }

    /// SIGINT; SIGTERM, which Kubernetes and systemd send some time before they kill; and SIGHUP of a terminal that is
    /// closed.
    pub(crate) struct Signals {
        interrupt: Signal,
        terminate: Signal,
        hangup: Option<Signal>,
    }

    impl Signals {
        /// Those that come from now on; they are received on a runtime.
        pub(crate) fn of(runtime: &Runtime) -> io::Result<Self> {
            let _within = runtime.enter();
            let hangup = if is_hangup_heard() { Some(signal(SignalKind::hangup())?) } else { None };
            let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
            Ok(Self { interrupt, terminate, hangup })
        }

        /// Waits for the next one. Says whether one can come.
        pub(crate) async fn next(&mut self) -> bool {
            let hangup = async {
                match &mut self.hangup {
                    Some(hangup) => hangup.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                signal = self.interrupt.recv() => signal,
                signal = self.terminate.recv() => signal,
                signal = hangup => signal,
            }
            .is_some()
        }
    }

    /// Whether SIGHUP is not one to be ignored, as it is under `nohup`. Where the system does not tell, it is left
    /// alone: it ends the program, and the journal goes on from there.
    fn is_hangup_heard() -> bool {
        std::fs::read_to_string("/proc/self/status").is_ok_and(|status| !ignores_hangup(&status))
    }

    /// What Linux says of a process: the lowest bit of the ignored signals is SIGHUP's, whose number is 1.
    fn ignores_hangup(status: &str) -> bool {
        let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        ignored.is_none_or(|mask| mask & 1 == 1)
    }
}

/// Untested: permissions are the folder's, Ctrl-C is the one signal, and a program is killed without what it started.
#[cfg(not(unix))]
mod other {
    use std::fs::{DirBuilder, File, Metadata};
    use std::io;
    use std::path::Path;
    use std::process::{Child, Command};

    use tokio::runtime::Runtime;

    pub(crate) fn owner_only(folder: &mut DirBuilder) -> &mut DirBuilder {
        folder
    }

    /// A file in it, since the folder cannot be opened.
    pub(crate) fn folder_lock(folder: &Path) -> io::Result<File> {
        File::options().write(true).create(true).truncate(false).open(folder.join(".lock"))
    }

    pub(crate) fn has_terminal() -> bool {
        true
    }

    pub(crate) fn in_own_group(_command: &mut Command) {}

    pub(crate) fn kill_group(leader: &mut Child) -> io::Result<()> {
        leader.kill()
    }

    pub(crate) fn is_pipe(_file: &Metadata) -> bool {
        false
    }

    pub(crate) fn is_open_to_others(_file: &Metadata) -> bool {
        false
    }

    pub(crate) struct Signals;

    impl Signals {
        pub(crate) fn of(_runtime: &Runtime) -> io::Result<Self> {
            Ok(Self)
        }

        pub(crate) async fn next(&mut self) -> bool {
            tokio::signal::ctrl_c().await.is_ok()
        }
    }
}
