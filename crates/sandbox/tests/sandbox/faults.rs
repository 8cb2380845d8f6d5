//! Faults of the API, seen from the other end of the wire.

use std::time::Duration;

use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use tokio::time::Instant;

use crate::client::{IDS, http, path, put, raw_bytes, raw_put, refusal, sample};

async fn with(faults: Faults) -> Sandbox {
    Sandbox::builder().faults(faults).start().await.unwrap()
}

async fn scripted(fault: Fault) -> Sandbox {
    with(Faults::new().script([fault])).await
}

async fn statuses(sandbox: &Sandbox, count: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..count {
        statuses.push(raw_put(sandbox, &path(IDS)).await.0);
    }
    statuses
}

fn applied(sandbox: &Sandbox) -> bool {
    assert_eq!(sandbox.offices().len(), sandbox.counters().applied);
    !sandbox.offices().is_empty()
}

#[tokio::test]
async fn a_status_is_answered_with_the_services_error_body_and_nothing_is_applied() {
    let sandbox = scripted(Fault::status(503).retry_after("soon").header("x-a", "b")).await;
    let reply = put(&sandbox, IDS, &sample()).await;
    assert_eq!(reply.headers()["retry-after"], "soon");
    assert_eq!(reply.headers()["x-a"], "b");
    refusal(reply, 503).await;
    assert!(!applied(&sandbox));
    assert_eq!(sandbox.counters().failed, 1);
    assert_eq!(sandbox.requests()[0].status, Some(503));
}

#[tokio::test]
async fn a_status_without_retry_after_has_none() {
    let sandbox = scripted(Fault::status(429)).await;
    let reply = put(&sandbox, IDS, &sample()).await;
    assert!(!reply.headers().contains_key("retry-after"));
    refusal(reply, 429).await;
}

#[tokio::test]
async fn a_reply_is_given_word_for_word() {
    let sandbox = scripted(Fault::reply(429, "<h1>Slow\u{0}</h1>")).await;
    let reply = put(&sandbox, IDS, &sample()).await;
    assert_eq!(reply.status(), 429);
    assert_eq!(reply.headers()["content-type"], "text/html");
    assert_eq!(reply.headers()["request-id"].len(), 36);
    assert_eq!(reply.text().await.unwrap(), "<h1>Slow\u{0}</h1>");
    assert!(!applied(&sandbox));
    let json = Fault::reply(200, "{}").header("Content-Type", "application/json");
    sandbox.set_faults(Faults::new().script([json])).unwrap();
    let reply = put(&sandbox, IDS, &sample()).await;
    let types: Vec<_> = reply.headers().get_all("content-type").iter().collect();
    assert_eq!(types, ["application/json"]);
}

#[tokio::test]
async fn dropped_before_applying_sends_no_byte_and_applies_nothing() {
    let sandbox = scripted(Fault::dropped_before_applying()).await;
    assert_eq!(raw_bytes(&sandbox, &path(IDS)).await, b"");
    assert!(!applied(&sandbox));
    assert_eq!(sandbox.counters().dropped_before_applying, 1);
    assert_eq!(sandbox.requests()[0].status, None);
}

#[tokio::test]
async fn dropped_after_applying_sends_no_byte_and_applies_the_request() {
    let sandbox = scripted(Fault::dropped_after_applying()).await;
    assert_eq!(raw_bytes(&sandbox, &path(IDS)).await, b"");
    assert!(applied(&sandbox));
    assert_eq!(sandbox.counters().dropped_after_applying, 1);
    assert_eq!(sandbox.requests()[0].status, None);
}

#[tokio::test]
async fn a_truncated_reply_without_a_body_breaks_off_in_its_head() {
    let sandbox = scripted(Fault::truncated()).await;
    let reply = String::from_utf8(raw_bytes(&sandbox, &path(IDS)).await).unwrap();
    assert!(reply.starts_with("HTTP/1.1 204 No Content\r\nrequest-id: "), "{reply}");
    assert!(!reply.contains("\r\n\r\n"), "{reply}");
    assert!(applied(&sandbox));
    assert_eq!(sandbox.counters().truncated, 1);
    assert_eq!(sandbox.requests()[0].status, None);
}

#[tokio::test]
async fn a_truncated_reply_with_a_body_breaks_off_in_the_body_that_it_announces() {
    let sandbox = scripted(Fault::truncated()).await;
    let reply = String::from_utf8(raw_bytes(&sandbox, "/nowhere").await).unwrap();
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 404 Not Found\r\n"), "{head}");
    let announced = head.split_once("content-length: ").unwrap().1.lines().next().unwrap();
    let announced: usize = announced.parse().unwrap();
    assert!(!body.is_empty() && body.len() < announced, "{announced} {body}");
    assert!(!applied(&sandbox));
}

#[tokio::test]
async fn a_garbled_reply_is_not_http_and_the_request_is_applied() {
    let sandbox = scripted(Fault::garbled()).await;
    let reply = raw_bytes(&sandbox, &path(IDS)).await;
    assert!(!reply.is_empty() && !reply.starts_with(b"HTTP"), "{reply:?}");
    assert!(applied(&sandbox));
    assert_eq!(sandbox.counters().garbled, 1);
}

#[tokio::test]
async fn a_client_library_sees_an_error_for_every_reply_that_is_none() {
    for fault in [
        Fault::dropped_before_applying(),
        Fault::dropped_after_applying(),
        Fault::truncated(),
        Fault::garbled(),
    ] {
        let sandbox = scripted(fault.clone()).await;
        let url = format!("{}{}", sandbox.base_url(), path(IDS));
        let client = http();
        let send = || client.put(&url).bearer_auth(sandbox.issue_token()).json(&sample()).send();
        assert!(send().await.is_err(), "{fault:?}");
        assert_eq!(send().await.unwrap().status(), 204, "{fault:?}");
        assert_eq!(sandbox.request_count(), 2, "{fault:?}");
    }
}

#[tokio::test]
async fn a_kept_connection_ends_with_the_fault_and_not_before() {
    let sandbox = with(Faults::new().script([Fault::none(), Fault::dropped_after_applying()])).await;
    let request = "GET /nothing HTTP/1.1\r\nhost: sandbox\r\n\r\n";
    let reply = crate::client::exchange(&sandbox, &request.repeat(2)).await;
    let reply = String::from_utf8(reply).unwrap();
    assert_eq!(reply.matches("HTTP/1.1 404").count(), 1, "{reply}");
    assert!(reply.ends_with('}'), "{reply}");
}

#[tokio::test]
async fn a_script_treats_exactly_the_next_requests_in_their_order() {
    let script = [Fault::status(500), Fault::none(), Fault::status(429), Fault::status(503)];
    let faults = Faults::new().script(script).script([Fault::status(504)]);
    let sandbox = with(faults).await;
    assert_eq!(statuses(&sandbox, 7).await, [500, 204, 429, 503, 504, 204, 204]);
    let counters = sandbox.counters();
    assert_eq!((counters.requests, counters.applied, counters.failed), (7, 3, 4));
}

#[tokio::test]
async fn new_faults_replace_all_that_was_asked_for() {
    let faults = Faults::new().share(1.0, Fault::status(500)).script(vec![Fault::status(502); 9]);
    let sandbox = with(faults).await;
    assert_eq!(statuses(&sandbox, 1).await, [502]);
    sandbox.set_faults(Faults::new().script([Fault::status(503)])).unwrap();
    assert_eq!(statuses(&sandbox, 2).await, [503, 204]);
}

#[tokio::test]
async fn faults_that_are_not_possible_are_refused_and_change_nothing() {
    let sandbox = scripted(Fault::status(503)).await;
    for faults in [
        Faults::new().share(1.01, Fault::none()),
        Faults::new().token_share(-0.01, Fault::none()),
        Faults::new().script([Fault::status(100)]),
        Faults::new().token_script([Fault::status(600)]),
    ] {
        let error = sandbox.set_faults(faults).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
        assert!(error.to_string().contains("allowed"), "{error}");
    }
    assert_eq!(statuses(&sandbox, 1).await, [503]);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_requests_the_same_faults() {
    let faults = || {
        let faults = Faults::new().share(0.3, Fault::status(500));
        faults.share(0.2, Fault::status(503))
    };
    let first = with(faults()).await;
    let second = with(faults().seed(first.seed())).await;
    let seen = statuses(&first, 60).await;
    // Not one status only: a failure of one sandbox in 10^9.
    assert!(seen.contains(&204) && (seen.contains(&500) || seen.contains(&503)), "{seen:?}");
    assert_eq!(statuses(&second, 60).await, seen);
    let other = with(faults().seed(first.seed() + 1)).await;
    assert_ne!(statuses(&other, 60).await, seen);
}

#[tokio::test]
async fn without_a_seed_each_sandbox_draws_its_own() {
    let seeds = [with(Faults::new()).await.seed(), with(Faults::new()).await.seed()];
    assert_ne!(seeds[0], seeds[1]);
    assert_eq!(with(Faults::new().seed(u64::MAX)).await.seed(), u64::MAX);
}

#[tokio::test(start_paused = true)]
async fn latency_and_delay_pass_before_the_reply_and_after_the_request_is_applied() {
    let slow = Fault::none().delay(Duration::from_secs(1));
    let faults = Faults::new().latency(Duration::from_millis(80)).script([Fault::none(), slow]);
    let sandbox = with(faults).await;
    for millis in [80, 1080, 80] {
        let start = Instant::now();
        assert_eq!(raw_put(&sandbox, &path(IDS)).await.0, 204);
        let passed = start.elapsed().as_millis();
        assert!((millis..millis + 5).contains(&passed), "{passed}");
    }
    // Given up on by its client while it waits, a request is applied all the same.
    let never = Faults::new().script([Fault::none().delay(Duration::MAX / 2)]);
    sandbox.set_faults(never).unwrap();
    let target = path(["c1", "t1", "late"]);
    tokio::select! {
        _ = raw_bytes(&sandbox, &target) => panic!("a reply came"),
        () = sandbox.wait_for_requests(4) => {}
    }
    assert!(sandbox.office_information("c1", "t1", "late").is_some());
}

#[tokio::test]
async fn a_wait_for_the_nth_request_ends_when_it_is_done() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.wait_for_requests(0).await;
    let send = async {
        for user in ["u1", "u2", "u3"] {
            raw_put(&sandbox, &path(["c1", "t1", user])).await;
        }
    };
    let look = async {
        sandbox.wait_for_requests(2).await;
        sandbox.requests().len()
    };
    let ((), seen) = tokio::join!(send, look);
    assert!(seen >= 2, "{seen}");
    assert_eq!(sandbox.counters().requests, 3);
}
