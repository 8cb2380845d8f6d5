//! `office plan`, `office show` and `office undo`: from a sheet without ids to a plan, and back.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use avepoint_elements_sandbox::{Directory, Fault, Faults, Sandbox, SandboxBuilder};
use serde_json::{Value, json};

use crate::apply::Folder;
use crate::crash_recovery::{ended, kills, moments};
use crate::{at, elements, interrupt, piped, run};

pub(crate) const CONTOSO: &str = "f3c95789-ace1-4954-8c5d-6baed2eac902";
pub(crate) const MAIN: &str = "cbf27734-ac10-4525-8b66-402800e03d2c";

pub(crate) fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name)
}

/// A sandbox with the users of the examples.
pub(crate) fn builder() -> SandboxBuilder {
    let file = BufReader::new(File::open(example("directory.ndjson")).unwrap());
    Sandbox::builder().directory(Directory::from_ndjson(file).unwrap())
}

/// A folder with a file of rows, and the directory of the examples in a sandbox.
async fn start(rows: &str) -> (Sandbox, Folder) {
    (builder().start().await.unwrap(), Folder::with("hr.csv", rows))
}

fn hr() -> String {
    fs::read_to_string(example("hr.csv")).unwrap()
}

fn office(folder: &Folder, verb: &str, file: &str) -> Command {
    let mut command = elements();
    command.args(["office", verb]).arg(folder.path(file)).stdin(Stdio::null());
    command
}

fn plan(folder: &Folder) -> Command {
    let mut command = office(folder, "plan", "hr.csv");
    command.arg("--out").arg(folder.path("hr.plan"));
    command
}

pub(crate) fn json_of(command: &mut Command, code: i32) -> Value {
    serde_json::from_str(&run(command.args(["--output", "json"]), code).0).unwrap()
}

/// A column of results, by the position from the end.
fn from_end(results: &str, place: usize) -> Vec<String> {
    let rows = results.lines().skip(1);
    rows.map(|row| row.rsplit(',').nth(place).unwrap().to_owned()).collect()
}

/// The reason codes, which stand before time, host and proof.
pub(crate) fn codes(results: &str) -> Vec<String> {
    from_end(results, 3)
}

/// A row of a user of Contoso, by id.
fn by_id(user: &str, city: &str) -> String {
    format!("customer,tenant,user,city\n{CONTOSO},{MAIN},{user},{city}\n")
}

pub(crate) const USER: &str = "f1260ebc-7d56-4b56-8714-dc919b27dbdf";

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_of_hr_is_planned_row_by_row_at_the_cost_that_is_said_first() {
    let (sandbox, folder) = start(&hr()).await;
    let report = json_of(at(&mut plan(&folder), &sandbox), 1);
    let counts = |name: &str| report["counts"][name].as_u64().unwrap();
    let states = ["change", "equal", "notFound", "keysDisagree", "ambiguous", "duplicate", "invalid"];
    assert_eq!(states.map(counts), [28, 7, 2, 1, 1, 2, 2]);
    assert_eq!(
        (&report["rows"], &report["clears"], &report["keptEmpty"]),
        (&json!(43), &json!(0), &json!(2))
    );
    // One list of customers, one of each tenant, and a reading for each row that came to a user.
    assert_eq!(sandbox.request_count(), 1 + 12 + 35);
    let results = folder.read("hr.plan.planned.csv");
    assert_eq!(results.lines().count(), 1 + 43);
    let expected =
        ["duplicate", "not-found", "keys-disagree", "invalid", "leading-zeros", "ambiguous", "invalid"];
    assert_eq!(codes(&results)[36..], expected);
    let (_, stderr) =
        run(at(office(&folder, "plan", "hr.csv").arg("--out").arg(folder.path("2.plan")), &sandbox), 1);
    assert!(stderr.contains("43 rows name no tenant, so the users of 12 tenants are listed"), "{stderr}");
    assert!(stderr.contains("error: line 41, ZIP \"#N/A\"") && !stderr.contains("warning"), "{stderr}");
}

/// What the sandbox holds of every user.
fn held(sandbox: &Sandbox) -> HashMap<(String, String, String), Value> {
    let lines = fs::read_to_string(example("directory.ndjson")).unwrap();
    let users = lines.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        ["customerId", "tenantId", "userId"].map(|name| line[name].as_str().unwrap().to_owned())
    });
    users
        .map(|[customer, tenant, user]| {
            let held = sandbox.user(&customer, &tenant, &user).unwrap();
            ((customer, tenant, user), held)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_planned_is_applied_verified_and_taken_back_and_another_writer_keeps_what_it_wrote() {
    let (sandbox, folder) = start(&hr()).await;
    let before = held(&sandbox);
    let step = |verb: &str, file: &str, flags: &[&str], code: i32| {
        let requests = sandbox.request_count();
        let report = json_of(at(office(&folder, verb, file).args(flags), &sandbox), code);
        (report, sandbox.request_count() - requests)
    };
    run(at(&mut plan(&folder), &sandbox), 1);
    // One reading and one update for each of 28 changes; then a reading each.
    let (applied, requests) = step("apply", "hr.plan", &["--yes"], 0);
    assert_eq!((&applied["counts"]["done"], requests), (&json!(28), 2 * 28));
    let (verified, requests) = step("verify", "hr.plan", &[], 0);
    assert_eq!((&verified["counts"]["confirmed"], requests), (&json!(28), 28));
    // Applied twice, nothing is sent.
    let (again, requests) = step("apply", "hr.plan", &["--yes"], 0);
    assert_eq!((&again["counts"]["already"], requests), (&json!(28), 28));
    // Planned again, nothing differs but what no reading returns.
    let mut replanned = office(&folder, "plan", "hr.csv");
    let report = json_of(at(&mut replanned, &sandbox), 1);
    assert_eq!((&report["counts"]["change"], &report["counts"]["equal"]), (&json!(3), &json!(32)));

    let other = json!({ "city": "Leipzig" });
    sandbox.change_user(CONTOSO, MAIN, USER, &other);
    run(office(&folder, "undo", "hr.plan").arg("--out").arg(folder.path("undo.plan")), 0);
    let (undone, _) = step("apply", "undo.plan", &["--yes"], 1);
    assert_eq!((&undone["counts"]["done"], &undone["counts"]["conflict"]), (&json!(27), &json!(1)));
    assert!(folder.read("undo.plan.applied.csv").contains("; plan again to start from what is there"));
    for (user, held) in held(&sandbox) {
        if user.2 == USER {
            assert_eq!((&held["city"], &held["address"]), (&json!("Leipzig"), &json!("Theaterplatz 2")));
        } else {
            let fields = ["postalCode", "countryRegion", "state", "address", "city"];
            for name in fields {
                let text = |value: &Value| value[name].as_str().unwrap_or_default().to_owned();
                assert_eq!(text(&held), text(&before[&user]), "{name} of {user:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_that_names_nothing_to_change_is_refused_and_one_that_is_half_understood_says_so() {
    let (sandbox, folder) = start("E-Mail;Calle;Barrio\nanneliese.kruger@contoso.example;x;y\n").await;
    let (_, stderr) = run(at(&mut plan(&folder), &sandbox), 2);
    assert!(stderr.contains("no column says what to change") && stderr.contains("\"Calle\""), "{stderr}");
    assert!(stderr.contains("--map address=NAME"), "{stderr}");
    assert_eq!((folder.path("hr.plan").exists(), sandbox.request_count()), (false, 0));
    let (sandbox, folder) =
        start("E-Mail;Calle;PLZ;City\nanneliese.kruger@contoso.example;x;01067;Dresden\n").await;
    let (_, stderr) = run(at(&mut plan(&folder), &sandbox), 0);
    let warning = "warning: no column is read as countryRegion, state, address, which every user keeps";
    assert!(stderr.contains(warning), "{stderr}");
    let (sandbox, folder) = start("mail,country\nanneliese.kruger@contoso.example,Deutchland\n").await;
    assert_eq!(json_of(at(&mut plan(&folder), &sandbox), 0)["warnings"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn emptying_what_no_reading_returns_is_counted_named_and_agreed_to_and_never_called_confirmed() {
    let rows = "mail,userKind,webPage,poBox,personalTitle\nmarta.sjostrom@akesson.example,local,https://a.example,#CLEAR,Dr.\n";
    let (sandbox, folder) = start(rows).await;
    let report = json_of(at(&mut plan(&folder), &sandbox), 0);
    assert_eq!((&report["clears"], &report["clearsUnseen"]), (&json!(0), &json!(1)));
    let show = |format: &str| run(office(&folder, "show", "hr.plan").args(["--output", format]), 0).0;
    let named =
        "CLEARS: emptied would be the poBox of 1 user, which no reading shows and no plan brings back.";
    assert!(show("text").contains(named), "{}", show("text"));
    assert!(show("csv").contains(",poBox,(not readable),\n"), "{}", show("csv"));
    run(office(&folder, "show", "hr.plan").arg("--html").arg(folder.path("hr.html")), 0);
    assert!(folder.read("hr.html").contains("a field emptied, which is marked"));
    let requests = sandbox.request_count();
    let (_, stderr) = run(at(office(&folder, "apply", "hr.plan").arg("--yes"), &sandbox), 2);
    assert!(stderr.contains("personalTitle of 1 user would be emptied"), "{stderr}");
    assert_eq!(sandbox.request_count(), requests);

    // Before and after it is applied, a reading shows the same.
    let verify = || json_of(at(&mut office(&folder, "verify", "hr.plan"), &sandbox), 1)["counts"].clone();
    assert_eq!((&verify()["confirmed"], &verify()["unseen"]), (&json!(0), &json!(1)));
    let mut apply = office(&folder, "apply", "hr.plan");
    assert_eq!(json_of(at(apply.args(["--yes", "--allow-clear"]), &sandbox), 0)["counts"]["done"], 1);
    assert_eq!(verify()["unseen"], 1);
    let (stdout, stderr) =
        run(office(&folder, "undo", "hr.plan").arg("--out").arg(folder.path("undo.plan")), 0);
    assert!(stdout.contains("0 of 1 users") && stderr.contains("1 users are left out"), "{stdout}{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_that_is_misspelt_is_refused_and_leaves_no_plan_behind() {
    let (sandbox, folder) = start("mail,city\nanneliese.kruger@contoso.example,Dresden\n").await;
    let (_, stderr) = run(at(plan(&folder).args(["--customer", "contoso"]), &sandbox), 2);
    assert!(
        stderr.contains(
            "--customer \"contoso\": no customer in reach has this id or exact name; did you mean \"Contoso\"?"
        ),
        "{stderr}"
    );
    let (_, stderr) = run(at(plan(&folder).args(["--customer", "Contoso", "--tenant", "x"]), &sandbox), 2);
    assert!(stderr.contains("--tenant \"x\": no tenant in reach"), "{stderr}");
    assert!(!folder.path("hr.plan").exists() && !folder.path("hr.plan.partial").exists());
    run(at(&mut plan(&folder), &sandbox), 0);
    let show = |customer: &str, code: i32| {
        run(office(&folder, "show", "hr.plan").args(["--customer", customer]), code)
    };
    assert!(show("contoso", 2).1.contains("the plan has Contoso"), "{}", show("contoso", 2).1);
    assert!(show("Contoso", 0).0.contains("Dresden"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_plan_did_before_is_said_before_it_does_it_again() {
    let (sandbox, folder) = start(&by_id(USER, "Dresden")).await;
    run(at(&mut plan(&folder), &sandbox), 0);
    let dry_run = || run(at(office(&folder, "apply", "hr.plan").arg("--dry-run"), &sandbox), 0).0;
    assert!(!dry_run().contains("applied before"), "{}", dry_run());
    run(at(office(&folder, "apply", "hr.plan").arg("--yes"), &sandbox), 0);
    let said = dry_run();
    assert!(said.contains("applied before ") && said.contains(" 1 user, last at 20"), "{said}");
    let held = File::open(folder.path("hr.plan.journal")).unwrap();
    held.try_lock().unwrap();
    let (_, stderr) = run(office(&folder, "undo", "hr.plan").arg("--out").arg(folder.path("undo.plan")), 2);
    assert!(stderr.contains("in use: the plan is being applied"), "{stderr}");
    held.unlock().unwrap();
    run(office(&folder, "undo", "hr.plan").arg("--out").arg(folder.path("undo.plan")), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_says_what_of_a_journal_does_not_count() {
    let (sandbox, folder) = start(&by_id(USER, "Dresden")).await;
    run(at(&mut plan(&folder), &sandbox), 0);
    run(at(office(&folder, "apply", "hr.plan").arg("--yes"), &sandbox), 0);
    let journal = folder.read("hr.plan.journal");
    fs::write(folder.path("hr.plan.journal"), journal + "1a2b3c4d {\"user").unwrap();
    let (_, stderr) = run(office(&folder, "undo", "hr.plan").arg("--out").arg(folder.path("undo.plan")), 0);
    assert!(stderr.contains("note: ") && stderr.contains("of the journal is incomplete"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_without_changes_and_one_that_was_interrupted_are_named_as_such() {
    let (sandbox, folder) = start(&by_id(USER, "Hamburg")).await;
    run(at(&mut plan(&folder), &sandbox), 0);
    let (_, stderr) = run(at(office(&folder, "apply", "hr.plan").arg("--yes"), &sandbox), 0);
    assert!(stderr.contains("note: the plan changes no user, so nothing is sent"), "{stderr}");
    fs::rename(folder.path("hr.plan"), folder.path("hr.plan.partial")).unwrap();
    let (_, stderr) = run(&mut office(&folder, "show", "hr.plan"), 2);
    assert!(stderr.contains("planning was interrupted") && stderr.contains("hr.plan.partial"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rows_change_that_was_there_already_is_not_taken_back() {
    let second = "6caf76a5-7035-48ae-8280-ad3729a6f2e7";
    let rows = by_id(USER, "Dresden") + &format!("{CONTOSO},{MAIN},{second},Dresden\n");
    let (sandbox, folder) = start(&rows).await;
    run(at(&mut plan(&folder), &sandbox), 0);
    sandbox.change_user(CONTOSO, MAIN, second, &json!({ "city": "Dresden" }));
    run(at(office(&folder, "apply", "hr.plan").arg("--yes"), &sandbox), 0);
    let undo = |flags: &[&str], out: &str| {
        json_of(office(&folder, "undo", "hr.plan").args(flags).arg("--out").arg(folder.path(out)), 0)["users"]
            .clone()
    };
    assert_eq!((undo(&[], "undo.plan"), undo(&["--all"], "all.plan")), (json!(1), json!(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_with_ids_costs_one_request_and_names_cost_a_list_of_customers_and_one_of_the_tenant() {
    let (sandbox, folder) = start(&by_id(USER, "Dresden")).await;
    run(at(&mut plan(&folder), &sandbox), 0);
    assert_eq!(sandbox.request_count(), 1);
    let rows = "mail,city\nanneliese.kruger@contoso.example,Dresden\n";
    for (flags, requests) in [
        (["--customer", "Contoso", "--tenant", "Contoso"], 3),
        (["--customer", CONTOSO, "--tenant", MAIN], 2),
        // Both tenants of the customer.
        (["--customer", "Contoso", "--blank", "keep"], 4),
    ] {
        let (sandbox, folder) = start(rows).await;
        run(at(plan(&folder).args(flags), &sandbox), 0);
        assert_eq!(sandbox.request_count(), requests, "{flags:?}");
    }
    let (sandbox, folder) = start(rows).await;
    run(at(plan(&folder).args(["--customer", "Fabrikam"]), &sandbox), 1);
    assert_eq!(codes(&folder.read("hr.plan.planned.csv")), ["not-found"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_replaces_no_file_and_none_is_made_of_what_cannot_be_read() {
    let (sandbox, folder) = start(&by_id(USER, "Dresden")).await;
    fs::write(folder.path("hr.plan"), "mine").unwrap();
    let (_, stderr) = run(at(&mut plan(&folder), &sandbox), 2);
    assert!(stderr.contains("hr.plan exists, and a plan replaces no file"), "{stderr}");
    assert_eq!((folder.read("hr.plan").as_str(), sandbox.request_count()), ("mine", 0));
    run(at(&mut office(&folder, "plan", "hr.csv"), &sandbox), 0);
    assert!(folder.path("hr.csv.plan").exists() && folder.path("hr.csv.plan.planned.csv").exists());
    for (flags, says) in [
        (vec!["--sandbox"], "--sandbox-users"),
        (vec!["--sandbox-users", "x"], "--sandbox"),
        (vec!["--map", "mail=Konto"], "which the input does not have"),
        (vec!["--user-kind", "guest"], "cloud, hybrid, local"),
    ] {
        let (_, stderr) =
            run(office(&folder, "plan", "hr.csv").arg("--out").arg(folder.path("x.plan")).args(&flags), 2);
        assert!(stderr.contains(says), "{flags:?}: {stderr}");
    }
    assert!(!folder.path("x.plan").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_have_an_exit_code_of_their_own_that_comes_after_rows_that_are_not_planned() {
    for (rows, plain, with_code) in [
        (by_id(USER, "Dresden"), 0, 10),
        (by_id(USER, "Hamburg"), 0, 0),
        (by_id(USER, "Dresden") + &format!("{CONTOSO},{MAIN},nobody,Dresden\n"), 1, 1),
    ] {
        let (sandbox, folder) = start(&rows).await;
        run(at(&mut plan(&folder), &sandbox), plain);
        let mut other = office(&folder, "plan", "hr.csv");
        run(at(other.arg("--exit-code"), &sandbox), with_code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warning_of_a_row_that_is_planned_stands_in_its_result() {
    let (sandbox, folder) =
        start(&hr().replacen("Anneliese Krüger,,01067,", "Anneliese Krüger,,1067,", 1)).await;
    let (stdout, stderr) = run(at(&mut plan(&folder), &sandbox), 1);
    assert!(stderr.contains("warning: line 3, ZIP \"1067\": looks as if it lost"), "{stderr}");
    assert!(stdout.contains("1 value, named above and in the results"), "{stdout}");
    let results = folder.read("hr.plan.planned.csv");
    let warned: Vec<_> = results.lines().filter(|row| row.contains("looks as if it lost")).collect();
    assert!(
        warned.len() == 1 && warned[0].contains("change") && warned[0].contains("line 3: "),
        "{warned:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn show_says_what_changes_in_each_format_and_sends_nothing() {
    let clear = ",dwayne.bell@ancien.clinique.example,,,,,,#CLEAR,#CLEAR,,,\n";
    let (sandbox, folder) = start(&(hr() + clear)).await;
    sandbox.change_user(CONTOSO, MAIN, USER, &json!({ "city": "H\u{1b}[31m,\"x", "address": "=1+1" }));
    run(at(&mut plan(&folder), &sandbox), 1);
    let requests = sandbox.request_count();
    let show = |flags: &[&str]| run(office(&folder, "show", "hr.plan").args(flags), 0).0;
    let text = show(&[]);
    for line in [
        "change         29",
        "Fabrikam                Fabrikam                8       8",
        "CLEARS: emptied would be the address of 1 user, the city of 1 user.",
        "    city           \"H\\u{1b}[31m,\"x\" -> \"Dresden\"",
        "    1 more with the same change",
        "with --output csv, each user is named, those with the same change too",
        "    webPage        (not readable) -> \"https://www.contoso.example\"",
    ] {
        assert!(text.lines().any(|other| other == line), "{line}\n{text}");
    }
    let all: Value = serde_json::from_str(&show(&["--output", "json"])).unwrap();
    let sum = all["sha256"].as_str().unwrap();
    assert!(text.contains(sum) && all["whole"] == true && all["counts"]["change"] == 29, "{all}");
    let changes = all["changes"].as_array().unwrap();
    assert_eq!((changes.len(), &all["users"]), (29, &json!(29)));
    assert_eq!(changes[0]["change"]["postalCode"], json!({ "old": "20095", "new": "01067" }));
    let some: Value = serde_json::from_str(&show(&[
        "--customer",
        "Fabrikam",
        "--changed",
        "postal-code",
        "--output",
        "json",
    ]))
    .unwrap();
    let is_one = |change: &Value| {
        change["names"]["customer"] == "Fabrikam" && change["change"]["postalCode"].is_object()
    };
    assert!(some["changes"].as_array().unwrap().iter().all(is_one) && some["users"] == 11, "{some}");
    let csv = show(&["--output", "csv"]);
    assert!(csv.contains(",address,'=1+1,Theaterplatz 2\n"), "{csv}");
    assert!(csv.contains(",city,\"H\\u{1b}[31m,\"\"x\",Dresden\n"), "{csv}");
    assert_eq!(show(&["--output", "ndjson"]).lines().count(), 29);
    assert_eq!(sandbox.request_count(), requests);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_without_its_end_is_shown_with_a_warning_and_one_that_was_changed_is_not() {
    let (sandbox, folder) = start(&hr()).await;
    run(at(&mut plan(&folder), &sandbox), 1);
    let whole = folder.read("hr.plan");
    let end = whole.rfind("{\"end\"").unwrap();
    fs::write(folder.path("torn.plan"), &whole[..end + 40]).unwrap();
    let (stdout, stderr) = run(&mut office(&folder, "show", "torn.plan"), 0);
    assert!(stderr.contains("warning: the end of the plan") && stdout.contains("anneliese"), "{stderr}");
    fs::write(folder.path("changed.plan"), whole.replacen("Theaterplatz 2", "Theaterplatz 3", 1)).unwrap();
    for file in ["changed.plan", "hr.csv", "none.plan"] {
        run(&mut office(&folder, "show", file), 2);
        run(office(&folder, "undo", file).args(["--all", "--out"]).arg(folder.path("undo.plan")), 2);
    }
    run(office(&folder, "undo", "torn.plan").args(["--all", "--out"]).arg(folder.path("undo.plan")), 2);
    assert!(!folder.path("undo.plan").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inverse_exchanges_old_and_new_and_names_what_it_cannot_take_back() {
    let (sandbox, folder) = start(&hr()).await;
    run(at(&mut plan(&folder), &sandbox), 1);
    let undo = |file: &str, out: &str| {
        let (stdout, stderr) =
            run(office(&folder, "undo", file).args(["--all", "--out"]).arg(folder.path(out)), 0);
        assert!(stderr.contains("webPage, poBox and personalTitle of 3 hybrid or local users"), "{stderr}");
        stdout
    };
    assert!(undo("hr.plan", "undo.plan").contains("takes back  28 of 28 users"));
    undo("undo.plan", "redo.plan");
    let changes = |file: &str| json_of(&mut office(&folder, "show", file), 0)["changes"].clone();
    assert_eq!(changes("hr.plan"), changes("redo.plan"));
    assert_eq!(changes("undo.plan")[0]["change"]["city"], json!({ "old": "Dresden", "new": "Hamburg" }));
    let (_, stderr) =
        run(office(&folder, "undo", "hr.plan").args(["--all", "--out"]).arg(folder.path("hr.csv")), 2);
    assert!(stderr.contains("replaces no file"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_journal_that_tells_of_the_plan_only_all_of_it_is_taken_back() {
    let (sandbox, folder) = start(&by_id(USER, "Dresden")).await;
    run(at(&mut plan(&folder), &sandbox), 0);
    let offices = Folder::with_users(1);
    run(at(offices.apply("offices.csv").arg("--yes"), &Sandbox::start().await.unwrap()), 0);
    let undo =
        |code| run(office(&folder, "undo", "hr.plan").arg("--out").arg(folder.path("undo.plan")), code).1;
    assert!(undo(2).contains("--all takes back every change"));
    // One of other rows says nothing of it.
    fs::copy(offices.path("offices.csv.journal"), folder.path("hr.plan.journal")).unwrap();
    assert!(undo(2).contains("--all takes back every change") && !folder.path("undo.plan").exists());
}

#[test]
fn a_rehearsal_is_marked_and_says_whom_it_took() {
    let folder = Folder::with("hr.csv", &hr());
    let rehearse = |command: &mut Command| {
        command.arg("--sandbox").arg("--sandbox-users").arg(example("directory.ndjson"));
        json_of(command, 1)
    };
    assert_eq!(rehearse(&mut plan(&folder))["rehearsal"], true);
    let header: Value = serde_json::from_str(folder.read("hr.plan").lines().next().unwrap()).unwrap();
    assert_eq!(header["sandbox"].as_str().map(str::len), Some(64));
    let offices = Folder::with("offices.csv", &fs::read_to_string(example("offices.csv")).unwrap());
    let mut apply = offices.apply("offices.csv");
    apply.arg("--sandbox").arg("--sandbox-users").arg(example("directory.ndjson"));
    let (stdout, _) = run(&mut apply, 0);
    assert!(
        !stdout.contains("every id was accepted") && stdout.contains("nothing real was changed"),
        "{stdout}"
    );
}

#[test]
fn an_address_in_place_of_an_id_and_what_only_a_plan_can_do_are_answered_with_the_command() {
    let row = |user: &str, city: &str| {
        format!("customer,tenant,user,zip,country,state,street,city\nc,t,{user},1,DE,S,A,{city}\n")
    };
    for (rows, flags) in [
        (row("ada@x.example", "x"), &[][..]),
        (row("u", "#KEEP"), &[]),
        (row("u", "x"), &["--blank", "keep"]),
        (row("u", "x"), &["--map", "mail=zip"]),
    ] {
        let folder = Folder::with("offices.csv", &rows);
        let (_, stderr) = run(folder.apply("offices.csv").args(["--yes", "--sandbox"]).args(flags), 2);
        assert!(stderr.contains("`elements office plan`"), "{rows}{stderr}");
    }
    let mut by_address = elements();
    by_address.args([
        "office",
        "set",
        "--sandbox",
        "--customer",
        "c",
        "--tenant",
        "t",
        "--user",
        "ada@x.example",
    ]);
    assert!(run(&mut by_address, 2).1.contains("`elements office plan`"));
}

#[tokio::test(flavor = "multi_thread")]
async fn planning_that_is_interrupted_leaves_no_plan_and_goes_on_where_it_was() {
    let sandbox = builder().faults(Faults::new().latency(Duration::from_millis(200))).start().await.unwrap();
    let folder = Folder::with("hr.csv", &hr());
    let mut command = plan(&folder);
    let child =
        piped(at(command.args(["--concurrency", "1", "--output", "json"]), &sandbox)).spawn().unwrap();
    sandbox.wait_for_requests(1 + 12 + 3).await;
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &report["stopped"]), (Some(4), &json!("interrupted")));
    assert!(!folder.path("hr.plan").exists() && folder.path("hr.plan.partial").exists());
    assert!(report["counts"]["notAttempted"].as_u64().unwrap() > 20, "{report}");
    let planned = |name: &str| report["counts"][name].as_u64().unwrap();
    let read = usize::try_from(planned("change") + planned("equal")).unwrap();
    assert!(read > 0);

    // The same command goes on: what was read is not read again.
    let requests = sandbox.request_count();
    let (_, stderr) = run(at(&mut plan(&folder), &sandbox), 1);
    assert!(stderr.contains("is not read again"), "{stderr}");
    assert_eq!(sandbox.request_count() - requests, 1 + 12 + 35 - read);
    let (whole, other) = (builder().start().await.unwrap(), Folder::with("hr.csv", &hr()));
    run(at(&mut plan(&other), &whole), 1);
    let changes = |folder: &Folder| json_of(&mut office(folder, "show", "hr.plan"), 0)["changes"].clone();
    assert_eq!(changes(&folder), changes(&other));
    assert_eq!(codes(&folder.read("hr.plan.planned.csv")), codes(&other.read("hr.plan.planned.csv")));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_was_made_and_cannot_be_used_is_not_said_to_be_missing() {
    use std::os::unix::fs::PermissionsExt;
    for verb in ["plan", "sync"] {
        let latency = Faults::new().latency(Duration::from_millis(50));
        let sandbox = builder().faults(latency).start().await.unwrap();
        let folder = Folder::with("hr.csv", &hr());
        let mut command = office(&folder, verb, "hr.csv");
        command.arg("--out").arg(folder.path("hr.plan")).args(["--concurrency", "1"]);
        if verb == "sync" {
            command.arg("--yes");
        }
        let child = piped(at(&mut command, &sandbox)).spawn().unwrap();
        sandbox.wait_for_requests(1 + 12 + 3).await;
        let partial = folder.path("hr.plan.partial");
        fs::set_permissions(&partial, fs::Permissions::from_mode(0o666)).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        assert_eq!(output.status.code(), Some(4), "{verb}: {said}");
        assert!(said.contains("every user may write to"), "{verb}: {said}");
        assert!(folder.path("hr.plan").exists() && !partial.exists(), "{verb}");
        assert!(!said.contains("no plan was made") && !said.contains("hr.plan.partial"), "{verb}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_interrupted_plan_a_torn_line_is_dropped_and_a_line_that_was_changed_is_named_and_nothing_is_sent()
 {
    let (sandbox, folder) = start(&everybody()).await;
    sandbox.set_faults(Faults::new().latency(Duration::from_millis(50))).unwrap();
    let child = piped(at(plan(&folder).args(["--concurrency", "2"]), &sandbox)).spawn().unwrap();
    sandbox.wait_for_requests(20).await;
    interrupt(&child);
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(4));
    sandbox.set_faults(Faults::new()).unwrap();
    let (partial, requests) = (folder.path("hr.plan.partial"), sandbox.request_count());
    let whole = fs::read_to_string(&partial).unwrap();
    let lines: Vec<_> = whole.lines().collect();
    assert!(lines.len() > 5, "{whole}");
    let of =
        |places: &[usize]| places.iter().map(|place| lines[*place].to_owned() + "\n").collect::<String>();
    for (line, changed) in [
        (2, whole.replacen("Dresden", "Xresden", 1)),
        (3, of(&[0, 1, 3, 2])),
        (3, of(&[0, 1, 1, 2])),
        (2, of(&[0, 2, 3])),
        (4, of(&[0, 1, 2]) + "{}\n"),
    ] {
        fs::write(&partial, &changed).unwrap();
        let (_, stderr) = run(at(&mut plan(&folder), &sandbox), 2);
        assert!(stderr.contains(&format!("line {line} of the plan")), "{stderr}");
        assert!(stderr.contains("hr.plan.partial") && stderr.contains("remove it and plan anew"), "{stderr}");
        assert_eq!((fs::read_to_string(&partial).unwrap(), sandbox.request_count()), (changed, requests));
    }
    let first = whole.replacen("hr.csv", "hr.cs_", 1);
    fs::write(&partial, first).unwrap();
    let (_, stderr) = run(at(&mut plan(&folder), &sandbox), 2);
    assert!(stderr.contains("its first line"), "{stderr}");
    let torn = &lines[1][..100];
    fs::write(&partial, whole.clone() + torn).unwrap();
    assert!(run(at(&mut plan(&folder), &sandbox), 0).1.contains("is not read again"));
    assert!(sandbox.request_count() - requests <= 252 - (lines.len() - 1));
    let (whole, other) = start(&everybody()).await;
    run(at(&mut plan(&other), &whole), 0);
    let shown = |folder: &Folder| json_of(&mut office(folder, "show", "hr.plan"), 0)["changes"].clone();
    assert_eq!(shown(&folder), shown(&other));
}

/// The lines of a plan's users without their checksums, which are chained to the first line and so to the time.
pub(crate) fn users_of(plan: &str) -> Vec<&str> {
    let lines = plan.lines().skip(1).filter(|line| !line.starts_with("{\"end\":"));
    lines.map(|line| line.split_once(",\"sum\":").unwrap().0).collect()
}

/// A row for each user of the examples, by id, who is to move to Dresden.
fn everybody() -> String {
    let directory = fs::read_to_string(example("directory.ndjson")).unwrap();
    let row = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        let ids = ["customerId", "tenantId", "userId"].map(|name| line[name].as_str().unwrap().to_owned());
        format!("{},Dresden\n", ids.join(","))
    };
    "customer,tenant,user,city\n".to_owned() + &directory.lines().map(row).collect::<String>()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_planning_goes_on_and_comes_to_the_same_plan() {
    let (sandbox, folder) = start(&everybody()).await;
    let mut has_gone_on = false;
    for requests in moments(kills(), 252) {
        let sent = sandbox.request_count();
        let mut child = piped(at(plan(&folder).arg("--quiet"), &sandbox)).spawn().unwrap();
        tokio::select! {
            () = sandbox.wait_for_requests(sent + requests) => {}
            () = ended(&mut child) => {}
        }
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        has_gone_on |= String::from_utf8_lossy(&output.stderr).contains("is not read again");
        if folder.path("hr.plan").exists() {
            fs::remove_file(folder.path("hr.plan")).unwrap();
        }
    }
    assert!(has_gone_on);
    run(at(&mut plan(&folder), &sandbox), 0);
    let other = Folder::with("hr.csv", &everybody());
    run(at(&mut plan(&other), &sandbox), 0);
    assert_eq!(users_of(&folder.read("hr.plan")), users_of(&other.read("hr.plan")));
    let states = |folder: &Folder| from_end(&folder.read("hr.plan.planned.csv"), 8);
    assert_eq!(states(&folder), states(&other));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_interrupted_planning_left_counts_for_nothing_under_another_rule() {
    let sandbox = builder().faults(Faults::new().latency(Duration::from_millis(100))).start().await.unwrap();
    let folder = Folder::with("hr.csv", &hr());
    let mut command = plan(&folder);
    let child = piped(at(command.args(["--concurrency", "1"]), &sandbox)).spawn().unwrap();
    sandbox.wait_for_requests(1 + 12 + 3).await;
    interrupt(&child);
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(4));
    let requests = sandbox.request_count();
    let (_, stderr) = run(at(plan(&folder).args(["--blank", "clear"]), &sandbox), 1);
    assert!(!stderr.contains("is not read again"), "{stderr}");
    // Rows with a local user's blanks are valid now, too.
    assert_eq!(sandbox.request_count() - requests, 1 + 12 + 36);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_that_lasts_too_long_stops_planning_and_the_same_command_goes_on() {
    let faults = Faults::new().path("/users/", Fault::status(503));
    let rows = (0..30).fold("customer,tenant,user,city\n".to_owned(), |rows, user| {
        rows + &format!("{CONTOSO},{MAIN},user-{user},Dresden\n")
    });
    let sandbox = builder().faults(faults).start().await.unwrap();
    let folder = Folder::with("hr.csv", &rows);
    let report = json_of(at(plan(&folder).args(["--max-outage", "0s"]), &sandbox), 4);
    assert_eq!(report["stopped"], "outage");
    let message = report["message"].as_str().unwrap();
    assert!(message.contains("503") && message.contains("--max-outage 0s"), "{message}");
    assert!(folder.path("hr.plan.partial").exists());
    assert!(sandbox.request_count() < 20 && !folder.path("hr.plan").exists(), "{report}");
    assert_eq!(
        report["counts"]["failed"].as_u64().unwrap() + report["counts"]["notAttempted"].as_u64().unwrap(),
        30
    );
    sandbox.set_faults(Faults::new()).unwrap();
    let report = json_of(at(&mut plan(&folder), &sandbox), 1);
    assert_eq!((report["counts"]["notFound"].as_u64(), report["stopped"].is_null()), (Some(30), true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_that_is_refused_is_an_exit_code_of_its_own() {
    let (sandbox, folder) = start(&hr()).await;
    run(at(&mut plan(&folder), &sandbox).env("ELEMENTS_CLIENT_SECRET", "wrong"), 3);
    assert!(!folder.path("hr.plan").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_a_mistake_is_not_said_to_be_sent() {
    let sandbox = builder().start().await.unwrap();
    let rows = "mail,city\n<ada@contoso.example>,Dresden\nada&#64;contoso.example,Dresden<br>\n";
    let folder = Folder::with("hr.csv", rows);
    let mut plan = elements();
    plan.args(["office", "plan"]).arg(folder.path("hr.csv")).stdin(Stdio::null());
    let (_, said) = run(at(&mut plan, &sandbox), 1);
    assert_eq!(said.matches("userPrincipalName or mail holds more than an address").count(), 1, "{said}");
    assert!(!said.contains("mail \""), "{said}");
    assert!(said.contains("holds a tag of HTML"), "{said}");
}
