//! The listener and its connections: requests in, replies out, or a sudden end that a fault asks for.

pub(crate) mod deliver;
pub(crate) mod receive;
pub(crate) mod reply;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{ALLOW, CONTENT_TYPE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use self::deliver::ConnectionCut;
use self::receive::{IncomingRequest, receive};
use self::reply::{Reply, json_reply, json_text_reply, set};
use crate::state::ServiceState;
use crate::{api, token};

/// Where a person who runs the sandbox alone can look at what it holds.
const OFFICES_PATH: &str = "/sandbox/offices";
/// The users, as a file that a sandbox can be started with.
const USERS_PATH: &str = "/sandbox/users";

/// A pause after a failed `accept`: with no file descriptor left, it would fail again at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Accepts connections until `stopped` resolves, which it also does when its sender is dropped; then
/// closes the port and cuts every connection.
pub(crate) async fn serve(
    listener: TcpListener,
    state: Arc<ServiceState>,
    mut stopped: oneshot::Receiver<()>,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve_connection(stream, Arc::clone(&state)));
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    connections.shutdown().await;
}

/// Serves a connection to its end.
async fn serve_connection(stream: TcpStream, state: Arc<ServiceState>) {
    // Small replies on kept-alive connections would wait for the client's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| answer(&state, request));
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A broken connection concerns its client alone, and the client knows.
    let Err(error) = (&mut connection).await else { return };
    let Some(ConnectionCut(bytes)) = error.source().and_then(|source| source.downcast_ref()) else { return };
    let mut stream = connection.into_parts().io.into_inner();
    if stream.write_all(bytes).await.is_ok() {
        let _ = stream.shutdown().await;
    }
}

/// Answers a request.
///
/// # Errors
/// A request that broke off, or a [`ConnectionCut`] in place of the reply.
async fn answer(
    state: &ServiceState,
    request: Request<Incoming>,
) -> Result<Reply, Box<dyn Error + Send + Sync>> {
    let request = receive(request).await?;
    let path = request.uri.path();
    if matches!(path, OFFICES_PATH | USERS_PATH) {
        return Ok(held(state, &request));
    }
    let reply = if path == state.contract.token_path {
        token::answer(state, &request).await
    } else {
        api::answer(state, request).await
    };
    Ok(reply?)
}

/// What the sandbox holds.
fn held(state: &ServiceState, request: &IncomingRequest) -> Reply {
    let path = request.uri.path();
    if request.method == Method::GET {
        if path == OFFICES_PATH {
            return json_reply(StatusCode::OK, &json!(state.users.offices()));
        }
        let mut reply = json_text_reply(StatusCode::OK, state.users.lines());
        set(&mut reply, CONTENT_TYPE, "application/x-ndjson");
        return reply;
    }
    let error = json!({ "message": format!("{path} takes GET only") });
    let mut reply = json_reply(StatusCode::METHOD_NOT_ALLOWED, &error);
    set(&mut reply, ALLOW, "GET");
    reply
}
