//! A run that is killed, again and again: what is reported done was applied, and little is sent twice.

use std::collections::HashSet;
use std::process::Stdio;

use avepoint_elements_sandbox::Sandbox;

use crate::apply::Folder;
use crate::{at, run};

const ROWS: usize = 2_000;
const CONCURRENCY: usize = 8;
/// Kills without `ELEMENTS_TEST_KILLS`, which the long form of continuous integration sets to more.
const KILLS: usize = 10;

pub(crate) fn kills() -> usize {
    std::env::var("ELEMENTS_TEST_KILLS").map_or(KILLS, |kills| kills.parse().unwrap())
}

/// Requests between two kills: different every time, and the same in every run of the test.
pub(crate) fn moments(kills: usize, rows: usize) -> impl Iterator<Item = usize> {
    let mut state = 42_u64;
    let longest = (2 * rows / kills.max(1)).max(2) as u64;
    (0..kills).map(move |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        1 + usize::try_from((state >> 33) % (longest - 1)).unwrap()
    })
}

/// The users whose rows are whole in a file of results and say "done" or "unchanged".
fn reported_done(results: &str) -> HashSet<&str> {
    let whole = results.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let done = whole.lines().filter(|line| line.contains(",done,") || line.contains(",unchanged,"));
    done.map(|line| line.split(',').nth(2).unwrap()).collect()
}

/// Requests for users who had one before.
fn sent_again(sandbox: &Sandbox) -> usize {
    let requests = sandbox.requests();
    let users: HashSet<_> = requests.iter().map(|request| &request.target).collect();
    requests.len() - users.len()
}

fn applied(sandbox: &Sandbox) -> HashSet<String> {
    sandbox.offices().into_iter().map(|office| office.user_id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_a_run_goes_on_where_it_was() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(ROWS));
    let apply = || {
        let mut apply = folder.apply("offices.csv");
        at(apply.args(["--yes", "--quiet", "--concurrency", &CONCURRENCY.to_string()]), &sandbox);
        apply
    };
    for requests in moments(kills(), ROWS) {
        let (sent, sent_again_before) = (sandbox.request_count(), sent_again(&sandbox));
        let mut child = apply().stdout(Stdio::null()).spawn().unwrap();
        tokio::select! {
            () = sandbox.wait_for_requests(sent + requests) => {}
            () = ended(&mut child) => {}
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let again = sent_again(&sandbox) - sent_again_before;
        assert!(again <= CONCURRENCY, "{again} rows were sent again");
        let applied = applied(&sandbox);
        if folder.path("offices.results.csv.partial").exists() {
            let results = folder.read("offices.results.csv.partial");
            assert!(reported_done(&results).iter().all(|user| applied.contains(*user)), "{requests}");
        }
    }
    run(&mut apply(), 0);
    assert_eq!(applied(&sandbox).len(), ROWS);
    let results = folder.read("offices.results.csv");
    assert_eq!(reported_done(&results).len(), ROWS);
    let sent = sandbox.request_count();
    run(&mut apply(), 0);
    assert_eq!(sandbox.request_count(), sent, "the next run sends nothing");
}

/// Ends when the program has, as it does where all rows are done before its moment.
pub(crate) async fn ended(child: &mut std::process::Child) {
    while child.try_wait().unwrap().is_none() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}
