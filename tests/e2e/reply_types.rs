//! What the generated types take from the service, where its documentation contradicts itself.

use avepoint_elements_client::types::{CustomerPage, ListedUser, StoredOfficeText, User, UserPage};
use serde_json::{Value, json};

/// Values of every type of JSON, small and large.
fn values() -> [Value; 15] {
    [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(638_880_000_000_000_000_i64),
        json!(1.5),
        json!(1e300),
        json!(""),
        json!("text"),
        json!([]),
        json!([1]),
        json!(["text", null]),
        json!({}),
        json!({ "id": "x", "nested": [{}] }),
    ]
}

/// The names of the fields, as a value that has all of them writes them.
const OF_USERS: [&str; 38] = [
    "loginName",
    "mail",
    "employeeId",
    "displayName",
    "firstName",
    "lastName",
    "jobTitle",
    "company",
    "department",
    "location",
    "postalCode",
    "countryRegion",
    "state",
    "address",
    "city",
    "officePhone",
    "mobile",
    "fax",
    "manager",
    "sponsor",
    "alternateEmailAddress",
    "status",
    "lastChangeDate",
    "birthday",
    "enforceStart",
    "enforceStartDateTime",
    "enforceEnd",
    "enforceEndDateTime",
    "passwordNeverExpire",
    "isTestUser",
    "isExternal",
    "age",
    "usageLocation",
    "preferredLanguage",
    "template",
    "userPrincipalName",
    "metadata",
    "somethingNew",
];
const OFFICE: [&str; 5] = ["postalCode", "countryRegion", "state", "address", "city"];

#[test]
fn no_value_of_an_optional_field_makes_a_user_unreadable() {
    for field in OF_USERS {
        for value in values() {
            let text = json!({ "id": "u", field: value }).to_string();
            let user: User = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(user.id, "u");
            serde_json::from_str::<ListedUser>(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        }
    }
}

#[test]
fn an_office_field_tells_text_nothing_and_another_type_apart() {
    for field in OFFICE {
        for value in values() {
            let user: User = serde_json::from_value(json!({ "id": "u", field: value })).unwrap();
            let fields = [user.postal_code, user.country_region, user.state, user.address, user.city];
            let found = fields.into_iter().flatten().next();
            let expected = match &value {
                Value::Null => None,
                Value::String(text) => Some(StoredOfficeText::Text(text.clone())),
                _ => Some(StoredOfficeText::Unreadable),
            };
            assert_eq!(found, expected, "{field}: {value}");
        }
    }
}

#[test]
fn what_the_table_and_the_samples_of_the_documentation_say_is_read() {
    let read = |field: &str, value: &Value| {
        let user: User = serde_json::from_value(json!({ "id": "u", field: value })).unwrap();
        serde_json::to_value(user).unwrap()[field].clone()
    };
    for (field, values) in [
        ("status", [json!(5), json!([0, 7])]),
        ("alternateEmailAddress", [json!("a@b.example"), json!(["a@b.example", "c@d.example"])]),
        ("sponsor", [json!("ada@b.example"), json!(["ada@b.example"])]),
        ("lastChangeDate", [json!("2026-07-01T08:00:00Z"), json!(638_880_000_000_000_000_i64)]),
        ("birthday", [json!("1990-01-31"), json!(627_760_000_000_000_000_i64)]),
        ("enforceStartDateTime", [json!("2026-07-01T08:00:00Z"), json!(0)]),
        ("enforceEndDateTime", [json!("2026-07-01T08:00:00Z"), json!(1)]),
        ("manager", [json!("ada@b.example"), json!("CN=Ada,OU=Staff,DC=b,DC=example")]),
    ] {
        for value in values {
            assert_eq!(read(field, &value), value, "{field}");
        }
    }
}

#[test]
fn what_is_no_user_and_no_page_is_an_error() {
    let others = [
        json!({}),
        json!([]),
        json!(null),
        json!("id"),
        json!({ "error": { "code": "x" } }),
        json!({ "id": 7 }),
    ];
    for other in others {
        let text = other.to_string();
        serde_json::from_str::<User>(&text).unwrap_err();
        serde_json::from_str::<UserPage>(&text).unwrap_err();
        serde_json::from_str::<CustomerPage>(&text).unwrap_err();
    }
    for text in ["", "<html></html>", "{\"id\": \"u\"", "{\"data\": [{\"id\": \"u\"}"] {
        serde_json::from_str::<User>(text).unwrap_err();
        serde_json::from_str::<UserPage>(text).unwrap_err();
    }
}

#[test]
fn a_page_keeps_its_entries_whatever_its_numbers_are() {
    for value in values() {
        let text = json!({
            "data": [{ "id": "u" }, { "mail": "without id" }],
            "metadata": { "pageIndex": value, "pageSize": value, "totalCount": value },
        });
        let page: UserPage = serde_json::from_value(text).unwrap();
        assert_eq!(page.data.len(), 2);
        let page: UserPage = serde_json::from_value(json!({ "data": [], "metadata": value })).unwrap();
        assert!(page.data.is_empty());
        let customers =
            json!({ "data": [{ "id": "c", "tenants": value, "jobStatus": value, "managementMode": value }] });
        let page: CustomerPage = serde_json::from_value(customers).unwrap();
        assert_eq!(page.data.len(), 1);
    }
}
