//! Being told to end: Ctrl-C, and where there are signals, those by which supervisors and terminals end a program.

use std::io;
use std::sync::Arc;

use tokio::runtime::Builder;
use tokio::sync::watch::{Receiver, Sender};

/// Interrupts, counted as they come.
#[derive(Clone, Default)]
pub(crate) struct Interrupts(Arc<Sender<u32>>);

impl Interrupts {
    /// Counts interrupts from now on. Without a [listener](Self::listen), each calls `end`.
    ///
    /// A thread of its own counts, however busy the others are: two interrupts that come while a command reads a file, or
    /// a reply without end, are two.
    pub(crate) fn watch(&self, end: impl Fn() + Send + 'static) -> io::Result<()> {
        let (runtime, count) = (Builder::new_current_thread().enable_io().build()?, self.0.clone());
        let mut signals = Signals::of(&runtime)?;
        let watch = async move {
            while signals.next().await {
                count.send_modify(|count| *count += 1);
                if count.receiver_count() == 0 {
                    end();
                }
            }
        };
        std::thread::Builder::new()
            .name("interrupts".to_owned())
            .spawn(move || runtime.block_on(watch))
            .map(drop)
    }

    /// Takes the interrupts from here on, until it is dropped.
    pub(crate) fn listen(&self) -> Listener {
        let count = self.0.subscribe();
        let before = *count.borrow();
        Listener { count, before }
    }
}

/// Who takes interrupts.
pub(crate) struct Listener {
    count: Receiver<u32>,
    before: u32,
}

impl Listener {
    /// Ends with the interrupt of this number, from 1.
    pub(crate) async fn interrupt(&mut self, number: u32) {
        let before = self.before;
        if self.count.wait_for(|count| count.saturating_sub(before) >= number).await.is_err() {
            // The thread that counts has ended.
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(unix)]
use unix::Signals;

#[cfg(unix)]
mod unix {
    use std::io;

    use tokio::runtime::Runtime;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// SIGINT; SIGTERM, which Kubernetes and systemd send some time before they kill; and SIGHUP of a terminal that is
    /// closed.
    pub(super) struct Signals {
        interrupt: Signal,
        terminate: Signal,
        hangup: Option<Signal>,
    }

    impl Signals {
        /// Those that come from now on; they are received on a runtime.
        pub(super) fn of(runtime: &Runtime) -> io::Result<Self> {
            let _within = runtime.enter();
            let hangup = if is_hangup_heard() { Some(signal(SignalKind::hangup())?) } else { None };
            let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
            Ok(Self { interrupt, terminate, hangup })
        }

        /// Waits for the next one. Says whether one can come.
        pub(super) async fn next(&mut self) -> bool {
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

/// Ctrl-C.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn of(_runtime: &tokio::runtime::Runtime) -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> bool {
        tokio::signal::ctrl_c().await.is_ok()
    }
}
