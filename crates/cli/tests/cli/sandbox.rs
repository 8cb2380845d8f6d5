//! The `sandbox` command: its flags, seen from the other end of the wire.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Child;

use crate::apply::{Folder, column, count};
use crate::{VALUES, elements, interrupt, piped, run, set};

/// The program's sandbox, running.
struct Running {
    child: Child,
    variables: HashMap<String, String>,
}

impl Running {
    /// Starts it with these flags, which contain no spaces.
    fn start(flags: &str) -> Self {
        let mut command = elements();
        command.arg("sandbox").args(flags.split_ascii_whitespace());
        let mut child = piped(&mut command).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().take(4);
        let variables = lines.map(|line| {
            let line = line.unwrap();
            let (name, value) = line.split_once('=').unwrap();
            (name.to_owned(), value.to_owned())
        });
        Self { variables: variables.collect(), child }
    }

    /// Everything that comes back for a request that is not the contract's: 404, but for faults.
    fn request(&self) -> String {
        let url = &self.variables["ELEMENTS_BASE_URL"];
        let address = url.strip_prefix("http://").unwrap().strip_suffix("/partner").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        let request = "GET /partner/nothing HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    }

    /// The statuses of so many requests; 0 where no reply came.
    fn statuses(&self, count: usize) -> Vec<u16> {
        let status = |reply: String| reply.get(9..12).map_or(0, |status| status.parse().unwrap());
        (0..count).map(|_| status(self.request())).collect()
    }

    /// Ends it, and gives what it said on standard error.
    fn end(mut self) -> String {
        interrupt(&self.child);
        let mut stderr = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(0), "{stderr}");
        stderr
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Has ended already, but where a test fails.
        let _ = self.child.kill();
    }
}

#[test]
fn the_first_line_says_which_ids_are_accepted() {
    let first = |sandbox: Running| sandbox.end().lines().next().unwrap_or_default().to_owned();
    assert!(first(Running::start("")).contains("any id is accepted"));
    assert!(first(Running::start("--user c1/t1/u1")).contains("1 users of 1 customers"));
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/directory.ndjson");
    let filled = first(Running::start(&format!("--users {example}")));
    assert!(filled.contains("252 users of 6 customers"), "{filled}");
}

#[test]
fn an_address_is_no_id() {
    for flags in [["--user", "c/t/a@b.example"], ["--customer", "a@b.example"]] {
        let (_, stderr) = run(elements().arg("sandbox").args(flags), 2);
        assert!(stderr.contains("neither is an id"), "{stderr}");
    }
}

#[test]
fn a_file_of_users_that_cannot_be_used_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("users.ndjson");
    std::fs::write(&file, "{\"customerId\":\"c\",\"tenantId\":\"t\",\"userId\":\"u\"}\n{\"userId\":\"v\"}\n")
        .unwrap();
    let refused = elements().args(["sandbox", "--users"]).arg(&file).output().unwrap();
    let stderr = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{stderr}");
    assert!(
        stderr.contains("users.ndjson") && stderr.contains("line 2: `customerId` is missing"),
        "{stderr}"
    );
}

#[test]
fn without_flags_nothing_goes_wrong_and_no_seed_is_told() {
    let sandbox = Running::start("");
    assert_eq!(sandbox.statuses(20), [404; 20]);
    assert!(!sandbox.end().contains("--seed"));
}

#[test]
fn requests_beyond_the_rate_are_told_to_come_again() {
    let sandbox = Running::start("--rate 1/h");
    assert_eq!(sandbox.statuses(2), [404, 429]);
    let reply = sandbox.request();
    let header = reply.split_once("retry-after: ").unwrap().1;
    let seconds: u32 = header.lines().next().unwrap().parse().unwrap();
    assert!((3_000..=3_600).contains(&seconds), "{seconds}");
    sandbox.end();
}

#[test]
fn retry_after_can_be_left_out() {
    let sandbox = Running::start("--rate 1/h --no-retry-after");
    sandbox.request();
    let reply = sandbox.request();
    assert!(reply.starts_with("HTTP/1.1 429") && !reply.contains("retry-after"), "{reply}");
    sandbox.end();
}

#[test]
fn requests_fail_drop_and_truncate_in_their_shares() {
    for (flags, status) in [
        ("--fail 100%", 503),
        ("--fail 100% --fail-status 500 --latency 1ms", 500),
        ("--drop 100%", 0),
        ("--fail 0% --drop 0% --truncate 0%", 404),
    ] {
        let sandbox = Running::start(flags);
        assert_eq!(sandbox.statuses(5), [status; 5], "{flags}");
        sandbox.end();
    }
    let sandbox = Running::start("--truncate 100%");
    let reply = sandbox.request();
    assert!(reply.starts_with("HTTP/1.1 404") && !reply.ends_with('}'), "{reply}");
    sandbox.end();
}

#[test]
fn the_seed_that_is_printed_brings_the_same_faults_again() {
    let first = Running::start("--fail 30% --drop 20%");
    let statuses = first.statuses(40);
    let stderr = first.end();
    let seed = stderr.split_once("--seed ").unwrap().1.trim();
    let again = Running::start(&format!("--fail 30% --drop 20% --seed {seed}"));
    assert_eq!(again.statuses(40), statuses);
    assert!(again.end().contains(&format!("--seed {seed}\n")));
}

#[test]
fn customers_and_users_are_those_that_are_given() {
    let sandbox = Running::start("--customer c1 --customer c2 --user c1/t1/u1 --user c3/t1/u1");
    run(set().envs(&sandbox.variables), 0);
    for (customer, status) in [("c2", "404"), ("c3", "403")] {
        let mut command = elements();
        command.args(["office", "set", "--customer", customer, "--tenant", "t1", "--user", "u1"]);
        let (_, stderr) = run(command.args(VALUES).envs(&sandbox.variables), 1);
        assert!(stderr.contains(status), "{stderr}");
    }
    sandbox.end();
}

#[test]
fn tokens_live_as_long_as_they_are_told_to() {
    let sandbox = Running::start("--token-lifetime 10m");
    let mut status = elements();
    let (stdout, _) = run(status.args(["auth", "status", "--output", "json"]).envs(&sandbox.variables), 0);
    let status: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    let left = status["secondsLeft"].as_u64().unwrap();
    assert!((500..=600).contains(&left), "{left}");
    sandbox.end();
}

#[test]
fn tokens_that_are_revoked_in_the_middle_of_a_run_cost_no_row() {
    let sandbox = Running::start("--revoke-after 10");
    let folder = Folder::with_users(25);
    let mut apply = folder.apply("offices.csv");
    run(apply.args(["--yes", "--concurrency", "2"]).envs(&sandbox.variables), 0);
    let results = folder.read("offices.results.csv");
    assert_eq!(count(&results, "done"), 25);
    let attempts = column(&results, "elements_attempts").into_iter();
    let attempts: u32 = attempts.map(|attempts| attempts.parse::<u32>().unwrap()).sum();
    assert!(attempts >= 27, "25 rows need three tokens, and two were refused: {attempts}");
    sandbox.end();
}

#[test]
fn the_help_and_the_documentation_say_where_what_it_holds_is_shown() {
    let (help, _) = run(elements().args(["sandbox", "--help"]), 0);
    let docs =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/testing.md")).unwrap();
    assert!(help.contains("/sandbox/offices") && docs.contains("/sandbox/offices"), "{help}");
}

#[test]
fn a_wrong_flag_is_told_what_is_allowed() {
    for (flags, allowed) in [
        ("--rate 50", "such as 50/s"),
        ("--rate 0/s", "such as 50/s"),
        ("--fail 0.05", "0% to 100%"),
        ("--drop 101%", "0% to 100%"),
        ("--truncate x", "0% to 100%"),
        ("--fail 60% --drop 30% --truncate 20%", "add up to 110.0% of the requests; at most 100%"),
        ("--fail 5% --fail-status 200", "400..=599"),
        ("--fail-status 500", "--fail <SHARE>"),
        ("--no-retry-after", "--rate <RATE>"),
        ("--latency 80", "such as 80ms"),
        ("--token-lifetime=-1s", "such as 80ms"),
        ("--user c1/t1", "CUSTOMER/TENANT/USER"),
        ("--seed=-1", "--seed <NUMBER>"),
        ("--revoke-after often", "--revoke-after <NUMBER>"),
    ] {
        let flags = flags.split_ascii_whitespace();
        let (stdout, stderr) = run(elements().arg("sandbox").args(flags), 2);
        assert!(stderr.contains(allowed), "{stderr}");
        assert_eq!(stdout, "");
    }
}

#[test]
fn the_sandbox_by_itself_serves_any_program_with_its_variables() {
    let mut command = elements();
    let mut sandbox = piped(command.args(["sandbox"])).spawn().unwrap();
    let lines = BufReader::new(sandbox.stdout.take().unwrap()).lines().take(4);
    let variables: Vec<_> = lines
        .map(|line| {
            line.unwrap().split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap()
        })
        .collect();
    run(set().envs(variables.clone()), 0);
    let (stdout, _) = run(elements().args(["auth", "status"]).envs(variables), 0);
    assert!(stdout.contains("elements.um.user.readwrite.all"), "{stdout}");
    interrupt(&sandbox);
    assert_eq!(sandbox.wait().unwrap().code(), Some(0));
}

#[test]
fn the_sandbox_listens_on_this_machine_only() {
    let (_, stderr) = run(elements().args(["sandbox", "--listen", "0.0.0.0:0"]), 2);
    assert!(stderr.contains("cannot listen on 0.0.0.0:0"), "{stderr}");
}
