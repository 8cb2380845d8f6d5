//! Replies, as the API, the token endpoint and the sandbox's own paths give them.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::Value;

pub(crate) type Reply = Response<Full<Bytes>>;

/// A reply whose status and body a fault gives.
pub(crate) fn raw_reply(status: u16, body: &Bytes) -> Reply {
    let mut reply = Response::new(Full::new(body.clone()));
    // Checked when the fault was set.
    *reply.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    set(&mut reply, CONTENT_TYPE, "text/html");
    reply
}

/// A reply with a JSON body.
pub(crate) fn json_reply(status: StatusCode, body: &Value) -> Reply {
    json_text_reply(status, body.to_string())
}

/// A reply whose body is JSON already.
pub(crate) fn json_text_reply(status: StatusCode, body: String) -> Reply {
    let mut reply = Response::new(Full::from(body));
    *reply.status_mut() = status;
    set(&mut reply, CONTENT_TYPE, "application/json");
    reply
}

/// A reply without a body.
pub(crate) fn empty_reply(status: StatusCode) -> Reply {
    let mut reply = Response::new(Full::default());
    *reply.status_mut() = status;
    reply
}

/// Sets a header; a value that no header can hold is left out.
pub(crate) fn set(reply: &mut Reply, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().insert(name, value);
    }
}
