//! Drives a run from its first row to its last, or to the second interrupt.

use std::time::Duration;

use avepoint_elements_bulk::{Item, Original, Outcome, Run};
use futures_util::{Stream, StreamExt};

use super::result_writer::ResultWriter;
use crate::interrupt::Listener;
use crate::progress::{Progress, Wait};

/// How often progress is shown.
const TICK: Duration = Duration::from_millis(200);

/// The program was interrupted twice; results and journal are as they were at that moment.
pub(in crate::commands::office) struct StoppedAtOnce;

/// Drives a run to its end, and shows each result. The first interrupt, or results that cannot be written, let requests under way end; the second
/// interrupt ends it at once.
pub(in crate::commands::office) async fn drive<S>(
    run: &mut Run<Original, S>,
    results: &mut ResultWriter,
    progress: &mut Progress,
    interrupts: &mut Listener,
    mut each: impl FnMut(&Original, &Outcome),
) -> Result<(), StoppedAtOnce>
where
    S: Stream<Item = Item<Original>> + Unpin + Send + 'static,
{
    let mut ticks = tokio::time::interval(TICK);
    let mut interrupted = 0;
    loop {
        tokio::select! {
            biased;
            () = interrupts.interrupt(interrupted + 1) => {
                interrupted += 1;
                if interrupted > 1 {
                    return Err(StoppedAtOnce);
                }
                run.stop();
                progress.say("stopping when the requests under way have ended; Ctrl-C again stops at once");
            }
            _ = ticks.tick() => {
                results.flush();
                progress.update(|state| run.known(state), wait(run), interrupted > 0);
            }
            result = run.next() => match result {
                Some((original, outcome)) => {
                    each(&original, &outcome);
                    results.write(&original, &outcome);
                }
                None => return Ok(()),
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
