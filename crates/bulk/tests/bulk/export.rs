//! Users who cannot be exported come with the SDK's error.

use std::sync::Arc;

use avepoint_elements::{Error, ErrorKind, UserKey};
use avepoint_elements_bulk::directory::{ListEnd, ListOptions};
use avepoint_elements_bulk::export::{ExportTenant, Exporter, ReadFailure, TenantUsers};
use avepoint_elements_sandbox::{Directory, Fault, Faults, Sandbox};
use futures_util::StreamExt;

use crate::elements;

const USERS: &str = r#"
{"customerId":"c1","tenantId":"t1","userId":"ada"}
{"customerId":"c1","tenantId":"t1","userId":"ben"}
"#;

async fn sandbox(faults: Faults) -> Sandbox {
    let directory = Directory::from_ndjson(USERS.as_bytes()).unwrap();
    Sandbox::builder().directory(directory).faults(faults).start().await.unwrap()
}

fn exporter(sandbox: &Sandbox) -> Exporter {
    Exporter::new(&elements(sandbox), 1)
}

fn tenant() -> ExportTenant {
    let (customer, tenant) = ("c1".parse().unwrap(), "t1".parse().unwrap());
    ExportTenant { customer, customer_name: String::new(), tenant, tenant_name: String::new() }
}

async fn read(sandbox: &Sandbox, user: &str) -> ReadFailure {
    let tenant = Arc::new(tenant());
    let key = UserKey::new(tenant.customer.clone(), tenant.tenant.clone(), user.parse().unwrap());
    let exporter = exporter(sandbox);
    let mut readings = Box::pin(exporter.read([(tenant, key)]));
    readings.next().await.unwrap().1.unwrap_err()
}

fn kind(failure: &ReadFailure) -> Option<ErrorKind> {
    failure.error.as_ref().map(Error::kind)
}

#[tokio::test]
async fn a_reading_that_failed_has_the_sdks_error_and_says_whether_others_fail_too() {
    let faults = Faults::new()
        .path("/users/ada", Fault::status(401))
        .path("/users/ben", Fault::none().with_value("/city", 7));
    let sandbox = sandbox(faults).await;
    let gone = read(&sandbox, "cy").await;
    assert_eq!((kind(&gone), gone.is_of_user, gone.is_fatal), (Some(ErrorKind::NotFound), true, false));
    let refused = read(&sandbox, "ada").await;
    assert_eq!((kind(&refused), refused.is_fatal), (Some(ErrorKind::Authentication), true));
    // The reading came, and a sheet cannot hold it.
    let unreadable = read(&sandbox, "ben").await;
    assert_eq!((kind(&unreadable), unreadable.is_of_user, unreadable.is_fatal), (None, true, false));
}

#[tokio::test]
async fn a_list_that_was_refused_has_the_sdks_error() {
    let sandbox = sandbox(Faults::new().path("/users/batch", Fault::status(403))).await;
    let lists = exporter(&sandbox).list(vec![tenant()], ListOptions::new(), |_| {}).await.unwrap();
    let TenantUsers { users, end, .. } = &lists[0];
    assert!(users.is_empty() && matches!(end, ListEnd::OutOfReach(_)), "{end:?}");
    assert_eq!(end.error().map(Error::kind), Some(ErrorKind::Permission));
    assert!(lists[0].problem().is_some_and(|problem| problem.contains("403")), "{lists:?}");
}
