//! What a service of another team uses: a token source, an orderly end, values as JSON, and values for tests.

use std::time::Duration;

use avepoint_elements::{
    AccessToken, BoxFuture, Credential, Elements, OfficeInformation, Permissions, TokenSource, UserKey,
};
use avepoint_elements_httpmock::MockServerExt;
use avepoint_elements_httpmock::httpmock::MockServer;

struct Vault;

impl TokenSource for Vault {
    fn token(&self, _: Permissions) -> BoxFuture<'_, avepoint_elements::Result<AccessToken>> {
        Box::pin(async { AccessToken::new("token") })
    }
}

#[tokio::test]
async fn a_service_updates_by_its_own_tokens_and_ends_in_order() {
    let server = MockServer::start_async().await;
    let user: UserKey = serde_json::from_str(r#"{"customer":"c1","tenant":"t1","user":"u1"}"#).unwrap();
    let office = OfficeInformation::builder().postal_code("2121").country_region("Angola").state("Luanda");
    let office = office.address("Dande").city(Some("Caxito".to_owned())).build().unwrap();
    assert_eq!(serde_json::to_value(&office).unwrap()["city"], "Caxito");
    let update = server.update_office_information(|when, then| {
        when.user_id(user.user.as_ref()).body(office.as_ref());
        then.no_content();
    });
    let builder = Elements::builder().base_url(server.base_url()).allow_loopback_http();
    let elements = builder.credential(Credential::cached(Vault)).build().unwrap();
    let receipt =
        elements.with_timeout(Duration::from_secs(30)).update_office_information(&user, &office).await;
    assert_eq!(receipt.unwrap().attempts, 1);
    elements.shut_down();
    let error = elements.update_office_information(&user, &office).await.unwrap_err();
    assert!(error.is_cancelled(), "{error}");
    update.assert_calls(1);
}

#[cfg(feature = "all")]
#[test]
fn errors_can_be_made_in_tests() {
    use avepoint_elements::{ErrorKind, testing};
    assert_eq!(testing::error(ErrorKind::NotFound).status(), Some(404));
    assert!(testing::outcome_unknown(testing::error(ErrorKind::Timeout)).is_outcome_unknown());
    assert_eq!(testing::user(&testing::user_key().user).city(), Some("Dresden"));
}
