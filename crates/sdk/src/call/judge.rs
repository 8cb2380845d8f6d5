//! The verdict on what came back: only the contract's success is success.

use std::time::Duration;

use avepoint_elements_client::{Error as Refused, Operation};

use super::Sent;
use crate::error::{Limit, Stage};
use crate::reply::{self, Received, Reply, Request};
use crate::{Error, Receipt, Result};

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

/// Judges one request; of a reply that is not success as much is read as is worth keeping.
pub(super) async fn judge<T>(
    sent: Sent<T>,
    operation: &'static Operation,
    request: &Request<'_>,
    (limit, connect): (Limit, Duration),
) -> Result<Answer<T>> {
    let stage = Stage::Operation(operation);
    let received = match sent {
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
        Err(Refused::InvalidResponsePayload(_, error)) => return Err(Error::garbled(operation, error)),
    };
    Err(Error::reply(stage, Reply::read(received, request).await))
}
