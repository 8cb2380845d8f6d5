//! The one path that every operation takes: token, request, verdict.

use avepoint_elements_client as contract;
use contract::{ByteStream, Client, Hooks, Operation, OperationInfo, ResponseValue};
use reqwest::Request;
use reqwest::header::{AUTHORIZATION, HeaderValue};

use crate::error::Stage;
use crate::reply::{self, Reply};
use crate::{Elements, Error, Receipt, Result, UserKey};

type Sent = Result<ResponseValue<()>, contract::Error<ByteStream>>;

/// Adds the access token to a request.
struct Authorize(HeaderValue);

impl Hooks for Authorize {
    fn before(&self, request: &mut Request, _: &OperationInfo) -> Result<(), String> {
        request.headers_mut().insert(AUTHORIZATION, self.0.clone());
        Ok(())
    }
}

impl Elements {
    /// Sends an operation with a token and sorts what comes back.
    pub(crate) async fn execute<F>(
        &self,
        operation: &'static Operation,
        send: impl FnOnce(Client) -> F,
    ) -> Result<Receipt>
    where
        F: Future<Output = Sent>,
    {
        let token = self.tokens.token().await?;
        let authorized = self.client.with_hooks(Authorize(token.authorization()?));
        let outcome = verdict(operation, send(authorized).await).await;
        if let Err(error) = &outcome
            && error.status() == Some(401)
        {
            self.tokens.refused(&token);
        }
        outcome
    }

    /// Runs a call in a span that names the operation, the ids and the outcome, and no value.
    #[cfg(feature = "tracing")]
    pub(crate) async fn traced<F>(&self, operation: &Operation, user: &UserKey, call: F) -> Result<Receipt>
    where
        F: Future<Output = Result<Receipt>>,
    {
        use tracing::field::{Empty, display};
        let UserKey { customer, tenant, user } = user;
        let span = tracing::info_span!(
            "elements",
            operation = operation.id, %customer, %tenant, %user, status = Empty, request_id = Empty
        );
        let outcome = tracing::Instrument::instrument(call, span.clone()).await;
        let (status, request_id) = match &outcome {
            Ok(receipt) => (Some(204), receipt.request_id.as_deref()),
            Err(error) => (error.status(), error.request_id()),
        };
        span.record("status", status).record("request_id", request_id.map(display));
        outcome
    }

    #[cfg(not(feature = "tracing"))]
    pub(crate) async fn traced<F>(&self, _: &Operation, _: &UserKey, call: F) -> Result<Receipt>
    where
        F: Future<Output = Result<Receipt>>,
    {
        call.await
    }
}

/// Only the contract's success is success; of everything else as much is read as is worth keeping.
async fn verdict(operation: &'static Operation, sent: Sent) -> Result<Receipt> {
    use contract::Error as E;
    let stage = Stage::Operation(operation);
    let (status, headers, body) = match sent {
        Ok(value) => return Ok(Receipt { request_id: reply::request_id(value.headers()) }),
        Err(E::ErrorResponse(value)) => (value.status(), value.headers().clone(), value.into_inner()),
        Err(E::UnexpectedResponse(response)) => {
            let (status, headers) = (response.status(), response.headers().clone());
            (status, headers, ByteStream::new(Box::pin(response.bytes_stream())))
        }
        Err(E::CommunicationError(error) | E::ResponseBodyError(error) | E::InvalidUpgrade(error)) => {
            return Err(Error::transport(stage, error));
        }
        Err(E::InvalidRequest(reason) | E::Custom(reason)) => return Err(Error::invalid(reason)),
        Err(E::InvalidResponsePayload(_, error)) => return Err(Error::garbled(operation, error)),
    };
    Err(Error::reply(stage, Reply::read(status.as_u16(), &headers, body).await))
}
