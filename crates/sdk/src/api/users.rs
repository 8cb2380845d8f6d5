//! Listing the users of a tenant.

use avepoint_elements_client::types::{self, DateTimeOrTicks};
use avepoint_elements_client::{Client, Operation, operations};
use serde::{Deserialize, Serialize};

use crate::api::elements::Elements;
use crate::api::ids::{CustomerId, TenantId, UserId};
use crate::api::listing::{Entries, Listed, Listing, PageRequest};
use crate::api::reading::{getters, numbers};
use crate::call::RawResponse;
use crate::call::subject::Subject;

impl Elements {
    /// The users of a tenant, page by page or one after the other.
    ///
    /// Nothing is sent before [`Listing::page`] or [`Listing::stream`]. There is no filter but by id, and no documented
    /// order.
    ///
    /// ```no_run
    /// # async fn run(elements: avepoint_elements::Elements) -> Result<(), Box<dyn std::error::Error>> {
    /// let (customer, tenant) = ("966f35cc-0000-4000-8000-25cdbcf82a07", "0c7715b3-0000-4000-8000-f3634dcfacec");
    /// let mut users = elements.users(&customer.parse()?, &tenant.parse()?).stream();
    /// while let Some(user) = users.next().await {
    ///     let user = user?;
    ///     println!("{:?} {:?}", user.id(), user.user_principal_name());
    /// }
    /// if !users.summary().is_complete() {
    ///     eprintln!("{}", users.summary());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn users(&self, customer: &CustomerId, tenant: &TenantId) -> Listing<ListedUser> {
        Listing::new(self.pipeline.clone(), (customer.clone(), tenant.clone()))
    }
}

/// A user, as lists show one: without postal code, state, address and city.
///
/// Getters return what is there. Every field may be missing; one of an unexpected type counts as missing. As JSON it is
/// what the service sends, without what is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ListedUser(types::ListedUser);

crate::api::contract_type::convert!(ListedUser, types::ListedUser);
crate::api::contract_type::convert_page!(ListedUser, types::UserPage);

impl ListedUser {
    /// The states: 0 MFA disabled, 1 sign-in blocked, 2 password expired, 3 high risk, 4 medium risk, 5 compliant,
    /// 6 inactive, 7 pending deletion, 8 test user.
    pub fn status(&self) -> &[i64] {
        numbers(self.0.status.as_ref())
    }

    getters! {
        /// The id of the user.
        id: text;
        /// The user principal name. A [`User`](crate::User) has it as `loginName`.
        user_principal_name: text;
        /// The e-mail address.
        mail: text;
        /// The display name.
        display_name: text;
        /// The first name.
        first_name: text;
        /// The last name.
        last_name: text;
        /// The employee number. Text: leading zeros matter.
        employee_id: text;
        /// The office location; not an address.
        location: text;
        /// The company.
        company: text;
        /// The department.
        department: text;
        /// The mobile telephone number.
        mobile: text;
        /// The job title.
        job_title: text;
        /// Whether this is a test user.
        is_test_user: copied bool;
        /// The age of the password.
        age: copied i64;
        /// The start date of the account.
        start_date: DateTimeOrTicks;
        /// The end date of the account.
        end_date: DateTimeOrTicks;
        /// The country or region of the office. A [`User`](crate::User) has it as `countryRegion`.
        country_or_region: text;
    }
}

impl Listed for ListedUser {
    const OPERATION: &'static Operation = &operations::LIST_USERS;
    type Id = UserId;
    type Scope = (CustomerId, TenantId);
    type Selection = types::UserSelection;
    type Reply = types::UserPage;

    fn id(&self) -> Option<&str> {
        self.id()
    }

    fn subject((customer, tenant): &Self::Scope) -> Subject<'_> {
        Subject::tenant(customer, tenant)
    }

    fn selection(ids: &[UserId]) -> Option<types::UserSelection> {
        let ids: Vec<_> = ids.iter().map(|id| id.contract().clone()).collect();
        Some(types::UserSelection { user_ids: Some(ids.try_into().ok()?) })
    }

    async fn send(
        client: Client,
        request: &PageRequest<Self>,
        page: types::PageIndex,
    ) -> RawResponse<Self::Reply> {
        let (customer, tenant) = &request.scope;
        let (customer, tenant) = (customer.contract(), tenant.contract());
        client.send_list_users(customer, tenant, Some(&page), Some(&request.size), &request.selection).await
    }

    fn entries(types::UserPage { data, metadata, .. }: types::UserPage) -> Entries<Self> {
        (data.into_iter().map(Self).collect(), metadata)
    }
}
