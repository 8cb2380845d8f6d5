//! Drives a run from its first row to its last.

use std::ops::ControlFlow;
use std::time::Duration;

use avepoint_elements_bulk::{Item, Journal, Original, Outcome, Run, Stopped, Summary};
use futures_util::{Stream, StreamExt};

use super::result_writer::ResultWriter;
use crate::interrupt::Listener;
use crate::progress::{Progress, Wait};

/// How often progress is shown.
const TICK: Duration = Duration::from_millis(200);

/// What is said at an interrupt.
pub(crate) const STOPPING: &str =
    "stopping when the requests under way have ended; Ctrl-C again stops at once";

/// What happens while a run goes on.
pub(crate) enum Event<T> {
    Result(T, Outcome),
    /// It is time to show progress.
    Tick {
        is_stopping: bool,
    },
    /// An interrupt came: requests under way are let end.
    Interrupted,
}

/// Drives a run to its end, and tells what happens. A break lets requests under way end.
pub(crate) async fn drive_with<T, S>(
    run: &mut Run<T, S>,
    listener: &mut Listener,
    mut tell: impl FnMut(&Run<T, S>, Event<T>) -> ControlFlow<()>,
) where
    T: Send + 'static,
    S: Stream<Item = Item<T>> + Unpin + Send + 'static,
{
    let mut ticks = tokio::time::interval(TICK);
    let mut is_stopping = false;
    loop {
        let event = tokio::select! {
            biased;
            () = listener.interrupt(), if !is_stopping => {
                is_stopping = true;
                run.stop();
                Event::Interrupted
            }
            _ = ticks.tick() => Event::Tick { is_stopping },
            result = run.next() => match result {
                Some((tag, outcome)) => Event::Result(tag, outcome),
                None => return,
            }
        };
        if tell(run, event).is_break() {
            run.stop();
        }
    }
}

/// Drives a run to its end, and shows each result. An interrupt, or results that cannot be written, let requests under way
/// end.
pub(crate) async fn drive<S>(
    run: &mut Run<Original, S>,
    results: &mut ResultWriter,
    progress: &mut Progress,
    mut listener: Listener,
    mut each: impl FnMut(&Original, &Outcome),
) where
    S: Stream<Item = Item<Original>> + Unpin + Send + 'static,
{
    drive_with(run, &mut listener, |run, event| {
        match event {
            Event::Interrupted => progress.line.say(STOPPING),
            Event::Tick { is_stopping } => {
                results.flush();
                progress.update(|state| run.count(state), wait(run), is_stopping);
            }
            Event::Result(original, outcome) => {
                each(&original, &outcome);
                results.write(&original, &outcome);
            }
        }
        results.flow()
    })
    .await;
}

/// Closes the journal of a run, which has its end where the run came to it. A journal that cannot be written stops a run.
pub(crate) async fn close(journal: &Journal, has_ended: bool, summary: &mut Summary) {
    let ended = if has_ended { journal.end_run() } else { Ok(()) };
    if let Err(error) = ended.and(journal.close().await) {
        summary.stopped.get_or_insert(Stopped::Journal(error));
    }
}

/// What holds a run up.
pub(crate) fn wait<T, S>(run: &Run<T, S>) -> Option<Wait> {
    match run.pause_remaining() {
        pause if run.is_outage() => Some(Wait::Outage(pause.unwrap_or_default())),
        pause => pause.map(Wait::Throttled),
    }
}
