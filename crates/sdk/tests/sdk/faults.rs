//! A service on a bad day: nothing is called done that was not applied, and nothing that was is called failed.

use std::time::Duration;

use avepoint_elements::{Error, Receipt, UserKey};
use avepoint_elements_sandbox::{Fault, Faults, RateLimit, Sandbox};
use tokio::task::JoinSet;

use crate::{client_of_sandbox, office};

const UPDATES: usize = 400;
const LATENCY: Duration = Duration::from_millis(50);

fn key(number: usize) -> UserKey {
    UserKey::new("c".parse().unwrap(), "t".parse().unwrap(), format!("u{number}").parse().unwrap())
}

/// Sends an update for each of many users, some at a time.
async fn run(sandbox: &Sandbox, at_a_time: usize) -> Vec<(UserKey, Result<Receipt, Error>)> {
    let elements = client_of_sandbox(sandbox);
    let mut calls = JoinSet::new();
    for worker in 0..at_a_time {
        let elements = elements.clone();
        calls.spawn(async move {
            let mut outcomes = Vec::new();
            for number in (worker..UPDATES).step_by(at_a_time) {
                let outcome = elements.update_office_information(&key(number), &office()).await;
                outcomes.push((key(number), outcome));
            }
            outcomes
        });
    }
    calls.join_all().await.into_iter().flatten().collect()
}

fn applied(sandbox: &Sandbox, user: &UserKey) -> bool {
    sandbox.office_information(user.customer.as_str(), user.tenant.as_str(), user.user.as_str()).is_some()
}

#[tokio::test(start_paused = true)]
async fn what_is_done_was_applied_and_what_was_applied_is_not_called_failed() {
    for seed in 1..=5 {
        let faults = Faults::new()
            .seed(seed)
            .share(0.10, Fault::dropped_after_applying())
            .share(0.05, Fault::status(500))
            .share(0.05, Fault::status(429))
            .share(0.05, Fault::dropped_before_applying())
            .share(0.02, Fault::truncated())
            .share(0.02, Fault::garbled());
        let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
        let outcomes = run(&sandbox, 16).await;
        assert_eq!(outcomes.len(), UPDATES);
        let done = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).count();
        assert!(done > UPDATES * 95 / 100, "seed {seed}: retries did {done} of {UPDATES}");
        for (user, outcome) in outcomes {
            match outcome {
                Ok(_) => assert!(applied(&sandbox, &user), "seed {seed}: {user:?} is called done"),
                Err(error) => assert!(
                    error.is_outcome_unknown() || !applied(&sandbox, &user),
                    "seed {seed}: {user:?} is called failed: {error}"
                ),
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_is_used_without_being_overrun_by_few_callers_or_many() {
    for at_a_time in [1, 16, 64] {
        let faults = Faults::new().rate_limit(RateLimit::per_second(10).burst(10)).latency(LATENCY);
        let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
        let start = tokio::time::Instant::now();
        let outcomes = run(&sandbox, at_a_time).await;
        let seconds = start.elapsed().as_secs_f64();
        assert!(outcomes.iter().all(|(_, outcome)| outcome.is_ok()));
        let counters = sandbox.counters();
        // What the limit allows in that time, the first burst included.
        let allowed = 10.0 + 10.0 * seconds;
        let used = f64::from(u32::try_from(counters.applied).unwrap()) / allowed;
        assert!(used >= 0.85, "{at_a_time}: {used:.2} of the limit was used in {seconds:.0} s: {counters:?}");
        let first_burst = at_a_time.saturating_sub(10);
        let refused = counters.rate_limited.saturating_sub(first_burst);
        assert!(refused * 20 < counters.requests, "{at_a_time}: {counters:?}");
    }
}
