//! From the first row of a run to its last, or to the second Ctrl-C.

use std::pin::pin;
use std::time::Duration;

use avepoint_elements_bulk::{Items, Original, Run};
use futures_util::StreamExt;

use super::books::Books;
use crate::interrupt::interrupted;
use crate::progress::{Progress, Wait};

/// How often progress is shown.
const TICK: Duration = Duration::from_millis(200);

/// It was told twice to end, and results and journal are as they were at that moment.
pub(super) struct StoppedAtOnce;

/// Drives a run to its end: told to end once, it stops in good order; told twice, at once. Where results cannot be
/// written, it stops in good order too.
pub(super) async fn drive(
    run: &mut Run<Original, Items<'_>>,
    books: &mut Books,
    progress: &mut Progress,
) -> Result<(), StoppedAtOnce> {
    let mut ticks = tokio::time::interval(TICK);
    let mut told = pin!(interrupted());
    let mut stopping = false;
    loop {
        tokio::select! {
            biased;
            () = &mut told => {
                if std::mem::replace(&mut stopping, true) {
                    return Err(StoppedAtOnce);
                }
                run.stop();
                progress.say("stopping when the requests under way have ended; Ctrl-C again stops at once");
                told.set(interrupted());
            }
            _ = ticks.tick() => {
                books.flush();
                progress.update(|state| run.known(state), wait(run), stopping);
            }
            result = run.next() => match result {
                Some((original, outcome)) => books.write(&original, &outcome),
                None => return Ok(()),
            }
        }
        if books.have_failed() {
            run.stop();
        }
    }
}

/// What holds a run up.
fn wait(run: &Run<Original, Items<'_>>) -> Option<Wait> {
    match run.pause() {
        pause if run.is_outage() => Some(Wait::Outage(pause.unwrap_or_default())),
        pause => pause.map(Wait::Throttled),
    }
}
