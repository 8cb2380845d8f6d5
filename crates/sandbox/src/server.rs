//! The listener: connections, and which part of the sandbox answers a request.

use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::ALLOW;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::receive::{Arrival, receive};
use crate::respond::{Reply, json_reply, set};
use crate::state::State;
use crate::{api, token_endpoint};

/// Where somebody who runs the sandbox alone can look at what it holds.
const OFFICES_PATH: &str = "/sandbox/offices";

/// A pause after a failed `accept`: with no file descriptor left, it would fail again at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Accepts connections until `stopped` resolves, which it also does when its sender is dropped; then
/// closes the port and cuts every connection.
pub(crate) async fn serve(listener: TcpListener, state: Arc<State>, mut stopped: oneshot::Receiver<()>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, Arc::clone(&state)));
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    connections.shutdown().await;
}

async fn connection(stream: TcpStream, state: Arc<State>) {
    // Small replies on kept-alive connections would wait for the client's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| answer(&state, request));
    // A broken connection concerns its client alone, and the client knows.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(state: &State, request: Request<Incoming>) -> Result<Reply, hyper::Error> {
    let arrival = receive(request).await?;
    let path = arrival.uri.path();
    Ok(if path == state.contract.token_path {
        token_endpoint::answer(state, &arrival)
    } else if path == OFFICES_PATH {
        offices(state, &arrival)
    } else {
        api::answer(state, arrival)
    })
}

fn offices(state: &State, arrival: &Arrival) -> Reply {
    if arrival.method == Method::GET {
        return json_reply(StatusCode::OK, &json!(state.offices.all()));
    }
    let error = json!({ "message": format!("{OFFICES_PATH} takes GET only") });
    let mut reply = json_reply(StatusCode::METHOD_NOT_ALLOWED, &error);
    set(&mut reply, ALLOW, "GET");
    reply
}
