//! What came back: only the contract's success is success.

use std::sync::Arc;
use std::time::Duration;

use avepoint_elements_client::{ByteStream, Error as Refused, Operation, ResponseValue};

use super::success_body::{Size, SuccessBody};
use crate::error::reply::{self, Received, Reply, Request};
use crate::error::{Error, Limit, Result, Stage, unreadable};

/// What the generated client gives back.
pub(crate) type RawResponse<T> = Result<ResponseValue<T>, Refused<ByteStream>>;

/// The contract's success: what the service gives, and what it says of the request.
pub(crate) struct Answer<T> {
    /// What the reply holds; nothing for an operation whose success has no body.
    pub(crate) value: T,
    pub(crate) receipt: Receipt,
}

impl<T> Answer<T> {
    /// The same answer at the end of a call.
    pub(super) fn after(mut self, attempts: u32) -> Self {
        self.receipt.attempts = attempts;
        self
    }
}

/// What the service said of an update that it did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receipt {
    /// The status of the reply: the contract's success.
    pub status: u16,
    /// The id that the service gave the request, where it gave one; at most 128 bytes of it.
    pub request_id: Option<String>,
    /// How many requests of the operation were sent, those for tokens left out.
    pub attempts: u32,
}

/// One request: what it asks for, and what bounds it.
#[derive(Clone)]
pub(super) struct Attempt {
    pub(super) operation: &'static Operation,
    /// Where the reply's body is kept, should it be a success.
    pub(super) body: Arc<SuccessBody>,
    pub(super) limit: Limit,
    pub(super) connect_timeout: Duration,
}

/// Classifies what came of one request; of a reply that is not success as much is read as is worth keeping.
pub(super) async fn classify<T>(
    response: RawResponse<T>,
    attempt: &Attempt,
    request: &Request<'_>,
) -> Result<Answer<T>> {
    let stage = Stage::Operation(attempt.operation);
    let received = match response {
        Ok(value) => {
            let request_id = reply::request_id(value.headers(), request.secrets);
            let receipt = Receipt { status: value.status().as_u16(), request_id, attempts: 1 };
            return Ok(Answer { value: value.into_inner(), receipt });
        }
        Err(Refused::UnexpectedResponse(response)) => response.into(),
        Err(Refused::ErrorResponse(value)) => {
            let (status, headers) = (value.status().as_u16(), value.headers().clone());
            Received { status, headers, body: value.into_inner() }
        }
        Err(
            Refused::CommunicationError(error)
            | Refused::ResponseBodyError(error)
            | Refused::InvalidUpgrade(error),
        ) => return Err(Error::transport(stage, error, attempt.limit, attempt.connect_timeout)),
        Err(Refused::InvalidRequest(reason) | Refused::Custom(reason)) => return Err(Error::invalid(reason)),
        Err(Refused::InvalidResponsePayload(body, error)) => {
            return Err(attempt.unreadable(&body, &error, request));
        }
    };
    Err(Error::reply(stage, Reply::read(received, request).await))
}

impl Attempt {
    /// The error for a success whose body cannot be read.
    fn unreadable(&self, body: &[u8], error: &serde_json::Error, request: &Request<'_>) -> Error {
        let kept = self.body.kept();
        let limit = self.body.limit;
        let reason = match kept.refused_size {
            Some(Size::Announced(size)) => format!("it has {size} bytes, and at most {limit} are read"),
            Some(Size::AtLeast(size)) => format!("it has {size} bytes or more, and at most {limit} are read"),
            // Without its end, JSON is cut off; that the connection's end cut it off shows in nothing else.
            None if error.is_eof() && !body.is_empty() && kept.ends_with_connection() => {
                return Error::broken_off(self.operation);
            }
            None => unreadable::reason(body, error),
        };
        let reply = Reply::of(kept.status, &kept.headers, &kept.beginning, request);
        Error::unreadable(self.operation, reply, &reason)
    }
}
