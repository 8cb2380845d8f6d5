//! Lists in pages: one mock for all of them.

use std::fmt::Display;

use avepoint_elements_client::types::{Customer, CustomerId, ListedUser, TenantId};
use httpmock::{HttpMockRequest, HttpMockResponse, Mock, MockServer};
use serde_json::{Value, json};

use crate::generated::MockServerExt;
use crate::value::converted;

/// The entries of a page where the request does not say how many.
const DEFAULT_SIZE: usize = 50;

/// Answers lists page by page, as the requests ask for them.
///
/// ```
/// use avepoint_elements::{Credential, Elements, testing};
/// use avepoint_elements_httpmock::PagesExt;
/// use httpmock::MockServer;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = MockServer::start_async().await;
/// let users = ["ada", "ben", "cem"].map(|id| testing::listed_user(&id.parse().unwrap()));
/// let list = server.pages_of_users("c-1", "t-1", &users);
///
/// let builder = Elements::builder().base_url(server.base_url()).allow_loopback_http();
/// let elements = builder.credential(Credential::access_token("token")).build()?;
/// let second = elements.users(&"c-1".parse()?, &"t-1".parse()?).page_size(2).page(2).await?;
/// assert_eq!(second.entries, users[2..]);
/// assert_eq!(second.total_count, Some(3));
/// list.assert_calls(1);
/// # Ok(())
/// # }
/// ```
pub trait PagesExt {
    /// Answers every page of a tenant's list of users, and every selection of them by id.
    ///
    /// # Panics
    /// With a value that the contract refuses.
    fn pages_of_users(
        &self,
        customer: impl TryInto<CustomerId, Error: Display>,
        tenant: impl TryInto<TenantId, Error: Display>,
        users: impl IntoIterator<Item: TryInto<ListedUser, Error: Display>>,
    ) -> Mock<'_>;

    /// Answers every page of the list of customers, and every selection of them by id.
    ///
    /// # Panics
    /// With a value that the contract refuses.
    fn pages_of_customers(
        &self,
        customers: impl IntoIterator<Item: TryInto<Customer, Error: Display>>,
    ) -> Mock<'_>;
}

impl PagesExt for MockServer {
    #[track_caller]
    fn pages_of_users(
        &self,
        customer: impl TryInto<CustomerId, Error: Display>,
        tenant: impl TryInto<TenantId, Error: Display>,
        users: impl IntoIterator<Item: TryInto<ListedUser, Error: Display>>,
    ) -> Mock<'_> {
        let user = |user| json!(converted::<ListedUser>("users", user));
        let users = List { selection: "userIds", entries: users.into_iter().map(user).collect() };
        self.list_users(move |when, then| {
            when.customer_id(customer).tenant_id(tenant);
            then.into_inner().respond_with(move |request| users.page(request));
        })
    }

    #[track_caller]
    fn pages_of_customers(
        &self,
        customers: impl IntoIterator<Item: TryInto<Customer, Error: Display>>,
    ) -> Mock<'_> {
        let customer = |customer| json!(converted::<Customer>("customers", customer));
        let customers = List { selection: "customerIds", entries: customers.into_iter().map(customer).collect() };
        self.list_customers(move |_, then| {
            then.into_inner().respond_with(move |request| customers.page(request));
        })
    }
}

/// What is listed.
struct List {
    /// The field of the request's body that narrows it.
    selection: &'static str,
    entries: Vec<Value>,
}

impl List {
    fn page(&self, request: &HttpMockRequest) -> HttpMockResponse {
        let query = request.query_params();
        let number = |name: &str| query.iter().find(|(other, _)| other == name)?.1.parse().ok();
        let index = number("pageIndex").unwrap_or(1_usize);
        let size = number("pageSize").unwrap_or(DEFAULT_SIZE);
        let entries = self.selected(request.body_ref());
        let start = index.saturating_sub(1).saturating_mul(size);
        let data: Vec<&Value> = entries.iter().skip(start).take(size).copied().collect();
        let metadata = json!({ "pageIndex": index, "pageSize": size, "totalCount": entries.len() });
        let reply = HttpMockResponse::builder().status(200).header("content-type", "application/json");
        reply.body(json!({ "data": data, "metadata": metadata }).to_string()).build()
    }

    fn selected(&self, body: &[u8]) -> Vec<&Value> {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let ids = body[self.selection].as_array();
        self.entries.iter().filter(|entry| ids.is_none_or(|ids| ids.contains(&entry["id"]))).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "clippy does not take helpers of tests for tests")]
mod tests {
    use avepoint_elements_client::Client;
    use avepoint_elements_client::types::{Customer, CustomerSelection, UserIds, UserSelection};

    use super::*;

    fn client(server: &MockServer) -> Client {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Client::new(&server.base_url(), http).unwrap()
    }

    fn users(count: usize) -> Vec<ListedUser> {
        let user = |number| ListedUser::builder().id(format!("u{number}")).try_into().unwrap();
        (1..=count).map(user).collect()
    }

    #[tokio::test]
    async fn a_list_without_numbers_is_its_first_fifty_entries() {
        let server = MockServer::start_async().await;
        let users = users(60);
        server.pages_of_users("c", "t", &users);
        let list = client(&server);
        let list = list.list_users().customer_id("c").tenant_id("t").body(UserSelection::default());
        let page = list.send().await.unwrap().into_inner();
        assert_eq!(page.data, users[..50]);
        assert_eq!(page.metadata.unwrap().total_count, Some(60));
    }

    #[tokio::test]
    async fn a_selection_is_answered_with_what_is_there_and_a_page_behind_the_last_is_empty() {
        let server = MockServer::start_async().await;
        let users = users(3);
        server.pages_of_users("c", "t", &users);
        let client = client(&server);
        let ids: Vec<_> = ["u3", "u9", "u1"].map(|id| id.parse().unwrap()).into();
        let selection = UserSelection { user_ids: Some(UserIds::try_from(ids).unwrap()) };
        let list = || client.list_users().customer_id("c").tenant_id("t").body(selection.clone());
        let page = list().send().await.unwrap().into_inner();
        assert_eq!(page.data, [users[0].clone(), users[2].clone()]);
        assert_eq!(list().page_index(2).send().await.unwrap().into_inner().data, []);
    }

    #[tokio::test]
    async fn another_tenant_is_not_answered() {
        let server = MockServer::start_async().await;
        server.pages_of_users("c", "t", &users(1));
        let client = client(&server);
        let list = client.list_users().customer_id("c").tenant_id("t2").body(UserSelection::default());
        assert_eq!(list.send().await.unwrap_err().status().unwrap(), 404);
    }

    #[tokio::test]
    async fn customers_come_in_pages_too() {
        let server = MockServer::start_async().await;
        let customer = |id: &str| -> Customer { Customer::builder().id(id.to_owned()).try_into().unwrap() };
        server.pages_of_customers(["a", "b", "c"].map(customer));
        let client = client(&server);
        let list = client.list_customers().page_index(2).page_size(2).body(CustomerSelection::default());
        let page = list.send().await.unwrap().into_inner();
        assert_eq!(page.data, [customer("c")]);
        assert_eq!(page.metadata.unwrap().total_count, Some(3));
    }
}
