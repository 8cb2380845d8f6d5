//! What all calls of a client share, and what bounds each.

use std::sync::Arc;
use std::time::Duration;

use crate::call::budget::Budget;
use crate::call::cancellation::CancellationToken;
use crate::call::retry::RetryPolicy;
use crate::clock::{ClockOffset, SharedClock};
use crate::throttle::Throttle;
use crate::transport::ProxyUse;

pub(crate) struct Policies {
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
    pub(crate) server: crate::call::trace::Server,
}
