//! Who calls the service, what they may do, and whether clocks agree.

use std::time::{Duration, SystemTime};

use avepoint_elements::{Certificate, Elements, Operation, operations};

use super::check_results::{CheckResult, CheckResults};
use crate::arguments::duration_text;
use crate::commands::auth::permissions::{GrantState, Permission, distinct, time_left};
use crate::failure::Failure;
use crate::printer::{self, counted, thousands, with_causes};
use crate::settings::{Connection, CredentialSource, Remote, Service};

const DAY: Duration = Duration::from_secs(86_400);
/// How long before its end a certificate is warned about: time to register another one.
const CERTIFICATE_WARNING: Duration = Duration::from_secs(30 * 86_400);
/// A difference of clocks, in seconds, that needs no word: the way of a reply, and the rest of a second.
const CLOCK_TOLERANCE: u64 = 30;
/// A difference, in seconds, with which a certificate's statement, which is good for five minutes, is refused.
const CLOCK_LIMIT: u64 = 300;

/// Where the credential comes from.
pub(super) fn credential(connection: &Connection) -> CheckResult {
    let Service::Remote(Remote { credential, client_id, .. }) = &connection.service else {
        return CheckResult::ok("credential", "the sandbox's own");
    };
    let source = match credential {
        None => "none".to_owned(),
        Some(CredentialSource::AccessToken(_)) => {
            return CheckResult::ok("credential", "an access token that was given");
        }
        Some(CredentialSource::Secret(_)) => "a client secret in ELEMENTS_CLIENT_SECRET".to_owned(),
        Some(CredentialSource::SecretFile(file)) => format!("a client secret in {}", printer::path(file)),
        Some(CredentialSource::SecretCommand(line)) => format!("a client secret that {line} prints"),
        Some(CredentialSource::SecretKeyring(name)) => format!("a client secret in the keyring, \"{name}\""),
        Some(CredentialSource::Certificate { file, .. }) => {
            format!("the certificate {}", printer::path(file))
        }
    };
    CheckResult::ok("credential", format!("client id {}, {source}", client_id.as_deref().unwrap_or_default()))
}

/// When the certificate ends.
pub(super) fn certificate_end(certificate: &Certificate) -> CheckResult {
    const CHECK: &str = "certificate";
    const REPLACE: &str = "make another one, and add its public half to the app registration";
    let Some(end) = certificate.not_after() else {
        return CheckResult::warning(CHECK, format!("{}: its end cannot be read", certificate.thumbprint()));
    };
    let thumbprint = certificate.thumbprint();
    match end.duration_since(SystemTime::now()) {
        Ok(left) if left > CERTIFICATE_WARNING => {
            CheckResult::ok(CHECK, format!("{thumbprint} ends in {}", days(left)))
        }
        Ok(left) => {
            CheckResult::warning(CHECK, format!("{thumbprint} ends in {}", days(left))).with_advice(REPLACE)
        }
        Err(past) => {
            let text = format!("{thumbprint} ended {} ago", days(past.duration()));
            CheckResult::failure(CHECK, text).with_advice(REPLACE)
        }
    }
}

fn days(time: Duration) -> String {
    counted(time.as_secs() / DAY.as_secs(), "day")
}

/// Asks for a token with each permission, compares clocks, and reads a page of customers.
pub(super) async fn check(
    elements: &Elements,
    has_certificate: bool,
    results: &mut CheckResults,
) -> Result<(), Failure> {
    let mut permissions = Vec::new();
    let mut unanswered = None;
    for operation in distinct() {
        match Permission::ask(elements, operation).await {
            Ok(permission) => permissions.push(permission),
            Err(failure) => {
                unanswered = Some(failure);
                break;
            }
        }
    }
    let refused = permissions.iter().all(|permission| permission.outcome.is_err());
    for permission in &permissions {
        results.add(of_permission(permission, refused))?;
    }
    if let Some(failure) = &unanswered {
        results.add(no_answer("token", &failure.message()))?;
    } else if let Some(result) = token(&permissions) {
        results.add(result)?;
    }
    results.add(clock(elements.clock_offset_seconds(), has_certificate))?;
    let may_list = permissions.iter().any(|it| {
        it.operation.scopes == operations::LIST_CUSTOMERS.scopes && it.grant() != GrantState::Refused
    });
    if unanswered.is_none() && may_list {
        results.add(customers(elements).await)?;
    }
    Ok(())
}

/// Where no permission is granted, the credential is to blame.
fn of_permission(permission: &Permission, all_are_refused: bool) -> CheckResult {
    let name = &permission.name;
    match (permission.grant(), &permission.outcome) {
        (GrantState::Granted, _) => CheckResult::ok(name, "granted"),
        (GrantState::NotKnown, _) => CheckResult::ok(name, "not known: the token does not say"),
        (GrantState::Refused, Err(error)) if all_are_refused => {
            CheckResult::failure(name, with_causes(error))
                .with_advice("compare client id, secret and environment with the app registration")
        }
        (GrantState::Refused, _) => CheckResult::warning(name, "refused").with_advice(format!(
            "grant it to the app registration, if you want to {}",
            purpose(permission.operation)
        )),
    }
}

/// What a permission is for.
fn purpose(operation: &Operation) -> &'static str {
    let purposes = [
        (operations::UPDATE_OFFICE_INFORMATION, "update users"),
        (operations::GET_USER, "read, plan and verify"),
        (operations::LIST_CUSTOMERS, "list customers; without it, give ids, or use a directory"),
    ];
    let purpose = purposes.into_iter().find(|(needing, _)| needing.scopes == operation.scopes);
    purpose.map_or("use it", |(_, purpose)| purpose)
}

fn token(permissions: &[Permission]) -> Option<CheckResult> {
    permissions.iter().find(|permission| permission.outcome.is_ok())?;
    let left = time_left(permissions).map_or("a time that is not known".to_owned(), duration_text);
    Some(CheckResult::ok("token", format!("valid for {left}")))
}

fn no_answer(check: &str, message: &str) -> CheckResult {
    CheckResult::failure(check, message).with_advice(
        "see that the URLs are right and this machine reaches them; a company's network may need a proxy (--proxy) and its \
         authority (--ca-file)",
    )
}

fn clock(ahead: Option<i64>, has_certificate: bool) -> CheckResult {
    const CHECK: &str = "clock";
    let Some(ahead) = ahead else {
        return CheckResult::ok(CHECK, "not compared: the token endpoint did not say its time");
    };
    let apart = ahead.unsigned_abs();
    let text = match ahead {
        0 => "as the service's".to_owned(),
        1.. => format!("{apart} s behind the service's"),
        _ => format!("{apart} s ahead of the service's"),
    };
    let result = match apart {
        0..=CLOCK_TOLERANCE => return CheckResult::ok(CHECK, text),
        _ if has_certificate && apart > CLOCK_LIMIT => CheckResult::failure(CHECK, text),
        _ => CheckResult::warning(CHECK, text),
    };
    result.with_advice("set this machine's clock, by NTP; with a certificate, over five minutes are refused")
}

async fn customers(elements: &Elements) -> CheckResult {
    const CHECK: &str = "customers";
    match elements.customers().page(1).await {
        Ok(page) => match page.total_count.unwrap_or(page.entries.len() as u64) {
            0 => CheckResult::warning(CHECK, "none in reach")
                .with_advice("add customers to the customer scope of the app registration"),
            1 => CheckResult::ok(CHECK, "1 customer in reach"),
            count => CheckResult::ok(CHECK, format!("{} customers in reach", thousands(count))),
        },
        Err(error) if error.is_permission() || error.is_authentication() => {
            CheckResult::warning(CHECK, with_causes(&error))
        }
        Err(error) => no_answer(CHECK, &with_causes(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printer::Report;

    #[test]
    fn clocks_that_are_apart_are_told_by_how_much() {
        for (ahead, has_certificate, expected) in [
            (Some(0), false, "ok       clock: as the service's"),
            (Some(-30), false, "ok       clock: 30 s ahead of the service's"),
            (Some(31), false, "warning  clock: 31 s behind"),
            (Some(-301), false, "warning  clock: 301 s ahead"),
            (Some(300), true, "warning  clock: 300 s behind"),
            (Some(-301), true, "failure  clock: 301 s ahead"),
            (None, true, "ok       clock: not compared"),
        ] {
            assert!(clock(ahead, has_certificate).text().starts_with(expected), "{ahead:?}");
        }
    }
}
