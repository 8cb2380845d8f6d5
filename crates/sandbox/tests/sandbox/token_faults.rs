//! Faults of the token endpoint.

use std::time::Duration;

use avepoint_elements_sandbox::{Fault, Faults, Gate, Sandbox};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::client::{IDS, exchange, put, sample};
use crate::token::{assert_error, form, post};

async fn with(faults: Faults) -> Sandbox {
    Sandbox::builder().faults(faults).start().await.unwrap()
}

async fn status(sandbox: &Sandbox) -> u16 {
    post(sandbox, &form(sandbox)).await.status().as_u16()
}

/// Everything that comes back for a good token request, from a client without timers.
async fn raw_post(sandbox: &Sandbox) -> Vec<u8> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form(sandbox)).finish();
    let request = format!(
        "POST /connect/token HTTP/1.1\r\nhost: sandbox\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len(),
    );
    exchange(sandbox, &request).await
}

#[tokio::test]
async fn a_script_fails_exactly_the_next_token_requests() {
    let script = [Fault::status(503).retry_after("2"), Fault::none(), Fault::status(401)];
    let sandbox = with(Faults::new().token_script(script)).await;
    let reply = post(&sandbox, &form(&sandbox)).await;
    assert_eq!(reply.headers()["retry-after"], "2");
    assert_error(reply, 503, "temporarily_unavailable").await;
    assert_eq!(status(&sandbox).await, 200);
    assert_error(post(&sandbox, &form(&sandbox)).await, 401, "invalid_client").await;
    assert_eq!(status(&sandbox).await, 200);
    let counters = sandbox.counters();
    assert_eq!((counters.token_requests, counters.token_faults), (4, 2));
}

#[tokio::test]
async fn a_token_reply_can_be_given_word_for_word() {
    let html = Fault::reply(200, "<p>Sign in</p>");
    let sandbox = with(Faults::new().token_script([html])).await;
    let reply = post(&sandbox, &form(&sandbox)).await;
    assert_eq!(reply.headers()["content-type"], "text/html");
    assert_eq!(reply.text().await.unwrap(), "<p>Sign in</p>");
    assert_eq!(status(&sandbox).await, 200);
}

#[tokio::test]
async fn a_share_of_token_requests_fails_and_the_api_draws_by_itself() {
    let faults = || Faults::new().token_share(0.5, Fault::status(500)).share(0.5, Fault::status(404)).seed(5);
    let outcomes = async |token_first: bool| {
        let sandbox = with(faults()).await;
        let (mut tokens, mut calls) = (Vec::new(), Vec::new());
        for _ in 0..20 {
            if token_first {
                tokens.push(status(&sandbox).await);
            }
            calls.push(put(&sandbox, IDS, &sample()).await.status().as_u16());
        }
        (tokens, calls)
    };
    let (tokens, calls) = outcomes(true).await;
    assert!(tokens.contains(&200) && tokens.contains(&500), "{tokens:?}");
    assert_eq!(outcomes(true).await, (tokens, calls.clone()));
    assert_eq!(outcomes(false).await.1, calls);
}

#[tokio::test]
async fn token_replies_are_dropped_truncated_and_garbled_like_any_other() {
    let script = [Fault::dropped_after_applying(), Fault::truncated(), Fault::garbled()];
    let sandbox = with(Faults::new().token_script(script)).await;
    assert_eq!(raw_post(&sandbox).await, b"");
    let truncated = String::from_utf8(raw_post(&sandbox).await).unwrap();
    let (head, body) = truncated.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK") && head.contains("content-length: "), "{head}");
    assert!(!body.is_empty() && serde_json::from_str::<Value>(body).is_err(), "{body}");
    assert!(!raw_post(&sandbox).await.starts_with(b"HTTP"));
    assert_eq!(sandbox.counters().token_faults, 3);
}

#[tokio::test(start_paused = true)]
async fn token_latency_passes_before_the_reply() {
    let faults = Faults::new().token_latency(Duration::from_secs(3)).latency(Duration::from_secs(60));
    let sandbox = with(faults).await;
    let start = Instant::now();
    assert!(raw_post(&sandbox).await.starts_with(b"HTTP/1.1 200"));
    let passed = start.elapsed().as_millis();
    assert!((3_000..3_005).contains(&passed), "{passed}");
}

#[tokio::test]
async fn expires_in_can_be_any_json_or_missing() {
    for value in [json!(0), json!(-1), json!(1_u64 << 63), json!("soon"), json!(1.5), Value::Null] {
        let sandbox = with(Faults::new().expires_in(value.clone())).await;
        let body: Value = post(&sandbox, &form(&sandbox)).await.json().await.unwrap();
        assert_eq!(body.get("expires_in"), Some(&value));
        assert!(body["access_token"].is_string());
    }
    let sandbox = with(Faults::new().without_expires_in()).await;
    let body: Value = post(&sandbox, &form(&sandbox)).await.json().await.unwrap();
    assert_eq!(body.get("expires_in"), None);
    assert!(body["access_token"].is_string());
}

#[tokio::test]
async fn token_requests_wait_at_the_gate_until_it_is_opened() {
    let gate = Gate::new();
    let sandbox = with(Faults::new().token_gate(&gate)).await;
    let requests = async { tokio::join!(status(&sandbox), status(&sandbox)) };
    let keeper = async {
        gate.arrived(2).await;
        // Time enough for a reply that does not wait: others come and go.
        for _ in 0..20 {
            put(&sandbox, IDS, &sample()).await;
        }
        let waiting = (gate.arrivals(), sandbox.token_requests());
        gate.open();
        waiting
    };
    tokio::pin!(requests);
    let waiting = tokio::select! {
        biased;
        replies = &mut requests => panic!("the gate let {replies:?} pass"),
        waiting = keeper => waiting,
    };
    assert_eq!(waiting, (2, 2));
    assert_eq!(requests.await, (200, 200));
    assert_eq!(status(&sandbox).await, 200);
    assert_eq!(gate.arrivals(), 3);
}
