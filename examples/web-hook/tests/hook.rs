//! The hook as its senders see it, in front of the sandbox.

use std::time::Duration;

use avepoint_elements::reqwest::{Client, StatusCode};
use avepoint_elements::{Credential, Elements, RetryPolicy};
use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;

const MOVE: &str = r#"{
    "user": { "customer": "c1", "tenant": "t1", "user": "u1" },
    "office": { "postalCode": "01067", "countryRegion": "Germany", "state": "Saxony", "address": "Theaterplatz 2" }
}"#;

/// A hook that runs, and its sender.
struct Running {
    sandbox: Sandbox,
    url: String,
    http: Client,
    stop: Option<oneshot::Sender<()>>,
    hook: JoinHandle<std::io::Result<()>>,
}

async fn start(faults: Faults) -> Running {
    start_with(faults, RetryPolicy::none()).await
}

async fn start_with(faults: Faults, retry: RetryPolicy) -> Running {
    let sandbox = Sandbox::builder().customers(["c1"]).faults(faults).start().await.unwrap();
    let elements = Elements::builder()
        .base_url(sandbox.base_url())
        .token_url(sandbox.token_url())
        .allow_loopback_http()
        .credential(Credential::client_secret(sandbox.client_id(), sandbox.client_secret()))
        .retry(retry)
        .build()
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel();
    let hook = tokio::spawn(web_hook::serve(listener, elements, async { drop(stopped.await) }));
    let http = Client::builder().no_proxy().build().unwrap();
    Running { sandbox, url, http, stop: Some(stop), hook }
}

impl Running {
    async fn post(&self, body: &str) -> StatusCode {
        let request =
            self.http.post(format!("{}/moves", self.url)).header("content-type", "application/json");
        request.body(body.to_owned()).send().await.unwrap().status()
    }
}

#[tokio::test]
async fn a_move_reaches_the_service_and_the_metrics() {
    let running = start(Faults::new()).await;
    assert_eq!(running.post(MOVE).await, StatusCode::NO_CONTENT);
    assert_eq!(running.sandbox.office_information("c1", "t1", "u1").unwrap()["state"], "Saxony");
    // Another customer, an id that the contract refuses, and a value that is too long.
    assert_eq!(running.post(&MOVE.replace("c1", "c2")).await, StatusCode::BAD_GATEWAY);
    assert_eq!(running.post(&MOVE.replace("u1", "")).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        running.post(&MOVE.replace("01067", &"0".repeat(1000))).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let metrics =
        running.http.get(format!("{}/metrics", running.url)).send().await.unwrap().text().await.unwrap();
    for line in [
        "elements_calls_total{result=\"done\"} 1",
        "elements_calls_total{result=\"permission\"} 1",
        "elements_requests_total 2",
    ] {
        assert!(metrics.lines().any(|other| other == line), "{line}: {metrics}");
    }
}

#[tokio::test]
async fn a_move_that_is_under_way_is_answered_before_the_hook_ends() {
    let slow = Faults::new().script([Fault::none().delay(Duration::from_millis(300))]);
    let mut running = start(slow).await;
    let stop = running.stop.take().unwrap();
    let (status, ()) = tokio::join!(running.post(MOVE), async {
        running.sandbox.wait_for_requests(1).await;
        stop.send(()).unwrap();
    });
    assert_eq!(status, StatusCode::NO_CONTENT);
    running.hook.await.unwrap().unwrap();
    let refused = running.http.get(format!("{}/healthz", running.url)).send().await.unwrap_err();
    assert!(refused.is_connect(), "{refused:?}");
}

/// Seconds from the request for the end until the hook has ended, and the answer to the move that was under way.
async fn end(mut running: Running) -> (u64, StatusCode) {
    let stop = running.stop.take().unwrap();
    let start = Instant::now();
    let (status, ()) = tokio::join!(running.post(MOVE), async {
        running.sandbox.wait_for_requests(1).await;
        stop.send(()).unwrap();
    });
    running.hook.await.unwrap().unwrap();
    (start.elapsed().as_secs(), status)
}

#[tokio::test(start_paused = true)]
async fn a_move_that_waits_for_the_service_is_answered_when_the_grace_is_over() {
    let busy = Faults::new().script([Fault::status(429).retry_after("15")]);
    let running = start_with(busy, RetryPolicy::default()).await;
    assert_eq!(end(running).await, (5, StatusCode::SERVICE_UNAVAILABLE));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_the_service_does_not_answer_ends_with_its_calls_time() {
    let silent = Faults::new().script([Fault::none().delay(Duration::from_secs(3600))]);
    let running = start_with(silent, RetryPolicy::default()).await;
    assert_eq!(end(running).await, (20, StatusCode::SERVICE_UNAVAILABLE));
}

#[tokio::test(start_paused = true)]
async fn a_sender_that_stops_in_the_middle_does_not_keep_the_hook_from_its_end() {
    let mut running = start(Faults::new()).await;
    let mut sender = TcpStream::connect(running.url.trim_start_matches("http://")).await.unwrap();
    let head = "POST /moves HTTP/1.1\r\nhost: hook\r\ncontent-type: application/json\r\ncontent-length: 300\r\n\r\n{";
    sender.write_all(head.as_bytes()).await.unwrap();
    // Answered behind it, so the half move has come.
    let health = running.http.get(format!("{}/healthz", running.url)).send().await.unwrap();
    assert_eq!(health.status(), StatusCode::OK);
    let start = Instant::now();
    running.stop.take().unwrap().send(()).unwrap();
    running.hook.await.unwrap().unwrap();
    assert_eq!(start.elapsed().as_secs(), 25);
}
