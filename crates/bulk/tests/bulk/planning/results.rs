//! What rows come to.

#![allow(clippy::disallowed_methods, reason = "the clock of these tests is paused")]

use std::time::Duration;

use avepoint_elements::{Elements, ErrorKind, OfficeField};
use avepoint_elements_bulk::Stopped;
use avepoint_elements_bulk::directory::{KeyIndex, ListOptions, Resolved, RowKeysBuf, resolve};
use avepoint_elements_bulk::plan::PlanState::{
    self, Change, Equal, KeysDisagree, NotFound, OutOfScope, TooLong, Unreadable,
};
use avepoint_elements_bulk::plan::{EarlierReading, PlanOutcome, PlanRow, Wanted, WantedOffice};
use avepoint_elements_sandbox::{Fault, Faults};
use futures_util::StreamExt;
use serde_json::json;

use crate::planning::{
    CONTOSO, FABRIKAM, PRODUCTION, SALES, TEST, builder, by_id, by_mail, city, elements, id, plan, run,
    states, try_plan, write,
};

const HOUR: Duration = Duration::from_secs(3600);

/// Rows that want a city of these users, who are looked for.
async fn resolved(
    elements: &Elements,
    keys: impl Iterator<Item = RowKeysBuf>,
) -> (Vec<PlanRow<()>>, Resolved) {
    let rows: Vec<_> = keys.map(|keys| PlanRow::new((), keys, Ok(city("Pirna")))).collect();
    let mut index = KeyIndex::new(None, None);
    for row in &rows {
        index.add(&row.keys.as_keys()).unwrap();
    }
    let resolved = resolve(elements, index, ListOptions::new().concurrency(4), |_| ()).await.unwrap();
    (rows, resolved)
}

fn row(user: usize) -> RowKeysBuf {
    by_id(CONTOSO, SALES, &id(SALES, user))
}

#[tokio::test]
async fn a_plan_counts_every_row_by_what_it_came_to() {
    let sandbox = builder().start().await.unwrap();
    assert!(sandbox.change_user(CONTOSO, SALES, &id(SALES, 1), &json!({ "city": "Pirna" })));
    assert!(sandbox.change_user(CONTOSO, SALES, &id(SALES, 2), &json!({ "state": 7 })));
    assert!(sandbox.change_user(CONTOSO, SALES, &id(SALES, 3), &json!({ "state": "x".repeat(200) })));
    assert!(sandbox.change_user(CONTOSO, SALES, &id(SALES, 4), &json!({ "state": null })));
    let other_mail = RowKeysBuf { mail: "user6@sales.example".to_owned(), ..row(5) };
    let rows = [
        row(0),
        row(1),
        row(2),
        row(3),
        row(4),
        other_mail,
        row(1000),
        by_mail(CONTOSO, SALES, "nobody@sales.example"),
        by_mail("Nobody", "", "user7@sales.example"),
    ];
    let outcomes = plan(&sandbox, &rows, &city("Pirna")).await;
    let expected = [Change, Equal, Unreadable, TooLong, Change, KeysDisagree, NotFound, NotFound, OutOfScope];
    assert_eq!(states(&outcomes), expected);
    assert!(outcomes.iter().all(|outcome| outcome.state.is_planned() == outcome.reason.is_empty()));
    assert_eq!((outcomes[6].status, outcomes[6].request_id.is_some()), (Some(404), true));
    let codes: Vec<_> = outcomes.iter().map(|outcome| outcome.reason_code).collect();
    let expected =
        ["", "", "unreadable", "too-long", "", "keys-disagree", "not-found", "not-found", "unknown-customer"];
    assert_eq!(codes, expected);
    assert_eq!(outcomes[4].planned.as_ref().unwrap().kept_empty, [OfficeField::State]);

    let folder = tempfile::tempdir().unwrap();
    let plan = write(&folder.path().join("a.plan"), &sandbox, &outcomes);
    let counts = plan.counts().unwrap();
    for (state, count) in [(Change, 2), (NotFound, 2), (OutOfScope, 1), (TooLong, 1)] {
        assert_eq!(counts.rows.of(state), count, "{state}");
    }
    let [sales] = &counts.tenants[..] else { panic!("{:?}", counts.tenants) };
    assert_eq!((sales.resolved, sales.changes, sales.kept_empty), (7, 2, 1));
    let planned = plan.users().next().unwrap().unwrap();
    assert_eq!(planned.names.customer.as_deref(), Some("Contoso"));
    assert_eq!(planned.names.user.as_deref(), Some("user0@sales.example"));
    let edit = planned.change.get(OfficeField::City).unwrap();
    assert_eq!((edit.old.as_deref(), edit.new.as_deref()), (Some(" Dresden"), Some("Pirna")));
}

#[tokio::test]
async fn what_differs_only_in_white_space_or_in_the_name_of_a_country_is_equal() {
    let sandbox = builder().start().await.unwrap();
    assert!(sandbox.change_user(CONTOSO, SALES, &id(SALES, 0), &json!({ "countryRegion": "DE" })));
    let wanted = city("Dresden").with(OfficeField::CountryRegion, Wanted::Set("Germany".to_owned()));
    assert_eq!(states(&plan(&sandbox, &[row(0)], &wanted).await), [PlanState::Equal]);
}

#[tokio::test]
async fn a_tenant_whose_list_is_refused_or_fails_costs_no_other_tenant_its_rows() {
    let faults = Faults::new().path(format!("{PRODUCTION}/users/batch"), Fault::status(403));
    let sandbox = builder().faults(faults).start().await.unwrap();
    let rows = [
        by_mail(FABRIKAM, PRODUCTION, "user1@production.example"),
        by_mail(CONTOSO, SALES, "user1@sales.example"),
    ];
    let outcomes = plan(&sandbox, &rows, &city("Pirna")).await;
    assert_eq!(states(&outcomes), [PlanState::OutOfScope, PlanState::Change]);
    assert!(outcomes[0].reason.contains("403"), "{}", outcomes[0].reason);
}

#[tokio::test]
async fn a_reading_that_is_refused_or_fails_says_so_of_its_row_alone() {
    let faults = Faults::new()
        .path(id(SALES, 1), Fault::status(403))
        .path(id(SALES, 2), Fault::reply(200, json!({ "id": id(SALES, 9) }).to_string()))
        .path(id(SALES, 3), Fault::reply(200, "{}"));
    let sandbox = builder().faults(faults).start().await.unwrap();
    let outcomes = plan(&sandbox, &[row(0), row(1), row(2), row(3)], &city("Pirna")).await;
    let expected = [Change, PlanState::Refused, Unreadable, Unreadable];
    assert_eq!(states(&outcomes), expected);
}

#[tokio::test]
async fn a_token_that_is_refused_ends_the_lists_and_the_readings() {
    let sandbox = builder().start().await.unwrap();
    let elements = elements(&sandbox);
    sandbox.revoke_tokens();
    let listed = try_plan(&elements, &[by_mail(CONTOSO, SALES, "user1@sales.example")], &city("Pirna")).await;
    assert!(listed.unwrap_err().error().is_authentication());
    let requests = sandbox.request_count();
    let rows: Vec<_> = (0..20).map(row).collect();
    let (rows, resolved) = resolved(&elements, rows.into_iter()).await;
    let mut run = run(&elements, rows, resolved, 4);
    let outcomes: Vec<PlanOutcome> = run.by_ref().map(|((), outcome)| outcome.into()).collect().await;
    assert!(
        matches!(&run.summary().stopped, Some(Stopped::Authentication(error)) if error.is_authentication())
    );
    assert_eq!(states(&outcomes[4..]), [PlanState::NotAttempted; 16]);
    assert_eq!(outcomes[0].state, PlanState::Refused);
    assert!(outcomes[0].reason.contains("token"), "{}", outcomes[0].reason);
    // Those under way are all that was sent, and every row has a result.
    assert!(sandbox.request_count() - requests <= 4 + 1);
}

#[tokio::test]
async fn a_row_with_a_mistake_is_not_read() {
    let sandbox = builder().start().await.unwrap();
    let elements = elements(&sandbox);
    let mut index = KeyIndex::new(None, None);
    index.add(&row(0).as_keys()).unwrap();
    let resolved = resolve(&elements, index, ListOptions::new().concurrency(1), |_| ()).await.unwrap();
    let wrong = PlanRow::new("row", row(0), Err::<WantedOffice, _>("the city is too long".to_owned()));
    let outcomes: Vec<_> = run(&elements, vec![wrong], resolved, 1).collect().await;
    let (original, outcome) = (outcomes[0].0, PlanOutcome::from(outcomes[0].1.clone()));
    assert_eq!((original, outcome.state), ("row", PlanState::Invalid));
    assert_eq!((&*outcome.reason, sandbox.request_count()), ("the city is too long", 0));
}

#[tokio::test]
async fn what_an_earlier_planning_read_of_a_user_is_not_read_again_and_of_another_it_is() {
    let sandbox = builder().start().await.unwrap();
    let elements = elements(&sandbox);
    let first = plan(&sandbox, &[row(0)], &city("Pirna")).await.remove(0).planned.unwrap();
    let mut index = KeyIndex::new(None, None);
    let mut rows: Vec<_> = (0..3).map(|user| PlanRow::new((), row(user), Ok(city("Pirna")))).collect();
    for row in &rows {
        index.add(&row.keys.as_keys()).unwrap();
    }
    let requests = sandbox.request_count();
    rows[0].earlier = Some(EarlierReading::Change(Box::new(first.clone())));
    rows[1].earlier = Some(EarlierReading::Change(Box::new(first.clone())));
    rows[2].earlier = Some(EarlierReading::Equal);
    let resolved = resolve(&elements, index, ListOptions::new().concurrency(1), |_| ()).await.unwrap();
    assert_eq!(resolved.users(), 3);
    let outcomes: Vec<PlanOutcome> =
        run(&elements, rows, resolved, 1).map(|((), outcome)| outcome.into()).collect().await;
    assert_eq!((states(&outcomes), sandbox.request_count() - requests), (vec![Change, Change, Equal], 1));
    assert_eq!(outcomes[0].planned.as_ref(), Some(&first));
    assert_ne!(outcomes[1].planned.as_ref().unwrap().user, first.user);
}

#[tokio::test(start_paused = true)]
async fn planning_that_is_stopped_leaves_no_row_without_a_result() {
    let slow = Faults::new().latency(Duration::from_millis(50));
    let sandbox = builder().faults(slow).start().await.unwrap();
    let elements = elements(&sandbox);
    let (rows, resolved) = resolved(&elements, (0..20).map(row)).await;
    let mut run = run(&elements, rows, resolved, 2);
    let mut all = vec![PlanOutcome::from(run.next().await.unwrap().1)];
    run.stop();
    all.extend(run.map(|((), outcome)| PlanOutcome::from(outcome)).collect::<Vec<_>>().await);
    let (changes, rest): (Vec<_>, Vec<_>) = all.iter().partition(|outcome| outcome.state == Change);
    assert!((1..=4).contains(&changes.len()) && all.len() == 20, "{}", changes.len());
    assert!(rest.iter().all(|outcome| outcome.state == PlanState::NotAttempted && outcome.user.is_some()));
    assert_eq!(sandbox.request_count(), changes.len());
}

#[tokio::test(start_paused = true)]
async fn faults_that_pass_leave_every_row_planned() {
    let faults = Faults::new()
        .share(0.1, Fault::dropped_before_applying())
        .share(0.05, Fault::status(500))
        .share(0.05, Fault::status(429))
        .seed(7);
    let sandbox = builder().faults(faults).start().await.unwrap();
    let elements = elements(&sandbox).with_unbounded_queue_wait();
    let mail = |user| by_mail("Fabrikam", "production", &format!("user{user}@production.example"));
    let rows: Vec<_> = (0..230).map(mail).collect();
    let outcomes = try_plan(&elements, &rows, &city("Pirna")).await.unwrap();
    assert_eq!(states(&outcomes), vec![Change; 230]);
}

#[tokio::test(start_paused = true)]
async fn an_outage_costs_planning_time_and_no_row() {
    let sandbox = builder().start().await.unwrap();
    let elements = elements(&sandbox);
    let (rows, resolved) = resolved(&elements, (0..100).map(row)).await;
    let mut run = run(&elements, rows, resolved, 4);
    let mut outcomes = Vec::new();
    while outcomes.len() < 20 {
        outcomes.push(PlanOutcome::from(run.next().await.unwrap().1));
    }
    sandbox.set_faults(Faults::new().share(1.0, Fault::status(503))).unwrap();
    let mended = tokio::time::sleep(HOUR / 2);
    tokio::pin!(mended);
    loop {
        tokio::select! {
            () = &mut mended, if !mended.is_elapsed() => sandbox.set_faults(Faults::new()).unwrap(),
            result = run.next() => match result {
                Some(((), outcome)) => outcomes.push(outcome.into()),
                None => break,
            }
        }
    }
    assert_eq!(states(&outcomes), vec![Change; 100]);
    assert!(sandbox.request_count() < 100 + 300, "{}", sandbox.request_count());
}

#[tokio::test(start_paused = true)]
async fn a_service_that_stays_down_ends_planning_with_the_rest_not_attempted() {
    let sandbox = builder().start().await.unwrap();
    let elements = elements(&sandbox);
    let (rows, resolved) = resolved(&elements, (0..100).map(row)).await;
    sandbox.set_faults(Faults::new().share(1.0, Fault::status(503))).unwrap();
    let start = tokio::time::Instant::now();
    let mut run = run(&elements, rows, resolved, 4);
    let outcomes: Vec<PlanOutcome> = run.by_ref().map(|((), outcome)| outcome.into()).collect().await;
    assert!(matches!(run.summary().stopped, Some(Stopped::Outage)));
    assert!((HOUR * 59 / 60..HOUR * 2).contains(&start.elapsed()), "{:?}", start.elapsed());
    let is_left = |outcome: &&PlanOutcome| {
        matches!(outcome.state, PlanState::Failed | PlanState::NotAttempted) && outcome.user.is_some()
    };
    assert_eq!(outcomes.iter().filter(is_left).count(), 100);
    assert!(sandbox.request_count() < 500, "{}", sandbox.request_count());
}

#[tokio::test]
async fn a_customer_that_is_out_of_scope_costs_a_few_readings_and_every_row_names_its_user() {
    let faults = Faults::new().path(CONTOSO, Fault::status(403));
    let sandbox = builder().faults(faults).start().await.unwrap();
    let elements = elements(&sandbox);
    let (rows, resolved) = resolved(&elements, (0..100).map(row)).await;
    let outcomes: Vec<PlanOutcome> =
        run(&elements, rows, resolved, 4).map(|((), outcome)| outcome.into()).collect().await;
    assert_eq!(states(&outcomes), vec![PlanState::Refused; 100]);
    assert!(outcomes.iter().all(|outcome| outcome.user.is_some()));
    assert_eq!(outcomes[99].reason_code, "customer-out-of-scope");
    assert!(sandbox.request_count() < 10, "{}", sandbox.request_count());
}

#[tokio::test]
async fn of_a_tenant_whose_list_failed_it_could_not_be_told_who_is_there() {
    let faults = Faults::new().path(format!("{SALES}/users/batch"), Fault::status(500));
    let sandbox = builder().faults(faults).start().await.unwrap();
    let rows =
        [by_mail(CONTOSO, SALES, "user1@sales.example"), by_mail(FABRIKAM, TEST, "user0@test.example")];
    let outcomes = plan(&sandbox, &rows, &city("Pirna")).await;
    assert_eq!(states(&outcomes), [PlanState::CouldNotBeTold, Change]);
    assert!(outcomes[0].reason.contains("500"), "{}", outcomes[0].reason);
    assert_eq!((outcomes[0].reason_code, outcomes[0].error_kind()), ("list-failed", Some(ErrorKind::Server)));
    assert_eq!(outcomes[1].error_kind(), None);
}

#[tokio::test]
async fn a_list_that_counts_wrong_or_has_an_entry_without_an_id_proves_nothing() {
    let faults = [
        Fault::none().total_count_off_by(1),
        Fault::none().total_count_off_by(-1),
        Fault::none().without_value("/data/7/id"),
        Fault::none().without_value("/metadata/totalCount"),
    ];
    for (number, fault) in faults.into_iter().enumerate() {
        let faults = Faults::new().path(format!("{PRODUCTION}/users/batch"), fault);
        let sandbox = builder().faults(faults).start().await.unwrap();
        let by_name = RowKeysBuf {
            user_principal_name: "user1@production.example".to_owned(),
            ..by_mail(FABRIKAM, PRODUCTION, "")
        };
        let rows = [
            by_mail(FABRIKAM, PRODUCTION, "user2@production.example"),
            by_mail(FABRIKAM, PRODUCTION, "nobody@production.example"),
            by_name,
        ];
        let outcomes = plan(&sandbox, &rows, &city("Pirna")).await;
        let open = PlanState::CouldNotBeTold;
        assert_eq!(states(&outcomes), [open, open, Change], "{number}");
    }
}
