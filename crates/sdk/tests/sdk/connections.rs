//! Connections: one that says what it was not asked is closed, and without keep-alive each request has its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use avepoint_elements::Credential;
use test_support::raw::{End, RawServer, Reply};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::{builder_for, office, user};

const DONE: &[u8] = b"HTTP/1.1 204 No Content\r\n\r\n";

/// Answers the first request of a connection, and a second later once more, unasked. Further requests get no answer.
async fn answer_twice(mut stream: TcpStream) -> std::io::Result<()> {
    let mut request = [0; 4096];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        let _ = stream.read(&mut request).await?;
    }
    stream.write_all(DONE).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    stream.write_all(DONE).await?;
    while stream.read(&mut request).await? > 0 {}
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_connection_on_which_bytes_arrive_while_it_is_idle_is_closed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    tokio::spawn({
        let connections = connections.clone();
        async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(answer_twice(stream));
            }
        }
    });
    let elements = builder_for(&url).credential(Credential::access_token("t")).build().unwrap();
    for call in 1..4 {
        elements.update_office_information(&user(), &office()).await.unwrap();
        assert_eq!(
            connections.load(Ordering::Relaxed),
            call,
            "a reply without a request is no reply to the next one"
        );
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

#[tokio::test]
async fn without_keep_alive_each_request_has_a_connection_of_its_own() {
    for (keep_alive, connections) in [(true, 1), (false, 3)] {
        let server = RawServer::keeping_connections(Reply::Bytes(DONE.to_vec()), 9, End::Closed).await;
        let elements = builder_for(&server.url()).keep_alive(keep_alive);
        let elements = elements.credential(Credential::access_token("t")).build().unwrap();
        for _ in 0..3 {
            elements.update_office_information(&user(), &office()).await.unwrap();
        }
        assert_eq!(server.connections(), connections);
        let closes = server.requests().iter().filter(|request| request.contains("connection: close")).count();
        assert_eq!(closes, if keep_alive { 0 } else { 3 });
    }
}
