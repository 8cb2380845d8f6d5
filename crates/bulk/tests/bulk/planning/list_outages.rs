//! A service that is down while customers and users are listed, and tenants whose lists fail by themselves.

#![allow(clippy::disallowed_methods, reason = "the clock of these tests is paused")]

use std::time::Duration;

use avepoint_elements::{Elements, ErrorKind};
use avepoint_elements_bulk::directory::{
    KeyIndex, ListError, ListOptions, ListProgress, Resolution, RowKeysBuf, resolve,
};
use avepoint_elements_bulk::export::{ExportTenant, list_users};
use avepoint_elements_sandbox::{Fault, Faults, Sandbox};

use crate::planning::{
    CONTOSO, FABRIKAM, PRODUCTION, SALES, TEST, builder, by_mail, directory, elements, line,
};

const HOUR: Duration = Duration::from_secs(3600);
const USERS: &str = "/users/batch";
const CUSTOMERS: &str = "/customers/batch";

/// A row of each tenant.
fn rows() -> [RowKeysBuf; 3] {
    [
        by_mail(FABRIKAM, PRODUCTION, "user229@production.example"),
        by_mail(FABRIKAM, TEST, "user0@test.example"),
        by_mail(CONTOSO, SALES, "user7@sales.example"),
    ]
}

/// What came of rows, and what was said meanwhile.
async fn find(
    elements: &Elements,
    rows: &[RowKeysBuf],
    options: ListOptions,
) -> (Result<Vec<Resolution>, ListError>, Vec<ListProgress>) {
    let mut index = KeyIndex::new(None, None);
    for (row, line) in rows.iter().zip(2..) {
        index.add(&RowKeysBuf { line, ..row.clone() }.as_keys()).unwrap();
    }
    let mut said = Vec::new();
    let resolved = resolve(elements, index, options, |progress| said.push(progress)).await;
    (resolved.map(|resolved| (0..resolved.len()).map(|row| resolved.of(row)).collect()), said)
}

fn is_found(resolution: &Resolution) -> bool {
    matches!(resolution, Resolution::Resolved(_))
}

/// Mends a sandbox after a time.
async fn mend(sandbox: &Sandbox, after: Duration) {
    tokio::time::sleep(after).await;
    sandbox.set_faults(Faults::new()).unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_outage_while_users_or_customers_are_listed_costs_time_and_no_row() {
    let faults = [
        Fault::status(503),
        Fault::status(408),
        Fault::dropped_before_applying(),
        Fault::dropped_after_applying(),
        Fault::status(429).retry_after("50"),
        Fault::status(503).retry_after("900"),
    ];
    let named = [by_mail("Fabrikam", "test", "user0@test.example")];
    for (fault, (path, rows)) in faults.iter().flat_map(|fault| {
        [(USERS, &rows()[..]), (USERS, &rows()[..1]), (CUSTOMERS, &named[..])]
            .map(|(path, rows)| (fault.clone(), (path, rows.to_vec())))
    }) {
        let sandbox = builder().faults(Faults::new().path(path, fault.clone())).start().await.unwrap();
        let elements = elements(&sandbox).with_unbounded_queue_wait();
        let find = find(&elements, &rows, ListOptions::new());
        let ((resolved, said), ()) = tokio::join!(find, mend(&sandbox, HOUR / 2));
        let resolved = resolved.unwrap();
        assert!(resolved.iter().all(is_found), "{fault:?} {path}: {resolved:?}");
        let waits: Vec<_> = said.iter().filter_map(|progress| progress.wait).collect();
        assert!(waits.len() > 100 && waits.iter().any(|wait| wait.left.is_zero()), "{fault:?} {path}");
        let last = said.iter().rposition(|progress| progress.wait.is_some()).unwrap();
        // Once users or customers come, nothing is waited for, also before a list is whole.
        let next = said[last + 1];
        let tenants = if path == USERS { rows.len() } else { 0 };
        assert_eq!((next.wait, next.listed, next.tenants), (None, 0, tenants), "{fault:?} {path}");
        let requests = sandbox.request_count();
        assert!(requests < 500, "{fault:?} {path}: {requests} requests");
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_goes_on_at_the_page_that_did_not_come() {
    let down = std::iter::repeat_n(Fault::status(503), 100);
    let faults = Faults::new().script([Fault::none(), Fault::none()].into_iter().chain(down));
    let sandbox = builder().faults(faults).start().await.unwrap();
    let (resolved, said) = find(&elements(&sandbox), &rows()[..1], ListOptions::new()).await;
    assert!(is_found(&resolved.unwrap()[0]));
    assert_eq!(said.last().unwrap().users, 230);
    // Whether the service is up is asked with pages of one user.
    let requests = sandbox.requests();
    let pages = requests.iter().filter(|request| request.target.contains("pageSize=100"));
    let pages: Vec<_> = pages.filter_map(|request| request.target.split("pageIndex=").nth(1)).collect();
    let is_page = |page: &str, number: &str| page.split('&').next() == Some(number);
    let asked = ["1", "2", "3"].map(|number| pages.iter().filter(|page| is_page(page, number)).count());
    assert_eq!([asked[0], asked[1], asked.iter().sum()], [1, 1, pages.len()], "{pages:?}");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_stays_down_ends_lists_when_the_longest_outage_is_over() {
    let named = [by_mail("Fabrikam", "test", "user0@test.example")];
    for (path, rows) in [(USERS, &rows()[..]), (USERS, &rows()[2..]), (CUSTOMERS, &named[..])] {
        let sandbox = builder().faults(Faults::new().path(path, Fault::status(503))).start().await.unwrap();
        let start = tokio::time::Instant::now();
        let (ended, _) = find(&elements(&sandbox), rows, ListOptions::new().max_outage(HOUR)).await;
        let error = ended.unwrap_err();
        assert!(
            matches!(error, ListError::Outage { wait: None, .. }) && !error.is_another_server(),
            "{error}"
        );
        assert_eq!(error.error().status(), Some(503));
        assert!((HOUR * 59 / 60..HOUR * 2).contains(&start.elapsed()), "{path}: {:?}", start.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_that_was_up_before_is_waited_for_and_given_up_as_one_that_was_not() {
    for mended in [true, false] {
        let down = std::iter::repeat_n(Fault::status(503), 3000);
        let faults = Faults::new().script(std::iter::once(Fault::none()).chain(down));
        let sandbox = builder().faults(faults).start().await.unwrap();
        let elements = elements(&sandbox);
        let rows = rows();
        let find = find(&elements, &rows, ListOptions::new().concurrency(1));
        let mend = async {
            if mended {
                mend(&sandbox, HOUR / 2).await;
            }
        };
        let ((ended, _), ()) = tokio::join!(find, mend);
        match ended {
            Ok(resolved) => assert!(mended && resolved.iter().all(is_found), "{resolved:?}"),
            Err(error) => assert!(!mended && matches!(error, ListError::Outage { .. }), "{error}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_alone_always_fails_is_given_up_after_a_few_tries() {
    let faults = [
        Fault::status(500),
        Fault::dropped_before_applying(),
        Fault::status(503).retry_after("20"),
        Fault::status(429),
        Fault::reply(200, "<html>"),
        Fault::status(302),
    ];
    for (fault, (tenant, row)) in
        faults.iter().flat_map(|fault| [(PRODUCTION, 0), (TEST, 1), (SALES, 2)].map(|at| (fault.clone(), at)))
    {
        for lists in [1, 4] {
            let faults = Faults::new().path(format!("{tenant}{USERS}"), fault.clone());
            let sandbox = builder().faults(faults).start().await.unwrap();
            let elements = elements(&sandbox).with_unbounded_queue_wait();
            let start = tokio::time::Instant::now();
            let (resolved, _) = find(&elements, &rows(), ListOptions::new().concurrency(lists)).await;
            let resolved = resolved.unwrap();
            let of = (0..3).map(|row| is_found(&resolved[row])).collect::<Vec<_>>();
            assert_eq!(of, (0..3).map(|other| other != row).collect::<Vec<_>>(), "{fault:?} {tenant}");
            assert!(matches!(resolved[row], Resolution::ListFailed(_)), "{fault:?} {tenant}: {resolved:?}");
            assert!(start.elapsed() < HOUR / 10, "{fault:?} {tenant} {lists}: {:?}", start.elapsed());
        }
    }
}

/// A limit that some lists meet and others do not is waited out, however often it is met; only one that stays when nothing
/// else is left to list is a failure of the lists.
#[tokio::test(start_paused = true)]
async fn a_tenant_that_is_throttled_while_others_are_answered_is_waited_for() {
    for (asked, held_back) in [("90", SALES), ("90", FABRIKAM), ("1", TEST)] {
        for (lists, mended) in [(1, true), (4, true), (1, false), (4, false)] {
            let fault = Fault::status(429).retry_after(asked);
            let sandbox = builder().faults(Faults::new().path(held_back, fault)).start().await.unwrap();
            let elements = elements(&sandbox).with_unbounded_queue_wait();
            let (rows, start) = (rows(), tokio::time::Instant::now());
            let options = ListOptions::new().concurrency(lists).max_outage(HOUR / 3);
            let find = find(&elements, &rows, options);
            let mend = async {
                if mended {
                    mend(&sandbox, HOUR / 6).await;
                }
            };
            let ((resolved, _), ()) = tokio::join!(find, mend);
            let (resolved, case) = (resolved.unwrap(), format!("{asked} {held_back} {lists} {mended}"));
            for (row, resolution) in rows.iter().zip(&resolved) {
                let is_held_back = [&row.customer, &row.tenant].contains(&&held_back.to_owned());
                assert_eq!(is_found(resolution), mended || !is_held_back, "{case}: {resolution:?}");
            }
            let longest = if mended { HOUR / 5 } else { HOUR * 2 / 3 };
            assert!(start.elapsed() < longest, "{case}: {:?}", start.elapsed());
            assert!(sandbox.request_count() < 1000, "{case}: {}", sandbox.request_count());
        }
    }
}

/// An outage is no failure of a list, whatever waits the service asked for before.
#[tokio::test(start_paused = true)]
async fn waits_that_were_asked_for_and_pages_between_leave_an_outage_forgiven() {
    let mut directory = directory();
    for number in 230..550 {
        directory.add(&line((FABRIKAM, "Fabrikam"), (PRODUCTION, "production"), number)).unwrap();
    }
    // Behind a wait, a page of one user tells that the service is up.
    let wait = [Fault::status(503).retry_after("90"), Fault::none(), Fault::none()];
    let waits: Vec<_> =
        std::iter::once(Fault::none()).chain(std::iter::repeat_n(wait, 4).flatten()).collect();
    // A call sends five requests.
    for requests in (0..=35).step_by(5) {
        let down = std::iter::repeat_n(Fault::status(503), requests);
        let faults = Faults::new().script(waits.iter().cloned().chain(down));
        let sandbox = Sandbox::builder().directory(directory.clone()).faults(faults).start().await.unwrap();
        let (resolved, said) = find(&elements(&sandbox), &rows()[..1], ListOptions::new()).await;
        let resolved = resolved.unwrap();
        assert!(is_found(&resolved[0]), "{requests}: {resolved:?}");
        assert_eq!(said.last().unwrap().users, 550);
    }
}

#[tokio::test(start_paused = true)]
async fn many_tenants_that_always_fail_hold_up_no_other_for_long() {
    let faults = Faults::new().path(FABRIKAM, Fault::status(500));
    let sandbox = builder().faults(faults).start().await.unwrap();
    let start = tokio::time::Instant::now();
    let (resolved, _) = find(&elements(&sandbox), &rows(), ListOptions::new().concurrency(2)).await;
    let resolved = resolved.unwrap();
    assert!(is_found(&resolved[2]) && !is_found(&resolved[0]) && !is_found(&resolved[1]), "{resolved:?}");
    assert!(start.elapsed() < HOUR / 10, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn pages_of_another_server_end_lists_at_once() {
    let replies = [
        Fault::reply(200, "<html>").header("content-type", "text/html"),
        Fault::reply(200, r#"{"data": 7}"#),
        Fault::status(302),
        Fault::status(501),
        Fault::status(505),
    ];
    let named = [by_mail("Fabrikam", "test", "user0@test.example")];
    for (reply, (path, rows)) in replies.iter().flat_map(|reply| {
        [(USERS, &rows()[..]), (USERS, &rows()[..1]), (CUSTOMERS, &named[..])]
            .map(|(path, rows)| (reply.clone(), (path, rows.to_vec())))
    }) {
        let sandbox = builder().faults(Faults::new().path(path, reply.clone())).start().await.unwrap();
        let start = tokio::time::Instant::now();
        let (ended, _) = find(&elements(&sandbox), &rows, ListOptions::new()).await;
        let error = ended.unwrap_err();
        assert!(error.is_another_server(), "{reply:?} {path}: {error}");
        assert!(start.elapsed() < HOUR / 60, "{reply:?} {path}: {:?}", start.elapsed());
        assert!(sandbox.request_count() < 20, "{reply:?} {path}: {}", sandbox.request_count());
    }
}

#[tokio::test(start_paused = true)]
async fn lists_that_do_not_wait_end_with_the_first_failure() {
    let sandbox = builder().faults(Faults::new().path(USERS, Fault::status(503))).start().await.unwrap();
    let (ended, said) = find(&elements(&sandbox), &rows(), ListOptions::new().without_waiting()).await;
    let error = ended.unwrap_err();
    assert!(matches!(&error, ListError::Service(error) if error.kind() == ErrorKind::Server), "{error}");
    assert!(said.iter().all(|progress| progress.wait.is_none()));
}

#[tokio::test(start_paused = true)]
async fn an_export_waits_for_its_lists_too() {
    let sandbox = builder().faults(Faults::new().path(USERS, Fault::status(503))).start().await.unwrap();
    let tenant = ExportTenant {
        customer: CONTOSO.parse().unwrap(),
        customer_name: String::new(),
        tenant: SALES.parse().unwrap(),
        tenant_name: String::new(),
    };
    let elements = elements(&sandbox);
    let mut said = Vec::new();
    let lists = list_users(&elements, vec![tenant], ListOptions::new(), |progress| said.push(progress));
    let (lists, ()) = tokio::join!(lists, mend(&sandbox, HOUR / 2));
    let lists = lists.unwrap();
    let last = said.iter().rposition(|progress| progress.wait.is_some()).unwrap();
    assert_eq!((said[last + 1].wait, said[last + 1].listed), (None, 0));
    assert_eq!((lists[0].users.len(), lists[0].problem()), (100, None));
}
