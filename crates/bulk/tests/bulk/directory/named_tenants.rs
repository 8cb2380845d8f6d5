//! Where users are looked for: customers and tenants by id and by name.

use avepoint_elements_bulk::directory::TenantProblem::{
    AmbiguousCustomer, AmbiguousTenant, OutsideSelection, UnknownCustomer, UnknownTenant,
};
use avepoint_elements_bulk::directory::{
    Customers, KeyIndex, ListEnd, Resolution, RowKeys, TenantProblem, UserEntry,
};

use crate::directory::{all, mail};

const UUIDS: [&str; 2] = ["7c18fd6f-0000-4000-8000-5725fa9edc3f", "0c7715b3-0000-4000-8000-f3634dcfacec"];

fn row<'a>(customer: &'a str, tenant: &'a str) -> RowKeys<'a> {
    RowKeys { line: 2, customer, tenant, ..mail("anna@f.example") }
}

fn index(selection: (Option<&str>, Option<&str>), rows: &[RowKeys<'_>]) -> KeyIndex {
    let mut index = KeyIndex::new(selection.0, selection.1);
    for row in rows {
        index.add(row).unwrap();
    }
    index
}

/// What is wrong with each place; none where it is one.
fn problems(
    selection: (Option<&str>, Option<&str>),
    rows: &[RowKeys<'_>],
    customers: &Customers,
) -> Vec<Option<TenantProblem>> {
    let problem = |resolution: &Resolution| match resolution {
        Resolution::Tenant(problem) => Some(*problem),
        _ => None,
    };
    all(&index(selection, rows).search(Some(customers)).finish()).iter().map(problem).collect()
}

#[test]
fn ids_alone_cost_no_list_of_customers_and_with_the_users_id_no_list_at_all() {
    let [customer, tenant] = UUIDS;
    let with_id = RowKeys { user: UUIDS[0], ..row(customer, tenant) };
    let by_id = index((None, None), &[with_id]);
    assert!(!by_id.needs_customers());
    assert!(by_id.search(None).tenants().is_empty());
    let by_mail = index((None, None), &[row(customer, tenant), row(&customer.to_uppercase(), tenant)]);
    assert!(!by_mail.needs_customers());
    let search = by_mail.search(None);
    // Two spellings of one tenant are one list.
    let tenants = search.tenants();
    assert_eq!(tenants.len(), 1);
    let (customer_id, tenant_id) = search.ids(tenants[0]);
    assert_eq!((customer_id.as_str(), tenant_id.as_str()), (customer, tenant));
    for (customer, tenant) in
        [("Fabrikam", tenant), (customer, "Production"), (customer, ""), ("", tenant), ("", "")]
    {
        assert!(index((None, None), &[row(customer, tenant)]).needs_customers(), "{customer} {tenant}");
        let selection = (Some(customer), Some(tenant));
        assert!(index(selection, &[row("", "")]).needs_customers(), "{customer} {tenant}");
    }
    assert!(!index((Some(customer), Some(tenant)), &[row("", "")]).needs_customers());
}

#[test]
fn a_customer_for_all_rows_whose_tenants_are_ids_costs_no_list_of_customers() {
    let [customer, tenant] = UUIDS;
    let index = index((Some(customer), None), &[row("", tenant)]);
    assert!(!index.needs_customers());
    let mut search = index.search(None);
    let tenants = search.tenants();
    assert_eq!(tenants.len(), 1);
    search.entry(tenants[0], &UserEntry { mail: "anna@f.example", ..UserEntry::of("u1") });
    search.end(tenants[0], ListEnd::Complete);
    assert!(matches!(search.finish().of(0), Resolution::Resolved(_)));
}

#[test]
fn only_the_tenants_that_rows_may_be_in_are_listed() {
    let customers = crate::directory::customers();
    let count = |rows: &[RowKeys<'_>]| index((None, None), rows).search(Some(&customers)).tenants().len();
    assert_eq!(count(&[row("Fabrikam", "Test"), row("c1", "t2")]), 1);
    assert_eq!(count(&[row("Fabrikam", ""), row("c1", "t2")]), 2);
    assert_eq!(count(&[row("Contoso", "Production"), row("", "")]), 3);
    assert_eq!(count(&[row("", "Test")]), 1);
}

#[test]
fn an_exact_id_comes_before_an_exact_name_and_two_names_are_ambiguous() {
    // The second customer is called as the first one's id is.
    let customers = Customers::complete([
        ("c1", "Fabrikam", vec![("t1", "Production"), ("t2", "Production"), ("t3", "t1")]),
        ("c2", "c1", vec![("t4", "Test")]),
        ("c3", "Fabrikam", vec![]),
    ]);
    let search = index((None, None), &[row("c1", "t1")]).search(Some(&customers));
    let (customer, tenant) = search.ids(search.tenants()[0]);
    assert_eq!((customer.as_str(), tenant.as_str()), ("c1", "t1"));
    let cases = [
        ("Fabrikam", "t1", Some(AmbiguousCustomer)),
        ("fabrikam", "t1", Some(UnknownCustomer)),
        ("c1", "Production", Some(AmbiguousTenant)),
        ("", "Production", Some(AmbiguousTenant)),
        ("c1", "t4", Some(UnknownTenant)),
        ("", "t9", Some(UnknownTenant)),
        ("c3", "", None),
        ("", "Test", None),
    ];
    for (customer, tenant, problem) in cases {
        assert_eq!(
            problems((None, None), &[row(customer, tenant)], &customers),
            [problem],
            "{customer} {tenant}"
        );
    }
}

#[test]
fn a_row_of_another_customer_or_tenant_than_the_selection_is_out_of_scope_by_id_and_by_name() {
    let customers = crate::directory::customers();
    let rows =
        [("", ""), ("c1", "t1"), ("Fabrikam", "Production"), ("c1", "t2"), ("c2", ""), ("Contoso", "t3")];
    let rows = rows.map(|(customer, tenant)| row(customer, tenant));
    let outside = Some(OutsideSelection);
    assert_eq!(
        problems((Some("Fabrikam"), None), &rows, &customers),
        [None, None, None, None, outside, outside]
    );
    let in_tenant = problems((Some("c1"), Some("Production")), &rows, &customers);
    assert_eq!(in_tenant[..4], [None, None, None, outside]);
    assert!(in_tenant[4..].iter().all(Option::is_some), "{in_tenant:?}");
}

#[test]
fn a_user_without_a_tenant_is_looked_for_in_all_and_found_once() {
    let customers = crate::directory::customers();
    let by_id = RowKeys { line: 3, user: "u2", ..RowKeys::default() };
    let mut search = index((None, None), &[row("", ""), by_id]).search(Some(&customers));
    for (tenant, id) in search.tenants().into_iter().zip(["u1", "u2", "u3"]) {
        let mail = if id == "u3" { "anna@f.example" } else { "" };
        search.entry(tenant, &UserEntry { mail, ..UserEntry::of(id) });
        search.end(tenant, ListEnd::Complete);
    }
    let resolved = all(&search.finish());
    let [Resolution::Resolved(anna), Resolution::Resolved(by_id)] = &resolved[..] else {
        panic!("{resolved:?}")
    };
    assert_eq!(
        (anna.user.customer.as_str(), anna.user.tenant.as_str(), anna.user.user.as_str()),
        ("c2", "t3", "u3")
    );
    assert_eq!((by_id.user.tenant.as_str(), by_id.is_listed), ("t2", true));
}
