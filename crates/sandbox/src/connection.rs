//! One connection: requests in, replies out, or a sudden end that was asked for.

use std::error::Error as _;
use std::fmt;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::ALLOW;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::deliver::Cut;
use crate::receive::{Arrival, receive};
use crate::respond::{Reply, json_reply, set};
use crate::state::State;
use crate::{api, token_endpoint};

/// Where somebody who runs the sandbox alone can look at what it holds.
const OFFICES_PATH: &str = "/sandbox/offices";

/// Serves a connection to its end.
pub(crate) async fn serve(stream: TcpStream, state: Arc<State>) {
    // Small replies on kept-alive connections would wait for the client's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| answer(&state, request));
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A broken connection concerns its client alone, and the client knows.
    let Err(error) = (&mut connection).await else { return };
    let Some(Broken::Cut(Cut(bytes))) = error.source().and_then(|source| source.downcast_ref()) else {
        return;
    };
    let mut stream = connection.into_parts().io.into_inner();
    if stream.write_all(bytes).await.is_ok() {
        let _ = stream.shutdown().await;
    }
}

/// Why a request has no reply.
#[derive(Debug)]
enum Broken {
    /// The request broke off.
    Request(hyper::Error),
    Cut(Cut),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(error) => error.fmt(f),
            Self::Cut(cut) => cut.fmt(f),
        }
    }
}

impl std::error::Error for Broken {}

async fn answer(state: &State, request: Request<Incoming>) -> Result<Reply, Broken> {
    let arrival = receive(request).await.map_err(Broken::Request)?;
    let path = arrival.uri.path();
    if path == OFFICES_PATH {
        return Ok(offices(state, &arrival));
    }
    let reply = if path == state.contract.token_path {
        token_endpoint::answer(state, &arrival).await
    } else {
        api::answer(state, arrival).await
    };
    reply.map_err(Broken::Cut)
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
