//! The handle: starting, stopping, and what it tells.

use std::io::ErrorKind;
use std::time::Duration;

use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::client::{IDS, http, path, put, raw_put, sample};

#[tokio::test]
async fn the_addresses_fit_together() {
    let sandbox = Sandbox::start().await.unwrap();
    let address = sandbox.local_addr();
    assert!(address.ip().is_loopback());
    assert_ne!(address.port(), 0);
    assert_eq!(sandbox.base_url(), format!("http://{address}/partner"));
    assert_eq!(sandbox.token_url(), format!("http://{address}/connect/token"));
}

#[tokio::test]
async fn settings_that_cannot_be_meant_are_refused() {
    let builder = Sandbox::builder;
    for builder in [
        builder().listen("0.0.0.0:0".parse().unwrap()),
        builder().listen("192.0.2.1:80".parse().unwrap()),
        builder().credentials("", "secret"),
        builder().credentials("me", ""),
        builder().faults(Faults::new().share(1.5, Fault::none())),
    ] {
        let error = builder.start().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    let sandbox = Sandbox::start().await.unwrap();
    let taken = builder().listen(sandbox.local_addr()).start().await;
    assert_eq!(taken.unwrap_err().kind(), ErrorKind::AddrInUse);
}

#[tokio::test]
async fn debug_shows_no_secret_and_no_token() {
    let builder = Sandbox::builder().credentials("visible-id", "hidden-secret");
    assert!(!format!("{builder:?}").contains("hidden-secret"));
    let sandbox = builder.start().await.unwrap();
    let token = sandbox.issue_token();
    let url = format!("{}{}", sandbox.base_url(), path(IDS));
    http().put(url).bearer_auth(&token).send().await.unwrap();
    let text = format!("{sandbox:?} {:?}", sandbox.requests());
    assert!(text.contains("visible-id") && text.contains(&path(IDS)), "{text}");
    assert!(!text.contains("hidden-secret"), "{text}");
    assert!(!text.contains(&token), "{text}");
}

#[tokio::test]
async fn a_request_is_kept_as_it_came() {
    let sandbox = Sandbox::start().await.unwrap();
    let target = format!("{}?a=%2F&b", path(["c%40", "t1", ".%2e"]));
    raw_put(&sandbox, &target).await;
    put(&sandbox, IDS, &sample()).await;
    let requests = sandbox.requests();
    assert_eq!(sandbox.request_count(), 2);
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].method, "PUT");
    assert_eq!(requests[0].target, format!("/partner{target}"));
    assert_eq!(requests[0].status, Some(400));
    assert_eq!(requests[1].status, Some(204));
    assert_eq!(requests[1].body, sample().to_string());
    assert_eq!(requests[1].header("Content-Type"), Some("application/json"));
    assert_eq!(requests[1].header("absent"), None);
}

#[tokio::test]
async fn offices_are_sorted_and_each_user_has_one() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut last = sample();
    last["city"] = json!("last");
    for (ids, body) in [
        (["c2", "t1", "u1"], &sample()),
        (["c1", "t2", "u1"], &sample()),
        (["c1", "t1", "u2"], &sample()),
        (["c1", "t1", "u2"], &last),
    ] {
        put(&sandbox, ids, body).await;
    }
    let offices = sandbox.offices();
    let ids: Vec<_> = offices.iter().map(|o| [&o.customer_id, &o.tenant_id, &o.user_id]).collect();
    assert_eq!(ids, [["c1", "t1", "u2"], ["c1", "t2", "u1"], ["c2", "t1", "u1"]]);
    assert_eq!(offices[0].office_information, last);
}

/// The bound only turns a server that never closes into a failure instead of a test that hangs.
async fn assert_cut(mut stream: TcpStream) {
    let mut byte = [0];
    let read = timeout(Duration::from_secs(10), stream.read(&mut byte)).await;
    assert!(matches!(read.expect("the connection is still open"), Ok(0) | Err(_)));
}

#[tokio::test]
async fn a_stopped_sandbox_has_closed_its_port() {
    let sandbox = Sandbox::start().await.unwrap();
    let address = sandbox.local_addr();
    let idle = TcpStream::connect(address).await.unwrap();
    put(&sandbox, IDS, &sample()).await;
    sandbox.stop().await;
    let error = TcpStream::connect(address).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    assert_cut(idle).await;
}

#[tokio::test]
async fn dropping_the_handle_cuts_a_connection_in_mid_request() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut stream = TcpStream::connect(sandbox.local_addr()).await.unwrap();
    stream.write_all(b"PUT /partner HTTP/1.1\r\ncontent-le").await.unwrap();
    put(&sandbox, IDS, &sample()).await;
    drop(sandbox);
    assert_cut(stream).await;
}

#[tokio::test]
async fn a_connection_is_kept_alive() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut stream = TcpStream::connect(sandbox.local_addr()).await.unwrap();
    for _ in 0..2 {
        stream.write_all(b"GET /nothing HTTP/1.1\r\nhost: sandbox\r\n\r\n").await.unwrap();
        let mut reply = String::new();
        while !reply.ends_with('}') {
            let mut buffer = [0; 1024];
            let read = stream.read(&mut buffer).await.unwrap();
            assert_ne!(read, 0, "the connection was closed");
            reply.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        }
    }
    assert_eq!(sandbox.request_count(), 2);
}
