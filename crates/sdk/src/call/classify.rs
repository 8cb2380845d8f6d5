//! What came back: only the contract's success is success.

use std::time::Duration;

use avepoint_elements_client::{Error as Refused, Operation};

use super::attempt::RawResponse;
use crate::error::reply::{self, Received, Reply, Request};
use crate::error::{Error, Limit, Result, Stage};

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

/// Classifies what came of one request; of a reply that is not success as much is read as is worth keeping.
pub(super) async fn classify<T>(
    response: RawResponse<T>,
    operation: &'static Operation,
    request: &Request<'_>,
    (limit, connect): (Limit, Duration),
) -> Result<Answer<T>> {
    let stage = Stage::Operation(operation);
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
        ) => return Err(Error::transport(stage, error, limit, connect)),
        Err(Refused::InvalidRequest(reason) | Refused::Custom(reason)) => return Err(Error::invalid(reason)),
        Err(Refused::InvalidResponsePayload(_, error)) => {
            return Err(Error::malformed_reply(operation, error));
        }
    };
    Err(Error::reply(stage, Reply::read(received, request).await))
}
