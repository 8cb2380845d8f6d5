//! `office export`: what the service holds, as a sheet that is planned without a change.

use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use serde_json::{Value, json};

use crate::apply::Folder;
use crate::planning::{CONTOSO, MAIN, USER, builder, json_of};
use crate::{at, elements, interrupt, piped, run};

/// Values that a spreadsheet would calculate, that planning gives a meaning or refuses, or that are easily damaged.
const ODD: [&str; 18] = [
    "=1+1",
    "-",
    "+49 351",
    "@home",
    "'=1+1",
    "\u{FF1D}1",
    "#CLEAR",
    "#keep",
    "#N/A",
    "#DELETE",
    "a\nb",
    "\ta",
    "Zu\u{308}rich",
    "01067",
    " \"Haus\", 3; Hof ",
    "\u{202e}x",
    "'",
    "1,5E3",
];

fn export(folder: &Folder, out: &str) -> Command {
    let mut command = elements();
    command.args(["office", "export", "--out"]).arg(folder.path(out)).stdin(Stdio::null());
    command
}

fn plan(folder: &Folder, sheet: &str) -> Command {
    let mut command = elements();
    command.args(["office", "plan"]).arg(folder.path(sheet)).stdin(Stdio::null());
    command
}

/// The ids of some users of Contoso.
fn users() -> Vec<String> {
    let lines = fs::read_to_string(crate::planning::example("directory.ndjson")).unwrap();
    let users = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let of_main = users.filter(|user| user["tenantId"] == MAIN);
    of_main.map(|user| user["userId"].as_str().unwrap().to_owned()).collect()
}

/// Gives users odd values: each of them as every field.
fn make_odd(sandbox: &Sandbox) {
    let fields = ["postalCode", "countryRegion", "state", "address", "city"];
    for (number, user) in users().iter().enumerate() {
        let odd = |place: usize| ODD[(number * fields.len() + place) % ODD.len()];
        let changes =
            fields.iter().enumerate().map(|(place, field)| ((*field).to_owned(), odd(place).into()));
        assert!(sandbox.change_user(CONTOSO, MAIN, user, &Value::Object(changes.collect())));
        sandbox.change_user(CONTOSO, MAIN, user, &json!({ "mail": format!("={number}@x.example") }));
    }
    sandbox.change_user(CONTOSO, MAIN, USER, &json!({ "address": "x".repeat(5_000), "displayName": "=x" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_the_service_names_twice_is_exported_once() {
    let (sandbox, folder) = (builder().start().await.unwrap(), Folder::with("x", ""));
    let tenant = json!({ "id": MAIN, "name": "Main" });
    let customers = json!({
        "data": [{ "id": CONTOSO, "organization": "Contoso", "tenants": [tenant, tenant] }],
        "metadata": { "pageIndex": 1, "pageSize": 100, "totalCount": 1 },
    });
    let twice = Fault::reply(200, customers.to_string());
    sandbox.set_faults(Faults::new().path("/customers/batch", twice)).unwrap();
    let report = json_of(at(&mut export(&folder, "users.csv"), &sandbox), 0);
    assert_eq!((&report["exported"], &report["tenants"]), (&json!(users().len()), &json!(1)), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_that_is_exported_and_planned_at_once_has_no_change() {
    let sandbox = builder().start().await.unwrap();
    make_odd(&sandbox);
    for (sheet, kept) in [("users.csv", true), ("users.ndjson", true)] {
        let folder = Folder::with("x", "");
        let before = sandbox.request_count();
        let (stdout, stderr) = run(at(&mut export(&folder, sheet), &sandbox), 0);
        // One list of customers, one of each tenant, and a reading for each user.
        assert_eq!(sandbox.request_count() - before, 1 + 12 + 252, "{stderr}");
        assert!(stderr.contains("note: 252 users of 12 tenants are read, with one request each"), "{stderr}");
        assert!(stdout.contains("exported  252\n") && stdout.contains("stand as #KEEP") == kept, "{stdout}");
        assert!(!folder.path(&format!("{sheet}.partial")).exists());
        let before = sandbox.request_count();
        let report = json_of(at(&mut plan(&folder, sheet), &sandbox), 0);
        assert_eq!((&report["counts"]["equal"], &report["counts"]["change"]), (&json!(252), &json!(0)));
        assert_eq!(sandbox.request_count() - before, 252, "rows with ids cost no list");
        // Blank cells are what is empty.
        let mut cleared = plan(&folder, sheet);
        cleared.arg("--blank").arg("clear").arg("--out").arg(folder.path("clear.plan"));
        assert_eq!(json_of(at(&mut cleared, &sandbox), 0)["counts"]["equal"], 252);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_cell_of_a_sheet_is_calculated_and_what_can_be_carried_is() {
    let (sandbox, folder) = (builder().start().await.unwrap(), Folder::with("x", ""));
    make_odd(&sandbox);
    run(at(&mut export(&folder, "users.csv"), &sandbox), 0);
    let sheet = folder.read("users.csv");
    let sheet = sheet.strip_prefix('\u{feff}').expect("Excel reads UTF-8 by its mark");
    for cell in sheet.lines().flat_map(|line| line.split(',')) {
        let cell = cell.trim_start_matches('"').trim_start();
        assert!(!cell.starts_with(['=', '+', '-', '@', '\u{FF1D}', '\t']), "{cell}");
    }
    for cell in ["01067", "Zu\u{308}rich", "\" \"\"Haus\"\", 3; Hof \"", "000037", "'=x"] {
        assert!(sheet.contains(cell), "{cell}");
    }
    run(at(&mut export(&folder, "users.ndjson"), &sandbox), 0);
    let rows = folder.read("users.ndjson");
    assert!(rows.contains("\"=1+1\"") && !rows.contains("#CLEAR"), "no program calculates NDJSON");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_in_the_sheet_is_all_that_changes_and_of_local_users_with_what_they_need() {
    let (sandbox, folder) = (builder().start().await.unwrap(), Folder::with("x", ""));
    run(
        at(export(&folder, "users.ndjson").args(["--customer", "Contoso", "--tenant", "Contoso"]), &sandbox),
        0,
    );
    let mut rows: Vec<Value> =
        folder.read("users.ndjson").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    rows[0]["city"] = json!("Radebeul");
    rows[1]["userKind"] = json!("local");
    for name in ["webPage", "poBox", "personalTitle"] {
        rows[1][name] = json!("#CLEAR");
    }
    let text = rows.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    fs::write(folder.path("corrected.ndjson"), text).unwrap();
    let report = json_of(at(&mut plan(&folder, "corrected.ndjson"), &sandbox), 0);
    assert_eq!((&report["counts"]["change"], &report["rows"]), (&json!(2), &json!(rows.len())));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_replaces_no_file_and_only_its_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let (sandbox, folder) = (builder().start().await.unwrap(), Folder::with("mine.csv", "mine"));
    let (_, stderr) = run(at(&mut export(&folder, "mine.csv"), &sandbox), 2);
    assert!(stderr.contains("mine.csv exists, and a sheet replaces no file"), "{stderr}");
    assert_eq!((folder.read("mine.csv").as_str(), sandbox.request_count()), ("mine", 0));
    let users = USER.to_owned();
    run(at(export(&folder, "users.csv").args(["--customer", "Contoso"]), &sandbox), 0);
    let mode = fs::metadata(folder.path("users.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(folder.read("users.csv").contains(&users));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_is_interrupted_goes_on_where_it_was() {
    let sandbox = builder().faults(Faults::new().latency(Duration::from_millis(50))).start().await.unwrap();
    let folder = Folder::with("x", "");
    let mut command = export(&folder, "users.csv");
    let child =
        piped(at(command.args(["--concurrency", "2", "--output", "json"]), &sandbox)).spawn().unwrap();
    sandbox.wait_for_requests(1 + 12 + 20).await;
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &report["stopped"]), (Some(4), &json!("interrupted")));
    assert!(!folder.path("users.csv").exists());
    // A line that was not written to its end counts for nothing.
    let draft = folder.read("users.csv.partial");
    let read = draft.lines().count() - 1;
    assert!(read > 15, "{draft}");
    fs::write(folder.path("users.csv.partial"), draft.clone() + &draft[draft.len() - 20..draft.len() - 1])
        .unwrap();
    sandbox.set_faults(Faults::new()).unwrap();
    let requests = sandbox.request_count();
    let (_, stderr) = run(at(&mut export(&folder, "users.csv"), &sandbox), 0);
    assert!(stderr.contains(&format!("note: {read} users were read by an export that began at")), "{stderr}");
    assert_eq!(sandbox.request_count() - requests, 1 + 12 + 252 - read);
    run(at(&mut export(&folder, "other.csv"), &sandbox), 0);
    assert_eq!(folder.read("users.csv"), folder.read("other.csv"));
    // What was read of another service is read again.
    fs::write(folder.path("third.csv.partial"), draft).unwrap();
    let other = builder().start().await.unwrap();
    run(at(&mut export(&folder, "third.csv"), &other), 0);
    assert_eq!(other.request_count(), 1 + 12 + 252);
}

/// Exports slowly, changes the draft in the middle, and gives the report and its exit code.
async fn changed(
    folder: &Folder,
    interrupts: bool,
    change: impl FnOnce(&Path),
) -> (Sandbox, Option<i32>, Value) {
    let sandbox = builder().faults(Faults::new().latency(Duration::from_millis(20))).start().await.unwrap();
    let mut command = export(folder, "users.csv");
    let child =
        piped(at(command.args(["--concurrency", "8", "--output", "json"]), &sandbox)).spawn().unwrap();
    sandbox.wait_for_requests(1 + 12 + 150).await;
    if interrupts {
        interrupt(&child);
    } else {
        change(&folder.path("users.csv.partial"));
    }
    let output = child.wait_with_output().unwrap();
    let report = serde_json::from_slice(&output.stdout).unwrap();
    sandbox.set_faults(Faults::new()).unwrap();
    (sandbox, output.status.code(), report)
}

/// Writes a letter over another one in the second line.
fn overwrite(path: &Path) {
    let mut file = OpenOptions::new().read(true).write(true).open(path).unwrap();
    let text = fs::read(path).unwrap();
    let second = text.iter().position(|byte| *byte == b'\n').unwrap();
    let place = second + text[second..].iter().position(|byte| *byte == b'C').unwrap();
    file.seek(SeekFrom::Start(place as u64)).unwrap();
    file.write_all(b"X").unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn readings_that_were_changed_or_removed_during_an_export_come_into_no_sheet() {
    let changes =
        [(overwrite as fn(&Path), "line 2"), (|path| fs::remove_file(path).unwrap(), "was removed")];
    for (change, why) in changes {
        let folder = Folder::with("x", "");
        let (_, code, report) = changed(&folder, false, change).await;
        assert_eq!((code, &report["stopped"]), (Some(4), &json!("file")), "{report}");
        let message = report["message"].as_str().unwrap();
        assert!(message.contains(why) && !message.contains("again to go on"), "{report}");
        assert!(!folder.path("users.csv").exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn readings_that_were_changed_after_an_interrupt_are_named_and_not_gone_on_with() {
    let folder = Folder::with("x", "");
    let (sandbox, code, _) = changed(&folder, true, |_| ()).await;
    assert_eq!(code, Some(4));
    let (partial, requests) = (folder.path("users.csv.partial"), sandbox.request_count());
    let draft = fs::read_to_string(&partial).unwrap();
    let lines: Vec<_> = draft.lines().collect();
    let of =
        |places: &[usize]| places.iter().map(|place| lines[*place].to_owned() + "\n").collect::<String>();
    for (line, changed) in [
        (2, draft.replacen("Contoso", "Xontoso", 1)),
        (3, of(&[0, 1, 3, 2])),
        (3, of(&[0, 1, 1, 2])),
        (2, of(&[0, 2, 3])),
        (1, draft.replacen("http", "httq", 1)),
    ] {
        fs::write(&partial, &changed).unwrap();
        let (_, stderr) = run(at(&mut export(&folder, "users.csv"), &sandbox), 2);
        assert!(stderr.contains(&format!("line {line} of")) && stderr.contains("remove it"), "{stderr}");
        assert_eq!((fs::read_to_string(&partial).unwrap(), sandbox.request_count()), (changed, requests));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_draft_of_an_export_is_replaced_by_none() {
    let (sandbox, folder) = (builder().start().await.unwrap(), Folder::with("x", ""));
    let partial = folder.path("users.csv.partial");
    // Nothing, and a first line that was not written to its end, are begun anew.
    for begun in ["", r#"{"elem"#, r#"{"elements_export":1,"base_url":"http"#] {
        fs::write(&partial, begun).unwrap();
        run(at(&mut export(&folder, "users.csv"), &sandbox), 0);
        fs::remove_file(folder.path("users.csv")).unwrap();
    }
    let (sandbox, code, _) = changed(&folder, true, |_| ()).await;
    assert_eq!(code, Some(4));
    let (draft, requests) = (fs::read(&partial).unwrap(), sandbox.request_count());
    let first_line = draft.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for foreign in [
        b"notes of somebody\n".to_vec(),
        draft[first_line..].to_vec(),
        [&b"\xEF\xBB\xBF"[..], &draft].concat(),
        vec![0; 64],
        [&b"["[..], &draft[1..]].concat(),
    ] {
        fs::write(&partial, &foreign).unwrap();
        let (_, stderr) = run(at(&mut export(&folder, "users.csv"), &sandbox), 2);
        assert!(stderr.contains("users.csv.partial") && stderr.contains("move it away"), "{stderr}");
        assert_eq!(fs::read(&partial).unwrap(), foreign);
    }
    #[cfg(unix)]
    {
        let other = folder.path("other.txt");
        fs::write(&other, "").unwrap();
        fs::remove_file(&partial).unwrap();
        std::os::unix::fs::symlink(&other, &partial).unwrap();
        let (_, stderr) = run(at(&mut export(&folder, "users.csv"), &sandbox), 2);
        assert!(stderr.contains("no ordinary file"), "{stderr}");
        assert_eq!(fs::read_to_string(&other).unwrap(), "");
    }
    assert_eq!(sandbox.request_count(), requests);
}

#[tokio::test(flavor = "multi_thread")]
async fn users_without_a_usable_id_are_said_to_be_left_out() {
    let (sandbox, folder) = (builder().start().await.unwrap(), Folder::with("x", ""));
    for (number, id) in ["", "a/b", ".."].into_iter().enumerate() {
        let fault = Fault::none().with_value("/data/0/id", id);
        sandbox.set_faults(Faults::new().path(format!("{MAIN}/users/batch"), fault)).unwrap();
        let report = json_of(at(&mut export(&folder, &format!("{number}.csv")), &sandbox), 1);
        assert_eq!(report["exported"], 251, "{report}");
        assert!(report["problems"].to_string().contains("without a usable id"), "{report}");
        let (stdout, stderr) = run(at(elements().args(["users", "list", "--output", "ndjson"]), &sandbox), 1);
        assert!(stderr.contains("no usable id") && stderr.contains("may lack users"), "{stderr}");
        assert_eq!(stdout.lines().count(), 252);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn users_who_cannot_be_read_are_named_and_the_others_are_exported() {
    let (sandbox, folder) = (builder().start().await.unwrap(), Folder::with("x", ""));
    let faults = Faults::new().path(format!("/users/{USER}"), Fault::status(404));
    sandbox.set_faults(faults).unwrap();
    let (stdout, stderr) = run(at(&mut export(&folder, "users.csv"), &sandbox), 1);
    assert!(
        stdout.contains("exported      251\n") && stdout.contains(&format!("not exported: user {USER}")),
        "{stdout}"
    );
    assert!(stderr.contains("error: 1 user is not in the sheet"), "{stderr}");
    assert!(!folder.read("users.csv").contains(USER));
    let off = Fault::none().total_count_off_by(1);
    sandbox.set_faults(Faults::new().path("/users/batch", off)).unwrap();
    let report = json_of(at(&mut export(&folder, "2.csv"), &sandbox), 1);
    assert_eq!((report["problems"].as_array().unwrap().len(), &report["exported"]), (12, &json!(252)));
}

/// Gives every reading of a user this fault, and no list.
fn readings(fault: Fault) -> Faults {
    let lists = Faults::new().path("/users/batch", Fault::none()).path("/customers/batch", Fault::none());
    lists.path("/users/", fault)
}

#[tokio::test(flavor = "multi_thread")]
async fn users_in_a_row_whose_reading_always_fails_are_named_and_the_others_are_exported() {
    let (sandbox, folder) = (builder().start().await.unwrap(), Folder::with("x", ""));
    let fail = |faults: Faults, user: &String| faults.path(format!("/users/{user}"), Fault::status(500));
    let (users, others) = (users(), 252 - 20);
    sandbox.set_faults(users[..20].iter().fold(Faults::new(), fail)).unwrap();
    let report = json_of(at(&mut export(&folder, "users.csv"), &sandbox), 1);
    assert_eq!((&report["exported"], &report["notExported"]), (&json!(others), &json!(20)), "{report}");
    let unread: Vec<_> = report["unread"].as_array().unwrap().iter().map(|user| &user["user"]).collect();
    assert_eq!(unread, users[..20].iter().collect::<Vec<_>>());
    assert!(!folder.path("users.csv.partial").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_waited_for_and_ends_an_export_and_a_refused_credential_has_its_own_code() {
    let (sandbox, folder) = (builder().start().await.unwrap(), Folder::with("x", ""));
    for (fault, max_outage, words) in [
        (
            Fault::status(503),
            "8s",
            "503, and no user was read for longer than --max-outage 8s; the last reading: ",
        ),
        (Fault::dropped_before_applying(), "1ms", "answered no reading for longer than"),
        (Fault::reply(200, "<html>"), "1h", "check the base URL"),
        (Fault::reply(302, ""), "1h", "check the base URL"),
    ] {
        sandbox.set_faults(readings(fault.clone())).unwrap();
        let mut command = export(&folder, "users.csv");
        command.args(["--max-outage", max_outage, "--output", "json"]);
        let (stdout, stderr) = run(at(&mut command, &sandbox), 4);
        let report: Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!((&report["stopped"], &report["sheet"]), (&json!("outage"), &Value::Null), "{fault:?}");
        assert!(report["message"].as_str().unwrap().contains(words), "{report}");
        assert!(report["notExported"].as_u64().unwrap() < 30, "{fault:?}: {report}");
        assert_eq!(stderr.contains("no answer from the service, asking in"), max_outage == "8s", "{stderr}");
        assert!(!folder.path("users.csv").exists() && folder.path("users.csv.partial").exists());
    }
    sandbox.set_faults(Faults::new()).unwrap();
    run(at(&mut export(&folder, "users.csv"), &sandbox), 0);
    run(at(&mut export(&folder, "2.csv"), &sandbox).env("ELEMENTS_CLIENT_SECRET", "wrong"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_ends_an_export_also_where_the_service_asks_to_wait() {
    let fault = Fault::status(503).retry_after("50");
    let (sandbox, folder) = (builder().faults(readings(fault)).start().await.unwrap(), Folder::with("x", ""));
    let mut command = export(&folder, "users.csv");
    command.args(["--output", "json"]).env("ELEMENTS_RETRIES", "4");
    let child = piped(at(&mut command, &sandbox)).spawn().unwrap();
    sandbox.wait_for_requests(1 + 12 + 4).await;
    let start = Instant::now();
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &report["stopped"]), (Some(4), &json!("interrupted")));
}
