//! What was generated from the contract that has each kind: its schemas, and a sandbox that enforces it.

use avepoint_elements_client::{operations, schemas};
use avepoint_elements_sandbox::Sandbox;
use serde_json::Value;

#[test]
fn every_schema_is_there_and_refers_to_schemas_that_are() {
    let all = schemas::all();
    assert!(all.len() > 20);
    for (name, schema) in all {
        let text = Value::from(schema).to_string();
        let mut targets = text.split("\"$ref\":\"").skip(1);
        assert!(
            targets.all(|target| target.starts_with("#/$defs/") || target.starts_with("#\"")),
            "{name}: {text}"
        );
    }
}

#[tokio::test]
async fn the_sandbox_starts_with_each_operation() {
    let sandbox = Sandbox::start().await.unwrap();
    assert!(sandbox.base_url().contains("/v1"), "{}", sandbox.base_url());
    assert!(operations::ALL.iter().any(|operation| operation.method == "PATCH"));
}
