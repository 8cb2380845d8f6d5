//! Many updates as a stream, a bounded number of them at a time.
//!
//! `cargo run --example many_updates` updates 200 made-up users of a sandbox in this process. To go
//! elsewhere, set the variables that `one_update` names, and `ELEMENTS_USERS` to a list of user ids with
//! spaces between.

mod common;

use avepoint_elements::{Credential, Elements, Error, OfficeInformation, Receipt, UserId, UserKey};
pub(crate) use common::Service;
use futures_util::stream::{self, Stream, StreamExt};

/// How many calls are under way at a time. The client slows them all down when the service asks for it, so
/// that a number that is too high costs waiting, not errors.
pub(crate) const AT_A_TIME: usize = 8;

/// What became of the updates.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    pub(crate) done: usize,
    /// Refused, or not reached: these were not applied.
    pub(crate) failed: Vec<(UserKey, Error)>,
    /// These may have been applied. Sending them again settles it.
    pub(crate) unknown: Vec<(UserKey, Error)>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> common::Result<()> {
    let service = Service::from_environment().await?;
    let summary = run(&service, users()?).await?;
    let (failed, unknown) = (summary.failed.len(), summary.unknown.len());
    println!("{} users updated, {failed} failed, {unknown} unknown", summary.done);
    for (user, error) in summary.failed.iter().chain(&summary.unknown) {
        println!("user {}: {error}", user.user);
    }
    Ok(())
}

fn users() -> avepoint_elements::Result<Vec<UserId>> {
    let named = common::variable("ELEMENTS_USERS");
    match named {
        Some(ids) => ids.split_whitespace().map(UserId::new).collect(),
        None => (1..=200).map(|number| UserId::new(&format!("user-{number:03}"))).collect(),
    }
}

/// Updates the users of the service's customer and tenant.
pub(crate) async fn run(service: &Service, users: Vec<UserId>) -> common::Result<Summary> {
    let elements = Elements::builder()
        .base_url(&service.base_url)
        .token_url(&service.token_url)
        .allow_loopback_http()
        .credential(Credential::client_secret(&service.client_id, service.client_secret.clone()))
        .build()?;
    let office = common::dresden()?;
    let (customer, tenant) = (&service.user.customer, &service.user.tenant);
    let rows = stream::iter(users)
        .map(|user| (UserKey::new(customer.clone(), tenant.clone(), user), office.clone()));
    Ok(update_all(&elements, rows).await)
}

/// Takes rows as fast as calls end: a stream of any length needs the memory of a few rows.
async fn update_all(elements: &Elements, rows: impl Stream<Item = (UserKey, OfficeInformation)>) -> Summary {
    let calls = rows.map(|(user, office)| async move {
        let outcome = elements.update_office_information(&user, &office).await;
        (user, outcome)
    });
    let outcomes = calls.buffer_unordered(AT_A_TIME);
    outcomes.fold(Summary::default(), async |summary, (user, outcome)| summary.with(user, outcome)).await
}

impl Summary {
    fn with(mut self, user: UserKey, outcome: avepoint_elements::Result<Receipt>) -> Self {
        match outcome {
            Ok(_) => self.done += 1,
            Err(error) if error.is_outcome_unknown() => self.unknown.push((user, error)),
            Err(error) => self.failed.push((user, error)),
        }
        self
    }
}
