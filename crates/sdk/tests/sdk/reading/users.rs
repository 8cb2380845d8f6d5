//! One user, and the office information of local users.

use avepoint_elements::{DateTimeOrTicks, FieldReading, LocalOfficeInformation, OfficeField};
use serde_json::{Value, json};

use super::service;
use crate::{client_of, user};

/// A user as the documentation's table describes one, and as its sample shows one.
const TABLE: &str = r#"{"id":"7c18fd6f","loginName":"a@b.example","employeeId":"0012","manager":"m@b.example",
    "sponsor":"s@b.example","alternateEmailAddress":"x@b.example","status":5,"age":12,"isExternal":false,
    "lastChangeDate":638000000000000000,"postalCode":"01067","city":"Dresden","country":{"code":"DE"}}"#;
const SAMPLE: &str = r#"{"id":"7c18fd6f","sponsor":["s@b.example","t@b.example"],"alternateEmailAddress":[],
    "status":[1,5],"lastChangeDate":"2026-01-02T03:04:05Z","isExternal":null,"state":null,"address":12,"age":"old"}"#;

#[tokio::test]
async fn a_user_is_read_as_documented_and_as_sampled() {
    let server = service([TABLE, SAMPLE].map(|text| serde_json::from_str::<Value>(text).unwrap())).await;
    let elements = client_of(&server.url());
    let table = elements.user(&user()).await.unwrap();
    assert_eq!(
        (table.id(), table.login_name(), table.employee_id()),
        ("7c18fd6f", Some("a@b.example"), Some("0012"))
    );
    assert_eq!((table.sponsors(), table.status()), (["s@b.example".to_owned()].as_slice(), [5].as_slice()));
    assert_eq!((table.age(), table.is_external(), table.mail()), (Some(12), Some(false), None));
    assert_eq!(table.last_change_date(), Some(&DateTimeOrTicks::Integer(638_000_000_000_000_000)));
    assert_eq!((table.postal_code(), table.city()), (Some("01067"), Some("Dresden")));
    assert_eq!(table.other_fields().get("country"), Some(&json!({"code": "DE"})));

    let sample = elements.user(&user()).await.unwrap();
    assert_eq!((sample.sponsors().len(), sample.alternate_email_addresses().len()), (2, 0));
    assert_eq!((sample.status(), sample.age(), sample.is_external()), ([1, 5].as_slice(), None, None));
    assert!(
        matches!(sample.last_change_date(), Some(DateTimeOrTicks::Text(text)) if text.starts_with("2026"))
    );
    let requests = server.requests();
    assert!(requests[0].starts_with(
        "GET /external/v3/um/customers/966f35cc-0000-4000-8000-25cdbcf82a07/tenants/\
         0c7715b3-0000-4000-8000-f3634dcfacec/users/7c18fd6f-0000-4000-8000-5725fa9edc3f HTTP/1.1"
    ));
}

#[tokio::test]
async fn an_office_field_that_is_no_text_is_told_from_none() {
    for (json, expected) in [
        (json!("Saxony "), FieldReading::Text("Saxony ")),
        (json!(""), FieldReading::Text("")),
        (Value::Null, FieldReading::Absent),
        (json!(12), FieldReading::Unreadable),
        (json!(true), FieldReading::Unreadable),
        (json!(["Saxony"]), FieldReading::Unreadable),
        (json!({"name": "Saxony"}), FieldReading::Unreadable),
    ] {
        let server = service([json!({"id": "u", "state": json})]).await;
        let user = client_of(&server.url()).user(&user()).await.unwrap();
        assert_eq!(user.office(OfficeField::State), expected, "{json}");
        assert_eq!(user.state(), expected.text());
        assert_eq!(user.office(OfficeField::City), FieldReading::Absent);
    }
}

#[tokio::test]
async fn a_user_as_json_is_what_the_service_sent() {
    let sent = json!({"id": "u", "loginName": "a@b.example", "status": [1], "new": {"key": [1, null]}});
    let server = service([sent.clone()]).await;
    let user = client_of(&server.url()).user(&user()).await.unwrap();
    assert_eq!(serde_json::to_value(&user).unwrap(), sent);
}

#[tokio::test]
async fn a_local_user_gets_all_eight_fields_by_the_operation_for_local_users() {
    let sandbox = avepoint_elements_sandbox::Sandbox::start().await.unwrap();
    let office =
        LocalOfficeInformation::builder().postal_code("01067").country_region("Germany").state("Saxony");
    let office = office.address("Theaterplatz 2").city("Dresden").web_page("https://www.example.com");
    let office = office.po_box("100").clear(OfficeField::PersonalTitle).build().unwrap();
    let elements = crate::client_of_sandbox(&sandbox);
    let receipt = elements.update_local_office_information(&user(), &office).await.unwrap();
    assert_eq!((receipt.status, receipt.attempts), (204, 1));
    let request = &sandbox.requests()[0];
    assert!(request.target.contains("/local-users/") && request.target.ends_with("/office-information"));
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    for field in OfficeField::LOCAL {
        assert_eq!(body[field.contract().name], office.get(field), "{field}");
    }
}
