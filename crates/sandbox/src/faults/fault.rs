//! One fault: what goes wrong with one request.

use std::time::Duration;

use bytes::Bytes;
use hyper::StatusCode;

/// What goes wrong with one request, to the API or to the token endpoint.
///
/// A fault either replaces the reply, and then nothing is carried out, or it spoils the reply of a request
/// that was carried out as usual.
///
/// ```
/// use std::time::Duration;
/// use avepoint_elements_sandbox::Fault;
///
/// let overloaded = Fault::status(503).retry_after("2");
/// let slow = Fault::none().delay(Duration::from_secs(30));
/// # let _ = (overloaded, slow);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) delay: Duration,
}

/// What a fault does to the reply.
#[derive(Clone, Debug)]
pub(crate) enum FaultKind {
    None,
    /// The rate limit was exceeded; no setting gives this fault by itself.
    RateLimited,
    Status(u16),
    Reply(u16, Bytes),
    DroppedBefore,
    DroppedAfter,
    Truncated,
    Garbled,
}

impl Fault {
    fn new(kind: FaultKind) -> Self {
        Self { kind, headers: Vec::new(), delay: Duration::ZERO }
    }

    /// No fault: the request is answered as usual. In a script it stands for a request that succeeds.
    pub fn none() -> Self {
        Self::new(FaultKind::None)
    }

    /// A reply with this status, from 200 to 599, and an error body of the kind that the endpoint has.
    /// Nothing is carried out.
    pub fn status(status: u16) -> Self {
        Self::new(FaultKind::Status(status))
    }

    /// A reply with this status, from 200 to 599, and exactly this body, as `text/html` unless a
    /// [`header`](Self::header) says otherwise. Nothing is carried out.
    pub fn reply(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(FaultKind::Reply(status, body.into().into()))
    }

    /// The connection is closed without a byte, and nothing is carried out.
    pub fn dropped_before_applying() -> Self {
        Self::new(FaultKind::DroppedBefore)
    }

    /// The request is carried out, and the connection is closed without a byte.
    pub fn dropped_after_applying() -> Self {
        Self::new(FaultKind::DroppedAfter)
    }

    /// The request is carried out, and its reply breaks off: in the middle of the body that its head
    /// announces or, like that of a 204, which has no body, in the middle of the head.
    pub fn truncated() -> Self {
        Self::new(FaultKind::Truncated)
    }

    /// The request is carried out, and answered with bytes that are not HTTP.
    pub fn garbled() -> Self {
        Self::new(FaultKind::Garbled)
    }

    pub(crate) fn rate_limited(retry_after: Option<u64>) -> Self {
        let fault = Self::new(FaultKind::RateLimited);
        match retry_after {
            Some(seconds) => fault.retry_after(seconds.to_string()),
            None => fault,
        }
    }

    /// Adds `Retry-After`, which may be anything: seconds, a date, or what no client expects.
    pub fn retry_after(self, value: impl Into<String>) -> Self {
        self.header("retry-after", value)
    }

    /// Adds a header to the reply; one of the same name is kept beside it, but for `content-type`. Only
    /// [`status`](Self::status) and [`reply`](Self::reply) have a reply to add it to.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Makes the reply, or the end of the connection, wait this long, by tokio's clock, on top of the
    /// latency of the endpoint. What is carried out is carried out before the wait.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Whether the request is carried out.
    pub(crate) fn applies(&self) -> bool {
        matches!(
            self.kind,
            FaultKind::None | FaultKind::DroppedAfter | FaultKind::Truncated | FaultKind::Garbled
        )
    }

    /// The status of the reply that takes the place of the usual one, if one does.
    pub(crate) fn replaced_status(&self) -> Option<StatusCode> {
        match self.kind {
            FaultKind::RateLimited => Some(StatusCode::TOO_MANY_REQUESTS),
            FaultKind::Status(status) | FaultKind::Reply(status, _) => StatusCode::from_u16(status).ok(),
            _ => None,
        }
    }

    /// Whether a whole reply is given.
    pub(crate) fn replies(&self) -> bool {
        matches!(
            self.kind,
            FaultKind::None | FaultKind::RateLimited | FaultKind::Status(_) | FaultKind::Reply(..)
        )
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        if let FaultKind::Status(status) | FaultKind::Reply(status, _) = self.kind
            && !(200..=599).contains(&status)
        {
            return Err(format!("a fault's status is {status}; allowed are 200 to 599"));
        }
        for (name, value) in &self.headers {
            let name_fits = hyper::header::HeaderName::try_from(name).is_ok();
            if !name_fits || hyper::header::HeaderValue::try_from(value).is_err() {
                return Err(format!(
                    "a fault's header {name:?} cannot be sent: its name or value is no header's"
                ));
            }
        }
        Ok(())
    }
}
