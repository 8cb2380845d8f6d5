//! A web service that embeds the client: one client for all requests, and errors as HTTP statuses.
//!
//! `cargo run --example axum_service` goes to a sandbox in this process; the variables that `one_update`
//! names lead elsewhere. It answers one request, which it sends itself, and ends.

mod common;

use std::time::Duration;

use avepoint_elements::{Credential, Elements, Error, OfficeInformation, UserKey};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use axum::routing::put;
use axum::{Json, Router};
pub(crate) use common::Service;
use tokio::net::TcpListener;

/// What this service's own callers send.
#[derive(serde::Deserialize)]
struct Move {
    postal_code: String,
    country: String,
    state: String,
    street: String,
    city: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> common::Result<()> {
    let service = Service::from_environment().await?;
    let (status, text) = run(&service, DRESDEN).await?;
    println!("the service answered {status}: {text}");
    Ok(())
}

pub(crate) const DRESDEN: &str = r#"{
    "postal_code": "01067",
    "country": "Germany",
    "state": "Saxony",
    "street": "Theaterplatz 2",
    "city": "Dresden"
}"#;

/// Starts the web service, sends it one request, and stops it.
pub(crate) async fn run(service: &Service, body: &str) -> common::Result<(u16, String)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let UserKey { customer, tenant, user, .. } = &service.user;
    let url = format!("http://{}/moves/{customer}/{tenant}/{user}", listener.local_addr()?);
    let app = app(client(service)?);
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let answer = ask(&url, body).await;
    server.abort();
    Ok(answer?)
}

/// Made once, when the service starts: it holds the connections, the token and the throttle.
fn client(service: &Service) -> avepoint_elements::Result<Elements> {
    Elements::builder()
        .base_url(&service.base_url)
        .token_url(&service.token_url)
        .allow_loopback_http()
        .credential(Credential::client_secret(&service.client_id, service.client_secret.clone()))
        // A browser waits for the answer: give up well before it does.
        .timeout(Duration::from_secs(20))
        .build()
}

/// The routes. A clone of the client, which each request gets, shares all of it.
fn app(elements: Elements) -> Router {
    Router::new().route("/moves/{customer}/{tenant}/{user}", put(move_user)).with_state(elements)
}

async fn move_user(
    State(elements): State<Elements>,
    Path((customer, tenant, user)): Path<(String, String, String)>,
    Json(to): Json<Move>,
) -> Result<StatusCode, Refusal> {
    let user = UserKey::new(customer.parse()?, tenant.parse()?, user.parse()?);
    let office = OfficeInformation::builder()
        .postal_code(to.postal_code)
        .country_region(to.country)
        .state(to.state)
        .address(to.street)
        .city(to.city)
        .build()?;
    elements.update_office_information(&user, &office).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An error as this service's callers see it.
struct Refusal(Error);

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(error) = self;
        // The caller has to correct a violation, which holds nothing else. The rest is ours: into the log.
        let text = match status(&error) {
            StatusCode::UNPROCESSABLE_ENTITY => error.to_string(),
            _ if error.is_outcome_unknown() => "the move may have been made; send it again".to_owned(),
            _ => "the move was not made".to_owned(),
        };
        eprintln!("update failed: {error}");
        let wait = error.retry_after().map(|wait| [(RETRY_AFTER, wait.as_secs_f64().ceil().to_string())]);
        (status(&error), wait, text).into_response()
    }
}

fn status(error: &Error) -> StatusCode {
    if error.is_validation() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else if error.is_not_found() {
        StatusCode::NOT_FOUND
    } else if error.is_throttled() {
        StatusCode::SERVICE_UNAVAILABLE
    } else if error.is_timeout() {
        StatusCode::GATEWAY_TIMEOUT
    } else {
        StatusCode::BAD_GATEWAY
    }
}

/// The one request that this example answers.
async fn ask(url: &str, body: &str) -> reqwest::Result<(u16, String)> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let request = http.put(url).header(CONTENT_TYPE, "application/json").body(body.to_owned());
    let reply = request.send().await?;
    Ok((reply.status().as_u16(), reply.text().await?))
}
