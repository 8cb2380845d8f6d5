//! The examples, run against the sandbox.

#![allow(clippy::duplicate_mod, reason = "each example is a program with what it shares inside")]

#[allow(dead_code, reason = "its `main` is for `cargo run`")]
#[path = "../../examples/axum_service.rs"]
mod axum_service;
#[cfg(feature = "certificate")]
#[allow(dead_code, reason = "its `main` is for `cargo run`")]
#[path = "../../examples/certificate.rs"]
mod certificate;
#[allow(dead_code, reason = "its `main` is for `cargo run`")]
#[path = "../../examples/directory.rs"]
mod directory;
#[allow(dead_code, reason = "its `main` is for `cargo run`")]
#[path = "../../examples/many_updates.rs"]
mod many_updates;
#[allow(dead_code, reason = "its `main` is for `cargo run`")]
#[path = "../../examples/one_update.rs"]
mod one_update;
#[allow(dead_code, reason = "its `main` is for `cargo run`")]
#[path = "../../examples/token_source.rs"]
mod token_source;

use avepoint_elements::UserId;
use avepoint_elements_sandbox::{Fault, Faults, Sandbox};

const CUSTOMER: &str = "966f35cc-0000-4000-8000-25cdbcf82a07";
const TENANT: &str = "0c7715b3-0000-4000-8000-f3634dcfacec";
const USER: &str = "7c18fd6f-0000-4000-8000-5725fa9edc3f";

fn city(sandbox: &Sandbox, user: &str) -> Option<String> {
    let office = sandbox.office_information(CUSTOMER, TENANT, user)?;
    office.get("city")?.as_str().map(str::to_owned)
}

fn users(count: usize) -> Vec<UserId> {
    (0..count).map(|number| UserId::new(&format!("user-{number}")).unwrap()).collect()
}

#[tokio::test]
async fn one_update_is_done() {
    let service = one_update::Service::of(Sandbox::start().await.unwrap()).unwrap();
    let receipt = one_update::run(&service).await.unwrap();
    assert_eq!(receipt.attempts, 1);
    assert_eq!(city(service.sandbox.as_ref().unwrap(), USER).as_deref(), Some("Dresden"));
}

#[tokio::test(start_paused = true)]
async fn many_updates_are_all_done_though_the_service_has_a_bad_moment() {
    let bad_moment = [Fault::status(503), Fault::none(), Fault::status(429).retry_after("3")];
    let sandbox = Sandbox::builder().faults(Faults::new().script(bad_moment)).start().await.unwrap();
    let service = many_updates::Service::of(sandbox).unwrap();
    let summary = many_updates::run(&service, users(100)).await.unwrap();
    assert_eq!((summary.done, summary.failed.len(), summary.unknown.len()), (100, 0, 0));
    let sandbox = service.sandbox.unwrap();
    assert_eq!((sandbox.offices().len(), sandbox.counters().requests), (100, 102));
}

#[tokio::test(start_paused = true)]
async fn many_updates_tell_which_failed_and_which_are_open() {
    let known = ["user-0", "user-1"].map(|user| (CUSTOMER, TENANT, user));
    let sandbox = Sandbox::builder().users(known).start().await.unwrap();
    let service = many_updates::Service::of(sandbox).unwrap();
    let summary = many_updates::run(&service, users(3)).await.unwrap();
    assert_eq!((summary.done, summary.unknown.len()), (2, 0));
    let [(user, error)] = summary.failed.as_slice() else { panic!("{summary:?}") };
    assert!(user.user.as_str() == "user-2" && error.is_not_found(), "{error}");
    let sandbox = service.sandbox.as_ref().unwrap();
    sandbox.set_faults(Faults::new().share(1.0, Fault::dropped_after_applying())).unwrap();
    let summary = many_updates::run(&service, users(1)).await.unwrap();
    assert_eq!((summary.done, summary.failed.len(), summary.unknown.len()), (0, 0, 1));
}

#[cfg(feature = "certificate")]
#[tokio::test]
async fn an_update_is_done_with_a_certificate() {
    let (service, certificate) = certificate::rehearsal().await.unwrap();
    let receipt = certificate::run(&service, &certificate).await.unwrap();
    assert_eq!(receipt.attempts, 1);
    assert_eq!(city(service.sandbox.as_ref().unwrap(), USER).as_deref(), Some("Dresden"));
}

#[tokio::test]
async fn a_token_source_replaces_a_token_that_was_refused() {
    let service = token_source::Service::of(Sandbox::start().await.unwrap()).unwrap();
    let receipts = token_source::run(&service).await.unwrap();
    let attempts: Vec<_> = receipts.iter().map(|receipt| receipt.attempts).collect();
    assert_eq!(attempts, [1, 2]);
    assert_eq!(service.sandbox.unwrap().token_requests(), 0, "the token endpoint is not asked");
}

#[tokio::test]
async fn the_web_service_answers_as_the_update_went() {
    let service = axum_service::Service::of(Sandbox::start().await.unwrap()).unwrap();
    let (status, text) = axum_service::run(&service, axum_service::DRESDEN).await.unwrap();
    assert_eq!((status, text.as_str()), (204, ""));
    let blank = axum_service::DRESDEN.replace("Saxony", " ");
    let (status, text) = axum_service::run(&service, &blank).await.unwrap();
    assert!(status == 422 && text.contains("state is blank"), "{status} {text}");
    let sandbox = service.sandbox.as_ref().unwrap();
    assert_eq!(city(sandbox, USER).as_deref(), Some("Dresden"));
    sandbox.set_faults(Faults::new().script([Fault::status(429).retry_after("3600")])).unwrap();
    let (status, text) = axum_service::run(&service, axum_service::DRESDEN).await.unwrap();
    assert_eq!((status, text.as_str()), (503, "the move was not made"));
}

#[tokio::test]
async fn a_directory_has_the_users_of_every_tenant() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/directory.ndjson");
    let users =
        avepoint_elements_sandbox::Directory::from_ndjson(std::fs::read(file).unwrap().as_slice()).unwrap();
    let sandbox = Sandbox::builder().directory(users).start().await.unwrap();
    let service = directory::Service::of(sandbox).unwrap();
    let directory = directory::run(&service).await.unwrap();
    assert!(directory.lines.contains(&"jurgen.weiss@contoso.example 000037".to_owned()));
    assert_eq!((directory.lines.len(), directory.problems.len()), (252, 0));
}
