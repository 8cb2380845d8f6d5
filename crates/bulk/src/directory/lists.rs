//! The users of tenants, list by list.

use std::sync::Arc;

use avepoint_elements::{CustomerId, Elements, Error, ListStream, ListedUser, TenantId};
use futures_util::stream::{self, Stream, StreamExt};

use super::ListEnd;
use crate::service_error::{is_fatal, is_refusal};

/// How often a list is asked for.
pub(super) const ATTEMPTS: u32 = 2;

/// A tenant whose users are listed, under a number of the caller's.
pub(crate) struct TenantList<N> {
    pub(crate) number: N,
    pub(crate) customer: CustomerId,
    pub(crate) tenant: TenantId,
}

/// What comes of the list of a tenant.
pub(crate) enum ListEvent {
    User(Box<ListedUser>),
    /// The list was incomplete, and comes once more.
    Again,
    /// How it ended. An error is one that every other list would meet, too.
    End(Result<ListEnd, Error>),
}

/// Lists the users of tenants, so many tenants at a time. A list that is incomplete is asked for once more.
pub(crate) fn list_users<N: Copy>(
    elements: &Elements,
    tenants: Vec<TenantList<N>>,
    lists_at_a_time: usize,
) -> impl Stream<Item = (N, ListEvent)> + use<N> {
    let elements = Arc::new(elements.clone());
    let lists = tenants.into_iter().map(move |tenant| {
        List { elements: Arc::clone(&elements), tenant, users: None, attempts_left: ATTEMPTS }.events()
    });
    stream::iter(lists).flatten_unordered(lists_at_a_time.max(1))
}

/// The list of the users of a tenant.
struct List<N> {
    elements: Arc<Elements>,
    tenant: TenantList<N>,
    users: Option<ListStream<ListedUser>>,
    attempts_left: u32,
}

impl<N: Copy> List<N> {
    fn events(self) -> impl Stream<Item = (N, ListEvent)> {
        let number = self.tenant.number;
        // Boxed, since the streams of many lists are polled where they are.
        Box::pin(stream::unfold(Some(self), move |list| async move {
            let mut list = list?;
            let event = list.next().await;
            let rest = if matches!(event, ListEvent::End(_)) { None } else { Some(list) };
            Some(((number, event), rest))
        }))
    }

    async fn next(&mut self) -> ListEvent {
        let users = self.users.get_or_insert_with(|| {
            self.attempts_left -= 1;
            self.elements.users(&self.tenant.customer, &self.tenant.tenant).stream()
        });
        match users.next().await {
            Some(Ok(user)) => ListEvent::User(Box::new(user)),
            Some(Err(error)) => ListEvent::End(failed(error)),
            None if users.summary().is_complete() => ListEvent::End(Ok(ListEnd::Complete)),
            None if self.attempts_left > 0 => {
                self.users = None;
                ListEvent::Again
            }
            None => ListEvent::End(Ok(ListEnd::Incomplete)),
        }
    }
}

/// What a failure says of a list.
fn failed(error: Error) -> Result<ListEnd, Error> {
    if is_fatal(&error) {
        return Err(error);
    }
    let is_refusal = is_refusal(&error);
    Ok(if is_refusal { ListEnd::OutOfReach(error.into()) } else { ListEnd::Failed(error.into()) })
}
