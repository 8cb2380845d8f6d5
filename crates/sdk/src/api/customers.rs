//! Listing customers and their tenants.

use avepoint_elements_client::types::{self, StringOrInteger};
use avepoint_elements_client::{Client, Operation, operations};
use serde::{Deserialize, Serialize};

use crate::api::elements::Elements;
use crate::api::ids::CustomerId;
use crate::api::listing::{Entries, Listed, Listing, PageRequest};
use crate::api::reading::getters;
use crate::call::RawResponse;
use crate::call::subject::Subject;

impl Elements {
    /// The customers within the app's reach, with their tenants, page by page or one after the other.
    ///
    /// Nothing is sent before [`Listing::page`] or [`Listing::stream`].
    pub fn customers(&self) -> Listing<Customer> {
        Listing::new(self.pipeline.clone(), ())
    }
}

/// A customer with its tenants.
///
/// Getters return what is there. Every field may be missing; one of an unexpected type counts as missing. As JSON it is
/// what the service sends, without what is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Customer(types::Customer);

crate::api::contract_type::convert!(Customer, types::Customer);
crate::api::contract_type::convert_page!(Customer, types::CustomerPage);

impl Customer {
    /// The tenants.
    pub fn tenants(&self) -> impl ExactSizeIterator<Item = Tenant<'_>> {
        self.0.tenants.iter().map(Tenant)
    }

    getters! {
        /// The id of the customer.
        id: text;
        /// The name of the customer.
        organization: text;
        /// The e-mail address of the owner.
        owner_email: text;
        /// The state of the customer's job. Its type and values are not documented.
        job_status: StringOrInteger;
        /// The country or region of the customer.
        country_or_region: text;
        /// How the customer is managed. Its type and values are not documented.
        management_mode: StringOrInteger;
    }
}

/// A tenant of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Tenant<'a>(&'a types::Tenant);

impl<'a> Tenant<'a> {
    /// The id of the tenant.
    pub fn id(self) -> Option<&'a str> {
        self.0.id.as_deref()
    }

    /// The display name of the tenant; not a domain.
    pub fn name(self) -> Option<&'a str> {
        self.0.name.as_deref()
    }

    /// What the service sends and the contract does not know, by its key.
    pub fn other_fields(self) -> &'a serde_json::Map<String, serde_json::Value> {
        &self.0.extra
    }
}

impl Listed for Customer {
    const OPERATION: &'static Operation = &operations::LIST_CUSTOMERS;
    type Id = CustomerId;
    type Scope = ();
    type Selection = types::CustomerSelection;
    type Reply = types::CustomerPage;

    fn id(&self) -> Option<&str> {
        self.id()
    }

    fn subject((): &()) -> Subject<'_> {
        Subject::default()
    }

    fn selection(ids: &[CustomerId]) -> Option<types::CustomerSelection> {
        let ids: Vec<_> = ids.iter().map(|id| id.contract().clone()).collect();
        Some(types::CustomerSelection { customer_ids: Some(ids.try_into().ok()?) })
    }

    async fn send(
        client: Client,
        request: &PageRequest<Self>,
        page: types::PageIndex,
    ) -> RawResponse<Self::Reply> {
        client.send_list_customers(Some(&page), Some(&request.size), &request.selection).await
    }

    fn entries(types::CustomerPage { data, metadata, .. }: types::CustomerPage) -> Entries<Self> {
        (data.into_iter().map(Self).collect(), metadata)
    }
}
