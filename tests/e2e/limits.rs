//! Every limit at, below and above its bound, through generated type, SDK, sandbox and wire.

use avepoint_elements::{OfficeField, OfficeInformation, OfficeInformationBuilder, ViolationKind};
use avepoint_elements_client::types;
use avepoint_elements_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::{client_of_sandbox, user};

/// One character each, of one to four bytes in UTF-8 and one or two units in UTF-16.
const CHARACTERS: [&str; 4] = ["a", "é", "漢", "🏢"];

fn valid() -> OfficeInformationBuilder<'static> {
    OfficeField::ALL.into_iter().fold(OfficeInformation::builder(), |builder, field| builder.set(field, "x"))
}

fn json_with(field: OfficeField, text: &str) -> Value {
    let mut office = json!({});
    for other in OfficeField::ALL {
        office[other.contract().name] = json!("x");
    }
    office[field.contract().name] = json!(text);
    office
}

/// Field, limit, and a text of `limit + offset` characters.
fn cases(offset: isize) -> impl Iterator<Item = (OfficeField, usize, String)> {
    OfficeField::ALL.into_iter().flat_map(move |field| {
        let limit = field.contract().max_length.unwrap();
        let length = limit.checked_add_signed(offset).unwrap();
        CHARACTERS.map(|character| (field, limit, character.repeat(length)))
    })
}

async fn put_raw(sandbox: &Sandbox, body: &Value) -> u16 {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url =
        format!("{}/external/v3/um/customers/c/tenants/t/users/u/office-information", sandbox.base_url());
    let request = http.put(url).bearer_auth(sandbox.issue_token()).json(body);
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_value_up_to_its_limit_reaches_the_service_unchanged() {
    let sandbox = Sandbox::start().await.unwrap();
    let elements = client_of_sandbox(&sandbox);
    for (field, limit, text) in cases(-1).chain(cases(0)) {
        let expected = json_with(field, &text);
        serde_json::from_value::<types::OfficeInformation>(expected.clone()).unwrap();
        let office = valid().set(field, &text).build().unwrap();
        elements.update_office_information(&user(), &office).await.unwrap();
        let sent: Value = serde_json::from_slice(&sandbox.requests().last().unwrap().body).unwrap();
        assert_eq!(sent, expected, "{field}, limit {limit}");
    }
}

#[tokio::test]
async fn a_value_beyond_its_limit_is_refused_by_type_sdk_and_service() {
    let sandbox = Sandbox::start().await.unwrap();
    for (field, limit, text) in cases(1) {
        let body = json_with(field, &text);
        assert!(serde_json::from_value::<types::OfficeInformation>(body.clone()).is_err(), "{field}");
        let error = valid().set(field, &text).build().unwrap_err();
        let [violation] = error.violations() else { panic!("{error}") };
        assert_eq!(violation.field, field);
        assert_eq!(violation.kind, ViolationKind::TooLong { length: limit + 1, limit });
        assert_eq!(put_raw(&sandbox, &body).await, 400, "{field}");
    }
    assert_eq!(sandbox.offices().len(), 0);
}

#[test]
fn all_violations_come_at_once() {
    let limit = |field: OfficeField| field.contract().max_length.unwrap();
    let too_long = |field| ViolationKind::TooLong { length: limit(field) + 1, limit: limit(field) };
    let error = OfficeInformation::builder()
        .postal_code("x".repeat(limit(OfficeField::PostalCode) + 1))
        .country_region(" \u{a0}\t")
        .state("x".repeat(limit(OfficeField::State) + 1))
        .city("漢".repeat(limit(OfficeField::City) + 1))
        .build()
        .unwrap_err();
    let kinds: Vec<_> = error.violations().iter().map(|it| (it.field, it.kind.clone())).collect();
    let expected = [
        (OfficeField::PostalCode, too_long(OfficeField::PostalCode)),
        (OfficeField::CountryRegion, ViolationKind::Blank),
        (OfficeField::State, too_long(OfficeField::State)),
        (OfficeField::Address, ViolationKind::Missing),
        (OfficeField::City, too_long(OfficeField::City)),
    ];
    assert_eq!(kinds, expected);
    assert!(error.is_validation());
}
