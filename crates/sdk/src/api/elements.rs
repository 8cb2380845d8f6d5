//! The client as its users see it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use avepoint_elements_client::{ClientInfo, Operation, operations};

use crate::call::Pipeline;
use crate::call::deadline::Deadline;
use crate::error::Result;
use crate::transport::ProxyUse;

/// Client for the AvePoint Elements API.
///
/// Make one and keep it: it holds the connections, the token, the throttle and the budget of retries. A clone
/// is cheap and shares them all.
///
/// # Ending a call early
/// | to | use | an update |
/// |---|---|---|
/// | bound a call | [`with_timeout`](Self::with_timeout) | [`is_outcome_unknown`] tells whether it may have been applied |
/// | end all calls, at the end of a program | [`shut_down`](Self::shut_down) | the same |
/// | drop a call's future, as `tokio::time::timeout` and `select!` do | | may have been applied, without a word: once a request is under way, dropping it does not take it back |
///
/// [`is_outcome_unknown`]: crate::Error::is_outcome_unknown
#[derive(Clone)]
pub struct Elements {
    pub(crate) pipeline: Pipeline,
}

impl Elements {
    /// The same client, each of whose calls may take so long in all, in place of the
    /// [`timeout`](crate::ElementsBuilder::timeout) that it was built with. It shares everything else.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # async fn run(elements: avepoint_elements::Elements, user: avepoint_elements::UserKey) -> avepoint_elements::Result<()> {
    /// let user = elements.with_timeout(Duration::from_secs(5)).user(&user).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A call whose time ends while its request is under way fails with an error that [is a timeout], and of an update
    /// [`is_outcome_unknown`] is true; also where the connection was still being made. No time at all sends nothing.
    ///
    /// [is a timeout]: crate::Error::is_timeout
    /// [`is_outcome_unknown`]: crate::Error::is_outcome_unknown
    #[must_use]
    pub fn with_timeout(&self, limit: Duration) -> Self {
        Self { pipeline: Pipeline { timeout: limit, ..self.pipeline.clone() } }
    }

    /// Shuts the client down, with its clones and all clients that were made from it: for the end of a program.
    ///
    /// Requests that are under way go on, each within its [`attempt_timeout`](crate::ElementsBuilder::attempt_timeout),
    /// and their calls end with what comes back. Every wait ends at once: for a token, for the rate limiter, and before
    /// another attempt. Such a call ends with the error of its last attempt, of which [`is_outcome_unknown`] holds as
    /// ever; or, if nothing was sent, with an error that [is cancelled](crate::Error::is_cancelled), as all later calls do.
    ///
    /// ```no_run
    /// # async fn run(elements: avepoint_elements::Elements, mut calls: tokio::task::JoinSet<()>, asked_to_end: impl Future<Output = ()>) {
    /// asked_to_end.await;
    /// elements.shut_down();
    /// // Each ends within the time of one attempt.
    /// while calls.join_next().await.is_some() {}
    /// # }
    /// ```
    ///
    /// [`is_outcome_unknown`]: crate::Error::is_outcome_unknown
    pub fn shut_down(&self) {
        self.pipeline.shared.shutdown.cancel();
    }

    /// Whether the client was [shut down](Self::shut_down).
    pub fn is_shut_down(&self) -> bool {
        self.pipeline.shared.shutdown.is_cancelled()
    }

    /// The same client, whose calls may wait in the queue of the rate limiter without a time limit.
    ///
    /// Once the service has answered 429, or where there is a [`max_rate`], calls queue. The time in the queue counts
    /// towards the [`timeout`] of other clients' calls; it does not count here. It is for programs that make many calls
    /// and have more time for all of them than for one. A pause beyond [`RetryPolicy::max_wait`] still ends a call
    /// at once, and [`cancel_queued`](Self::cancel_queued) ends them all.
    ///
    /// [`max_rate`]: crate::ElementsBuilder::max_rate
    /// [`timeout`]: crate::ElementsBuilder::timeout
    /// [`RetryPolicy::max_wait`]: crate::RetryPolicy::max_wait
    #[must_use]
    pub fn with_unbounded_queue_wait(&self) -> Self {
        let unbounded_queue = Some(Arc::default());
        Self { pipeline: Pipeline { unbounded_queue, ..self.pipeline.clone() } }
    }

    /// Cancels the queued calls of a client [with an unbounded queue wait](Self::with_unbounded_queue_wait) and of its
    /// clones.
    ///
    /// Calls in the queue end at once, and so do later ones that would have to queue: with the error of their last
    /// attempt, or, without one, with an error that [is throttled](crate::Error::is_throttled). Requests under way go
    /// on. Calls of other clients are not cancelled, those of the client that this one was made from included.
    pub fn cancel_queued(&self) {
        if let Some(token) = &self.pipeline.unbounded_queue {
            token.cancel();
        }
    }

    /// The same client, whose calls end with the first failure of their operation that is not about the rate (429).
    ///
    /// The backoff of a call is time in which its caller could make another one. It is for programs that make many calls
    /// and come back to one that failed. Waits that the service asks for are kept as ever, by all calls.
    #[must_use]
    pub fn without_backoff(&self) -> Self {
        Self { pipeline: Pipeline { backs_off: false, ..self.pipeline.clone() } }
    }

    /// The same client, whose calls send their request once, and only within a time of the call's beginning.
    ///
    /// It is for an update that stands on a reading: before it is sent again, or later, the user is to be read again. Such
    /// calls need not queue behind those of other clients. One whose request cannot go out in time ends with an error that
    /// [is throttled](crate::Error::is_throttled), and whose [attempts](crate::Error::attempts) are 0: nothing was sent.
    /// A refused token is still replaced once.
    #[must_use]
    pub fn once_within(&self, limit: Duration) -> Self {
        Self { pipeline: Pipeline { once_within: Some(limit), ..self.pipeline.clone() } }
    }

    /// The same client with a slot of the rate limiter that its next request need not queue for.
    ///
    /// It is for an update that stands on a reading, where requests go out further apart than a reading may be old: the slot
    /// is waited for before the reading. Other clients of the same origin do not have it. Without a limit on the rate, there
    /// is nothing to wait for.
    ///
    /// # Errors
    /// As a call that waits in the queue: the pause that the service asks for is too long, or the queue was
    /// [cancelled](Self::cancel_queued).
    pub async fn with_reserved_slot(&self) -> Result<Self> {
        self.pipeline.reserve().await?;
        let has_reserved_slot = Arc::new(AtomicBool::new(true));
        Ok(Self { pipeline: Pipeline { has_reserved_slot, ..self.pipeline.clone() } })
    }

    /// How many times a call is sent at most, by the client's [`RetryPolicy`](crate::RetryPolicy).
    pub fn max_attempts(&self) -> u32 {
        self.pipeline.shared.retry.max_attempts
    }

    /// The base URL of the API that requests go to, without a slash at its end.
    pub fn base_url(&self) -> &str {
        self.pipeline.client.baseurl().trim_end_matches('/')
    }

    /// What is left of the pause that the service asked for, if there is one.
    ///
    /// Calls wait by themselves. This is for programs that show progress or plan ahead.
    pub fn throttle_pause(&self) -> Option<Duration> {
        self.pipeline.shared.throttle.pause_remaining()
    }

    /// By how many seconds the clock of the token endpoint is ahead of this machine's; negative where it is behind.
    ///
    /// The newest reply of the endpoint says it, a refusal included; none where none came yet, or without a date. The
    /// way of the reply counts as a difference, and so does the rest of a second.
    pub fn clock_offset_seconds(&self) -> Option<i64> {
        self.pipeline.shared.clock_offset.seconds()
    }

    /// Which proxy requests of the API go through.
    pub fn proxy(&self) -> ProxyUse {
        self.pipeline.shared.proxy
    }

    /// Obtains an access token for updates, or takes the one in use, and says what is known of it.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn authenticate(&self) -> Result<Authentication> {
        self.authenticate_for(&operations::UPDATE_OFFICE_INFORMATION).await
    }

    /// Obtains an access token for an operation, or takes the one in use, and says what is known of it.
    ///
    /// Tokens are asked for with the permissions that the operation needs, and kept for each. An app that lacks some
    /// permissions does what the others allow.
    ///
    /// # Errors
    /// Why there is none. Where [`is_authentication`](crate::Error::is_authentication) is true, the credential was
    /// refused, or the app lacks the permission.
    pub async fn authenticate_for(&self, operation: &Operation) -> Result<Authentication> {
        let clock = &self.pipeline.shared.clock;
        let deadline = Deadline::after(clock, self.pipeline.timeout);
        let token = self.pipeline.token(operation.scopes, &deadline).await?;
        let now = clock.now();
        let expires_in = token.expiry().map(|expires| expires.saturating_duration_since(now));
        Ok(Authentication { scopes: token.scopes().to_vec(), expires_in })
    }
}

impl fmt::Debug for Elements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Elements").field("client", &self.pipeline.client).finish_non_exhaustive()
    }
}

/// What is known of an access token; never the token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Authentication {
    /// The permissions that the token endpoint granted; empty where it did not say.
    pub scopes: Vec<String>,
    /// How long it was still valid when this was asked, where that is known.
    pub expires_in: Option<Duration>,
}
