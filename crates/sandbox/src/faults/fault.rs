//! One fault: what goes wrong with one request.

use std::time::Duration;

use bytes::Bytes;
use hyper::StatusCode;
use serde_json::{Map, Value};

use crate::faults::reply_edit::ReplyEdit;

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
    pub(crate) edits: Vec<ReplyEdit>,
    pub(crate) repeats_page: bool,
    pub(crate) changes: Option<Map<String, Value>>,
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
        Self {
            kind,
            headers: Vec::new(),
            delay: Duration::ZERO,
            edits: Vec::new(),
            repeats_page: false,
            changes: None,
        }
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

    /// Puts a value into the JSON of a reply that has some, whatever is held: a wrong type, say, or `null`. The place
    /// is a JSON Pointer (RFC 6901), in which `*` is every element: `/mail` of a user, `/data/*/mail` of each user of
    /// a page, `/data/0` its first, `/metadata/totalCount`.
    ///
    /// ```
    /// use avepoint_elements_sandbox::Fault;
    ///
    /// let odd = Fault::none().with_value("/status", "x").without_value("/data/*/id").total_count_off_by(-1);
    /// # let _ = odd;
    /// ```
    pub fn with_value(mut self, pointer: impl Into<String>, value: impl Into<Value>) -> Self {
        self.edits.push(ReplyEdit::Value { pointer: pointer.into(), value: Some(value.into()) });
        self
    }

    /// Leaves a field out of the JSON of a reply; the place is written as for [`with_value`](Self::with_value).
    pub fn without_value(mut self, pointer: impl Into<String>) -> Self {
        self.edits.push(ReplyEdit::Value { pointer: pointer.into(), value: None });
        self
    }

    /// Adds to the `totalCount` of a page.
    pub fn total_count_off_by(mut self, entries: i64) -> Self {
        self.edits.push(ReplyEdit::TotalCount(entries));
        self
    }

    /// Answers a request for a page with the entries of the page before it; the first page stays as it is.
    pub fn repeated_page(mut self) -> Self {
        self.repeats_page = true;
        self
    }

    /// Lets another writer change fields of the user whom the request names, at once after it was carried out: after
    /// a reading, say, and before the update that it is followed by. `changes` is an object with the fields' new
    /// values; anything else changes nothing.
    pub fn then_changes(mut self, changes: impl Into<Value>) -> Self {
        self.changes = match changes.into() {
            Value::Object(changes) => Some(changes),
            _ => None,
        };
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
        self.edits.iter().try_for_each(ReplyEdit::check)?;
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
