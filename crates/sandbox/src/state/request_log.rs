//! What arrived at the API, kept for tests to look at.

use std::collections::VecDeque;
use std::sync::Mutex;

use bytes::Bytes;
use hyper::HeaderMap;

use crate::lock::lock;

/// The most requests that are kept.
pub(crate) const MAX_REQUESTS: usize = 10_000;

/// The most bytes of bodies that are kept: 64 MiB.
pub(crate) const MAX_BYTES: usize = 64 * 1024 * 1024;

/// A request that arrived at the API, and what became of it.
///
/// `Debug` shows no access token: the `authorization` header is marked as sensitive.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// The method, such as `PUT`.
    pub method: String,
    /// The request's target exactly as on the wire: path and query, nothing decoded.
    pub target: String,
    /// The headers; their names are in lower case.
    pub headers: HeaderMap,
    /// The body, at most [`Sandbox::MAX_BODY_BYTES`](crate::Sandbox::MAX_BODY_BYTES) of it.
    pub body: Bytes,
    /// The status of the reply; `None` where a fault left no whole reply.
    pub status: Option<u16>,
    /// The `request-id` header of the reply, also of one that was not given.
    pub request_id: String,
}

impl ReceivedRequest {
    /// The first value of a header, whose name may be in any case; `None` if it is absent or not
    /// visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// The newest requests.
#[derive(Default)]
pub(crate) struct RequestLog(Mutex<LogBuffer>);

#[derive(Default)]
struct LogBuffer {
    requests: VecDeque<ReceivedRequest>,
    bytes: usize,
}

impl RequestLog {
    pub(crate) fn push(&self, request: ReceivedRequest) {
        lock(&self.0).push(request, MAX_REQUESTS, MAX_BYTES);
    }

    /// The requests kept, oldest first.
    pub(crate) fn all(&self) -> Vec<ReceivedRequest> {
        lock(&self.0).requests.iter().cloned().collect()
    }
}

impl LogBuffer {
    fn push(&mut self, request: ReceivedRequest, max_requests: usize, max_bytes: usize) {
        self.bytes += request.body.len();
        self.requests.push_back(request);
        while self.requests.len() > max_requests || self.bytes > max_bytes {
            let Some(oldest) = self.requests.pop_front() else {
                break;
            };
            self.bytes -= oldest.body.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LogBuffer, ReceivedRequest};
    use hyper::HeaderMap;

    fn request(target: &str, body: &'static [u8]) -> ReceivedRequest {
        ReceivedRequest {
            method: "PUT".to_owned(),
            target: target.to_owned(),
            headers: HeaderMap::new(),
            body: body.into(),
            status: Some(204),
            request_id: String::new(),
        }
    }

    fn targets(log: &LogBuffer) -> Vec<&str> {
        log.requests.iter().map(|r| r.target.as_str()).collect()
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many() {
        let mut log = LogBuffer::default();
        for target in ["/1", "/2", "/3"] {
            log.push(request(target, b""), 2, 100);
        }
        assert_eq!(targets(&log), ["/2", "/3"]);
    }

    #[test]
    fn the_oldest_go_when_their_bodies_are_too_long() {
        let mut log = LogBuffer::default();
        for (target, body) in [("/1", b"1234"), ("/2", b"1234"), ("/3", b"1234")] {
            log.push(request(target, body), 100, 8);
        }
        assert_eq!(targets(&log), ["/2", "/3"]);
        assert_eq!(log.bytes, 8);
    }
}
