//! Drives a run from its first row to its last.

use std::time::Duration;

use avepoint_elements_bulk::{Item, Original, Outcome, Run};
use futures_util::{Stream, StreamExt};

use super::result_writer::ResultWriter;
use crate::interrupt::Listener;
use crate::progress::{Progress, Wait};

/// How often progress is shown.
const TICK: Duration = Duration::from_millis(200);

/// Drives a run to its end, and shows each result. An interrupt, or results that cannot be written, let requests under way
/// end.
pub(in crate::commands::office) async fn drive<S>(
    run: &mut Run<Original, S>,
    results: &mut ResultWriter,
    progress: &mut Progress,
    mut listener: Listener,
    mut each: impl FnMut(&Original, &Outcome),
) where
    S: Stream<Item = Item<Original>> + Unpin + Send + 'static,
{
    let mut ticks = tokio::time::interval(TICK);
    let mut interrupted = false;
    loop {
        tokio::select! {
            biased;
            () = listener.interrupt(), if !interrupted => {
                interrupted = true;
                run.stop();
                progress.say("stopping when the requests under way have ended; Ctrl-C again stops at once");
            }
            _ = ticks.tick() => {
                results.flush();
                progress.update(|state| run.known(state), wait(run), interrupted);
            }
            result = run.next() => match result {
                Some((original, outcome)) => {
                    each(&original, &outcome);
                    results.write(&original, &outcome);
                }
                None => return,
            }
        }
        if results.has_failed() {
            run.stop();
        }
    }
}

/// What holds a run up.
fn wait<S>(run: &Run<Original, S>) -> Option<Wait> {
    match run.pause() {
        pause if run.is_outage() => Some(Wait::Outage(pause.unwrap_or_default())),
        pause => pause.map(Wait::Throttled),
    }
}
