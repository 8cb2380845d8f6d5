//! The users of tenants, list by list.
//!
//! A list that fails in a way that may pass is gone on with where it was, behind those that were not begun. Whether the
//! failure is the tenant's own or the service's is judged as of the rows of a run: it is the tenant's if an answer to a later
//! request confirms that the service was up. Where it is in doubt, the tenant that was answered last is asked for again.

use std::collections::VecDeque;
use std::sync::Arc;

use avepoint_elements::{CustomerId, Elements, Error, ListStream, ListedUser, TenantId};
use futures_util::stream::{self, BoxStream, SelectAll, Stream, StreamExt};
use tokio::time::Instant;

use super::list_breaker::ListBreaker;
use super::{ListEnd, ListError, ListOptions, ListWait};
use crate::clock;
use crate::run::circuit_breaker::BlamedOutages;
use crate::service_error::{is_fatal, is_no_response, is_refusal};

/// How often a list is asked for.
pub(super) const ATTEMPTS: u32 = 2;

/// After so many failures while the service is up, a list has failed.
const MAX_FAILURES: u32 = 3;

/// A tenant whose users are listed, under a number of the caller's.
pub(crate) struct TenantList<N> {
    pub(crate) number: N,
    pub(crate) customer: CustomerId,
    pub(crate) tenant: TenantId,
}

/// What comes of the lists of tenants.
pub(crate) enum ListEvent<N> {
    User(N, Box<ListedUser>),
    /// The list was incomplete, and comes once more.
    Again(N),
    /// How it ended.
    End(N, ListEnd),
    /// Nothing is sent meanwhile; said once a second.
    Waiting(ListWait),
}

/// Lists the users of tenants, so many tenants at a time. A list that is incomplete is asked for once more. An error is the
/// last item.
pub(crate) fn list_users<N>(
    elements: &Elements,
    tenants: Vec<TenantList<N>>,
    options: ListOptions,
) -> impl Stream<Item = Result<ListEvent<N>, ListError>> + use<N>
where
    N: Copy + Send + Sync + 'static,
{
    stream::unfold(Some(Lists::new(elements, tenants, options)), |lists| async move {
        let mut lists = lists?;
        let event = lists.next().await?;
        let rest = event.is_ok().then_some(lists);
        Some((event, rest))
    })
}

/// What comes of a request.
enum Step<N> {
    Event(ListEvent<N>),
    /// The list was not answered.
    Failed(Box<List<N>>, Error),
    /// Every other list would meet the error, too.
    Fatal(Error),
    /// The tenant that was answered last was asked for again, by a request of this number.
    Control(u64, Result<(), Error>),
}

/// All lists.
struct Lists<N> {
    elements: Arc<Elements>,
    options: ListOptions,
    breaker: ListBreaker,
    /// Those that are not under way.
    queue: VecDeque<Box<List<N>>>,
    steps: SelectAll<BoxStream<'static, Step<N>>>,
    /// How many requests are under way.
    under_way: usize,
    control: ControlState,
    /// When a list went on or ended last.
    progress_at: Instant,
    /// Whether the wait was said that is next.
    has_said_wait: bool,
}

/// Whether the tenant that was answered last is asked for again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ControlState {
    No,
    /// It is next.
    Due,
    UnderWay,
}

impl<N: Copy + Send + Sync + 'static> Lists<N> {
    fn new(elements: &Elements, tenants: Vec<TenantList<N>>, options: ListOptions) -> Self {
        Self {
            elements: Arc::new(elements.clone()),
            options,
            breaker: ListBreaker::new(options.max_outage.unwrap_or_default()),
            queue: tenants.into_iter().map(|tenant| Box::new(List::new(tenant))).collect(),
            steps: SelectAll::new(),
            under_way: 0,
            control: ControlState::No,
            progress_at: clock::now(),
            has_said_wait: false,
        }
    }

    async fn next(&mut self) -> Option<Result<ListEvent<N>, ListError>> {
        loop {
            if let Some(wait) = self.breaker.wait().filter(|_| self.under_way == 0) {
                self.has_said_wait = !self.has_said_wait;
                if self.has_said_wait {
                    return Some(Ok(ListEvent::Waiting(wait)));
                }
                if !wait.left.is_zero() {
                    ListBreaker::sleep(wait).await;
                    continue;
                }
                self.breaker.probe_sent();
            }
            if let Some(failed) = self.begin() {
                return Some(Ok(failed));
            }
            if self.under_way == 0 && self.queue.is_empty() {
                return None;
            }
            let Some(step) = self.steps.next().await else { continue };
            if !matches!(step, Step::Event(ListEvent::User(..) | ListEvent::Again(_))) {
                self.under_way -= 1;
            }
            match step {
                Step::Event(event) => {
                    self.progress_at = clock::now();
                    return Some(Ok(event));
                }
                Step::Fatal(error) => return Some(Err(ListError::Service(error))),
                Step::Failed(list, error) => {
                    if let Some(end) = self.failed(list, error) {
                        return Some(Err(end));
                    }
                }
                Step::Control(sent_at, reply) => {
                    if let Some(end) = self.controlled(sent_at, reply) {
                        return Some(Err(end));
                    }
                }
            }
        }
    }

    /// Begins what may be under way: all that there is room for, or one probe. Gives the end of a list that failed by itself.
    fn begin(&mut self) -> Option<ListEvent<N>> {
        let is_open = self.breaker.is_open();
        let most = if is_open { 1 } else { self.options.lists_at_a_time };
        while self.under_way < most && self.control != ControlState::UnderWay {
            if self.control == ControlState::Due && self.begin_control() {
                return None;
            }
            let mut list = self.queue.pop_front()?;
            let is_confirmed = list.is_confirmed(&self.breaker);
            if list.failures >= MAX_FAILURES {
                if let Some(end) = list.own_failure().filter(|_| is_confirmed) {
                    return Some(end);
                }
                if !is_confirmed && !is_open && self.breaker.control().is_some() {
                    self.queue.push_front(list);
                    self.control = ControlState::Due;
                    continue;
                }
            }
            list.has_failed_before |= is_confirmed && list.failures > 0;
            self.begin_steps(list.steps(&self.elements, &self.breaker));
        }
        None
    }

    fn begin_steps(&mut self, steps: BoxStream<'static, Step<N>>) {
        self.under_way += 1;
        self.steps.push(steps);
    }

    /// Asks for the tenant again that was answered last, if there is one.
    fn begin_control(&mut self) -> bool {
        self.control = ControlState::No;
        let Some((customer, tenant)) = self.breaker.control() else { return false };
        self.control = ControlState::UnderWay;
        let (sent_at, elements) = (self.breaker.now(), Arc::clone(&self.elements));
        let reply = async move {
            let page = elements.users(&customer, &tenant).page_size(1).page(1).await;
            Step::Control(sent_at, page.map(drop))
        };
        self.begin_steps(stream::once(reply).boxed());
        true
    }

    /// Takes note of a list that was not answered; why all end, if they do.
    fn failed(&mut self, mut list: Box<List<N>>, error: Error) -> Option<ListError> {
        let Some(max_outage) = self.options.max_outage else {
            return Some(ListError::Service(error));
        };
        // A limit holds back whatever comes. It is the list's own where no other went on for long.
        let is_limit = error.is_throttled() && error.retry_after().is_some();
        if !is_limit || clock::now() - self.progress_at > max_outage {
            list.failures += 1;
        }
        list.last = Some((self.breaker.record_failure(&error), error.clone()));
        self.queue.push_back(list);
        if self.breaker.is_in_doubt() {
            match self.breaker.control() {
                Some(_) => self.control = ControlState::Due,
                None => self.breaker.open(),
            }
        }
        // Probes of lists and of what was answered take turns.
        if self.breaker.is_open() {
            self.control = ControlState::Due;
        }
        self.end_of_outage(&error)
    }

    /// Takes note of what came of asking for the tenant that was answered last; why all end, if they do.
    fn controlled(&mut self, sent_at: u64, reply: Result<(), Error>) -> Option<ListError> {
        self.control = ControlState::No;
        match reply {
            Err(error) if is_fatal(&error) => Some(ListError::Service(error)),
            Err(error) if is_no_response(&error) => {
                self.breaker.record_failure(&error);
                self.breaker.open();
                self.end_of_outage(&error)
            }
            _ => {
                let was_in_doubt = self.breaker.is_in_doubt();
                self.breaker.record_answer(sent_at);
                if was_in_doubt {
                    self.breaker.tolerate_more();
                }
                None
            }
        }
    }

    fn end_of_outage(&mut self, error: &Error) -> Option<ListError> {
        if let Some(outage) = self.breaker.outage() {
            let lists = self.queue.iter_mut().filter(|list| !list.is_confirmed(&self.breaker));
            lists.for_each(|list| list.blame_outage(outage));
        }
        self.breaker.end(error)
    }
}

/// The list of the users of a tenant.
struct List<N> {
    tenant: TenantList<N>,
    users: Option<ListStream<ListedUser>>,
    attempts_left: u32,
    /// How often it was not answered since its last page, or the last outage.
    failures: u32,
    /// The number of the last failure, and its error.
    last: Option<(u64, Error)>,
    /// Whether the service was up after a failure before the last one: the failures are not all of one short outage.
    has_failed_before: bool,
    /// Those that were to blame since its last page.
    outages: BlamedOutages,
}

impl<N: Copy + Send + Sync + 'static> List<N> {
    fn new(tenant: TenantList<N>) -> Self {
        Self {
            tenant,
            users: None,
            attempts_left: ATTEMPTS,
            failures: 0,
            last: None,
            has_failed_before: false,
            outages: BlamedOutages::default(),
        }
    }

    /// Whether the service was up after its last failure.
    fn is_confirmed(&self, breaker: &ListBreaker) -> bool {
        self.last.as_ref().is_some_and(|(failure, _)| breaker.confirms(*failure))
    }

    /// Puts its failures down to the outage of this number, unless there were too many.
    fn blame_outage(&mut self, number: u64) {
        if self.failures > 0 && self.outages.blame(number) {
            (self.failures, self.has_failed_before) = (0, false);
        }
    }

    /// The end of the list, unless its failures may all be of one short outage.
    fn own_failure(&self) -> Option<ListEvent<N>> {
        let (_, error) = self.last.as_ref().filter(|_| self.has_failed_before)?;
        Some(ListEvent::End(self.tenant.number, ListEnd::Failed(error.clone().into())))
    }

    fn steps(
        self: Box<Self>,
        elements: &Arc<Elements>,
        breaker: &ListBreaker,
    ) -> BoxStream<'static, Step<N>> {
        let (elements, breaker) = (Arc::clone(elements), breaker.clone());
        let step = move |list: Option<Box<Self>>| {
            let (elements, breaker) = (Arc::clone(&elements), breaker.clone());
            async move { Some(list?.next(&elements, &breaker).await) }
        };
        stream::unfold(Some(self), step).boxed()
    }

    /// The next step, and the list where another follows.
    async fn next(
        mut self: Box<Self>,
        elements: &Elements,
        breaker: &ListBreaker,
    ) -> (Step<N>, Option<Box<Self>>) {
        let TenantList { number, customer, tenant } = &self.tenant;
        let number = *number;
        let users = self.users.get_or_insert_with(|| {
            self.attempts_left -= 1;
            elements.users(customer, tenant).stream()
        });
        let (sent_at, pages) = (breaker.now(), users.summary().pages);
        let next = users.next().await;
        let is_refused = matches!(&next, Some(Err(error)) if is_refusal(error));
        if users.summary().pages > pages || is_refused {
            breaker.record_answer_of(sent_at, customer, tenant);
            (self.failures, self.has_failed_before) = (0, false);
            self.outages.forget();
        }
        let end = |end| (Step::Event(ListEvent::End(number, end)), None);
        match next {
            Some(Ok(user)) => (Step::Event(ListEvent::User(number, Box::new(user))), Some(self)),
            Some(Err(error)) if is_fatal(&error) => (Step::Fatal(error), None),
            Some(Err(error)) if is_no_response(&error) => {
                users.resume();
                (Step::Failed(self, error), None)
            }
            Some(Err(error)) if is_refused => end(ListEnd::OutOfReach(error.into())),
            Some(Err(error)) => end(ListEnd::Failed(error.into())),
            None if users.summary().is_complete() => end(ListEnd::Complete),
            None if self.attempts_left > 0 => {
                self.users = None;
                (Step::Event(ListEvent::Again(number)), Some(self))
            }
            None => end(ListEnd::Incomplete),
        }
    }
}
