//! The contract's lengths, in code points. The numbers are read from the contract.

use avepoint_elements_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::client::{IDS, contract, errors, put, refusal, sample};

/// One, two, three and four bytes in UTF-8; the last is two units in UTF-16.
const CHARACTERS: [&str; 4] = ["a", "é", "街", "😀"];

/// Each field with its limit.
fn limits() -> Vec<(String, usize)> {
    let contract = contract();
    let schemas = &contract["components"]["schemas"];
    let properties = schemas["OfficeInformation"]["properties"].as_object().unwrap();
    let limit = |property: &Value| {
        let name = property["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
        let limit = schemas[name]["maxLength"].as_u64().unwrap();
        usize::try_from(limit).unwrap()
    };
    let limits = properties.iter().map(|(name, property)| (name.clone(), limit(property)));
    limits.collect()
}

#[tokio::test]
async fn a_value_may_be_as_long_as_its_limit_in_any_script() {
    let sandbox = Sandbox::start().await.unwrap();
    assert_eq!(limits().len(), 5);
    for (field, limit) in limits() {
        for character in CHARACTERS {
            for length in [limit - 1, limit] {
                let mut body = sample();
                body[&field] = json!(character.repeat(length));
                let status = put(&sandbox, IDS, &body).await.status();
                assert_eq!(status, 204, "{field}: {length} times {character}");
                assert_eq!(sandbox.office_information("c1", "t1", "u1"), Some(body));
            }
        }
    }
}

#[tokio::test]
async fn a_value_may_not_be_longer_than_its_limit_in_any_script() {
    let sandbox = Sandbox::start().await.unwrap();
    for (field, limit) in limits() {
        for character in CHARACTERS {
            let mut body = sample();
            body[&field] = json!(character.repeat(limit + 1));
            let refusal = refusal(put(&sandbox, IDS, &body).await, 400).await;
            let expected = [("maxLength".to_owned(), field.clone())];
            assert_eq!(errors(&refusal), expected, "{character}");
            let message = refusal["errors"][0]["message"].as_str().unwrap();
            assert!(message.contains(&limit.to_string()), "{message}");
        }
    }
    assert_eq!(sandbox.offices(), []);
}
