//! `Credential::cached`: a source of one's own with the built-in cache before it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use avepoint_elements::{
    AccessToken, BoxFuture, Credential, Elements, Error, Permissions, Result, TokenSource, operations,
};
use test_support::raw::RawServer;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::retries::{done, status};
use crate::{builder_for, office, user};

/// Gives what the test says of each request, and takes note of them.
struct Asked {
    asked: Arc<Mutex<Vec<Permissions>>>,
    give: fn(usize) -> Result<AccessToken>,
}

impl TokenSource for Asked {
    fn token(&self, permissions: Permissions) -> BoxFuture<'_, Result<AccessToken>> {
        let mut asked = self.asked.lock().unwrap();
        asked.push(permissions);
        let given = (self.give)(asked.len());
        Box::pin(async move {
            tokio::task::yield_now().await;
            given
        })
    }
}

/// A token of an hour that tells its number.
fn numbered(number: usize) -> Result<AccessToken> {
    Ok(AccessToken::new(format!("token-{number}"))?.with_expiry(Instant::now() + Duration::from_secs(3600)))
}

fn cached(
    server: &RawServer,
    give: fn(usize) -> Result<AccessToken>,
) -> (Elements, Arc<Mutex<Vec<Permissions>>>) {
    let asked = Arc::<Mutex<Vec<_>>>::default();
    let source = Asked { asked: asked.clone(), give };
    (builder_for(&server.url()).credential(Credential::cached(source)).build().unwrap(), asked)
}

#[tokio::test(start_paused = true)]
async fn calls_at_once_ask_a_source_once_for_each_permission() {
    let server = RawServer::start(done()).await;
    let (elements, asked) = cached(&server, numbered);
    let mut calls = JoinSet::new();
    for _ in 0..20 {
        let (updates, reads) = (elements.clone(), elements.clone());
        calls.spawn(async move { updates.update_office_information(&user(), &office()).await.map(drop) });
        calls.spawn(async move { reads.authenticate_for(&operations::GET_USER).await.map(drop) });
    }
    assert!(calls.join_all().await.iter().all(Result::is_ok));
    let mut asked = asked.lock().unwrap().clone();
    asked.sort_unstable();
    assert_eq!(asked, [operations::GET_USER.scopes, operations::UPDATE_OFFICE_INFORMATION.scopes]);
    assert_eq!(server.requests().len(), 20);
}

#[tokio::test(start_paused = true)]
async fn a_source_that_has_no_token_now_is_asked_again() {
    let server = RawServer::start(done()).await;
    let (elements, asked) = cached(&server, |number| match number {
        1 => Err(Error::token_unavailable("the vault is sealed")),
        _ => numbered(number),
    });
    elements.update_office_information(&user(), &office()).await.unwrap();
    assert_eq!(asked.lock().unwrap().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_source_that_gives_up_is_not_asked_by_every_call() {
    let server = RawServer::start(done()).await;
    let (elements, asked) = cached(&server, |_| Err(Error::authentication("the vault knows no such app")));
    for _ in 0..5 {
        let error = elements.update_office_information(&user(), &office()).await.unwrap_err();
        assert!(error.is_authentication(), "{error}");
    }
    assert_eq!(asked.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_of_a_source_is_fetched_anew_once() {
    let server = RawServer::script([status(401), done()]).await;
    let (elements, asked) = cached(&server, numbered);
    for attempts in [2, 1, 1] {
        let receipt = elements.update_office_information(&user(), &office()).await.unwrap();
        assert_eq!(receipt.attempts, attempts);
    }
    assert_eq!(asked.lock().unwrap().len(), 2);
    assert!(server.requests()[3].contains("Bearer token-2"));
}

#[tokio::test(start_paused = true)]
async fn a_token_of_a_source_is_renewed_ahead_of_its_end() {
    let server = RawServer::start(done()).await;
    let (elements, asked) = cached(&server, numbered);
    let update = async || elements.update_office_information(&user(), &office()).await.unwrap();
    update().await;
    tokio::time::sleep(Duration::from_secs(3400)).await;
    update().await;
    assert!(server.requests()[1].contains("Bearer token-1"), "no call waits for the renewal");
    assert_eq!(asked.lock().unwrap().len(), 2);
    update().await;
    assert!(server.requests()[2].contains("Bearer token-2"));
}
