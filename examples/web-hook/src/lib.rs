//! The web hook: a move is posted, and the user's office information follows before the answer.

mod answer;
mod metrics;

use std::sync::Arc;
use std::time::Duration;

use avepoint_elements::{Elements, Error, OfficeInformation, UserKey};
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub use answer::{Answer, answer};
pub use metrics::Metrics;

/// A sender waits for the answer: a call ends well before the sender gives up.
const CALL_TIMEOUT: Duration = Duration::from_secs(20);
/// How long calls that wait for the service may go on after the end was asked for; then they end with the error of their
/// last attempt, and no call begins.
const GRACE: Duration = Duration::from_secs(5);

/// What the HR system posts. Ids and values are checked where they are taken in.
#[derive(serde::Deserialize)]
pub struct Move {
    user: UserKey,
    office: OfficeInformation,
}

#[derive(Clone)]
struct Hook {
    /// Each clone shares connections, tokens and the throttle.
    elements: Elements,
    metrics: Arc<Metrics>,
}

/// Answers until `stop` ends, then finishes what is under way: at most [`GRACE`] and [`CALL_TIMEOUT`] longer. A sender whose
/// move has not come whole by then gets no answer.
pub async fn serve(
    listener: TcpListener,
    elements: Elements,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let hook = Hook { elements: elements.with_timeout(CALL_TIMEOUT), metrics: Arc::default() };
    let (stopping, stopped) = oneshot::channel();
    let graceful = async move {
        stop.await;
        // It fails only where the server has ended already.
        let _ = stopping.send(());
    };
    let end_of_grace = async move {
        if stopped.await.is_ok() {
            tokio::time::sleep(GRACE).await;
            elements.shut_down();
            tokio::time::sleep(CALL_TIMEOUT).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        served = axum::serve(listener, app(hook)).with_graceful_shutdown(graceful).into_future() => served,
        () = end_of_grace => Ok(()),
    }
}

fn app(hook: Hook) -> Router {
    let routes = Router::new().route("/moves", post(update)).route("/metrics", get(metrics));
    routes.route("/healthz", get(|| async { "ok" })).with_state(hook)
}

async fn update(State(hook): State<Hook>, Json(Move { user, office }): Json<Move>) -> Response {
    let result = hook.elements.update_office_information(&user, &office).await;
    hook.metrics.count(&result);
    match result {
        Ok(_) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refused(&error),
    }
}

/// What the sender is told. The rest of the error is ours, and goes to the log.
fn refused(error: &Error) -> Response {
    tracing::warn!(kind = error.kind().name(), request_id = error.request_id(), "no update: {error}");
    answer(error).into_response()
}

async fn metrics(State(hook): State<Hook>) -> Response {
    let headers = [(CONTENT_TYPE, "text/plain; version=0.0.4")];
    (headers, hook.metrics.text(hook.elements.throttle_pause())).into_response()
}
