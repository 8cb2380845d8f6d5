//! The one path of every operation: token, slot, request, classification, decision, and perhaps again.

mod attempt;
pub(crate) mod budget;
pub(crate) mod cancellation;
pub(crate) mod classify;
pub(crate) mod deadline;
mod decide;
pub(crate) mod retry;
pub(crate) mod retry_after;
pub(crate) mod subject;
mod success_body;
#[cfg(feature = "tracing")]
pub(crate) mod trace;

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use avepoint_elements_client::{Client, Operation};
use tokio::time::Instant;

use crate::auth::token::{AccessToken, Permissions, TokenSource};
use crate::clock::{ClockOffset, SharedClock};
use crate::error::{Error, Limit, Result, Stage};
use crate::throttle::Throttle;
use crate::transport::ProxyUse;
use budget::Budget;
use cancellation::CancellationToken;
use classify::Answer;
pub(crate) use classify::RawResponse;
use deadline::Deadline;
use decide::{CallState, Decision, Failure, decide};
use retry::RetryPolicy;
use subject::Subject;

/// What calls go through, shared by the clones of a client.
#[derive(Clone)]
pub(crate) struct Pipeline {
    pub(crate) client: Client,
    pub(crate) tokens: Arc<dyn TokenSource>,
    pub(crate) shared: Arc<ClientState>,
    /// How long a call may take, all waiting included.
    pub(crate) timeout: Duration,
    /// Where it is set, the time in the queue of the throttle does not count as a call's, and this token ends it.
    pub(crate) unbounded_queue: Option<Arc<CancellationToken>>,
    /// Whether a call sleeps between its attempts where the service names no wait.
    pub(crate) backs_off: bool,
    /// Where it is set, a call is sent once, and only within this time of its beginning.
    pub(crate) once_within: Option<Duration>,
    /// Whether there is a slot of the throttle that was queued for ahead of its request.
    pub(crate) has_reserved_slot: Arc<AtomicBool>,
}

/// What all calls of a client share, and what bounds each.
pub(crate) struct ClientState {
    pub(crate) clock: SharedClock,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: Budget,
    pub(crate) throttle: Throttle,
    /// How long making a connection may take.
    pub(crate) connect_timeout: Duration,
    /// How long one request may take, its reply included.
    pub(crate) attempt_timeout: Duration,
    /// The most bytes of a success that are read.
    pub(crate) max_reply: usize,
    /// How far the token endpoint's clock is ahead of this machine's.
    pub(crate) clock_offset: Arc<ClockOffset>,
    /// Which proxy requests of the API go through.
    pub(crate) proxy: ProxyUse,
    /// Ends all waits, and refuses calls.
    pub(crate) shutdown: CancellationToken,
    /// Where requests go, for spans.
    #[cfg(feature = "tracing")]
    pub(crate) server: trace::Server,
}

/// A call under way.
struct Call<'a> {
    pipeline: &'a Pipeline,
    shared: &'a ClientState,
    operation: &'static Operation,
    deadline: Deadline,
    /// The attempt that the retry policy counts, from 1. An attempt after a refused token is none of its own.
    round: u32,
    /// Requests of the operation that were sent.
    attempts: u32,
    /// When the last one was sent, or was about to be.
    sent: Instant,
    /// The latest time at which one may be sent, where there is one.
    send_by: Option<Deadline>,
    /// Whether one of them may have been applied.
    unknown: bool,
    /// Whether a refused token was replaced, which is done once.
    token_replaced: bool,
    /// The token that the service refused, and the refusal.
    refusal: Option<(AccessToken, Error)>,
}

impl Pipeline {
    /// Makes a call of an operation, which `send` sends with the client that it is given, in a span of its own.
    pub(crate) async fn call<T, F, S>(
        &self,
        operation: &'static Operation,
        subject: Subject<'_>,
        send: S,
    ) -> Result<Answer<T>>
    where
        S: Fn(Client) -> F,
        F: Future<Output = RawResponse<T>>,
    {
        let call = pin!(self.untraced(operation, send));
        #[cfg(feature = "tracing")]
        let call = trace::traced(operation, subject, &self.shared.server, call);
        #[cfg(not(feature = "tracing"))]
        let _ = subject;
        call.await
    }

    async fn untraced<T, F, S>(&self, operation: &'static Operation, send: S) -> Result<Answer<T>>
    where
        S: Fn(Client) -> F,
        F: Future<Output = RawResponse<T>>,
    {
        let shared = &*self.shared;
        let now = shared.clock.now();
        let mut call = Call {
            pipeline: self,
            shared,
            operation,
            deadline: Deadline::from(&shared.clock, now, self.timeout),
            round: 1,
            attempts: 0,
            sent: now,
            send_by: self.once_within.map(|limit| Deadline::from(&shared.clock, now, limit)),
            unknown: false,
            token_replaced: false,
            refusal: None,
        };
        let outcome = call.run(&send).await;
        outcome.map_err(|error| error.after(call.attempts, call.unknown))
    }

    /// A token with these permissions, within a deadline.
    pub(crate) async fn token(&self, permissions: Permissions, deadline: &Deadline) -> Result<AccessToken> {
        let token = self.wait(deadline.bound(self.tokens.token(permissions))).await?;
        token.unwrap_or_else(|| Err(Error::timed_out(Stage::Token, Limit::Total(self.timeout))))
    }

    /// Waits for a slot of the throttle ahead of the request that it is for.
    pub(crate) async fn reserve(&self) -> Result<()> {
        let ClientState { clock, throttle, .. } = &*self.shared;
        let limit = self.unbounded_queue.as_ref().map_or(self.timeout, |_| Duration::MAX);
        self.wait_in_queue(throttle.acquire_first(&Deadline::after(clock, limit))).await
    }

    /// Waits for a slot, unless the queue is cancelled.
    async fn wait_in_queue(
        &self,
        slot: impl Future<Output = std::result::Result<(), Duration>>,
    ) -> Result<()> {
        let slot = self.wait(async {
            match self.unbounded_queue.as_deref() {
                Some(token) => token.run_until_cancelled(slot).await,
                None => Some(slot.await),
            }
        });
        let slot = slot.await?;
        let cancelled = || Error::cancelled_in_queue(self.shared.throttle.pause_remaining());
        slot.ok_or_else(cancelled)?.map_err(Error::throttle_pause)
    }

    /// Waits for what is no request of the operation, unless the client is shut down.
    async fn wait<T>(&self, future: impl Future<Output = T>) -> Result<T> {
        let shutdown = &self.shared.shutdown;
        if shutdown.is_cancelled() {
            return Err(Error::shut_down());
        }
        shutdown.run_until_cancelled(future).await.ok_or_else(Error::shut_down)
    }
}

impl Call<'_> {
    async fn run<T, F, S>(&mut self, send: &S) -> Result<Answer<T>>
    where
        S: Fn(Client) -> F,
        F: Future<Output = RawResponse<T>>,
    {
        let mut last: Option<Error> = None;
        loop {
            let error = match self.attempt(send).await {
                Ok(answer) => return Ok(answer.after(self.attempts)),
                Err(error) => error,
            };
            // The end of the time tells nothing new: the failure before it is the better reason.
            if error.ends_call()
                && let Some(last) = last
            {
                return Err(last.asking(error.retry_after()));
            }
            let decision = self.next(&error);
            #[cfg(feature = "tracing")]
            self.log_retry(&decision, &error);
            match decision {
                Decision::GiveUp => return Err(error),
                Decision::RefreshToken => {
                    self.token_replaced = true;
                    continue;
                }
                Decision::RetryAfter(delay) => {
                    let clock = &self.shared.clock;
                    if self.pipeline.wait(clock.sleep_until(clock.now() + delay)).await.is_err() {
                        return Err(error);
                    }
                }
                Decision::RetryQueued => {}
            }
            self.round += 1;
            last = Some(error);
        }
    }

    /// Decides what comes next; a pause that the service asks for is told to the throttle, and a retry is paid for.
    fn next(&self, error: &Error) -> Decision {
        let ClientState { clock, retry, budget, .. } = self.shared;
        let failure = Failure::of(error);
        let state = CallState {
            retry,
            round: self.round,
            token_replaced: self.token_replaced,
            unbounded_queue: self.pipeline.unbounded_queue.is_some(),
            backs_off: self.pipeline.backs_off,
            is_sent_once: self.send_by.is_some(),
            time_left: self.deadline.left(clock.now()),
            backoff: retry.jittered_backoff(self.round, clock.random()),
        };
        self.pause_all(&failure, &state);
        match decide(&failure, &state) {
            Decision::RetryAfter(_) | Decision::RetryQueued if failure.costs_retry && !budget.take() => {
                Decision::GiveUp
            }
            decision => decision,
        }
    }

    #[cfg(feature = "tracing")]
    fn log_retry(&self, decision: &Decision, error: &Error) {
        let wait = match decision {
            Decision::GiveUp => return,
            Decision::RefreshToken => Duration::ZERO,
            Decision::RetryAfter(delay) => *delay,
            Decision::RetryQueued => self.shared.throttle.pause_remaining().unwrap_or_default(),
        };
        crate::log::retry(self.attempts, wait, error);
    }

    fn pause_all(&self, failure: &Failure, state: &CallState<'_>) {
        let ClientState { retry, throttle, .. } = self.shared;
        match (failure.status, failure.pause(state)) {
            (Some(429), Some(pause)) => throttle.record_throttled(self.sent, pause, retry.max_wait),
            (_, Some(pause)) => throttle.record_unavailable(pause, retry.max_wait),
            (_, None) => {}
        }
    }
}
