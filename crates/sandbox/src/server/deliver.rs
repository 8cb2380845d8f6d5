//! The last step of a faulty request: a reply, or a connection that ends instead.

use std::fmt;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::header::{CONTENT_LENGTH, HeaderName, HeaderValue};

use crate::faults::fault::{Fault, FaultKind};
use crate::server::reply::Reply;

/// Neither a status line, nor UTF-8, nor TLS.
const NOT_HTTP: &[u8] = b"\xFF\xFE\x00not HTTP\r\n\r\n\x00";

/// The end of a connection in place of a reply, after these bytes.
#[derive(Debug)]
pub(crate) struct ConnectionCut(pub(crate) Bytes);

impl fmt::Display for ConnectionCut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection ends here, by a fault")
    }
}

impl std::error::Error for ConnectionCut {}

/// Waits as long as the fault says, then does to the reply what it says.
pub(crate) async fn deliver(fault: &Fault, reply: Reply) -> Result<Reply, ConnectionCut> {
    if !fault.delay.is_zero() {
        tokio::time::sleep(fault.delay).await;
    }
    match fault.kind {
        FaultKind::DroppedBefore | FaultKind::DroppedAfter => Err(ConnectionCut(Bytes::new())),
        FaultKind::Garbled => Err(ConnectionCut(Bytes::from_static(NOT_HTTP))),
        FaultKind::Truncated => Err(ConnectionCut(truncated(reply).await)),
        FaultKind::None | FaultKind::RateLimited | FaultKind::Status(_) | FaultKind::Reply(..) => Ok(reply),
    }
}

/// The headers that a fault adds to its reply. One that is there already is kept, but for what there can
/// only be one of.
pub(crate) fn add_headers(fault: &Fault, reply: &mut Reply) {
    for (name, value) in &fault.headers {
        let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) else {
            continue;
        };
        if name == hyper::header::CONTENT_TYPE {
            reply.headers_mut().insert(name, value);
        } else {
            reply.headers_mut().append(name, value);
        }
    }
}

/// The head and half of the body, or half of the head if there is no body.
async fn truncated(reply: Reply) -> Bytes {
    let (mut head, body) = reply.into_parts();
    let Ok(body) = body.collect().await;
    let body = body.to_bytes();
    if !body.is_empty() {
        head.headers.insert(CONTENT_LENGTH, body.len().into());
    }
    let mut bytes = BytesMut::from(format!("HTTP/1.1 {}\r\n", head.status).as_bytes());
    for (name, value) in &head.headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            bytes.extend_from_slice(part);
        }
    }
    bytes.extend_from_slice(b"\r\n");
    if body.is_empty() {
        bytes.truncate(bytes.len() / 2);
    }
    bytes.extend_from_slice(&body[..body.len() / 2]);
    bytes.freeze()
}
