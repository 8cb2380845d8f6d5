//! `office apply PLAN` and `office verify`: guards, refusals, results, and a plan that is gone on with.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::UNIX_EPOCH;

use avepoint_elements::{OfficeField, UserKey};
use avepoint_elements_bulk::plan::{
    Change, Edit, Names, Plan, PlanHeader, PlanWriter, PlannedUser, Sha256Sum, invert,
};
use avepoint_elements_bulk::{Snapshot, State};
use avepoint_elements_sandbox::{Directory, Fault, Faults, Sandbox};
use serde_json::{Value, json};

use crate::apply::{Folder, count, states};
use crate::{at, elements, run};

/// Users of two tenants, every third of the second one.
pub(crate) async fn sandbox(users: usize) -> Sandbox {
    let mut directory = Directory::new();
    for number in 0..users {
        let line = json!({
            "customerId": "c1", "tenantId": tenant(number), "userId": format!("u{number}"), "postalCode": "01067",
            "countryRegion": "Germany", "state": "Saxony", "address": "Theaterplatz 2", "city": "Dresden",
        });
        directory.add(&line).unwrap();
    }
    Sandbox::builder().directory(directory).start().await.unwrap()
}

pub(crate) fn tenant(number: usize) -> &'static str {
    if number % 3 == 2 { "t2" } else { "t1" }
}

pub(crate) fn city(sandbox: &Sandbox, number: usize) -> Value {
    sandbox.user("c1", tenant(number), &format!("u{number}")).unwrap()["city"].clone()
}

/// The n-th user, whose city becomes another one.
fn planned(number: usize, city: &str) -> PlannedUser {
    let id = |text: &str| text.to_owned();
    let user = UserKey::new(
        id("c1").parse().unwrap(),
        id(tenant(number)).parse().unwrap(),
        format!("u{number}").parse().unwrap(),
    );
    let edit = Edit { old: Some("Dresden".to_owned()), new: Some(city.to_owned()) };
    let mut planned =
        PlannedUser::new(number as u64 + 2, user, Change::default().with(OfficeField::City, edit));
    let tenant = if tenant(number) == "t1" { "production" } else { "test" };
    planned.names =
        Names::new(Some("Fabrikam"), Some(tenant), Some(&format!("user{number}@fabrikam.example")));
    planned
}

struct Scene {
    sandbox: Sandbox,
    folder: Folder,
    plan: Plan,
}

impl Scene {
    /// Users who are to move.
    async fn moving(users: usize, city: &str) -> Self {
        let sandbox = sandbox(users).await;
        let header = PlanHeader::new(&sandbox.base_url(), UNIX_EPOCH);
        Self::with(sandbox, &header, (0..users).map(|number| planned(number, city)))
    }

    fn with(sandbox: Sandbox, header: &PlanHeader, users: impl Iterator<Item = PlannedUser>) -> Self {
        let folder = Folder::with("offices.csv", "");
        let mut writer = PlanWriter::create(&folder.path("hr.plan"), header).unwrap();
        users.for_each(|planned| writer.change(&planned).unwrap());
        Self { sandbox, folder, plan: writer.finish().unwrap() }
    }

    fn command(&self, verb: &str, plan: &str, flags: &[&str]) -> Command {
        let mut command = elements();
        command.args(["office", verb]).arg(self.folder.path(plan)).args(flags).stdin(Stdio::null());
        at(&mut command, &self.sandbox);
        command
    }

    fn apply(&self, flags: &[&str], code: i32) -> (String, String) {
        run(self.command("apply", "hr.plan", &["--yes"]).args(flags), code)
    }

    fn verify(&self, flags: &[&str], code: i32) -> (String, String) {
        run(&mut self.command("verify", "hr.plan", flags), code)
    }

    /// How many readings and updates there were.
    fn received(&self) -> (usize, usize) {
        let requests = self.sandbox.requests();
        let count = |method: &str| requests.iter().filter(|request| request.method == method).count();
        (count("GET"), count("PUT"))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_applied_and_verified_and_each_user_has_a_result() {
    let scene = Scene::moving(6, "Pirna").await;
    scene.sandbox.change_user("c1", "t1", "u1", &json!({ "city": "Riesa" }));
    scene.sandbox.remove_user("c1", "t1", "u3");
    let (stdout, _) = scene.apply(&["--output", "json"], 1);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(report["counts"]["done"], 4);
    assert_eq!((&report["counts"]["conflict"], &report["counts"]["gone"]), (&json!(1), &json!(1)));
    assert_eq!(report["counts"].get("unchanged"), None, "{report}");
    assert_eq!(scene.received(), (6, 4));
    let results = scene.folder.read("hr.plan.applied.csv");
    assert_eq!(states(&results), ["done", "conflict", "done", "gone", "done", "done"]);
    assert!(
        results
            .starts_with("line,customer,tenant,user,customerName,tenantName,userName,userKind,postalCode,")
    );
    assert!(results.contains(
        "3,c1,t1,u1,Fabrikam,production,user1@fabrikam.example,cloud,,,,,Pirna,,,,conflict,200,,1,"
    ));
    assert!(results.contains(
        "\"the city is \"\"Riesa\"\", and the plan leads from \"\"Dresden\"\" to \"\"Pirna\"\"; plan again to start from what is there, or leave the user so\",conflict,"
    ));

    let (stdout, _) = scene.verify(&[], 1);
    assert!(stdout.contains("confirmed  4\n") && stdout.contains("differs    1\n"), "{stdout}");
    assert_eq!(
        states(&scene.folder.read("hr.plan.verified.csv")),
        ["confirmed", "differs", "confirmed", "gone", "confirmed", "confirmed"]
    );
    let (stdout, _) = scene.verify(&["--output", "csv"], 1);
    let letters: Vec<_> = stdout.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(letters, ["result", "=", "*", "=", "-", "=", "="]);
    assert_eq!(stdout.lines().nth(2), Some("*,c1,t1,u1,user1@fabrikam.example"));

    // Applied again, nothing is sent.
    scene.apply(&[], 1);
    assert_eq!(count(&scene.folder.read("hr.plan.applied.csv"), "already"), 4);
    assert_eq!(scene.received(), (24, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pending_is_read_again_for_as_long_as_is_said() {
    let scene = Scene::moving(2, "Pirna").await;
    let late = std::time::Duration::from_secs(2);
    scene.sandbox.set_faults(Faults::new().show_updates_after(late)).unwrap();
    scene.apply(&[], 0);
    let (stdout, _) = scene.verify(&["--output", "csv"], 1);
    assert!(stdout.lines().skip(1).all(|line| line.starts_with("~,")), "{stdout}");
    scene.verify(&["--wait", "1m"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn guards_refuse_a_plan_before_anything_is_sent() {
    let scene = Scene::moving(6, "").await;
    let refused = |flags: &[&str], part: &str| {
        let (_, stderr) = scene.apply(flags, 2);
        assert!(stderr.contains(part) && stderr.contains("nothing was sent"), "{flags:?}: {stderr}");
    };
    let sum = scene.plan.sha256().to_string();
    refused(&[], "fields of 6 users would be emptied; see `elements office show");
    refused(&["--allow-clear", "--max-changes", "5"], "6 of 6 users would change, and at most 5 may");
    refused(&["--allow-clear", "--max-changes", "3"], "6 of 6 users");
    refused(&["--allow-clear", "--max-changes", "99%"], "at most 99% may");
    let other = Sha256Sum::of(&b"another plan"[..]).unwrap().to_string();
    refused(&["--allow-clear", "--expect", &other], "is not the plan of --expect");
    refused(
        &["--map", "city=Ort", "--skip-invalid"],
        "--map, --skip-invalid are about rows, and the file is a plan",
    );
    assert_eq!(scene.sandbox.request_count() + scene.sandbox.token_requests(), 0);
    assert!(!scene.folder.path("hr.plan.journal").exists());
    let (stdout, _) = scene.apply(&["--allow-clear", "--dry-run"], 0);
    assert!(stdout.contains("to be read") && stdout.contains("city of 6 users"), "{stdout}");
    assert_eq!(scene.sandbox.request_count(), 0);
    scene.apply(&["--allow-clear", "--max-changes", "6", "--expect", &sum], 0);
    // The plan that takes it back fills, and that which takes that one back empties, with the consent of the first.
    for (plan, inverse) in [("hr.plan", "undo.plan"), ("undo.plan", "redo.plan")] {
        let plan = Plan::open(&scene.folder.path(plan)).unwrap();
        invert(&plan, &scene.folder.path(inverse), UNIX_EPOCH, |_| Ok(true)).unwrap();
        run(scene.command("apply", inverse, &["--yes"]).stdin(Stdio::null()), 0);
    }
    assert_eq!(city(&scene.sandbox, 0), json!(""));
}

#[tokio::test(flavor = "multi_thread")]
async fn flags_of_plans_are_refused_for_rows() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(2));
    let (_, stderr) =
        run(at(folder.apply("offices.csv").args(["--yes", "--canary", "--max-changes", "5"]), &sandbox), 2);
    assert!(stderr.contains("--max-changes, --canary are about plans"), "{stderr}");
    let (_, stderr) = run(at(folder.apply("none.plan").args(["--yes", "--canary"]), &sandbox), 2);
    assert!(stderr.contains("none.plan cannot be opened") && !stderr.contains("about plans"), "{stderr}");
    assert_eq!(sandbox.request_count(), 0);
}

/// A plan that differs from a good one.
fn damaged(scene: &Scene, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(scene.folder.path("hr.plan")).unwrap();
    change(&mut bytes);
    fs::write(scene.folder.path("other.plan"), bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_cannot_be_trusted_is_refused_by_both_commands() {
    let scene = Scene::moving(3, "Pirna").await;
    let refused = |plan: &str, part: &str| {
        for verb in ["apply", "verify"] {
            let (_, stderr) = run(&mut scene.command(verb, plan, &[]), 2);
            assert!(stderr.contains(part), "{verb}: {stderr}");
        }
    };
    damaged(&scene, |bytes| bytes.truncate(bytes.len() - 30));
    refused("other.plan", "the end of the plan");
    damaged(&scene, |bytes| bytes[40] ^= 1);
    refused("other.plan", "was changed");
    damaged(&scene, |bytes| bytes.splice(17..18, *b"9").for_each(drop));
    refused("other.plan", "9");
    let mut sandboxed = PlanHeader::new(&scene.sandbox.base_url(), UNIX_EPOCH);
    sandboxed.sandbox = Some(Sha256Sum::of(&b"users"[..]).unwrap());
    let headers = [
        (PlanHeader::new("https://other.example", UNIX_EPOCH), "is for https://other.example"),
        (sandboxed, "rehearsal"),
    ];
    for (number, (header, part)) in headers.into_iter().enumerate() {
        let name = format!("foreign{number}.plan");
        let mut writer = PlanWriter::create(&scene.folder.path(&name), &header).unwrap();
        writer.change(&planned(0, "Pirna")).unwrap();
        writer.finish().unwrap();
        refused(&name, part);
    }
    assert_eq!(scene.sandbox.request_count(), 0);
}

/// Bytes with a hash that is right again.
fn sealed(text: &str) -> String {
    let end = text.rfind(",\"sha256\":\"").unwrap();
    let sum = Sha256Sum::of(&text.as_bytes()[..end]).unwrap();
    format!("{},\"sha256\":\"{sum}\"}}\n", &text[..end])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_contradicts_itself_is_refused_by_every_command_before_any_request() {
    let scene = Scene::moving(3, "Pirna").await;
    let whole = scene.folder.read("hr.plan");
    let cases = [
        ("\"line\":4", "\"line\":-4", "line 4: it is not what a plan holds"),
        ("\"user\":\"u1\"", "\"user\":\"u0\"", "lines 2 and 3 name the same user"),
        ("\"change\":3", "\"change\":2", "the numbers at its end"),
        ("\"new\":\"Pirna\"", &format!("\"new\":\"{}\"", "x".repeat(1_000_000)), "at most"),
    ];
    let undo = scene.folder.path("undo.plan");
    for (from, to, part) in cases {
        assert!(whole.contains(from), "{from}");
        damaged(&scene, |bytes| *bytes = sealed(&whole.replacen(from, to, 1)).into_bytes());
        for (verb, flags) in
            [("apply", &["--yes"][..]), ("verify", &[]), ("show", &[]), ("status", &[]), ("undo", &["--all"])]
        {
            let mut command = scene.command(verb, "other.plan", flags);
            if verb == "undo" {
                command.arg("--out").arg(&undo);
            }
            let (_, stderr) = run(&mut command, 2);
            assert!(stderr.contains(part), "{verb}: {stderr}");
        }
        let names = fs::read_dir(scene.folder.path("")).unwrap();
        let names: HashSet<_> = names.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, HashSet::from(["offices.csv", "hr.plan", "other.plan"].map(Into::into)));
    }
    assert_eq!(scene.sandbox.request_count() + scene.sandbox.token_requests(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_changed_replaced_or_removed_while_it_is_used_is_noticed() {
    let changes: [fn(&Path, String); 3] = [
        |path, text| fs::write(path, text).unwrap(),
        |path, _| fs::remove_file(path).unwrap(),
        |path, text| {
            fs::write(path.with_extension("new"), text).unwrap();
            fs::rename(path.with_extension("new"), path).unwrap();
        },
    ];
    for (verb, flags) in [("apply", &["--yes"][..]), ("verify", &[])] {
        for change in changes {
            let scene = Scene::moving(30, "Pirna").await;
            let slow = Fault::none().delay(std::time::Duration::from_millis(50));
            scene.sandbox.set_faults(Faults::new().share(1.0, slow)).unwrap();
            let whole = scene.folder.read("hr.plan");
            let mut command = scene.command(verb, "hr.plan", flags);
            command.args(["--output", "json", "--concurrency", "2"]);
            let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            scene.sandbox.wait_for_requests(4).await;
            change(&scene.folder.path("hr.plan"), whole.replace("Pirna", "Riesa"));
            let output = child.wait_with_output().unwrap();
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!((output.status.code(), &report["stopped"]), (Some(4), &json!("input")), "{report}");
            let message = report["message"].as_str().unwrap();
            assert!(message.contains("was changed, replaced or removed while it was read"), "{message}");
            assert!(message.contains("put the plan back as it was; run the same command again"), "{message}");
            // As the message says.
            fs::write(scene.folder.path("hr.plan"), whole).unwrap();
            if verb == "apply" {
                scene.apply(&[], 0);
                assert_eq!(scene.received().1, 30);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_of_another_plan_is_refused_and_a_fresh_one_goes_on() {
    let scene = Scene::moving(2, "Pirna").await;
    scene.apply(&[], 0);
    let other = Scene::moving(2, "Riesa").await;
    fs::copy(scene.folder.path("hr.plan.journal"), other.folder.path("hr.plan.journal")).unwrap();
    fs::copy(scene.folder.path("hr.plan"), other.folder.path("same.plan")).unwrap();
    let journal = other.folder.path("hr.plan.journal");
    // The same service: only the plans differ.
    let apply = |flags: &[&str], code| {
        let mut command = elements();
        command.args(["office", "apply"]).arg(other.folder.path("riesa.plan")).args(flags).arg("--yes");
        run(at(command.stdin(Stdio::null()).arg("--journal").arg(&journal), &scene.sandbox), code)
    };
    let header = PlanHeader::new(&scene.sandbox.base_url(), UNIX_EPOCH);
    let mut writer = PlanWriter::create(&other.folder.path("riesa.plan"), &header).unwrap();
    writer.change(&planned(0, "Riesa")).unwrap();
    writer.finish().unwrap();
    let sent = scene.sandbox.request_count();
    let (_, stderr) = apply(&[], 2);
    assert!(stderr.contains("tells of another plan") && stderr.contains("nothing was sent"), "{stderr}");
    assert_eq!(scene.sandbox.request_count(), sent);
    let (_, stderr) = apply(&["--fresh"], 1);
    assert!(stderr.contains("is kept as"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_applies_and_verifies_one_row_in_each_tenant_and_stops() {
    let scene = Scene::moving(9, "Pirna").await;
    let (stdout, stderr) = scene.apply(&["--canary"], 4);
    assert!(
        stdout.contains("canary         2 of 2 confirmed\n") && stdout.contains("not attempted  7\n"),
        "{stdout}"
    );
    assert!(stderr.contains("without --canary to go on"), "{stderr}");
    assert_eq!(scene.received(), (4, 2));
    assert_eq!(
        [0, 1, 2].map(|number| city(&scene.sandbox, number)),
        [json!("Pirna"), json!("Dresden"), json!("Pirna")]
    );
    // The rows that were done are not read again.
    scene.apply(&[], 0);
    assert_eq!(scene.received(), (11, 9));
    assert_eq!(count(&scene.folder.read("hr.plan.applied.csv"), "done"), 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_that_cannot_be_confirmed_fails() {
    let scene = Scene::moving(9, "Pirna").await;
    scene.sandbox.change_user("c1", "t2", "u2", &json!({ "city": "Riesa" }));
    let (_, stderr) = scene.apply(&["--canary"], 1);
    assert!(stderr.contains("one in each tenant"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn shards_share_a_plan_without_talking_to_each_other() {
    let scene = Scene::moving(40, "Pirna").await;
    for shard in ["1/2", "2/2"] {
        scene.apply(&["--shard", shard], 0);
        scene.verify(&["--shard", shard], 0);
    }
    assert_eq!(scene.received(), (80, 40));
    let users = |name: &str| states(&scene.folder.read(name)).len();
    assert_eq!(users("hr.plan.shard-1-of-2.applied.csv") + users("hr.plan.shard-2-of-2.applied.csv"), 40);
    assert_eq!(users("hr.plan.shard-1-of-2.verified.csv") + users("hr.plan.shard-2-of-2.verified.csv"), 40);
    scene.verify(&[], 0);
    let status = || run(&mut scene.command("status", "hr.plan", &[]), 0);
    let (stdout, stderr) = status();
    assert!(stdout.contains("done     40\n") && stdout.contains("shard-2-of-2.journal"), "{stdout}");
    assert_eq!(stderr, "");
    // What a shard's journal does not tell is named, whether that is gone or empty.
    let journal = scene.folder.path("hr.plan.shard-2-of-2.journal");
    let undo = |flags: &[&str], out: &str, code| {
        let mut undo = scene.command("undo", "hr.plan", flags);
        run(undo.arg("--out").arg(scene.folder.path(out)), code)
    };
    let (stdout, stderr) = undo(&[], "whole.plan", 0);
    assert!(stdout.contains("40 of 40 users") && !stderr.contains("note"), "{stdout}{stderr}");
    let lose: [fn(&Path); 2] =
        [|journal| fs::write(journal, "").unwrap(), |journal| fs::remove_file(journal).unwrap()];
    for lose in lose {
        lose(&journal);
        let by_name = elements()
            .args(["office", "undo", "hr.plan", "--out", "undo.plan"])
            .current_dir(scene.folder.path(""))
            .output()
            .unwrap();
        assert_eq!(by_name.status.code(), Some(2), "{by_name:?}");
        let (_, stderr) = undo(&[], "undo.plan", 2);
        let named = "hr.plan.shard-2-of-2.journal is not there, or tells nothing of the plan";
        assert!(stderr.contains(named) && stderr.contains("shard 2/2"), "{stderr}");
        assert!(!scene.folder.path("undo.plan").exists());
        let (stdout, stderr) = status();
        assert!(stderr.contains(named), "{stderr}");
        assert!(stdout.contains("with the same --shard goes on"), "{stdout}");
    }
    let (stdout, _) = undo(&["--all"], "all.plan", 0);
    assert!(stdout.contains("40 of 40 users"), "{stdout}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inverse_says_how_many_users_no_journal_beside_the_plan_tells_of() {
    let scene = Scene::moving(6, "Pirna").await;
    scene.apply(&["--limit", "4"], 4);
    let other = scene.folder.path("other.journal");
    scene.apply(&["--journal", other.to_str().unwrap()], 0);
    let mut undo = scene.command("undo", "hr.plan", &["--out"]);
    let (stdout, stderr) = run(undo.arg(scene.folder.path("undo.plan")), 0);
    assert!(stdout.contains("4 of 6 users"), "{stdout}");
    assert!(stderr.contains("note: 2 users of the plan are in no journal beside it"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_known_by_its_first_line_whatever_its_name() {
    let scene = Scene::moving(2, "Pirna").await;
    fs::rename(scene.folder.path("hr.plan"), scene.folder.path("hr.csv")).unwrap();
    run(&mut scene.command("apply", "hr.csv", &["--yes"]), 0);
    assert_eq!(scene.received(), (2, 2));
    assert!(scene.folder.path("hr.csv.applied.csv").exists());
}

const ROWS: usize = 1_000;
const CONCURRENCY: usize = 8;

/// Killed at any moment, and gone on with: little is read or sent again, and the journal knows of every user who was
/// changed, which undo needs.
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_the_same_command_goes_on_and_every_user_is_changed_once() {
    let scene = Scene::moving(ROWS, "Pirna").await;
    let concurrency = CONCURRENCY.to_string();
    let flags = ["--yes", "--quiet", "--concurrency", &concurrency];
    let kills = crate::crash_recovery::kills();
    let updates = |scene: &Scene| -> Vec<String> {
        let requests = scene.sandbox.requests();
        requests.into_iter().filter(|request| request.method == "PUT").map(|request| request.target).collect()
    };
    for requests in crate::crash_recovery::moments(kills, ROWS) {
        let sent = scene.sandbox.request_count();
        let mut child = scene.command("apply", "hr.plan", &flags).stdout(Stdio::null()).spawn().unwrap();
        tokio::select! {
            () = scene.sandbox.wait_for_requests(sent + requests) => {}
            () = crate::crash_recovery::ended(&mut child) => {}
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let journal: PathBuf = scene.folder.path("hr.plan.journal");
        let Ok(journal) = Snapshot::read(&journal) else { continue };
        let known = journal.count(State::Done) + journal.count(State::Unknown);
        let changed: HashSet<_> = updates(&scene).into_iter().collect();
        assert!(known >= changed.len() as u64, "{known} of {} users are known to be changed", changed.len());
    }
    scene.apply(&flags[1..], 0);
    let all = updates(&scene);
    let changed: HashSet<_> = all.iter().collect();
    assert_eq!(changed.len(), ROWS);
    assert!(all.len() - ROWS <= kills * CONCURRENCY, "{} updates were sent again", all.len() - ROWS);
    assert!((0..ROWS).all(|number| city(&scene.sandbox, number) == json!("Pirna")));
    assert_eq!(count(&scene.folder.read("hr.plan.applied.csv"), "done"), ROWS);
    let journal = Snapshot::read(&scene.folder.path("hr.plan.journal")).unwrap();
    assert_eq!(journal.count(State::Done), ROWS as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_interrupted_goes_on_and_does_not_ask_what_it_did() {
    let scene = Scene::moving(30, "Pirna").await;
    let busy = Fault::none().delay(std::time::Duration::from_millis(50));
    scene.sandbox.set_faults(Faults::new().share(1.0, busy)).unwrap();
    let mut child =
        scene.command("apply", "hr.plan", &["--yes", "--quiet"]).stdout(Stdio::null()).spawn().unwrap();
    scene.sandbox.wait_for_requests(20).await;
    crate::interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(4));
    let done = scene.received().1;
    assert!(done < 30, "{done}");
    scene.apply(&[], 0);
    assert_eq!(scene.received().1, 30);
    assert_eq!(count(&scene.folder.read("hr.plan.applied.csv"), "done"), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn status_of_a_plan_says_what_is_done_what_is_left_and_what_comes_next() {
    let scene = Scene::moving(6, "Pirna").await;
    let status = || -> Value {
        let mut status = scene.command("status", "hr.plan", &["--output", "json"]);
        serde_json::from_str(&run(&mut status, 0).0).unwrap()
    };
    let left = |report: &Value| (report["users"]["done"].clone(), report["users"]["left"].clone());
    let is_next = |report: &Value, what: &str| report["next"].as_str().unwrap().contains(what);
    let report = status();
    assert_eq!((left(&report), &report["journals"]), ((json!(0), json!(6)), &json!([])));
    assert!(is_next(&report, "office apply "), "{report}");
    scene.apply(&["--limit", "4"], 4);
    let report = status();
    let journal = scene.folder.path("hr.plan.journal");
    assert_eq!((left(&report), &report["journals"]), ((json!(4), json!(2)), &json!([journal])));
    assert!(is_next(&report, "goes on"), "{report}");
    scene.apply(&[], 0);
    let report = status();
    assert_eq!(left(&report), (json!(6), json!(0)));
    assert!(is_next(&report, "office verify "), "{report}");
    let (text, _) = run(&mut scene.command("status", "hr.plan", &[]), 0);
    assert!(text.contains("users    6\n") && text.contains("done     6\n"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_in_place_of_rows_is_answered_with_the_commands_that_take_it() {
    let scene = Scene::moving(1, "Pirna").await;
    let asked = |command: &mut Command| {
        let (_, stderr) = run(command, 2);
        assert!(stderr.contains("`elements office apply FILE`"), "{stderr}");
    };
    asked(&mut scene.command("check", "hr.plan", &[]));
    asked(scene.command("plan", "hr.plan", &["--out"]).arg(scene.folder.path("other.plan")));
    let plan = fs::File::open(scene.folder.path("hr.plan")).unwrap();
    let mut piped = elements();
    piped.args(["office", "apply", "-", "--yes", "--journal"]).arg(scene.folder.path("journal"));
    asked(at(piped.arg("--results").arg(scene.folder.path("results.csv")), &scene.sandbox).stdin(plan));
    assert_eq!(scene.received(), (0, 0));
}

#[test]
fn a_plan_that_is_missing_or_standard_input_is_said_to_be_so() {
    for (plan, part) in [("-", "does not come from standard input"), ("none.plan", "there is no such file")] {
        for verb in ["show", "verify"] {
            let (_, stderr) = run(elements().args(["office", verb, plan]), 2);
            assert!(stderr.contains(part), "{verb} {plan}: {stderr}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_without_users_is_answered_with_the_flag_that_names_them() {
    let scene = Scene::moving(1, "Pirna").await;
    for verb in ["apply", "verify"] {
        let mut command = elements();
        command.args(["office", verb, "--sandbox"]).arg(scene.folder.path("hr.plan")).stdin(Stdio::null());
        let (_, stderr) = run(&mut command, 2);
        assert!(stderr.contains("--sandbox-users"), "{stderr}");
    }
}
