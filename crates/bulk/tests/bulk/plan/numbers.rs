//! A plan in numbers: what it changes where, and whether that is too much.

use avepoint_elements::OfficeField;
use avepoint_elements_bulk::plan::{
    Change, Names, Overview, Plan, PlanState, PlanWriter, PlannedUser, Selection,
};

use crate::plan::{edit, header, moves, user};

/// Three of four users of the first tenant change, one of them clears, and one of ten of the second.
fn plan(folder: &tempfile::TempDir) -> Plan {
    let mut writer = PlanWriter::create(&folder.path().join("a.plan"), &header()).unwrap();
    let fills = Change::default().with(OfficeField::State, edit(None, Some("Saxony")));
    let mut second = PlannedUser::new(5, user("t2", "u4"), fills);
    second.names = Names::new(Some("Fabrikam"), Some("Test"), None);
    for planned in [moves(2, "u1", "Pirna"), moves(3, "u2", "Pirna"), moves(4, "u3", ""), second.clone()] {
        writer.change(&planned).unwrap();
    }
    writer.resolved(PlanState::Equal, &user("t1", "u5"), &Names::default());
    for _ in 0..9 {
        writer.resolved(PlanState::Equal, &user("t2", "u6"), &second.names);
    }
    writer.finish().unwrap()
}

#[test]
fn an_overview_counts_by_tenant_and_field_and_puts_equal_changes_together() {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(&folder);
    let mut overview = Overview::of(&plan, &Selection::default()).unwrap();
    let tenants: Vec<_> = overview
        .tenants()
        .iter()
        .map(|tenant| (tenant.tenant.as_str(), tenant.changes, tenant.resolved, tenant.clears))
        .collect();
    assert_eq!(tenants, [("t1", 3, 4, 1), ("t2", 1, 10, 0)]);
    let (city, state) = (overview.field(OfficeField::City), overview.field(OfficeField::State));
    assert_eq!((city.replaced, city.filled, city.cleared, city.changes()), (2, 0, 1, 3));
    assert_eq!((state.filled, state.changes(), overview.users()), (1, 1, 4));
    let groups: Vec<_> = plan.users().map(|planned| overview.first_of(&planned.unwrap())).collect();
    assert_eq!(groups, [Some(2), None, Some(1), Some(1)]);
}

#[test]
fn a_selection_is_by_customer_and_by_field() {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(&folder);
    let users = |customer: Option<&str>, changed| {
        let mut selection = Selection::default();
        (selection.customer, selection.changed) = (customer.map(str::to_owned), changed);
        Overview::of(&plan, &selection).unwrap().users()
    };
    assert_eq!(
        (users(Some("c1"), None), users(Some("Fabrikam"), None), users(Some("other"), None)),
        (4, 1, 0)
    );
    assert_eq!((users(None, Some(OfficeField::City)), users(None, Some(OfficeField::Address))), (3, 0));
}

#[test]
fn a_plan_that_changes_too_much_in_all_or_in_a_tenant_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(&folder);
    let check = |most: &str| plan.counts().unwrap().check_changes(most.parse().unwrap());
    for most in ["4", "75%", "100%"] {
        assert_eq!(check(most), Ok(()), "{most}");
    }
    let message = |most: &str| check(most).unwrap_err().to_string();
    assert_eq!(message("3"), "4 of 14 users would change, and at most 3 may");
    assert_eq!(message("28%"), "4 of 14 users would change, and at most 28% may");
    // Four of fourteen are less than a third, and three of four are more.
    assert_eq!(message("33.3%"), "3 of 4 users would change in c1 (t1), and at most 33.3% may");
    assert!(check("0%").is_err() && check("0").is_err());
    for text in ["", "%", "-1", "+1", "1e3", "101%", "1.5", "NaN%"] {
        assert!(text.parse::<avepoint_elements_bulk::CountOrPercent>().is_err(), "{text}");
    }
}

#[test]
fn changes_are_unusual_where_nearly_all_of_twenty_users_or_more_change() {
    let folder = tempfile::tempdir().unwrap();
    let unusual = |changes: u64, resolved: u64| {
        let path = folder.path().join(format!("{changes}-{resolved}.plan"));
        let mut writer = PlanWriter::create(&path, &header()).unwrap();
        for line in 0..changes {
            writer.change(&moves(line, &format!("u{line}"), "Pirna")).unwrap();
        }
        for _ in changes..resolved {
            writer.resolved(PlanState::Equal, &user("t1", "other"), &Names::default());
        }
        writer.counts().unusual().count()
    };
    assert_eq!([unusual(18, 20), unusual(17, 20), unusual(19, 19), unusual(0, 20)], [1, 0, 0, 0]);
}
