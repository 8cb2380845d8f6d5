//! One attempt of a call: a token, a slot, a request.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use avepoint_elements_client::{BoxFuture, Client, Hooks, OperationInfo};
use reqwest::header::AUTHORIZATION;
use reqwest::{Request, Response};

use super::classify::{Answer, Attempt, RawResponse, classify};
use super::success_body::SuccessBody;
use super::{Call, ClientState};
use crate::auth::token::AccessToken;
use crate::error::reply;
use crate::error::{Error, Limit, Result, Stage};

/// The status of a success without a body.
const NO_CONTENT: u16 = 204;

impl Call<'_> {
    /// Sends one request; a token that the service refuses is not sent again.
    pub(super) async fn attempt<T, F, S>(&mut self, send: &S) -> Result<Answer<T>>
    where
        S: Fn(Client) -> F,
        F: Future<Output = RawResponse<T>>,
    {
        let mut token = self.token().await?;
        if !self.shared.throttle.is_unlimited() {
            self.acquire_slot().await?;
            // The token from before the queue may have expired in it.
            token = self.token().await?;
        }
        if self.send_by.as_ref().is_some_and(|by| by.left(self.shared.clock.now()).is_zero()) {
            return Err(Error::too_late());
        }
        let outcome = self.send(&token, send).await;
        if let Err(error) = &outcome
            && error.refuses_token()
        {
            self.pipeline.tokens.invalidate(&token);
            self.refusal = Some((token, error.clone()));
        }
        outcome
    }

    /// A token that the service has not refused.
    async fn token(&self) -> Result<AccessToken> {
        let token = self.pipeline.token(self.operation.scopes, &self.deadline).await?;
        match &self.refusal {
            Some((refused, error)) if *refused == token => Err(error.clone()),
            _ => Ok(token),
        }
    }

    /// Waits for a slot of the throttle, on the call's own time unless its queue is unbounded.
    async fn acquire_slot(&mut self) -> Result<()> {
        let throttle = &self.shared.throttle;
        if throttle.pause_remaining().is_none()
            && self.pipeline.has_reserved_slot.swap(false, Ordering::Relaxed)
        {
            return Ok(());
        }
        let pipeline = self.pipeline;
        if let Some(by) = &self.send_by {
            return pipeline.wait_in_queue(throttle.acquire_first(by)).await;
        }
        if pipeline.unbounded_queue.is_none() {
            return pipeline.wait_in_queue(throttle.acquire(&self.deadline)).await;
        }
        let slot = async |endless| pipeline.wait_in_queue(throttle.acquire(&endless)).await;
        self.deadline.stopped_for(slot).await
    }

    async fn send<T, F, S>(&mut self, token: &AccessToken, send: &S) -> Result<Answer<T>>
    where
        S: Fn(Client) -> F,
        F: Future<Output = RawResponse<T>>,
    {
        let ClientState { throttle, budget, clock, connect_timeout, max_reply, .. } = self.shared;
        self.sent = clock.now();
        let limit = self.limit();
        if limit.duration().is_zero() {
            return Err(Error::timed_out(Stage::Operation(self.operation), limit));
        }
        let (operation, body) = (self.operation, Arc::new(SuccessBody::new(*max_reply)));
        let attempt = Attempt { operation, body, limit, connect_timeout: *connect_timeout };
        let hooks = AttemptHooks { token: token.clone(), attempt: attempt.clone() };
        let client = self.pipeline.client.with_hooks(hooks);
        self.attempts += 1;
        let request = reply::Request { secrets: &[token.expose()], clock: &**clock };
        let outcome = classify(send(client).await, &attempt, &request).await;
        if outcome.as_ref().is_err_and(Error::is_local) {
            self.attempts -= 1;
        }
        self.unknown |= outcome.as_ref().is_err_and(Error::is_outcome_unknown);
        if outcome.as_ref().map_or_else(Error::is_answer, |_| true) {
            throttle.record_success();
            budget.earn();
        }
        outcome
    }

    /// What bounds the next request: the limit of an attempt, or what is left of the call's.
    fn limit(&self) -> Limit {
        let left = self.deadline.left(self.sent);
        if left < self.shared.attempt_timeout {
            Limit::Total(left)
        } else {
            Limit::Attempt(self.shared.attempt_timeout)
        }
    }
}

/// What one request gets: its token and its limits.
struct AttemptHooks {
    token: AccessToken,
    attempt: Attempt,
}

impl Hooks for AttemptHooks {
    fn before(&self, request: &mut Request, _: &OperationInfo) -> Result<(), String> {
        request.headers_mut().insert(AUTHORIZATION, self.token.authorization());
        // That of an attempt is the HTTP client's own.
        if let Limit::Total(left) = self.attempt.limit {
            *request.timeout_mut() = Some(left);
        }
        Ok(())
    }
    fn execute<'a>(
        &'a self,
        http: &'a reqwest::Client,
        request: Request,
        _: &'a OperationInfo,
    ) -> BoxFuture<'a, reqwest::Result<Response>> {
        Box::pin(async move {
            let response = http.execute(request).await?;
            let Attempt { operation, body, .. } = &self.attempt;
            let is_success = response.status().as_u16() == operation.success;
            if is_success && operation.success != NO_CONTENT {
                return body.read(response).await;
            }
            Ok(response)
        })
    }
}
