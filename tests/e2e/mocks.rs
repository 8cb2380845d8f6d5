//! The typed mocks answer what they say, and tell of everything else.

use std::panic::{AssertUnwindSafe, catch_unwind};

use avepoint_elements::{OfficeInformation, UserKey, testing};
use avepoint_elements_httpmock::{MockServerExt, StrictExt};
use httpmock::MockServer;

use crate::{client_of, office, user};

fn key(user: &str) -> UserKey {
    UserKey::new("c".parse().unwrap(), "t".parse().unwrap(), user.parse().unwrap())
}

#[tokio::test]
async fn a_mock_answers_its_own_id_only() {
    let server = MockServer::start_async().await;
    let mock = server.update_office_information(|when, then| {
        when.user_id("a.b");
        then.no_content();
    });
    let elements = client_of(&server.base_url());
    elements.update_office_information(&key("a.b"), &office()).await.unwrap();
    for other in ["aXb", "a.bc", "A.b"] {
        let error = elements.update_office_information(&key(other), &office()).await.unwrap_err();
        assert!(error.is_not_found(), "{other}: {error}");
    }
    mock.assert_calls(1);
}

#[tokio::test]
async fn matchers_and_replies_take_the_sdks_own_values() {
    let server = MockServer::start_async().await;
    let key = key("u");
    let (user, listed) = (testing::user(&key.user), testing::listed_user(&key.user));
    let customer = testing::customer(&key.customer);
    server.get_user(|when, then| {
        when.customer_id(&key.customer).tenant_id(key.tenant.clone()).user_id(&key.user);
        then.ok(&user);
    });
    server.list_users(|when, then| {
        when.tenant_id(&key.tenant).page_index(1).page_size(7);
        then.ok(testing::page(vec![listed.clone()]));
    });
    server.list_customers(|_, then| {
        then.ok(testing::page(vec![customer.clone()]));
    });
    let elements = client_of(&server.base_url());
    assert_eq!(elements.user(&key).await.unwrap(), user);
    let users = elements.users(&key.customer, &key.tenant).page_size(7);
    assert_eq!(users.page(1).await.unwrap(), testing::page(vec![listed]));
    assert!(users.page(2).await.unwrap_err().is_not_found());
    assert_eq!(elements.customers().page(1).await.unwrap(), testing::page(vec![customer]));
}

#[tokio::test]
async fn a_body_matches_the_value_and_no_other() {
    let server = MockServer::start_async().await;
    let office = office();
    server.update_office_information(|when, then| {
        when.body(&office);
        then.no_content();
    });
    let elements = client_of(&server.base_url());
    elements.update_office_information(&user(), &office).await.unwrap();
    let other = OfficeInformation::builder().postal_code("01067").country_region("Germany");
    let other = other.state("Saxony").address("Theaterplatz 2").build().unwrap();
    assert!(elements.update_office_information(&user(), &other).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn ids_that_need_percent_encoding_match() {
    let server = MockServer::start_async().await;
    let elements = client_of(&server.base_url());
    for id in ["a<b>", "{a}", "\"a\"", "a`b", "a|b", "a^b", "a+b", "a@b", "[a]", "a;b=c", "a*b", "(a)$"] {
        let mock = server.update_office_information(|when, then| {
            when.user_id(id);
            then.no_content();
        });
        elements.update_office_information(&key(id), &office()).await.unwrap();
        mock.assert_calls(1);
    }
}

#[tokio::test]
async fn a_mock_replies_with_any_listed_status() {
    let server = MockServer::start_async().await;
    server.update_office_information(|when, then| {
        when.customer_id("c").tenant_id("t");
        then.too_many_requests(serde_json::json!({"message": "slow down"}));
    });
    let elements = client_of(&server.base_url());
    let error = elements.update_office_information(&key("u"), &office()).await.unwrap_err();
    assert!(error.is_throttled() && error.to_string().contains("slow down"), "{error}");
}

#[tokio::test]
async fn a_request_that_no_mock_expected_fails_the_test_and_is_shown() {
    let server = MockServer::start_async().await;
    let unexpected = server.fail_on_unexpected_requests();
    let elements = client_of(&server.base_url());
    elements.update_office_information(&user(), &office()).await.unwrap_err();
    let panic = catch_unwind(AssertUnwindSafe(|| drop(unexpected))).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    let path = "/external/v3/um/customers/966f35cc-0000-4000-8000-25cdbcf82a07/tenants/";
    for part in ["PUT", path, r#""postalCode":"2121""#] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

#[tokio::test]
async fn expected_requests_do_not_fail_the_test() {
    let server = MockServer::start_async().await;
    let mock = server.update_office_information(|_, then| {
        then.no_content();
    });
    let unexpected = server.fail_on_unexpected_requests();
    client_of(&server.base_url()).update_office_information(&user(), &office()).await.unwrap();
    assert_eq!(unexpected.seen(), Vec::<String>::new());
    drop(unexpected);
    mock.assert_calls(1);
}
