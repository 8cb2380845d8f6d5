//! The rate limit, on a paused clock. The raw client has no timer, so only the test moves the clock.

use std::time::Duration;

use avepoint_elements_sandbox::{Fault, Faults, RateLimit, Sandbox};
use tokio::time::advance;

use crate::client::{IDS, path, raw_bytes};

/// The status of the reply to a request, and its `Retry-After`.
async fn request(sandbox: &Sandbox) -> (u16, Option<u64>) {
    let reply = String::from_utf8(raw_bytes(sandbox, &path(IDS)).await).unwrap();
    let header = reply.lines().find_map(|line| line.strip_prefix("retry-after: "));
    (reply[9..12].parse().unwrap(), header.map(|seconds| seconds.parse().unwrap()))
}

async fn with(limit: RateLimit) -> Sandbox {
    Sandbox::builder().faults(Faults::new().rate_limit(limit)).start().await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn requests_beyond_the_rate_are_refused_and_told_when_to_come_again() {
    let sandbox = with(RateLimit::new(1, Duration::from_secs(10)).burst(2)).await;
    for expected in [(204, None), (204, None), (429, Some(10)), (429, Some(10))] {
        assert_eq!(request(&sandbox).await, expected);
    }
    advance(Duration::from_millis(7_500)).await;
    assert_eq!(request(&sandbox).await, (429, Some(3)));
    advance(Duration::from_millis(2_500)).await;
    assert_eq!(request(&sandbox).await, (204, None));
    assert_eq!(request(&sandbox).await, (429, Some(10)));
    let counters = sandbox.counters();
    assert_eq!((counters.requests, counters.applied, counters.rate_limited), (7, 3, 4));
    assert_eq!(counters.failed, 0);
}

#[tokio::test(start_paused = true)]
async fn retry_after_can_be_left_out() {
    let sandbox = with(RateLimit::per_second(1).without_retry_after()).await;
    assert_eq!(request(&sandbox).await, (204, None));
    assert_eq!(request(&sandbox).await, (429, None));
}

#[tokio::test(start_paused = true)]
async fn a_rate_is_kept_over_a_long_time() {
    let sandbox = with(RateLimit::per_second(50)).await;
    let mut taken = 0;
    for _ in 0..200 {
        taken += usize::from(request(&sandbox).await.0 == 204);
        advance(Duration::from_millis(10)).await;
    }
    // Two seconds at 50, and a burst of 5 of which the first stands for the pace itself.
    assert_eq!(taken, 100 + 4);
}

#[tokio::test(start_paused = true)]
async fn a_scripted_request_neither_meets_the_limit_nor_counts() {
    let faults = Faults::new().rate_limit(RateLimit::per_second(1)).script(vec![Fault::none(); 3]);
    let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
    for status in [204, 204, 204, 204, 429] {
        assert_eq!(request(&sandbox).await.0, status);
    }
}
