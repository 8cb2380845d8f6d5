//! What a service of another team uses: a token source, an orderly end, values as JSON, and values for tests.

use std::error::Error as _;
use std::time::Duration;

use avepoint_elements::reqwest::ClientBuilder;
use avepoint_elements::{
    AccessToken, BoxFuture, Credential, Elements, OfficeInformation, Permissions, RetryPolicy, TokenSource,
    UserKey,
};
use avepoint_elements_httpmock::MockServerExt;
use avepoint_elements_httpmock::httpmock::MockServer;
use avepoint_elements_sandbox::{Fault, Faults, Sandbox};

struct Vault;

impl TokenSource for Vault {
    fn token(&self, _: Permissions) -> BoxFuture<'_, avepoint_elements::Result<AccessToken>> {
        Box::pin(async { AccessToken::new("token") })
    }
}

fn user() -> UserKey {
    serde_json::from_str(r#"{"customer":"c1","tenant":"t1","user":"u1"}"#).unwrap()
}

fn office() -> OfficeInformation {
    let office = OfficeInformation::builder().postal_code("2121").country_region("Angola").state("Luanda");
    office.address("Dande").city(Some("Caxito".to_owned())).build().unwrap()
}

#[tokio::test]
async fn a_service_updates_by_its_own_tokens_and_ends_in_order() {
    let server = MockServer::start_async().await;
    let (user, office) = (user(), office());
    assert_eq!(serde_json::to_value(&office).unwrap()["city"], "Caxito");
    let update = server.update_office_information(|when, then| {
        when.customer_id(&user.customer).tenant_id(&user.tenant).user_id(&user.user).body(&office);
        then.no_content();
    });
    let builder = Elements::builder().base_url(server.base_url()).allow_loopback_http();
    let elements = builder.credential(Credential::cached(Vault)).build().unwrap();
    let receipt =
        elements.with_timeout(Duration::from_secs(30)).update_office_information(&user, &office).await;
    assert_eq!(receipt.unwrap().attempts, 1);
    let id: &str = user.user.as_ref();
    assert_eq!((id, String::from(user.user.clone())), ("u1", "u1".to_owned()));
    elements.shut_down();
    let error = elements.update_office_information(&user, &office).await.unwrap_err();
    assert!(error.is_cancelled(), "{error}");
    update.assert_calls(1);
}

#[tokio::test]
async fn a_call_that_sits_out_a_retry_after_ends_with_the_service() {
    let faults = Faults::new().script([Fault::status(429).retry_after("3600")]);
    let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
    let builder = Elements::builder().base_url(sandbox.base_url()).allow_loopback_http();
    let credential = Credential::access_token(sandbox.issue_token());
    let patient = RetryPolicy::default().max_wait(Duration::from_secs(7200));
    let builder = builder.credential(credential).timeout(Duration::from_secs(7200)).retry(patient);
    let elements = builder.build().unwrap();
    let (user, office) = (user(), office());
    let update = elements.update_office_information(&user, &office);
    let end = async {
        sandbox.wait_for_requests(1).await;
        while elements.throttle_pause().is_none() {
            tokio::task::yield_now().await;
        }
        elements.shut_down();
    };
    let (outcome, ()) = tokio::join!(update, end);
    // With the service's last answer.
    let error = outcome.unwrap_err();
    assert!(error.is_throttled() && error.attempts() == 1, "{error}");
}

#[test]
fn clients_values_and_errors_are_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<(Elements, Credential, UserKey, OfficeInformation, avepoint_elements::Error)>();
    shared::<(
        avepoint_elements_bulk::Outcome,
        avepoint_elements_bulk::BulkOptions,
        avepoint_elements_bulk::Journal,
    )>();
    shared::<(avepoint_elements_bulk::FileError, avepoint_elements_bulk::InputError, Sandbox)>();
}

#[test]
fn what_cannot_work_is_said_when_the_client_is_built() {
    let builder = || Elements::builder().credential(Credential::access_token("token"));
    let failing = || Err::<ClientBuilder, _>(std::io::Error::other("no certificate is there"));
    // Plain http to this machine needs no TLS feature.
    let local = builder().base_url("http://127.0.0.1:9/partner").allow_loopback_http();
    let error = local.try_http_client(failing).build().unwrap_err();
    assert!(error.is_configuration() && error.source().is_some(), "{error}");
    let error = builder().base_url("http://elements.example").build().unwrap_err();
    assert!(error.is_configuration(), "{error}");
    #[cfg(not(any(feature = "default", feature = "all", feature = "reqwest")))]
    assert!(builder().build().unwrap_err().is_configuration());
}

#[cfg(feature = "all")]
#[test]
fn errors_receipts_and_users_can_be_made_in_tests() {
    use avepoint_elements::{ErrorKind, testing};
    assert_eq!(testing::error(ErrorKind::NotFound).status(), Some(404));
    assert!(testing::outcome_unknown(testing::error(ErrorKind::Timeout)).is_outcome_unknown());
    assert_eq!((testing::receipt().status, testing::receipt().attempts), (204, 1));
    assert_eq!(testing::user(&testing::user_key().user).city(), Some("Dresden"));
}

#[cfg(feature = "all")]
#[tokio::test]
async fn a_mock_answers_with_users_of_the_sdk() {
    use avepoint_elements::testing;
    use avepoint_elements_httpmock::PagesExt as _;
    let server = MockServer::start_async().await;
    let key = testing::user_key();
    let (user, listed) = (testing::user(&key.user), testing::listed_user(&key.user));
    server.get_user(|when, then| {
        when.user_id(&key.user);
        then.ok(&user);
    });
    server.pages_of_users(&key.customer, &key.tenant, [&listed]);
    let builder = Elements::builder().base_url(server.base_url()).allow_loopback_http();
    let elements = builder.credential(Credential::access_token("token")).build().unwrap();
    assert_eq!(elements.user(&key).await.unwrap(), user);
    let page = elements.users(&key.customer, &key.tenant).page(1).await.unwrap();
    assert_eq!(page, testing::page(vec![listed]));
}
