//! What planning costs, by the requests that the sandbox received.

use avepoint_elements_bulk::directory::RowKeysBuf;
use avepoint_elements_bulk::plan::PlanState;
use avepoint_elements_sandbox::{Faults, Sandbox};

use crate::planning::{
    CONTOSO, FABRIKAM, PRODUCTION, SALES, TEST, builder, by_id, by_mail, city, id, plan, states,
};

/// How many pages of customers, pages of users, and users were asked for.
fn received(sandbox: &Sandbox) -> [usize; 3] {
    let requests = sandbox.requests();
    let count = |method: &str, part: &str| {
        requests.iter().filter(|request| request.method == method && request.target.contains(part)).count()
    };
    let counts = [count("POST", "/customers/batch"), count("POST", "/users/batch"), count("GET", "/users/")];
    assert_eq!(counts.iter().sum::<usize>(), requests.len());
    counts
}

async fn cost(rows: &[RowKeysBuf]) -> [usize; 3] {
    let sandbox = builder().start().await.unwrap();
    plan(&sandbox, rows, &city("Pirna")).await;
    received(&sandbox)
}

#[tokio::test]
async fn rows_with_ids_cost_one_reading_each() {
    let rows: Vec<_> = (0..5).map(|user| by_id(FABRIKAM, PRODUCTION, &id(PRODUCTION, user))).collect();
    assert_eq!(cost(&rows).await, [0, 0, 5]);
}

#[tokio::test]
async fn other_keys_cost_the_pages_of_each_tenant_once_and_a_reading_of_each_user_who_was_found() {
    let mail = |tenant, name: &str| by_mail(FABRIKAM, tenant, name);
    let rows = [
        mail(PRODUCTION, "user1@production.example"),
        mail(PRODUCTION, "user229@production.example"),
        mail(PRODUCTION, "nobody@production.example"),
        mail(TEST, "user0@test.example"),
        by_mail(CONTOSO, SALES, "user7@sales.example"),
    ];
    // 230 users, one user, and 100 users: three pages, one, and one.
    assert_eq!(cost(&rows).await, [0, 5, 4]);
    assert_eq!(cost(&rows[..1]).await, [0, 3, 1]);
    assert_eq!(cost(&rows[3..4]).await, [0, 1, 1]);
}

#[tokio::test]
async fn names_cost_the_pages_of_customers_and_a_search_the_pages_of_all_tenants_in_reach() {
    let named = by_mail("Fabrikam", "test", "user0@test.example");
    assert_eq!(cost(&[named]).await, [1, 1, 1]);
    let named_with_id = by_id("Fabrikam", "test", &id(TEST, 0));
    assert_eq!(cost(&[named_with_id]).await, [1, 0, 1]);
    let of_customer = by_mail("Fabrikam", "", "user0@test.example");
    assert_eq!(cost(&[of_customer]).await, [1, 4, 1]);
    let anywhere = by_mail("", "", "user7@sales.example");
    assert_eq!(cost(&[anywhere]).await, [1, 5, 1]);
}

#[tokio::test]
async fn rows_that_come_to_no_user_and_rows_that_come_to_one_user_twice_are_not_read() {
    let anna = by_mail(CONTOSO, SALES, "user7@sales.example");
    let same = by_id(CONTOSO, SALES, &id(SALES, 7));
    let rows = [anna, same, by_mail(CONTOSO, SALES, ""), by_id(CONTOSO, SALES, "user7@sales.example")];
    assert_eq!(cost(&rows).await, [0, 1, 0]);
}

#[tokio::test]
async fn an_incomplete_list_is_asked_for_once_more_and_then_says_nothing_of_its_rows() {
    let faults = Faults::new().shift_pages(-1);
    let sandbox = builder().faults(faults).start().await.unwrap();
    let rows = [
        by_mail(FABRIKAM, PRODUCTION, "user1@production.example"),
        by_mail(FABRIKAM, PRODUCTION, "nobody@production.example"),
        RowKeysBuf {
            user_principal_name: "user2@production.example".to_owned(),
            ..by_mail(FABRIKAM, PRODUCTION, "")
        },
    ];
    let outcomes = plan(&sandbox, &rows, &city("Pirna")).await;
    let open = PlanState::CouldNotBeTold;
    assert_eq!(states(&outcomes), [open, open, PlanState::Change]);
    let [_, pages, readings] = received(&sandbox);
    assert!((6..=8).contains(&pages) && readings == 1, "{pages} {readings}");
}
