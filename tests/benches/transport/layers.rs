//! The four layers, each sending the same update.

use std::net::SocketAddr;

use avepoint_elements::{Credential, Elements, OfficeInformation, UserKey};
use avepoint_elements_client::{Client, Hooks, OperationInfo, types};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

use crate::rounds::{IN_FLIGHT, Lane, Loop};
use crate::sample;

/// The names of the layers, from the bottom up.
pub(crate) const NAMES: [&str; 4] = ["hyper", "reqwest", "generated", "sdk"];

/// The loop over a layer, against a server.
pub(crate) fn layer(name: &str, runtime: &Runtime, server: SocketAddr) -> Box<dyn Loop> {
    match name {
        "hyper" => Box::new(runtime.block_on(hyper_lanes(server))),
        "reqwest" => Box::new(lanes(Reqwest::new(server))),
        "generated" => Box::new(lanes(Generated::new(server))),
        "sdk" => Box::new(lanes(Sdk::new(server))),
        _ => unreachable!("the names of the layers are checked where they are read"),
    }
}

fn lanes<L: Lane + Clone>(lane: L) -> Vec<L> {
    vec![lane; IN_FLIGHT as usize]
}

/// Straight over one connection, with nothing that chooses it.
struct Hyper {
    connection: SendRequest<Full<Bytes>>,
    host: String,
    token: String,
}

async fn hyper_lanes(server: SocketAddr) -> Vec<Hyper> {
    let mut lanes = Vec::new();
    for _ in 0..IN_FLIGHT {
        lanes.push(Hyper::connect(server).await);
    }
    lanes
}

impl Hyper {
    async fn connect(server: SocketAddr) -> Self {
        let stream = TcpStream::connect(server).await.expect("the server listens");
        stream.set_nodelay(true).expect("a TCP stream has this option");
        let handshake = http1::handshake(TokioIo::new(stream)).await;
        let (connection, driver) = handshake.expect("HTTP/1 needs no handshake");
        tokio::spawn(driver);
        Self { connection, host: server.to_string(), token: sample::token() }
    }

    fn request(&self) -> hyper::Request<Full<Bytes>> {
        let body = serde_json::to_vec(&sample::OFFICE).expect("texts can be written as JSON");
        hyper::Request::put(sample::path())
            .header(HOST, &self.host)
            .header(AUTHORIZATION, format!("Bearer {}", self.token))
            .header(CONTENT_TYPE, "application/json")
            .body(Full::from(body))
            .expect("the parts of the sample are valid")
    }
}

impl Lane for Hyper {
    async fn call(&mut self) {
        self.connection.ready().await.expect("the server keeps connections");
        let reply = self.connection.send_request(self.request()).await.expect("the server replies");
        assert_eq!(reply.status(), 204);
        reply.into_body().collect().await.expect("the reply is whole");
    }
}

/// What a program would write that has reqwest and no library for this API.
#[derive(Clone)]
struct Reqwest {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Reqwest {
    fn new(server: SocketAddr) -> Self {
        Self { http: http(), base: format!("http://{server}"), token: sample::token() }
    }
}

impl Lane for Reqwest {
    async fn call(&mut self) {
        let url = format!("{}{}", self.base, sample::path());
        let request = self.http.put(url).bearer_auth(&self.token).json(&sample::OFFICE);
        let reply = request.send().await.expect("the server replies");
        assert_eq!(reply.status(), 204);
    }
}

/// A client as reqwest has it, whatever proxy the environment names.
pub(crate) fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("these settings are valid")
}

/// The generated client, with a hook for the header; the values are checked once, and cloned for each call.
#[derive(Clone)]
struct Generated {
    client: Client,
    customer: types::CustomerId,
    tenant: types::TenantId,
    user: types::UserId,
    office: types::OfficeInformation,
}

struct Bearer(HeaderValue);

impl Hooks for Bearer {
    fn before(&self, request: &mut reqwest::Request, _: &OperationInfo) -> Result<(), String> {
        request.headers_mut().insert(AUTHORIZATION, self.0.clone());
        Ok(())
    }
}

impl Generated {
    fn new(server: SocketAddr) -> Self {
        let bearer = format!("Bearer {}", sample::token());
        let bearer = Bearer(bearer.try_into().expect("the token can stand in a header"));
        let client = Client::new(&format!("http://{server}"), http()).expect("the URL is a base URL");
        Self {
            client: client.with_hooks(bearer),
            customer: sample::CUSTOMER.parse().expect("the id is valid"),
            tenant: sample::TENANT.parse().expect("the id is valid"),
            user: sample::USER.parse().expect("the id is valid"),
            office: generated_office(),
        }
    }
}

fn generated_office() -> types::OfficeInformation {
    types::OfficeInformation::builder()
        .postal_code(sample::POSTAL_CODE)
        .country_region(sample::COUNTRY_REGION)
        .state(sample::STATE)
        .address(sample::ADDRESS)
        .try_into()
        .expect("the sample is valid")
}

impl Lane for Generated {
    async fn call(&mut self) {
        let sent = self
            .client
            .update_office_information()
            .customer_id(self.customer.clone())
            .tenant_id(self.tenant.clone())
            .user_id(self.user.clone())
            .body(self.office.clone())
            .send();
        sent.await.expect("the server answers 204");
    }
}

/// The SDK with its defaults: token, throttle, deadlines, budget, verdict.
#[derive(Clone)]
struct Sdk {
    elements: Elements,
    user: UserKey,
    office: OfficeInformation,
}

impl Sdk {
    fn new(server: SocketAddr) -> Self {
        let elements = Elements::builder()
            .base_url(format!("http://{server}"))
            .allow_loopback_http()
            .credential(Credential::access_token(sample::token()))
            .build();
        Self { elements: elements.expect("the settings are valid"), user: user(), office: office() }
    }
}

pub(crate) fn user() -> UserKey {
    UserKey::new(
        sample::CUSTOMER.parse().expect("the id is valid"),
        sample::TENANT.parse().expect("the id is valid"),
        sample::USER.parse().expect("the id is valid"),
    )
}

pub(crate) fn office() -> OfficeInformation {
    OfficeInformation::builder()
        .postal_code(sample::POSTAL_CODE)
        .country_region(sample::COUNTRY_REGION)
        .state(sample::STATE)
        .address(sample::ADDRESS)
        .build()
        .expect("the sample is valid")
}

impl Lane for Sdk {
    async fn call(&mut self) {
        let sent = self.elements.update_office_information(&self.user, &self.office);
        sent.await.expect("the server answers 204");
    }
}
