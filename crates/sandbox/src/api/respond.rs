//! The last stage: the reply to what came of a request, and the body that explains a refusal.

use hyper::StatusCode;
use hyper::header::HeaderName;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::contract::schema::Violation;
use crate::server::reply::{Reply, empty_reply, json_reply, json_text_reply, set};

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

/// What a request that was carried out is answered with.
#[derive(Debug)]
pub(crate) struct Success {
    pub(crate) status: StatusCode,
    /// JSON.
    pub(crate) body: Option<String>,
}

/// Why a request is not carried out.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    message: String,
    errors: Vec<Violation>,
    header: Option<(HeaderName, String)>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), errors: Vec::new(), header: None }
    }

    /// A refusal of a request that breaks the contract in these ways.
    pub(crate) fn invalid(errors: Vec<Violation>) -> Self {
        Self { errors, ..Self::new(StatusCode::BAD_REQUEST, "The request does not meet the contract") }
    }

    pub(crate) fn with_header(self, name: HeaderName, value: String) -> Self {
        Self { header: Some((name, value)), ..self }
    }

    /// The error body that a sibling API of the vendor answers with. Its `timestamp` and `traceId` are
    /// left out: the sandbox has no traces, and a test's clock may stand still.
    fn body(&self, request_id: &str) -> Value {
        json!({
            "statusCode": self.status.as_u16(),
            "message": self.message,
            "errors": self.errors,
            "requestId": request_id,
        })
    }
}

/// A fresh id for a request.
pub(crate) fn request_id() -> String {
    Uuid::new_v4().to_string()
}

/// The reply of the API to what came of a request, but for its [`REQUEST_ID`] header.
pub(crate) fn respond(outcome: &Result<Success, Refusal>, request_id: &str) -> Reply {
    let mut reply = match outcome {
        Ok(Success { status, body: Some(body) }) => json_text_reply(*status, body.clone()),
        Ok(Success { status, body: None }) => empty_reply(*status),
        Err(refusal) => json_reply(refusal.status, &refusal.body(request_id)),
    };
    if let Err(Refusal { header: Some((name, value)), .. }) = outcome {
        set(&mut reply, name.clone(), value);
    }
    reply
}
