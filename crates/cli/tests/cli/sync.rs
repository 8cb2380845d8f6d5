//! `office sync`: planned and applied in one pass, interrupted, gone on with and taken back.

use std::collections::HashSet;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use avepoint_elements_bulk::plan::{Plan, PlannedUser};
use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use serde_json::{Value, json};

use crate::apply::{Folder, count, states};
use crate::crash_recovery::{ended, kills, moments};
use crate::files::on_a_small_disk;
use crate::planning::{builder, codes, example, json_of};
use crate::plans::{city, sandbox, tenant};
use crate::{at, elements, interrupt, run};

/// Users who live in Dresden, and a sheet after which those of whom it is said move to Pirna.
struct Scene {
    sandbox: Sandbox,
    folder: Folder,
}

impl Scene {
    async fn moving(users: usize, moves: impl Fn(usize) -> bool) -> Self {
        Self { sandbox: sandbox(users).await, folder: Folder::with("feed.csv", &sheet(users, moves)) }
    }

    fn command(&self, verb: &str, file: &str) -> Command {
        let mut command = elements();
        command.args(["office", verb]).arg(self.folder.path(file)).stdin(Stdio::null());
        at(&mut command, &self.sandbox);
        command
    }

    fn sync(&self) -> Command {
        let mut command = self.command("sync", "feed.csv");
        command.args(["--yes", "--quiet", "--out"]).arg(self.folder.path("night.plan"));
        command
    }

    /// Takes the plan back, as far as the journal knows, and counts who was.
    fn undo(&self) -> Value {
        let mut undo = self.command("undo", "night.plan");
        let report = json_of(undo.arg("--out").arg(self.folder.path("undo.plan")), 0);
        run(self.command("apply", "undo.plan").args(["--yes", "--quiet"]), 0);
        report["users"].clone()
    }

    /// The users who were updated, each as often as that.
    fn updated(&self) -> Vec<String> {
        let updates = self.sandbox.requests().into_iter().filter(|request| request.method == "PUT");
        updates.map(|update| update.target.rsplit('/').nth(1).unwrap().to_owned()).collect()
    }

    fn readings(&self) -> usize {
        self.sandbox.request_count() - self.updated().len()
    }

    /// Those of whom an interrupted sync has recorded a change.
    fn recorded(&self) -> Vec<PlannedUser> {
        let partial = self.folder.path("night.plan.partial");
        Plan::open_incomplete(&partial).map_or(Vec::new(), |plan| plan.users().map(Result::unwrap).collect())
    }

    /// Interrupts a sync after so many requests, each of which takes a while.
    async fn interrupted(&self, requests: usize) {
        let slow = Fault::none().delay(Duration::from_millis(30));
        self.sandbox.set_faults(Faults::new().share(1.0, slow)).unwrap();
        let sent = self.sandbox.request_count();
        let mut child = self.sync().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        self.sandbox.wait_for_requests(sent + requests).await;
        interrupt(&child);
        assert_eq!(child.wait().unwrap().code(), Some(4));
        self.sandbox.set_faults(Faults::new()).unwrap();
        assert!(!self.folder.path("night.plan").exists());
    }
}

fn sheet(users: usize, moves: impl Fn(usize) -> bool) -> String {
    (0..users).fold("customer,tenant,user,city\n".to_owned(), |sheet, number| {
        let city = if moves(number) { "Pirna" } else { "Dresden" };
        sheet + &format!("c1,{},u{number},{city}\n", tenant(number))
    })
}

fn ids(users: &[PlannedUser]) -> HashSet<String> {
    users.iter().map(|planned| planned.user.user.to_string()).collect()
}

/// Whether each was in Dresden when the change was recorded.
fn are_of_dresden(users: &[PlannedUser]) -> bool {
    let old =
        |planned: &PlannedUser| planned.change.edits().map(|(_, edit)| edit.old.clone()).collect::<Vec<_>>();
    users.iter().all(|planned| old(planned) == [Some("Dresden".to_owned())])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_is_planned_and_applied_in_one_pass_and_a_second_sync_of_it_sends_no_update() {
    let (sandbox, folder) = (builder().start().await.unwrap(), Folder::with("hr.csv", ""));
    let scene = Scene { sandbox, folder };
    fs::copy(example("hr.csv"), scene.folder.path("feed.csv")).unwrap();
    let report = json_of(&mut scene.sync(), 1);
    let number = |report: &Value, name: &str| report["counts"][name].as_u64().unwrap();
    assert_eq!((number(&report, "done"), number(&report, "equal"), &report["changes"]), (28, 7, &json!(28)));
    // Lists, a reading a row that came to a user, and an update for each change.
    assert_eq!((scene.readings(), scene.updated().len()), (1 + 12 + 35, 28));
    let results = scene.folder.read("night.plan.synced.csv");
    assert_eq!((results.lines().count(), results.matches(",done,204,").count()), (1 + 43, 28));
    let expected =
        ["duplicate", "not-found", "keys-disagree", "invalid", "leading-zeros", "ambiguous", "invalid"];
    assert_eq!(codes(&results)[36..], expected);
    // Its plan is one as any other.
    let plan = Plan::open(&scene.folder.path("night.plan")).unwrap();
    assert_eq!(report["sha256"], plan.sha256().to_string());
    let report = json_of(&mut scene.command("verify", "night.plan"), 0);
    assert_eq!((number(&report, "confirmed"), &report["unseen"]), (28, &json!(3)));
    assert_eq!(json_of(&mut scene.command("status", "night.plan"), 0)["users"]["done"], 28);

    let before = (scene.readings(), scene.updated().len());
    let mut again = scene.command("sync", "feed.csv");
    let report = json_of(again.args(["--yes", "--out"]).arg(scene.folder.path("2.plan")), 1);
    assert_eq!((number(&report, "done"), number(&report, "equal")), (0, 35));
    assert_eq!((scene.readings() - before.0, scene.updated().len() - before.1), (1 + 12 + 35, 0));
    assert!(codes(&scene.folder.read("2.plan.synced.csv")).contains(&"unseen".to_owned()));
    assert_eq!(json_of(scene.command("apply", "night.plan").arg("--yes"), 0)["counts"]["already"], 28);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_line_is_said_where_nothing_changes() {
    let scene = Scene::moving(5, |_| false).await;
    let (stdout, stderr) = run(&mut scene.sync(), 0);
    assert_eq!((stdout.lines().count(), stderr.as_str()), (1, ""), "{stdout}");
    assert!(stdout.contains(": nothing to change in 5 rows; plan "), "{stdout}");
    assert_eq!((scene.readings(), scene.updated().len()), (1 + 5, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_consent_and_over_a_plan_that_is_there_nothing_is_sent() {
    let scene = Scene::moving(2, |_| true).await;
    let mut unasked = scene.command("sync", "feed.csv");
    let (_, stderr) = run(unasked.arg("--out").arg(scene.folder.path("night.plan")), 2);
    assert!(stderr.contains("--yes") && stderr.contains("`elements office plan`"), "{stderr}");
    assert!(!scene.folder.path("night.plan.partial").exists());
    fs::write(scene.folder.path("night.plan"), "mine").unwrap();
    let (_, stderr) = run(&mut scene.sync(), 2);
    assert!(stderr.contains("exists"), "{stderr}");
    assert_eq!((scene.folder.read("night.plan").as_str(), scene.sandbox.request_count()), ("mine", 0));
}

#[test]
fn a_rehearsal_needs_no_consent_and_keeps_no_journal() {
    let folder = Folder::with("feed.csv", "");
    let mut sync = elements();
    sync.args(["office", "sync", "--sandbox", "--sandbox-users"]).arg(example("directory.ndjson"));
    sync.arg(example("hr.csv")).arg("--out").arg(folder.path("night.plan"));
    let report = json_of(&mut sync, 1);
    assert_eq!((&report["counts"]["done"], &report["rehearsal"]), (&json!(28), &json!(true)));
    assert!(folder.path("night.plan").exists() && !folder.path("night.plan.journal").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_stops_at_the_change_that_would_be_one_too_many_and_goes_on_when_more_may_be() {
    let scene = Scene::moving(12, |number| number % 2 == 0).await;
    let report = json_of(scene.sync().args(["--max-changes", "4"]), 4);
    assert_eq!((report["stopped"].as_str(), &report["changes"]), (Some("max-changes"), &json!(4)));
    assert!(report["message"].as_str().unwrap().contains("--max-changes"), "{report}");
    assert_eq!((scene.updated().len(), scene.recorded().len()), (4, 4));
    // What was changed counts on.
    run(scene.sync().args(["--max-changes", "4"]), 4);
    assert_eq!(scene.updated().len(), 4);
    run(scene.sync().args(["--max-changes", "6"]), 0);
    assert_eq!(scene.updated().len(), 6);
    assert_eq!(count(&scene.folder.read("night.plan.synced.csv"), "done"), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_empty_a_field_is_left_as_it_is_without_consent() {
    let scene = Scene::moving(3, |_| true).await;
    let sheet = scene.folder.read("feed.csv").replace("u1,Pirna", "u1,#CLEAR");
    fs::write(scene.folder.path("feed.csv"), sheet).unwrap();
    let (stdout, _) = run(&mut scene.sync(), 1);
    assert!(stdout.contains("--allow-clear"), "{stdout}");
    assert_eq!(scene.updated().len(), 2);
    assert_eq!(city(&scene.sandbox, 1), "Dresden");
    assert!(
        scene
            .folder
            .read("night.plan.synced.csv")
            .contains("\"it would empty the city, and there is no consent")
    );
    let results = scene.folder.read("night.plan.synced.csv");
    assert_eq!((states(&results), &*codes(&results)[1]), (vec!["done", "not attempted", "done"], "clears"));
    let mut allowed = scene.command("sync", "feed.csv");
    run(allowed.args(["--yes", "--allow-clear", "--out"]).arg(scene.folder.path("2.plan")), 0);
    assert_eq!((scene.updated().len(), city(&scene.sandbox, 1)), (3, json!("")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_in_the_file_before_its_update_is_sent() {
    let scene = Scene::moving(20, |_| true).await;
    let slow = Fault::none().delay(Duration::from_millis(20));
    scene.sandbox.set_faults(Faults::new().share(1.0, slow)).unwrap();
    let mut child = scene.sync().stdout(Stdio::null()).spawn().unwrap();
    for requests in 1..=40 {
        // It is answered later than it is seen here.
        scene.sandbox.wait_for_requests(requests).await;
        let updated: HashSet<_> = scene.updated().into_iter().collect();
        if !scene.folder.path("night.plan").exists() {
            assert!(ids(&scene.recorded()).is_superset(&updated), "{requests}");
        }
    }
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn where_the_plan_cannot_be_written_no_further_update_is_sent() {
    let scene = Scene::moving(40, |_| true).await;
    // A line of the plan is longer than one of the journal: the plan reaches 4 KiB first.
    let sheet = scene.folder.read("feed.csv").replace("city\n", "city,address\n");
    let sheet = sheet.replace("Pirna\n", &format!("Pirna,{}\n", "Long Street ".repeat(60)));
    fs::write(scene.folder.path("feed.csv"), sheet).unwrap();
    let report = json_of(&mut on_a_small_disk(8, &scene.sync()), 4);
    let message = report["message"].as_str().unwrap();
    assert!(message.contains("night.plan.partial") && report["stopped"] == "journal", "{report}");
    let updated = scene.updated();
    assert!((1..40).contains(&updated.len()), "{}", updated.len());
    assert!(ids(&scene.recorded()).is_superset(&updated.into_iter().collect()));
    // With room, it goes on.
    run(&mut scene.sync(), 0);
    assert!((0..40).all(|number| city(&scene.sandbox, number) == "Pirna"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_interrupted_sync_did_is_shown_verified_and_taken_back_from_its_whole_lines() {
    let scene = Scene::moving(30, |_| true).await;
    scene.interrupted(20).await;
    let (updated, recorded) = (scene.updated().len(), scene.recorded().len());
    assert!(updated > 0 && recorded < 30);
    for (file, verb) in [("night.plan", "show"), ("night.plan.partial", "show"), ("night.plan", "status")] {
        let (stdout, stderr) = run(scene.command(verb, file).args(["--output", "json"]), 0);
        assert!(stderr.contains("was interrupted") && !stderr.contains("warning"), "{stderr}");
        let report: Value = serde_json::from_str(&stdout).unwrap();
        let shown = report["changes"].as_array().map(Vec::len).map(|changes| json!(changes));
        let next = report["next"].as_str().map(|next| next.contains("office sync"));
        assert!(shown == Some(json!(recorded)) || next == Some(true), "{stdout}");
    }
    let verified = scene.command("verify", "night.plan").output().unwrap();
    assert!(String::from_utf8_lossy(&verified.stdout).contains(&format!("confirmed  {updated}\n")));
    let (_, stderr) = run(scene.command("apply", "night.plan.partial").arg("--yes"), 2);
    assert!(stderr.contains("run the same sync again"), "{stderr}");
    assert_eq!(scene.undo(), json!(updated));
    assert!((0..30).all(|number| city(&scene.sandbox, number) == "Dresden"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_sync_goes_on_and_neither_reads_nor_changes_again_what_it_did() {
    let scene = Scene::moving(30, |number| number % 2 == 0).await;
    scene.interrupted(20).await;
    let (readings, updated) = (scene.readings(), scene.updated());
    // Another writer changes a user whose turn is still to come.
    scene.sandbox.change_user("c1", "t1", "u28", &json!({ "state": "Bavaria" }));
    let (stdout, stderr) = run(&mut scene.sync(), 0);
    assert!(stderr.contains("is gone on with") && stdout.contains("done     15\n"), "{stdout}{stderr}");
    assert!(scene.readings() - readings <= 30 - readings + 4, "{} after {readings}", scene.readings());
    let all = scene.updated();
    assert_eq!((all.len(), all.iter().collect::<HashSet<_>>().len()), (15, 15));
    assert!(!updated.is_empty() && updated.len() < 15);
    let results = scene.folder.read("night.plan.synced.csv");
    assert_eq!((count(&results, "done"), count(&results, "equal")), (15, 15));
    let plan = Plan::open(&scene.folder.path("night.plan")).unwrap();
    let users: Vec<_> = plan.users().map(Result::unwrap).collect();
    assert!(users.len() == 15 && are_of_dresden(&users));
    assert_eq!(scene.sandbox.user("c1", "t1", "u28").unwrap()["state"], "Bavaria");
}

const ROWS: usize = 600;
const CONCURRENCY: usize = 8;

/// Killed at any moment: the old value of every user who was changed is in the plan, and the same command goes on.
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_no_old_value_is_lost_and_the_same_command_goes_on() {
    let scene = Scene::moving(ROWS, |number| number % 3 != 0).await;
    let changes = ROWS - ROWS / 3;
    let kills = kills();
    let sync = || {
        let mut sync = scene.sync();
        sync.args(["--concurrency", &CONCURRENCY.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
        sync
    };
    for requests in moments(kills, ROWS) {
        let sent = scene.sandbox.request_count();
        let mut child = sync().spawn().unwrap();
        tokio::select! {
            () = scene.sandbox.wait_for_requests(sent + requests) => {}
            () = ended(&mut child) => {}
        }
        child.kill().unwrap();
        child.wait().unwrap();
        if scene.folder.path("night.plan").exists() {
            break;
        }
        let recorded = scene.recorded();
        assert!(are_of_dresden(&recorded));
        assert!(ids(&recorded).is_superset(&scene.updated().into_iter().collect()), "{requests}");
    }
    if !scene.folder.path("night.plan").exists() {
        run(sync().stdout(Stdio::piped()).stderr(Stdio::piped()), 0);
    }
    let all = scene.updated();
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), changes);
    assert!(all.len() - changes <= kills * CONCURRENCY, "{} updates were sent again", all.len() - changes);
    let plan = Plan::open(&scene.folder.path("night.plan")).unwrap();
    let users: Vec<_> = plan.users().map(Result::unwrap).collect();
    assert!(users.len() == changes && are_of_dresden(&users));
    let results = scene.folder.read("night.plan.synced.csv");
    assert_eq!((count(&results, "done"), count(&results, "equal")), (changes, ROWS / 3));
    assert_eq!(scene.undo(), json!(changes));
    assert!((0..ROWS).all(|number| city(&scene.sandbox, number) == "Dresden"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torn_last_line_is_dropped_and_a_line_that_was_changed_is_named_and_nothing_is_sent() {
    let scene = Scene::moving(30, |_| true).await;
    scene.interrupted(20).await;
    let (partial, updated) = (scene.folder.path("night.plan.partial"), scene.updated());
    let whole = fs::read_to_string(&partial).unwrap();
    fs::write(&partial, whole.replacen("Dresden", "Dresdan", 1)).unwrap();
    for mut command in
        [scene.sync(), scene.command("show", "night.plan"), scene.command("verify", "night.plan")]
    {
        let (_, stderr) = run(&mut command, 2);
        assert!(stderr.contains("line 2 of the plan") && stderr.contains("restore"), "{stderr}");
    }
    let without = whole.lines().enumerate().filter(|(line, _)| *line != 1);
    fs::write(&partial, without.map(|(_, line)| line.to_owned() + "\n").collect::<String>()).unwrap();
    assert!(run(&mut scene.sync(), 2).1.contains("line 2 of the plan"));
    assert_eq!(scene.updated(), updated);
    let torn = [whole.as_bytes(), &whole.as_bytes()[..100], &[0; 700]].concat();
    fs::write(&partial, torn).unwrap();
    run(&mut scene.sync(), 0);
    assert_eq!(count(&scene.folder.read("night.plan.synced.csv"), "done"), 30);
    assert!(fs::read_to_string(scene.folder.path("night.plan")).unwrap().starts_with(&whole));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_lost_its_first_line_or_its_last_ones_is_refused_and_stays() {
    let scene = Scene::moving(30, |_| true).await;
    scene.interrupted(20).await;
    let (partial, updated) = (scene.folder.path("night.plan.partial"), scene.updated());
    let whole = fs::read_to_string(&partial).unwrap();
    let (first, rest) = whole.split_once('\n').unwrap();
    let plan = |verb: &str, file: &str, out: &str| {
        let mut command = scene.command(verb, file);
        command.arg("--out").arg(scene.folder.path(out));
        command
    };
    let refused = |command: &mut Command, why: &str, left: &str| {
        let (_, stderr) = run(command, 2);
        assert!(stderr.contains(why), "{stderr}");
        assert_eq!(scene.folder.read("night.plan.partial"), left);
    };
    for left in [rest, &format!("\u{feff}{whole}"), "\n"] {
        fs::write(&partial, left).unwrap();
        let no_plan = "does not begin as a plan does";
        refused(&mut scene.sync(), no_plan, left);
        refused(&mut plan("plan", "feed.csv", "night.plan"), no_plan, left);
    }
    let three_lines: String = whole.split_inclusive('\n').take(3).collect();
    let removed = "lines were removed from its end";
    for left in [&three_lines, &format!("{three_lines}{{\"li"), &format!("{first}\n")] {
        fs::write(&partial, left).unwrap();
        refused(&mut scene.sync(), removed, left);
        refused(&mut plan("undo", "night.plan", "undo.plan"), removed, left);
    }
    // Those that ask no journal take what is still there.
    run(&mut scene.command("show", "night.plan"), 0);
    run(plan("undo", "night.plan", "undo.plan").arg("--all"), 0);
    // All that is left is a first line.
    fs::write(scene.folder.path("other.csv"), sheet(31, |_| true)).unwrap();
    let left = format!("{first}\n");
    refused(plan("sync", "other.csv", "night.plan").arg("--yes"), removed, &left);
    refused(&mut plan("plan", "feed.csv", "night.plan"), removed, &left);
    assert_eq!(scene.updated(), updated);
    fs::write(&partial, &whole).unwrap();
    run(&mut scene.sync(), 0);
    assert_eq!(count(&scene.folder.read("night.plan.synced.csv"), "done"), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_draft_an_interrupted_sync_is_not_begun_anew_but_a_finished_one_is() {
    let scene = Scene::moving(30, |_| true).await;
    scene.interrupted(20).await;
    let (partial, updated) = (scene.folder.path("night.plan.partial"), scene.updated());
    let (whole, journal) = (fs::read(&partial).unwrap(), scene.folder.read("night.plan.journal"));
    for left in [Some(&b""[..]), Some(&whole[..60]), None] {
        fs::remove_file(&partial).unwrap();
        if let Some(left) = left {
            fs::write(&partial, left).unwrap();
        }
        let (_, stderr) = run(&mut scene.sync(), 2);
        assert!(stderr.contains("night.plan.journal") && stderr.contains("restore"), "{stderr}");
        assert_eq!((fs::read(&partial).ok().as_deref(), scene.updated()), (left, updated.clone()));
        assert_eq!(scene.folder.read("night.plan.journal"), journal);
        fs::write(&partial, &whole).unwrap();
    }
    run(&mut scene.sync(), 0);
    // It came to its end: who moves its plan away begins another one.
    fs::rename(scene.folder.path("night.plan"), scene.folder.path("kept.plan")).unwrap();
    run(&mut scene.sync(), 0);
    assert!(scene.folder.path("night.plan.journal.old").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_interrupted_sync_left_is_replaced_by_no_other_command() {
    let scene = Scene::moving(30, |_| true).await;
    scene.interrupted(20).await;
    let (left, updated) = (scene.folder.read("night.plan.partial"), scene.updated());
    let refused = |command: &mut Command, why: &str| {
        let (_, stderr) = run(command, 2);
        assert!(stderr.contains(why), "{stderr}");
        assert_eq!(scene.folder.read("night.plan.partial"), left);
    };
    refused(scene.sync().args(["--blank", "clear"]), "of another input, service or rule");
    let plan = |verb: &str, file: &str| {
        let mut command = scene.command(verb, file);
        command.arg("--out").arg(scene.folder.path("night.plan"));
        command
    };
    refused(&mut plan("plan", "feed.csv"), "an interrupted sync");
    refused(&mut plan("undo", "night.plan"), "an interrupted sync");
    fs::write(scene.folder.path("feed.csv"), sheet(31, |_| true)).unwrap();
    refused(&mut scene.sync(), "of another input, service or rule");
    assert_eq!(scene.updated(), updated);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_syncs_of_one_plan_the_second_waits_for_another_day() {
    let scene = Scene::moving(30, |_| true).await;
    let slow = Fault::none().delay(Duration::from_millis(100));
    scene.sandbox.set_faults(Faults::new().share(1.0, slow)).unwrap();
    let mut first = scene.sync().stdout(Stdio::null()).spawn().unwrap();
    scene.sandbox.wait_for_requests(6).await;
    let (_, stderr) = run(&mut scene.sync(), 4);
    assert!(stderr.contains("another run writes the plan"), "{stderr}");
    assert_eq!(first.wait().unwrap().code(), Some(0));
    assert_eq!(scene.updated().len(), 30);
}
