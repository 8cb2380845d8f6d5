//! What to do about a refusal, by operation.

use avepoint_elements_client::{Operation, operations};

/// On 404.
pub(super) fn not_found(operation: &Operation) -> &'static str {
    match operation.id {
        id if id == operations::UPDATE_OFFICE_INFORMATION.id => {
            "the service knows no such customer, tenant or user (404); check the three ids, and that the user is a cloud \
             user: hybrid and local users are updated by an operation of their own"
        }
        id if id == operations::UPDATE_LOCAL_OFFICE_INFORMATION.id => {
            "the service knows no such customer, tenant or user (404); check the three ids, and that the user is \
             synchronised from a local directory: cloud users are updated by an operation of their own"
        }
        id if id == operations::GET_USER.id => {
            "the service knows no such customer, tenant or user (404); check the three ids; whether hybrid and local users \
             can be read is not documented"
        }
        id if id == operations::LIST_USERS.id => {
            "the service knows no such customer or tenant (404); check the two ids"
        }
        _ => "the service has nothing at this address (404); check the base URL",
    }
}

/// On 403, beside the permission.
pub(super) fn customer_scope(operation: &Operation) -> &'static str {
    if operation.path.contains("{customerId}") {
        " and include this customer in its customer scope"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_told_of_the_ids_that_it_has() {
        for operation in operations::ALL {
            let advice = not_found(operation);
            for id in ["customer", "tenant", "user"] {
                let has = operation.path.contains(&format!("{{{id}Id}}"));
                assert_eq!(
                    advice.contains(&format!("{id} ")) || advice.contains(&format!("{id},")),
                    has,
                    "{advice}"
                );
            }
        }
    }
}
