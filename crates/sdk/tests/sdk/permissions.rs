//! Permissions: a token for each, and sources of one's own. An app does what it may.

use std::error::Error as _;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use avepoint_elements::{
    AccessToken, BoxFuture, Credential, Elements, Error, ErrorKind, Permissions, Result, TokenSource,
    operations,
};
use avepoint_elements_sandbox::Sandbox;
use test_support::raw::RawServer;
use tokio::time::Instant;

use crate::{builder_for, client_of_sandbox, office, user};

const READ: &str = "elements.um.user.read.all";
const UPDATE: &str = "elements.um.user.readwrite.all";

async fn sandbox_granting(scopes: &[&str]) -> Sandbox {
    Sandbox::builder().granted_scopes(scopes.iter().copied()).start().await.unwrap()
}

#[tokio::test]
async fn an_app_that_may_only_update_goes_on_updating() {
    let sandbox = sandbox_granting(&[UPDATE]).await;
    let elements = client_of_sandbox(&sandbox);
    let error = elements.user(&user()).await.unwrap_err();
    assert!(error.is_authentication() && error.is_about_token(), "{error}");
    assert!(error.to_string().contains(READ), "{error}");
    elements.update_office_information(&user(), &office()).await.unwrap();
    assert!(elements.authenticate_for(&operations::GET_USER).await.unwrap_err().is_authentication());
    assert_eq!(elements.authenticate().await.unwrap().scopes, [UPDATE]);
}

#[tokio::test]
async fn an_app_that_may_only_read_reads() {
    let sandbox = sandbox_granting(&[READ]).await;
    let elements = client_of_sandbox(&sandbox);
    assert!(elements.update_office_information(&user(), &office()).await.unwrap_err().is_authentication());
    let user = user();
    elements.user(&user).await.unwrap();
    elements.users(&user.customer, &user.tenant).page(1).await.unwrap();
    assert!(
        elements.customers().page(1).await.unwrap_err().to_string().contains("elements.customers.read.all")
    );
    assert_eq!(sandbox.requests().len(), 2, "nothing goes out without its token");
}

#[tokio::test]
async fn many_calls_at_once_cause_one_request_for_each_permission() {
    let sandbox = Sandbox::start().await.unwrap();
    let elements = client_of_sandbox(&sandbox);
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let clone = || elements.clone();
        let [updating, reading, listing] = [clone(), clone(), clone()];
        calls.spawn(async move { updating.update_office_information(&user(), &office()).await.map(|_| ()) });
        calls.spawn(async move { reading.user(&user()).await.map(|_| ()) });
        calls.spawn(async move { listing.customers().page(1).await.map(|_| ()) });
    }
    assert!(calls.join_all().await.iter().all(Result::is_ok));
    assert_eq!((sandbox.token_requests(), sandbox.requests().len()), (3, 96));
    let same_permission = elements.users(&user().customer, &user().tenant);
    same_permission.page(1).await.unwrap();
    assert_eq!(sandbox.token_requests(), 3, "listing users takes the token that reading one has");
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_for_its_permission_alone() {
    let sandbox = Sandbox::start().await.unwrap();
    let elements = client_of_sandbox(&sandbox);
    elements.update_office_information(&user(), &office()).await.unwrap();
    elements.user(&user()).await.unwrap();
    sandbox.revoke_tokens();
    assert_eq!(elements.update_office_information(&user(), &office()).await.unwrap().attempts, 2);
    assert_eq!(sandbox.token_requests(), 3, "the token for reading is not known to be refused");
    elements.user(&user()).await.unwrap();
    assert_eq!(elements.update_office_information(&user(), &office()).await.unwrap().attempts, 1);
    assert_eq!(sandbox.token_requests(), 4);
}

/// Keeps what it is asked for, and gives what the test says.
struct Source<F> {
    asked: Mutex<Vec<Permissions>>,
    calls: AtomicUsize,
    give: F,
}

impl<F: Fn(usize) -> Result<AccessToken> + Send + Sync> TokenSource for Source<F> {
    fn token(&self, permissions: Permissions) -> BoxFuture<'_, Result<AccessToken>> {
        self.asked.lock().unwrap().push(permissions);
        let outcome = (self.give)(self.calls.fetch_add(1, Ordering::Relaxed));
        Box::pin(async move { outcome })
    }
}

/// Shares a source with the test.
struct Shared<F>(std::sync::Arc<Source<F>>);

impl<F: Fn(usize) -> Result<AccessToken> + Send + Sync> TokenSource for Shared<F> {
    fn token(&self, permissions: Permissions) -> BoxFuture<'_, Result<AccessToken>> {
        self.0.token(permissions)
    }
}

fn with_source<F>(server: &RawServer, give: F) -> (Elements, std::sync::Arc<Source<F>>)
where
    F: Fn(usize) -> Result<AccessToken> + Send + Sync + 'static,
{
    let source = Source { asked: Mutex::default(), calls: AtomicUsize::default(), give };
    let source = std::sync::Arc::new(source);
    let credential = Credential::source(Shared(source.clone()));
    (builder_for(&server.url()).credential(credential).build().unwrap(), source)
}

#[tokio::test]
async fn a_source_is_told_which_permission_is_needed() {
    let server = RawServer::answering(500, &[], b"").await;
    let (elements, source) = with_source(&server, |_| Err(Error::authentication("none")));
    let user = user();
    elements.user(&user).await.unwrap_err();
    elements.users(&user.customer, &user.tenant).page(1).await.unwrap_err();
    elements.customers().page(1).await.unwrap_err();
    elements.update_office_information(&user, &office()).await.unwrap_err();
    elements.authenticate().await.unwrap_err();
    let asked = source.asked.lock().unwrap().concat();
    assert_eq!(asked, [READ, READ, "elements.customers.read.all", UPDATE, UPDATE]);
}

#[tokio::test(start_paused = true)]
async fn a_source_that_says_not_now_is_asked_again() {
    let server = RawServer::answering(204, &[], b"").await;
    let not_now = || Err(Error::token_unavailable("the vault is sealed"));
    let (elements, _) =
        with_source(&server, move |call| if call < 3 { not_now() } else { AccessToken::new("token") });
    let receipt = elements.update_office_information(&user(), &office()).await.unwrap();
    assert_eq!((receipt.attempts, server.requests().len()), (1, 1));

    let (elements, source) = with_source(&server, move |_| not_now());
    let error = elements.update_office_information(&user(), &office()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TokenUnavailable, "{error}");
    assert!(error.is_retryable() && error.is_about_token() && !error.is_authentication());
    assert!(error.attempts() == 0 && !error.is_outcome_unknown() && error.to_string().contains("sealed"));
    assert_eq!(source.asked.lock().unwrap().len(), 5, "as often as any other attempt");
}

#[tokio::test(start_paused = true)]
async fn a_source_says_how_soon_it_is_to_be_asked_again() {
    let server = RawServer::answering(204, &[], b"").await;
    let asking = |wait| {
        move |call| match call {
            0 => Err(Error::token_unavailable("not yet").with_retry_after(Duration::from_secs(wait))),
            _ => AccessToken::new("token"),
        }
    };
    let (elements, _) = with_source(&server, asking(30));
    let start = Instant::now();
    elements.update_office_information(&user(), &office()).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 30);
    let (elements, source) = with_source(&server, asking(3600));
    let error = elements.update_office_information(&user(), &office()).await.unwrap_err();
    assert_eq!(
        (error.retry_after(), source.asked.lock().unwrap().len()),
        (Some(Duration::from_secs(3600)), 1)
    );
}

/// A cause that a program looks for.
#[derive(Debug, PartialEq)]
struct Sealed(u32);

impl fmt::Display for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sealed {}", self.0)
    }
}

impl std::error::Error for Sealed {}

#[tokio::test(start_paused = true)]
async fn the_cause_of_a_source_is_kept_as_it_is() {
    let server = RawServer::answering(204, &[], b"").await;
    for error in [Error::authentication, Error::token_unavailable] as [fn(&'static str) -> Error; 2] {
        let (elements, _) = with_source(&server, move |_| Err(error("no token").with_source(Sealed(7))));
        let error = elements.update_office_information(&user(), &office()).await.unwrap_err();
        let cause = error.source().and_then(|cause| cause.downcast_ref::<Sealed>());
        assert_eq!(cause, Some(&Sealed(7)), "{error:?}");
        assert!(format!("{error:?}").contains("sealed 7"), "{error:?}");
    }
}
