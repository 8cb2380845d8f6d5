//! Access: tokens, scopes, customers, and the users that exist.

use std::time::Duration;

use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use reqwest::Response;

use crate::client::{IDS, bare_put, put, refusal, sample};

const INVALID_TOKEN: &str = r#"Bearer error="invalid_token""#;

async fn put_with(sandbox: &Sandbox, authorization: &str) -> Response {
    let request = bare_put(sandbox, IDS).header("authorization", authorization);
    request.json(&sample()).send().await.unwrap()
}

async fn assert_unauthorized(reply: Response) {
    assert_eq!(reply.headers()["www-authenticate"], INVALID_TOKEN);
    refusal(reply, 401).await;
}

#[tokio::test]
async fn a_call_without_a_token_is_unauthorized() {
    let sandbox = Sandbox::start().await.unwrap();
    let reply = bare_put(&sandbox, IDS).json(&sample()).send().await.unwrap();
    assert_unauthorized(reply).await;
    assert_eq!(sandbox.offices(), []);
}

#[tokio::test]
async fn only_a_bearer_token_of_this_sandbox_is_accepted() {
    let sandbox = Sandbox::start().await.unwrap();
    let other = Sandbox::start().await.unwrap();
    let token = sandbox.issue_token();
    for authorization in [
        format!("Basic {token}"),
        token.clone(),
        format!("Bearer {}", &token[1..]),
        format!("Bearer {}", other.issue_token()),
        "Bearer ".to_owned(),
    ] {
        assert_unauthorized(put_with(&sandbox, &authorization).await).await;
    }
    for scheme in ["Bearer", "bearer"] {
        let reply = put_with(&sandbox, &format!("{scheme} {token}")).await;
        assert_eq!(reply.status(), 204, "{scheme}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_expires_at_the_end_of_its_lifetime() {
    let lifetime = Duration::from_secs(600);
    let sandbox = Sandbox::builder().token_lifetime(lifetime).start();
    let sandbox = sandbox.await.unwrap();
    let authorization = format!("Bearer {}", sandbox.issue_token());
    // Not to the very end: while a request waits, the paused clock may move on to a timer of the client.
    tokio::time::advance(lifetime / 2).await;
    assert_eq!(put_with(&sandbox, &authorization).await.status(), 204);
    tokio::time::advance(lifetime / 2).await;
    assert_unauthorized(put_with(&sandbox, &authorization).await).await;
}

#[tokio::test]
async fn a_revoked_token_is_unauthorized_and_a_new_one_is_not() {
    let sandbox = Sandbox::start().await.unwrap();
    let authorization = format!("Bearer {}", sandbox.issue_token());
    sandbox.revoke_tokens();
    assert_unauthorized(put_with(&sandbox, &authorization).await).await;
    assert_eq!(put(&sandbox, IDS, &sample()).await.status(), 204);
}

#[tokio::test]
async fn a_token_is_revoked_after_so_many_requests_and_each_counts_by_itself() {
    let faults = Faults::new().revoke_after(2).script([Fault::status(503)]);
    let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
    let [first, second] = [(); 2].map(|()| format!("Bearer {}", sandbox.issue_token()));
    // What fails before the token is looked at does not use it.
    assert_eq!(put_with(&sandbox, &first).await.status(), 503);
    for authorization in [&first, &second, &first, &second] {
        assert_eq!(put_with(&sandbox, authorization).await.status(), 204);
    }
    assert_unauthorized(put_with(&sandbox, &first).await).await;
    assert_unauthorized(put_with(&sandbox, &second).await).await;
    assert_eq!(put(&sandbox, IDS, &sample()).await.status(), 204);

    sandbox.set_faults(Faults::new().revoke_after(0)).unwrap();
    assert_eq!(put(&sandbox, IDS, &sample()).await.status(), 401);
    sandbox.set_faults(Faults::new()).unwrap();
    assert_eq!(put_with(&sandbox, &first).await.status(), 204, "nothing revokes it any more");
}

#[tokio::test]
async fn a_token_without_the_scope_is_forbidden() {
    let scopes = ["elements.um.user.read.all"];
    let sandbox = Sandbox::builder().granted_scopes(scopes).start();
    let sandbox = sandbox.await.unwrap();
    let reply = put(&sandbox, IDS, &sample()).await;
    let challenge = reply.headers()["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains("insufficient_scope"), "{challenge}");
    let body = refusal(reply, 403).await.to_string();
    assert!(body.contains("elements.um.user.readwrite.all"), "{body}");
    assert_eq!(sandbox.offices(), []);
}

#[tokio::test]
async fn a_customer_outside_the_apps_scope_is_forbidden() {
    let sandbox = Sandbox::builder().customers(["c1", "c2"]).start();
    let sandbox = sandbox.await.unwrap();
    for (customer, status) in [("c1", 204), ("c2", 204), ("%631", 204), ("c3", 403), ("C1", 403)] {
        let reply = put(&sandbox, [customer, "t1", "u1"], &sample()).await;
        assert_eq!(reply.status(), status, "{customer}");
        if status == 403 {
            refusal(reply, 403).await;
        }
    }
    assert_eq!(sandbox.offices().len(), 2);
}

#[tokio::test]
async fn a_user_that_is_not_listed_is_not_found() {
    let users = [("c1", "t1", "u1"), ("c1", "t2", "u2")];
    let sandbox = Sandbox::builder().users(users).start().await.unwrap();
    for (ids, status) in [
        (["c1", "t1", "u1"], 204),
        (["c1", "t2", "u2"], 204),
        (["c1", "t1", "u2"], 404),
        (["c2", "t1", "u1"], 404),
    ] {
        let reply = put(&sandbox, ids, &sample()).await;
        assert_eq!(reply.status(), status, "{ids:?}");
        if status == 404 {
            refusal(reply, 404).await;
        }
    }
    assert_eq!(sandbox.offices().len(), 2);
}

#[tokio::test]
async fn the_first_check_that_fails_answers() {
    let sandbox = Sandbox::builder().customers(["c1"]).users([IDS.into()]).start();
    let sandbox = sandbox.await.unwrap();
    let broken = serde_json::json!({});
    let unauthorized = bare_put(&sandbox, ["c2", "%2F", "u2"]).json(&broken).send();
    assert_eq!(unauthorized.await.unwrap().status(), 401);
    assert_eq!(put(&sandbox, ["c2", "%2F", "u2"], &broken).await.status(), 403);
    assert_eq!(put(&sandbox, ["c1", "t1", "u2"], &broken).await.status(), 400);
    assert_eq!(put(&sandbox, ["c1", "t1", "u2"], &sample()).await.status(), 404);
    assert_eq!(put(&sandbox, IDS, &sample()).await.status(), 204);
}
