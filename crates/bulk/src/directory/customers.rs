//! Customers and their tenants, as the list of customers has them.

/// The customers in reach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customers {
    pub(super) entries: Vec<CustomerEntry>,
    pub(super) are_complete: bool,
}

/// A customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "what is looked for by")]
pub struct CustomerEntry {
    /// The id. A list with an entry that has none is incomplete.
    pub id: String,
    /// The name of the organization; empty where it is missing.
    pub name: String,
    /// The tenants.
    pub tenants: Vec<TenantEntry>,
}

/// A tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "what is looked for by")]
pub struct TenantEntry {
    /// The id. A list with a tenant that has none is incomplete.
    pub id: String,
    /// The name; empty where it is missing.
    pub name: String,
}

impl Customers {
    /// The entries of a list, and whether it was complete.
    pub fn new(entries: Vec<CustomerEntry>, is_complete: bool) -> Self {
        let has_ids = |customer: &CustomerEntry| {
            !customer.id.is_empty() && customer.tenants.iter().all(|tenant| !tenant.id.is_empty())
        };
        let are_complete = is_complete && entries.iter().all(has_ids);
        Self { entries, are_complete }
    }

    /// A complete list, of the id and the name of each customer, and those of its tenants.
    pub fn complete<'a>(
        customers: impl IntoIterator<Item = (&'a str, &'a str, Vec<(&'a str, &'a str)>)>,
    ) -> Self {
        let tenant = |(id, name): (&str, &str)| TenantEntry { id: id.to_owned(), name: name.to_owned() };
        let customer = |(id, name, tenants): (&str, &str, Vec<_>)| CustomerEntry {
            id: id.to_owned(),
            name: name.to_owned(),
            tenants: tenants.into_iter().map(tenant).collect(),
        };
        Self::new(customers.into_iter().map(customer).collect(), true)
    }

    /// Whether every customer in reach is among them.
    pub fn are_complete(&self) -> bool {
        self.are_complete
    }
}
