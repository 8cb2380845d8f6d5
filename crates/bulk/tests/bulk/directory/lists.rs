//! What can be said when a list of users was incomplete, refused, or failed.

use avepoint_elements::{Error, ErrorKind, testing};
use avepoint_elements_bulk::directory::{
    CustomerEntry, Customers, KeyIndex, ListEnd, Resolution, RowKeys, TenantEntry, UserEntry,
};
use avepoint_elements_bulk::plan::PlanState;

use crate::directory::{all, ended, ids, mail, number, principal, search_in, user};

fn anna() -> UserEntry<'static> {
    UserEntry { user_principal_name: "anna@f.example", ..user("u1", "anna@f.example", "1") }
}

#[test]
fn in_an_incomplete_list_only_a_principal_name_resolves() {
    let with_number = RowKeys { employee_id: "1", ..principal("anna@f.example") };
    let rows = [with_number, mail("anna@f.example"), number("1"), number("9"), principal("ben@f.example")];
    let resolved = ended(&rows, &[anna()], &ListEnd::Incomplete);
    assert_eq!(ids(&resolved), ["u1", "", "", "", ""]);
    assert!(resolved[1..].iter().all(|resolution| *resolution == Resolution::CouldNotBeTold));
    // What is certain all the same is said.
    let disagreeing = RowKeys { employee_id: "2", ..principal("anna@f.example") };
    let twins = [anna(), UserEntry { id: "u2", user_principal_name: "", ..anna() }];
    let resolved = ended(&[disagreeing, mail("anna@f.example")], &twins, &ListEnd::Incomplete);
    assert!(matches!(resolved[0], Resolution::KeysDisagree { .. }), "{resolved:?}");
    assert_eq!(resolved[1], Resolution::Ambiguous);
}

#[test]
fn an_entry_without_an_id_makes_its_list_incomplete() {
    for id in ["", " ", "../x"] {
        let nameless = UserEntry { id, ..user("", "ben@f.example", "2") };
        let resolved =
            ended(&[mail("anna@f.example"), mail("ben@f.example")], &[anna(), nameless], &ListEnd::Complete);
        assert_eq!(resolved, [Resolution::CouldNotBeTold, Resolution::CouldNotBeTold], "{id:?}");
    }
}

#[test]
fn a_list_that_never_ended_is_incomplete() {
    let mut search = search_in(Some("c1"), Some("t1"), &[mail("anna@f.example")]);
    let tenant = search.tenants()[0];
    search.entry(tenant, &anna());
    assert_eq!(all(&search.finish()), [Resolution::CouldNotBeTold]);
}

#[test]
fn a_list_that_was_refused_or_failed_says_so_of_its_rows_and_of_no_row_with_an_id() {
    let by_id = RowKeys { user: "u7", ..RowKeys::default() };
    let rows = [mail("anna@f.example"), by_id];
    let refused = ended(&rows, &[], &ListEnd::OutOfReach(testing::error_with_status(403).into()));
    assert_eq!((refused[0].state(), ids(&refused)), (Some(PlanState::OutOfScope), vec!["", "u7"]));
    let failed = ended(&rows, &[], &ListEnd::Failed(testing::error_with_status(503).into()));
    assert_eq!((failed[0].state(), ids(&failed)), (Some(PlanState::CouldNotBeTold), vec!["", "u7"]));
    assert!(failed[0].to_string().contains("503"), "{}", failed[0]);
    let kind = |resolution: &Resolution| resolution.error().map(Error::kind);
    assert_eq!((kind(&refused[0]), kind(&refused[1])), (Some(ErrorKind::Permission), None));
    assert_eq!(kind(&failed[0]), Some(ErrorKind::Server));
}

#[test]
fn across_tenants_one_list_that_is_incomplete_leaves_open_whether_there_is_a_twin() {
    let rows = [mail("anna@f.example"), principal("anna@f.example")];
    let ended = |second: ListEnd| {
        let mut search = search_in(Some("Fabrikam"), None, &rows);
        let tenants = search.tenants();
        assert_eq!(tenants.len(), 2);
        search.entry(tenants[0], &anna());
        search.end(tenants[0], ListEnd::Complete);
        search.end(tenants[1], second);
        all(&search.finish())
    };
    let is_duplicate = |resolution: &Resolution| matches!(resolution, Resolution::Duplicate { .. });
    assert!(ended(ListEnd::Complete).iter().all(is_duplicate));
    assert!(ended(ListEnd::OutOfReach(testing::error_with_status(403).into())).iter().all(is_duplicate));
    let open = ended(ListEnd::Incomplete);
    assert!(open.iter().all(|resolution| *resolution == Resolution::CouldNotBeTold), "{open:?}");
    let failed = ended(ListEnd::Failed(testing::error_with_status(503).into()));
    assert!(failed.iter().all(|resolution| matches!(resolution, Resolution::ListFailed(_))), "{failed:?}");
}

#[test]
fn with_an_incomplete_list_of_customers_no_name_is_sure_and_no_search_ends() {
    let tenants = vec![TenantEntry { id: "t1".to_owned(), name: "Production".to_owned() }];
    let fabrikam = CustomerEntry { id: "c1".to_owned(), name: "Fabrikam".to_owned(), tenants };
    let customers = Customers::new(vec![fabrikam], false);
    let places =
        [("Fabrikam", "t1"), ("c1", "Production"), ("c1", ""), ("", ""), ("", "t1"), ("", "Production")];
    let mut index = KeyIndex::new(None, None);
    for (customer, tenant) in places {
        index.add(&RowKeys { line: 2, customer, tenant, ..mail("anna@f.example") }).unwrap();
    }
    let mut search = index.search(Some(&customers));
    for tenant in search.tenants() {
        search.entry(tenant, &UserEntry::of("u9"));
        search.end(tenant, ListEnd::Complete);
    }
    let states: Vec<_> = all(&search.finish()).iter().map(Resolution::state).collect();
    let (open, none) = (Some(PlanState::CouldNotBeTold), Some(PlanState::NotFound));
    assert_eq!(states, [open, none, none, open, none, open]);
}
