//! The one path that every operation takes: token, turn, request, verdict, and perhaps again.

mod deadline;
mod judge;
mod patience;
mod policies;
#[cfg(feature = "tracing")]
mod trace;

use std::time::Duration;

use avepoint_elements_client::{ByteStream, Client, Hooks, Operation, OperationInfo, ResponseValue};
use reqwest::Request;
use reqwest::header::AUTHORIZATION;
use tokio::time::Instant;

use crate::error::{Limit, Stage};
use crate::{AccessToken, Elements, Error, Result, reply};
pub(crate) use deadline::Deadline;
pub(crate) use judge::Answer;
pub(crate) use patience::Patience;
pub(crate) use policies::Policies;
#[cfg(feature = "tracing")]
pub(crate) use trace::traced;

/// What the generated client gives back.
pub(crate) type Sent<T> = Result<ResponseValue<T>, avepoint_elements_client::Error<ByteStream>>;

/// The wait after 429 without `Retry-After`: the documentation names none, and limits are commonly counted by
/// the second.
const UNNAMED_WAIT: Duration = Duration::from_secs(1);

/// A call under way.
struct Call<'a> {
    elements: &'a Elements,
    policies: &'a Policies,
    operation: &'static Operation,
    deadline: Deadline,
    /// Requests of the operation that went out.
    attempts: u32,
    /// When the last one did, or was about to.
    sent: Instant,
    /// Whether one of them may have been applied.
    unknown: bool,
    /// Whether a refused token was replaced, which is done once.
    replaced: bool,
}

impl Elements {
    /// Makes a call of an operation, which `send` sends by the client that it is given.
    pub(crate) async fn call<T, F, S>(&self, operation: &'static Operation, send: S) -> Result<Answer<T>>
    where
        S: Fn(Client) -> F,
        F: Future<Output = Sent<T>>,
    {
        let policies = &*self.policies;
        let now = policies.clock.now();
        let mut call = Call {
            elements: self,
            policies,
            operation,
            deadline: Deadline::from(&policies.clock, now, policies.timeout),
            attempts: 0,
            sent: now,
            unknown: false,
            replaced: false,
        };
        let outcome = call.run(&send).await;
        outcome.map_err(|error| error.after(call.attempts, call.unknown))
    }
}

impl Elements {
    /// A token, within a deadline.
    pub(crate) async fn token(&self, deadline: &Deadline) -> Result<AccessToken> {
        let token = deadline.bound(self.tokens.token()).await;
        token.unwrap_or_else(|| Err(Error::timed_out(Stage::Token, Limit::Total(self.policies.timeout))))
    }
}

impl Call<'_> {
    async fn run<T, F, S>(&mut self, send: &S) -> Result<Answer<T>>
    where
        S: Fn(Client) -> F,
        F: Future<Output = Sent<T>>,
    {
        let mut last: Option<Error> = None;
        let mut round = 0;
        loop {
            round += 1;
            let error = match self.authorized(send).await {
                Ok(answer) => return Ok(answer.after(self.attempts)),
                Err(error) => error,
            };
            match last {
                // Nothing new was learnt: what was heard before is the better reason.
                Some(last) if error.is_end_of_time() => return Err(last.asking(error.retry_after())),
                _ if !self.recovers(&error, round).await => return Err(error),
                _ => last = Some(error),
            }
        }
    }

    /// Sends with a token; one that the service refuses is replaced, once a call.
    async fn authorized<T, F, S>(&mut self, send: &S) -> Result<Answer<T>>
    where
        S: Fn(Client) -> F,
        F: Future<Output = Sent<T>>,
    {
        let token = self.ready().await?;
        let outcome = self.send(&token, send).await;
        match outcome {
            Err(error) if error.refuses_token() => {
                self.elements.tokens.refused(&token);
                if std::mem::replace(&mut self.replaced, true) {
                    return Err(error);
                }
                let fresh = self.token().await?;
                if fresh.same(&token) {
                    return Err(error);
                }
                let fresh = self.ready().await?;
                let outcome = self.send(&fresh, send).await;
                if outcome.as_ref().is_err_and(Error::refuses_token) {
                    self.elements.tokens.refused(&fresh);
                }
                outcome
            }
            outcome => outcome,
        }
    }

    async fn token(&self) -> Result<AccessToken> {
        self.elements.token(&self.deadline).await
    }

    /// A turn, and a token that is valid then: the one from before the line may have expired in it.
    async fn ready(&mut self) -> Result<AccessToken> {
        let token = self.token().await?;
        if self.policies.throttle.is_open() {
            return Ok(token);
        }
        self.turn().await?;
        self.token().await
    }

    /// Sends one request.
    async fn send<T, F, S>(&mut self, token: &AccessToken, send: &S) -> Result<Answer<T>>
    where
        S: Fn(Client) -> F,
        F: Future<Output = Sent<T>>,
    {
        let Policies { throttle, budget, clock, .. } = self.policies;
        self.sent = clock.now();
        let limit = self.limit();
        if limit.duration().is_zero() {
            return Err(Error::timed_out(Stage::Operation(self.operation), limit));
        }
        let once = Once { token: token.clone(), limit };
        let client = self.elements.client.with_hooks(once);
        self.attempts += 1;
        let limits = (limit, self.policies.connect_timeout);
        let request = reply::Request { secrets: &[token.expose()], clock: &**clock };
        let outcome = judge::judge(send(client).await, self.operation, &request, limits).await;
        if outcome.as_ref().is_err_and(Error::is_local) {
            self.attempts -= 1;
        }
        self.unknown |= outcome.as_ref().is_err_and(Error::is_outcome_unknown);
        if outcome.as_ref().map_or_else(Error::is_answer, |_| true) {
            throttle.succeeded();
            budget.earn();
        }
        outcome
    }

    /// Waits for a turn with a throttle that is not open, on the call's own time unless it is patient.
    async fn turn(&mut self) -> Result<()> {
        let throttle = &self.policies.throttle;
        let turn = match self.elements.patience.as_deref() {
            Some(patience) => {
                let turn = async |endless| patience.bound(throttle.admit(&endless)).await;
                let turn = self.deadline.stopped_for(turn).await;
                turn.ok_or_else(|| Error::given_up(throttle.pause_left()))?
            }
            None => throttle.admit(&self.deadline).await,
        };
        turn.map_err(Error::held_back)
    }

    /// What bounds the next request: its own limit, or what is left of the call's.
    fn limit(&self) -> Limit {
        let left = self.deadline.left(self.sent);
        if left < self.policies.attempt_timeout {
            Limit::Total(left)
        } else {
            Limit::Attempt(self.policies.attempt_timeout)
        }
    }

    /// Waits until the call may be tried again, if it may.
    async fn recovers(&self, error: &Error, round: u32) -> bool {
        let Policies { clock, retry, budget, .. } = self.policies;
        let asked = self.tell_others(error, round);
        if !error.may_pass() || !retry.allows(round) {
            return false;
        }
        let wait = match asked.or(error.retry_after()) {
            Some(wait) if !retry.honours(wait) => return false,
            Some(wait) => wait,
            None => retry.wait(round, clock.random()),
        };
        // Where all wait, the throttle gives this call its turn as well.
        let on_own_time = asked.is_none() || self.elements.patience.is_none();
        let in_time = |resume: &Instant| !on_own_time || self.deadline.allows(*resume);
        let Some(resume) = clock.now().checked_add(wait).filter(in_time) else { return false };
        // Requests for a token are shared, and bounded by one a second; what is too many meets the throttle.
        if !error.is_about_token() && !error.is_throttled() && !budget.take() {
            return false;
        }
        if asked.is_none() {
            clock.sleep_until(resume).await;
        }
        true
    }

    /// Where the service asks for a wait, lets all calls wait; gives the wait.
    fn tell_others(&self, error: &Error, round: u32) -> Option<Duration> {
        let Policies { retry, throttle, clock, .. } = self.policies;
        let status = error.operation_status().filter(|_| error.may_pass())?;
        let wait = match (status, error.retry_after()) {
            // "Now" said to many at once would bring them back at the same instant.
            (_, Some(Duration::ZERO)) => retry.wait(round, clock.random()),
            (_, Some(wait)) => wait,
            (429, None) => retry.longer(UNNAMED_WAIT, round),
            (_, None) => return None,
        };
        match status {
            429 => throttle.too_many(self.sent, wait, retry.longest()),
            _ => throttle.unavailable(wait, retry.longest()),
        }
        Some(wait)
    }
}

/// What one request gets: its token and its limit.
struct Once {
    token: AccessToken,
    limit: Limit,
}

impl Hooks for Once {
    fn before(&self, request: &mut Request, _: &OperationInfo) -> Result<(), String> {
        request.headers_mut().insert(AUTHORIZATION, self.token.authorization());
        // That of an attempt is the HTTP client's own.
        if let Limit::Total(left) = self.limit {
            *request.timeout_mut() = Some(left);
        }
        Ok(())
    }
}
