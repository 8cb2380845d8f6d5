//! Values are checked on this side, whatever the features.

use avepoint_elements::{OfficeField, OfficeInformation, UserId};

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let too_long = "x".repeat(1 + OfficeField::State.contract().max_length.unwrap());
    let error = OfficeInformation::builder().country_region(" ").state(too_long).build().unwrap_err();
    let fields: Vec<OfficeField> = error.violations().iter().map(|violation| violation.field).collect();
    assert_eq!(fields, OfficeField::ALL[..4]);
}

#[test]
fn an_id_that_could_reach_another_route_is_refused() {
    assert!("..".parse::<UserId>().unwrap_err().is_validation());
}

#[test]
fn the_contract_ships_with_the_client() {
    assert!(avepoint_elements_client::CONTRACT.contains("openapi: 3.0"));
}
