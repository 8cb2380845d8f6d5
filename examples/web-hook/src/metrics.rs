//! Counters, in the text format of Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use avepoint_elements::{Receipt, Result};

/// What the calls came to.
#[derive(Debug, Default)]
pub struct Metrics(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    /// Calls by their result: `done`, or the kind of the error, whose names do not change.
    calls: BTreeMap<&'static str, u64>,
    /// Requests of all calls, repeats included.
    requests: u64,
}

impl Metrics {
    pub fn count(&self, result: &Result<Receipt>) {
        let (name, attempts) = match result {
            Ok(receipt) => ("done", receipt.attempts),
            Err(error) => (error.kind().name(), error.attempts()),
        };
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.calls.entry(name).or_default() += 1;
        counts.requests += u64::from(attempts);
    }

    /// All of them, and for how long the service asks for a pause.
    pub fn text(&self, pause: Option<Duration>) -> String {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = "# TYPE elements_calls_total counter\n".to_owned();
        for (result, count) in &counts.calls {
            let _ = writeln!(text, "elements_calls_total{{result=\"{result}\"}} {count}");
        }
        let pause = pause.unwrap_or_default().as_secs_f64();
        let _ = write!(
            text,
            "# TYPE elements_requests_total counter\nelements_requests_total {}\n\
             # TYPE elements_throttle_pause_seconds gauge\nelements_throttle_pause_seconds {pause}\n",
            counts.requests
        );
        text
    }
}
