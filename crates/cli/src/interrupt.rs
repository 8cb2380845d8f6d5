//! Being told to end: Ctrl-C, and where there are signals, those by which supervisors and terminals end a program.

/// Ends when the program is told to end.
pub(crate) async fn interrupted() {
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = other::signalled() => {}
    }
}

#[cfg(unix)]
mod other {
    use tokio::signal::unix::{SignalKind, signal};

    /// SIGTERM, which Kubernetes and systemd send some time before they kill, and SIGHUP of a terminal that is
    /// closed.
    pub(super) async fn signalled() {
        tokio::select! {
            () = comes(SignalKind::terminate()) => {}
            () = comes(SignalKind::hangup()), if is_hangup_heard() => {}
        }
    }

    async fn comes(kind: SignalKind) {
        match signal(kind) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
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

#[cfg(not(unix))]
mod other {
    pub(super) async fn signalled() {
        std::future::pending().await
    }
}
