//! How a run is made.

use std::sync::Arc;
use std::time::Duration;

use avepoint_elements::Elements;
use futures_core::Stream;

use super::task::{PollRow, Rows};
use super::{BoxError, Item, Run};
use crate::count_or_percent::CountOrPercent;
use crate::journal::Journal;

/// More calls than that a service of this kind does not take at a time, and rows that wait for results take memory.
const MAX_CONCURRENCY: usize = 1024;

/// Clocks do not count much further.
const MAX_TIME: Duration = Duration::from_secs(10 * 365 * 86_400);

/// How a run sends its rows.
///
/// Each row is sent until the service answers it, by the [`RetryPolicy`] of the client and beyond: while
/// the service is down, rows wait for it, and one at a time asks whether it is up again. A row that fails while others
/// are answered has failed. The pace is the client's: its throttle follows what the service says, and its
/// [`max_rate`] is kept.
///
/// [`RetryPolicy`]: avepoint_elements::RetryPolicy
/// [`max_rate`]: avepoint_elements::ElementsBuilder::max_rate
#[derive(Clone, Debug)]
#[must_use]
pub struct BulkOptions {
    pub(super) concurrency: usize,
    pub(super) max_failures: Option<CountOrPercent>,
    pub(super) limit: Option<u64>,
    pub(super) max_outage: Duration,
    pub(super) verify_timeout: Duration,
    journal: Option<Arc<Journal>>,
}

impl Default for BulkOptions {
    fn default() -> Self {
        Self {
            concurrency: Self::DEFAULT_CONCURRENCY,
            max_failures: None,
            limit: None,
            max_outage: Self::DEFAULT_MAX_OUTAGE,
            verify_timeout: Duration::ZERO,
            journal: None,
        }
    }
}

impl BulkOptions {
    /// Calls at a time unless set. The service's limits are not documented, and are shared with everything else that
    /// a provider runs; four calls of a fifth of a second each are twenty users a second, ten thousand in eight minutes.
    pub const DEFAULT_CONCURRENCY: usize = 4;

    /// How long a service that is down is waited for unless set.
    pub const DEFAULT_MAX_OUTAGE: Duration = Duration::from_secs(3600);

    /// The defaults, and no journal.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many calls are under way at a time, from 1 to 1,024. Default: 4.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.clamp(1, MAX_CONCURRENCY);
        self
    }

    /// Stops when more rows than that are refused, fail or stay unknown; with 0, the first one stops it. A share is one of the
    /// rows that were sent, and is judged from the fiftieth on. Default: never.
    pub fn max_failures(mut self, most: CountOrPercent) -> Self {
        self.max_failures = Some(most);
        self
    }

    /// Sends at most so many rows; those that were done before are not counted. Default: all.
    pub fn limit(mut self, rows: u64) -> Self {
        self.limit = Some(rows);
        self
    }

    /// For how long a service that is down is waited for before the run stops; calls under way then still take what
    /// is left of their [`timeout`](avepoint_elements::ElementsBuilder::timeout). Default: an hour.
    ///
    /// In a stream that goes on without a row, a single one that is not answered cannot be told from that.
    pub fn max_outage(mut self, max_outage: Duration) -> Self {
        self.max_outage = max_outage;
        self
    }

    /// For how long, from the beginning of the run, users are read again that do not have yet what is to be
    /// [verified](super::Item::Verify), less and less often. Default: not at all.
    pub fn verify_timeout(mut self, limit: Duration) -> Self {
        self.verify_timeout = limit.min(MAX_TIME);
        self
    }

    /// Passes over what the journal says is done, and writes down what is. It must be one that was opened for this run,
    /// and for the service that the rows are sent to, or the run stops before its first row. Default: no journal.
    pub fn journal(mut self, journal: Arc<Journal>) -> Self {
        self.journal = Some(journal);
        self
    }

    /// A run over rows, which it reads as it goes. After a stop it reads them to their end: each row has a result. A
    /// caller that feeds it from a queue looks at [`Summary::stopped`](super::Summary::stopped) behind each result, and
    /// then ends the stream or drops the run: else what comes is "not attempted".
    ///
    /// Two updates of one user would overtake each other: where a user comes twice, the first row is taken, and the others
    /// are [invalid](crate::State::Invalid) with the reason code `duplicate`. A user takes 16 bytes of memory for that. In a
    /// file, [`check`](crate::check) finds them before anything is sent, and none of the rows is.
    ///
    /// Any stream will do, `async` blocks and database cursors included: it is pinned here. Where it gives results in place
    /// of items, take [`try_run`](Self::try_run).
    pub fn run<T, S>(self, elements: &Elements, rows: S) -> Run<T, S>
    where
        T: Send + 'static,
        S: Stream<Item = Item<T>> + Send + 'static,
    {
        self.start(elements, rows, |rows, context| rows.poll_next(context).map(|row| row.map(Ok)))
    }

    /// As [`run`](Self::run), over rows that may fail to come, such as those of a database. An error ends the run: requests
    /// under way are waited for, what came before the error and was not sent is "not attempted", and
    /// [`Summary::stopped`](super::Summary::stopped) has the error.
    ///
    /// ```
    /// # use avepoint_elements::{Credential, Elements, testing};
    /// use avepoint_elements_bulk::{BulkOptions, Item, Row, Stopped};
    /// use futures_util::{StreamExt, stream};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = avepoint_elements_sandbox::Sandbox::start().await?;
    /// # let elements = Elements::builder()
    /// #     .base_url(sandbox.base_url())
    /// #     .allow_loopback_http()
    /// #     .credential(Credential::access_token(sandbox.issue_token()))
    /// #     .build()?;
    /// # let row = Row::new(testing::user_key(), testing::office_information());
    /// let rows = stream::iter([
    ///     Ok(Item::Send(4711, row)),
    ///     Err(std::io::Error::other("the cursor was closed")),
    /// ]);
    /// let mut run = BulkOptions::new().try_run(&elements, rows);
    /// while let Some((number, outcome)) = run.next().await {
    ///     println!("{number}: {}", outcome.state);
    /// }
    /// let Some(Stopped::Input(error)) = &run.summary().stopped else { panic!("it ended by an error") };
    /// assert_eq!(error.to_string(), "the cursor was closed");
    /// # Ok(())
    /// # }
    /// ```
    pub fn try_run<T, S, E>(self, elements: &Elements, rows: S) -> Run<T, S>
    where
        T: Send + 'static,
        S: Stream<Item = Result<Item<T>, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        self.start(elements, rows, |rows, context| {
            rows.poll_next(context).map(|row| row.map(|row| row.map_err(Into::into)))
        })
    }

    fn start<T, S>(mut self, elements: &Elements, rows: S, poll: PollRow<T, S>) -> Run<T, S> {
        // The run alone holds the journal, and with it the lock.
        let journal = self.journal.take();
        let rows = Rows { stream: Box::pin(rows), poll };
        Run::new(elements.with_unbounded_queue_wait().without_backoff(), journal, self, rows)
    }
}
