//! What the token endpoint says when it issues no token.

use hyper::StatusCode;
use hyper::header::ALLOW;
use serde_json::json;

use crate::server::reply::{Reply, json_reply, set};

/// An error in the terms of RFC 6749, section 5.2.
pub(crate) struct TokenError {
    status: StatusCode,
    code: &'static str,
    description: String,
}

impl TokenError {
    pub(crate) fn new(status: StatusCode, code: &'static str, description: impl Into<String>) -> Self {
        Self { status, code, description: description.into() }
    }

    pub(crate) fn invalid_request(description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    pub(crate) fn invalid_client(description: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", description)
    }

    /// An error that a fault asks for by its status, with the code that fits it best.
    pub(crate) fn injected(status: StatusCode) -> Self {
        let code = match status {
            StatusCode::UNAUTHORIZED => "invalid_client",
            // The section has no code for these; the RFC's other endpoint has.
            StatusCode::TOO_MANY_REQUESTS => "temporarily_unavailable",
            status if status.is_server_error() => "temporarily_unavailable",
            _ => "invalid_request",
        };
        Self::new(status, code, "the sandbox was asked to fail here")
    }

    pub(crate) fn reply(&self) -> Reply {
        let body = json!({ "error": self.code, "error_description": self.description });
        let mut reply = json_reply(self.status, &body);
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            set(&mut reply, ALLOW, "POST");
        }
        reply
    }
}
