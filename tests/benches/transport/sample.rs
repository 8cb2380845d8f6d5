//! The update that every layer sends: the documentation's own sample.

use serde::Serialize;

pub(crate) const CUSTOMER: &str = "966f35cc-0000-4000-8000-25cdbcf82a07";
pub(crate) const TENANT: &str = "0c7715b3-0000-4000-8000-f3634dcfacec";
pub(crate) const USER: &str = "7c18fd6f-0000-4000-8000-5725fa9edc3f";

pub(crate) const POSTAL_CODE: &str = "2121";
pub(crate) const COUNTRY_REGION: &str = "Angola";
pub(crate) const STATE: &str = "Luanda";
pub(crate) const ADDRESS: &str = "Dande";

/// The body, as a program without this library would write it down.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Office {
    postal_code: &'static str,
    country_region: &'static str,
    state: &'static str,
    address: &'static str,
}

pub(crate) const OFFICE: Office =
    Office { postal_code: POSTAL_CODE, country_region: COUNTRY_REGION, state: STATE, address: ADDRESS };

/// The path, which a program writes anew for every user.
pub(crate) fn path() -> String {
    format!("/external/v3/um/customers/{CUSTOMER}/tenants/{TENANT}/users/{USER}/office-information")
}

/// A token of a thousand characters, as long as the signed ones that such services issue.
pub(crate) fn token() -> String {
    "e".repeat(1000)
}
