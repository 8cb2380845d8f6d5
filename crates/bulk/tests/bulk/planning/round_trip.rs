//! What is planned is applied once, keeps what others wrote, and can be taken back.

use std::time::UNIX_EPOCH;

use avepoint_elements::{Elements, OfficeField};
use avepoint_elements_bulk::directory::{KeyIndex, ListOptions, RowKeysBuf, resolve};
use avepoint_elements_bulk::plan::{
    Current, Decision, LocalFields, Plan, PlanRow, Update, Verification, Wanted, WantedOffice, invert, verify,
};
use avepoint_elements_sandbox::Sandbox;
use futures_util::StreamExt;
use serde_json::{Value, json};

use crate::planning::{CONTOSO, SALES, builder, by_id, by_mail, city, elements, id, plan, run, write};

/// Reads and decides each user of a plan, and sends what is decided. Says what each decision was.
async fn apply(elements: &Elements, plan: &Plan) -> Vec<&'static str> {
    let mut decisions = Vec::new();
    for planned in plan.users() {
        let planned = planned.unwrap();
        let read = elements.user(&planned.user).await.unwrap();
        let current = Current::of(&planned.user.user, &read).unwrap();
        decisions.push(match planned.decide(&current, false) {
            Decision::Already => "already",
            Decision::Conflict(_) => "conflict",
            Decision::TooLong(_) => "too long",
            Decision::Send(Update::Cloud(office)) => {
                elements.update_office_information(&planned.user, &office).await.unwrap();
                "sent"
            }
            Decision::Send(Update::Local(office)) => {
                elements.update_local_office_information(&planned.user, &office).await.unwrap();
                "sent"
            }
        });
    }
    decisions
}

fn user(sandbox: &Sandbox, number: usize) -> Value {
    sandbox.user(CONTOSO, SALES, &id(SALES, number)).unwrap()
}

fn change(sandbox: &Sandbox, number: usize, changes: &Value) {
    assert!(sandbox.change_user(CONTOSO, SALES, &id(SALES, number), changes));
}

#[tokio::test]
async fn a_plan_is_applied_once_keeps_what_others_wrote_and_is_taken_back() {
    let sandbox = builder().start().await.unwrap();
    let elements = elements(&sandbox);
    let rows: Vec<_> =
        (0..4).map(|user| by_mail("Contoso", "sales", &format!("user{user}@sales.example"))).collect();
    let before: Vec<_> = (0..4).map(|number| user(&sandbox, number)).collect();
    let folder = tempfile::tempdir().unwrap();
    let outcomes = plan(&sandbox, &rows, &city("Pirna").with(OfficeField::Address, Wanted::Clear)).await;
    let planned = write(&folder.path().join("hr.plan"), &sandbox, &outcomes);

    // Between planning and applying, others write a field that is not planned, one that is, and the same change.
    change(&sandbox, 1, &json!({ "state": "Bavaria" }));
    change(&sandbox, 2, &json!({ "city": "Riesa" }));
    change(&sandbox, 3, &json!({ "city": "Pirna", "address": "" }));
    let requests = sandbox.request_count();
    assert_eq!(apply(&elements, &planned).await, ["sent", "sent", "conflict", "already"]);
    // One reading each, and one update each of those that were sent.
    assert_eq!(sandbox.request_count() - requests, 4 + 2);
    assert_eq!(
        (&user(&sandbox, 1)["state"], &user(&sandbox, 1)["city"]),
        (&json!("Bavaria"), &json!("Pirna"))
    );
    assert_eq!(user(&sandbox, 2)["city"], json!("Riesa"));
    let verdicts = async {
        let mut verdicts = Vec::new();
        for planned in planned.users() {
            let planned = planned.unwrap();
            let read = elements.user(&planned.user).await.unwrap();
            verdicts.push(verify(&planned.change, &Current::of(&planned.user.user, &read).unwrap()));
        }
        verdicts
    };
    let verdicts = verdicts.await;
    assert_eq!((&verdicts[0], &verdicts[3]), (&Verification::Confirmed, &Verification::Confirmed));
    assert!(matches!(verdicts[2], Verification::Differs(_)));
    assert_eq!(apply(&elements, &planned).await, ["already", "already", "conflict", "already"]);

    // What was sent is taken back, and nothing else.
    let sent = [2, 3];
    let undo = invert(&planned, &folder.path().join("undo.plan"), UNIX_EPOCH, |planned| {
        Ok(sent.contains(&planned.line))
    });
    assert_eq!(apply(&elements, &undo.unwrap()).await, ["sent", "sent"]);
    assert_eq!(user(&sandbox, 0), before[0]);
    let mut with_other = before[1].clone();
    with_other["state"] = json!("Bavaria");
    assert_eq!(user(&sandbox, 1), with_other);
    assert_eq!(user(&sandbox, 2)["city"], json!("Riesa"));
    assert_eq!(user(&sandbox, 3)["city"], json!("Pirna"));
}

#[tokio::test]
async fn a_local_user_is_updated_with_what_no_reading_returns() {
    let sandbox = builder().start().await.unwrap();
    let mut line = crate::planning::line((CONTOSO, "Contoso"), (SALES, "sales"), 500);
    line["kind"] = json!("local");
    line["city"] = Value::Null;
    sandbox.add_user(&line).unwrap();
    let elements = elements(&sandbox);
    let keys = RowKeysBuf { line: 2, ..by_id(CONTOSO, SALES, &id(SALES, 500)) };
    let wanted = WantedOffice::default().with(OfficeField::State, Wanted::Set("Bavaria".to_owned()));
    let mut row = PlanRow::new((), keys.clone(), Ok(wanted));
    row.wanted.as_mut().unwrap().local = Some(LocalFields {
        web_page: "https://www.contoso.example".to_owned(),
        po_box: "100".to_owned(),
        personal_title: String::new(),
    });
    let mut index = KeyIndex::new(None, None);
    index.add(&keys.as_keys()).unwrap();
    let resolved = resolve(&elements, index, ListOptions::new().concurrency(1), |_| ()).await.unwrap();
    let outcomes: Vec<_> =
        run(&elements, vec![row], resolved, 1).map(|((), outcome)| outcome.into()).collect().await;
    let folder = tempfile::tempdir().unwrap();
    let plan = write(&folder.path().join("a.plan"), &sandbox, &outcomes);
    assert_eq!(apply(&elements, &plan).await, ["sent"]);
    assert_eq!(user(&sandbox, 500)["state"], json!("Bavaria"));
    let body: Value = serde_json::from_slice(&sandbox.requests().last().unwrap().body).unwrap();
    assert_eq!(
        (&body["webPage"], &body["poBox"], &body["personalTitle"]),
        (&json!("https://www.contoso.example"), &json!("100"), &json!(""))
    );
    assert_eq!((&body["city"], &body["address"]), (&json!(""), &json!("Theaterplatz 2")));
    // With all there, it is sent again unless it was sent by this plan.
    let planned = plan.users().next().unwrap().unwrap();
    let read = elements.user(&planned.user).await.unwrap();
    let current = Current::of(&planned.user.user, &read).unwrap();
    assert!(matches!(planned.decide(&current, false), Decision::Send(Update::Local(_))));
    assert_eq!(planned.decide(&current, true), Decision::Already);
}
