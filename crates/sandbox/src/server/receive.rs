//! Reading a request from its connection, within bounds.

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::AUTHORIZATION;
use hyper::{HeaderMap, Method, Request, Uri};

/// The longest body that is accepted: 1 MiB.
pub(crate) const MAX_BODY: usize = 1024 * 1024;

/// How much of a longer body is read and thrown away. A server that replies and closes while bytes
/// are still arriving resets the connection, and the client may never see the reply.
const MAX_DRAINED: usize = 16 * MAX_BODY;

/// A request as it came.
pub(crate) struct IncomingRequest {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    /// At most [`MAX_BODY`] bytes.
    pub(crate) body: Bytes,
    /// Whether the body was longer than that.
    pub(crate) oversized: bool,
}

/// Reads the request; an error means that the connection broke before its end.
pub(crate) async fn receive(request: Request<Incoming>) -> Result<IncomingRequest, hyper::Error> {
    let (mut head, body) = request.into_parts();
    if let Some(authorization) = head.headers.get_mut(AUTHORIZATION) {
        authorization.set_sensitive(true);
    }
    let (body, oversized) = read(body).await?;
    Ok(IncomingRequest { method: head.method, uri: head.uri, headers: head.headers, body, oversized })
}

async fn read(mut body: Incoming) -> Result<(Bytes, bool), hyper::Error> {
    let mut kept = BytesMut::new();
    let mut seen = 0;
    while seen <= MAX_DRAINED
        && let Some(frame) = body.frame().await
    {
        if let Ok(data) = frame?.into_data() {
            seen += data.len();
            let room = MAX_BODY - kept.len();
            kept.extend_from_slice(&data[..data.len().min(room)]);
        }
    }
    Ok((kept.freeze(), seen > MAX_BODY))
}

impl IncomingRequest {
    /// The value of a header that is text, trimmed; empty if it is absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|v| v.to_str().ok()).unwrap_or("").trim()
    }

    /// The media type of the body without its parameters; empty if the request names none.
    pub(crate) fn media_type(&self) -> &str {
        let value = self.header("content-type");
        value.split_once(';').map_or(value, |(kind, _)| kind).trim()
    }
}
