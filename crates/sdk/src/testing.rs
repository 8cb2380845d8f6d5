//! Values for tests of a program's own code: errors, receipts and readings, without a service. Feature `testing`.
//!
//! ```
//! use avepoint_elements::{Error, ErrorKind, testing};
//!
//! /// The code under test.
//! fn answer(error: &Error) -> u16 {
//!     match error.kind() {
//!         ErrorKind::Throttled => 503,
//!         ErrorKind::NotFound => 404,
//!         _ => 502,
//!     }
//! }
//!
//! assert_eq!(answer(&testing::error(ErrorKind::Throttled)), 503);
//! assert_eq!(answer(&testing::error_with_status(404)), 404);
//! ```
//!
//! Where the code under test makes calls, typed mocks (`avepoint-elements-httpmock`) or the service in a process
//! (`avepoint-elements-sandbox`) answer them.

use std::time::Duration;

use avepoint_elements_client::operations;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::error::reply::Reply;
use crate::error::{Limit, Stage};
use crate::{
    Customer, CustomerId, Error, ErrorKind, ListedUser, OfficeInformation, Page, Receipt, User, UserId,
    UserKey,
};

const STAGE: Stage = Stage::Operation(&operations::UPDATE_OFFICE_INFORMATION);
const MADE_UP: &str = "made up for a test";
/// The default limit of an attempt.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// An error of a kind, as an update of a cloud user gives it after one attempt.
///
/// Those of a reply have the status that is usual for the kind: 401, 403, 404, 400, 429 and 500; 200 for an unexpected and
/// 204 for an unreadable reply. Of `Timeout` and `Connection` nothing was sent: [`outcome_unknown`] gives the other case.
/// [`Error::with_retry_after`] adds a wait that the service asks for.
pub fn error(kind: ErrorKind) -> Error {
    match kind {
        ErrorKind::Validation => Error::invalid(MADE_UP),
        ErrorKind::Configuration => Error::configuration(MADE_UP),
        ErrorKind::Authentication => error_with_status(401),
        ErrorKind::Permission => error_with_status(403),
        ErrorKind::NotFound => error_with_status(404),
        ErrorKind::Rejected => error_with_status(400),
        ErrorKind::Throttled => error_with_status(429),
        ErrorKind::Server => error_with_status(500),
        ErrorKind::UnexpectedReply => error_with_status(200),
        ErrorKind::Timeout => Error::timed_out(STAGE, Limit::Attempt(ATTEMPT_TIMEOUT)).after(1, false),
        ErrorKind::Connection => Error::not_connected(STAGE).after(1, false),
        ErrorKind::UnreadableReply => {
            Error::unreadable(&operations::UPDATE_OFFICE_INFORMATION, reply(204), MADE_UP).after(1, false)
        }
        ErrorKind::TokenUnavailable => Error::token_unavailable(MADE_UP),
        ErrorKind::Cancelled => Error::shut_down(),
    }
}

/// The error of a reply with this status, as an update of a cloud user gives it after one attempt.
///
/// # Panics
/// With 204, which is no error.
pub fn error_with_status(status: u16) -> Error {
    let success = operations::UPDATE_OFFICE_INFORMATION.success;
    assert_ne!(status, success, "{success} is the success of an update");
    Error::reply(STAGE, reply(status)).after(1, false)
}

/// The same error of an update that may have been applied: [`Error::is_outcome_unknown`] is true.
pub fn outcome_unknown(error: Error) -> Error {
    let attempts = error.attempts().max(1);
    error.after(attempts, true)
}

/// The receipt of an update that was done at the first attempt: status 204, and no request id.
pub fn receipt() -> Receipt {
    Receipt { status: operations::UPDATE_OFFICE_INFORMATION.success, request_id: None, attempts: 1 }
}

/// The user `user-1` of `tenant-1` of `customer-1`.
///
/// # Panics
/// Never: the ids are valid.
pub fn user_key() -> UserKey {
    let id = "the id is valid";
    UserKey::new("customer-1".parse().expect(id), "tenant-1".parse().expect(id), "user-1".parse().expect(id))
}

/// An office in Dresden, with all five fields.
///
/// # Panics
/// Never: the values are valid.
pub fn office_information() -> OfficeInformation {
    let office = OfficeInformation::builder().postal_code("01067").country_region("Germany").state("Saxony");
    office.address("Theaterplatz 2").city("Dresden").build().expect("the values are valid")
}

/// A user of this id, whose office is that of [`office_information`].
pub fn user(id: &UserId) -> User {
    let mut user = json!({ "id": id, "displayName": "Ada Example", "loginName": "ada@fabrikam.example" });
    let office = json!(office_information());
    if let (Value::Object(user), Value::Object(office)) = (&mut user, office) {
        user.extend(office);
    }
    reading(user)
}

/// A user of this id, as lists show one.
pub fn listed_user(id: &UserId) -> ListedUser {
    reading(json!({ "id": id, "displayName": "Ada Example", "userPrincipalName": "ada@fabrikam.example" }))
}

/// A customer of this id, without tenants.
pub fn customer(id: &CustomerId) -> Customer {
    reading(json!({ "id": id, "name": "Fabrikam" }))
}

/// The only page of a list, with these entries.
pub fn page<T>(entries: Vec<T>) -> Page<T> {
    let total_count = Some(entries.len() as u64);
    Page { entries, total_count }
}

fn reading<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("readings are lenient, and have their id")
}

fn reply(status: u16) -> Reply {
    Reply { status, request_id: None, text: String::new(), explanation: None, retry_after: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_error_can_be_made() {
        for kind in ErrorKind::ALL {
            assert_eq!(error(kind).kind(), kind);
            assert!(outcome_unknown(error(kind)).is_outcome_unknown(), "{kind}");
        }
    }

    #[test]
    fn readings_have_what_a_service_sends() {
        let key = user_key();
        let user = user(&key.user);
        assert_eq!((user.id(), user.city()), ("user-1", Some("Dresden")));
        let page = page(vec![listed_user(&key.user)]);
        assert_eq!((page.total_count, page.entries[0].id()), (Some(1), Some("user-1")));
        assert_eq!(customer(&key.customer).id(), Some("customer-1"));
        assert_eq!((receipt().status, receipt().attempts), (204, 1));
    }
}
