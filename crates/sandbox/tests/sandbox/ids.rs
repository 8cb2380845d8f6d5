//! Ids, as they go over the wire.

use avepoint_elements_sandbox::Sandbox;
use serde_json::Value;

use crate::client::{IDS, Ids, errors, path, raw_put};

const NAMES: Ids<'static> = ["customerId", "tenantId", "userId"];

/// What could reach another route once it is decoded, split or normalized, and what no id holds.
const REFUSED: [&str; 26] = [
    ".",
    "..",
    "...",
    "%2e",
    "%2E%2e",
    ".%2e",
    "%2F",
    "a%2Fb",
    "%2e%2e%2fa",
    "%5C",
    "a%5Cb",
    "\\",
    "a%3Fb",
    "a%23b",
    "%25",
    "a%252Fb",
    "%252e%252e",
    "%20",
    "a%20b",
    "%00",
    "a%0Ab",
    "a%09",
    "%7F",
    "%C3%A9",
    "%FF",
    "%zz",
];

#[tokio::test]
async fn an_id_that_could_reach_another_route_is_refused_in_every_place() {
    let sandbox = Sandbox::start().await.unwrap();
    for (place, name) in NAMES.iter().enumerate() {
        for id in REFUSED {
            let mut ids = IDS;
            ids[place] = id;
            let (status, body) = raw_put(&sandbox, &path(ids)).await;
            assert_eq!(status, 400, "{name} {id}");
            let body: Value = serde_json::from_str(&body).unwrap();
            assert_eq!(errors(&body), [("pattern".to_owned(), (*name).to_owned())], "{id}");
        }
    }
    assert_eq!(sandbox.offices(), []);
}

#[tokio::test]
async fn an_empty_id_makes_another_path() {
    let sandbox = Sandbox::start().await.unwrap();
    for place in 0..NAMES.len() {
        let mut ids = IDS;
        ids[place] = "";
        assert_eq!(raw_put(&sandbox, &path(ids)).await.0, 404);
    }
}

#[tokio::test]
async fn a_slash_or_a_dot_segment_too_many_makes_another_path() {
    let sandbox = Sandbox::start().await.unwrap();
    let good = path(IDS);
    for path in [
        format!("{good}/"),
        format!("/{good}"),
        format!("/.{good}"),
        format!("/a/..{good}"),
        good.replace("/users/", "/users/../users/"),
        path(["c1", "t1", "a/b"]),
    ] {
        assert_eq!(raw_put(&sandbox, &path).await.0, 404, "{path}");
    }
    assert_eq!(raw_put(&sandbox, &good).await.0, 204);
}

#[tokio::test]
async fn an_allowed_id_is_the_same_encoded_or_not() {
    let sandbox = Sandbox::start().await.unwrap();
    let punctuation = "!\"$&'()*+,:;<=>@[]^_`{|}~-";
    for character in punctuation.chars() {
        let id = format!("%{:02X}", u32::from(character));
        let (status, body) = raw_put(&sandbox, &path(["c1", "t1", &id])).await;
        assert_eq!(status, 204, "{character} {body}");
        let user = character.to_string();
        assert!(sandbox.office_information("c1", "t1", &user).is_some(), "{character}");
    }
    for (raw, id) in [("..a", "..a"), ("a.b", "a.b"), ("a%40b", "a@b"), ("a+b", "a+b")] {
        assert_eq!(raw_put(&sandbox, &path([raw, "t1", "u1"])).await.0, 204, "{raw}");
        assert!(sandbox.office_information(id, "t1", "u1").is_some(), "{raw}");
    }
}
