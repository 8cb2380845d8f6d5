//! The verdict on what came back: only the contract's success is success.

use std::time::Duration;

use avepoint_elements_client::{Error as Refused, Operation};

use super::Sent;
use crate::error::{Limit, Stage};
use crate::reply::{self, Received, Reply, Request};
use crate::{Error, Receipt, Result};

/// Judges one request; of a reply that is not success as much is read as is worth keeping.
pub(super) async fn judge(
    sent: Sent,
    operation: &'static Operation,
    request: &Request<'_>,
    (limit, connect): (Limit, Duration),
) -> Result<Receipt> {
    let stage = Stage::Operation(operation);
    let received = match sent {
        Ok(value) => {
            return Ok(Receipt {
                request_id: reply::request_id(value.headers(), request.secrets),
                attempts: 1,
            });
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
