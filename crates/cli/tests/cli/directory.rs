//! `office plan --directory`: what `users list` wrote, in place of lists of users.

use std::fs;
use std::process::{Command, Stdio};

use avepoint_elements_sandbox::{Directory, Sandbox};
use serde_json::{Value, json};

use crate::apply::Folder;
use crate::planning::{CONTOSO, MAIN, builder, example, json_of, users_of};
use crate::{at, elements, run};

/// A sandbox with the users of the examples, and a folder with the sheet and what `users list` writes.
async fn start(rows: &str) -> (Sandbox, Folder) {
    let (sandbox, folder) = (builder().start().await.unwrap(), Folder::with("hr.csv", rows));
    for format in ["csv", "ndjson"] {
        let (listed, _) = run(at(elements().args(["users", "list", "--output", format]), &sandbox), 0);
        fs::write(folder.path(&format!("directory.{format}")), listed).unwrap();
    }
    (sandbox, folder)
}

fn plan(folder: &Folder, directory: &str) -> Command {
    let mut command = elements();
    command.args(["office", "plan"]).arg(folder.path("hr.csv")).stdin(Stdio::null());
    command.arg("--out").arg(folder.path(&format!("{directory}.plan")));
    command.arg("--directory").arg(folder.path(directory));
    command
}

/// How many requests a command sends, and for which tenants it lists users.
fn requests(sandbox: &Sandbox, work: impl FnOnce()) -> (usize, Vec<String>) {
    let before = sandbox.request_count();
    work();
    let requests = sandbox.requests().split_off(before);
    let lists = requests.iter().filter(|request| request.target.contains("/users/batch"));
    (requests.len(), lists.map(|request| request.target.clone()).collect())
}

fn codes(folder: &Folder, directory: &str) -> Vec<String> {
    crate::planning::codes(&folder.read(&format!("{directory}.plan.planned.csv")))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_takes_the_place_of_every_list_and_gives_the_same_plan() {
    let (sandbox, folder) = start(&fs::read_to_string(example("hr.csv")).unwrap()).await;
    // A reading for each row that came to a user, and nothing else.
    for directory in ["directory.csv", "directory.ndjson"] {
        let (sent, lists) = requests(&sandbox, || {
            let report = json_of(at(&mut plan(&folder, directory), &sandbox), 1);
            assert_eq!((&report["counts"]["change"], &report["counts"]["equal"]), (&json!(28), &json!(7)));
        });
        assert_eq!((sent, lists.len()), (35, 0), "{directory}");
    }
    let mut listed = elements();
    listed.args(["office", "plan"]).arg(folder.path("hr.csv"));
    let with_lists = json_of(at(&mut listed, &sandbox), 1);
    assert_eq!(with_lists["counts"]["change"], 28);
    let results = folder.read("hr.csv.plan.planned.csv");
    assert_eq!(codes(&folder, "directory.csv"), crate::planning::codes(&results));
    let plans = ["directory.ndjson.plan", "hr.csv.plan"].map(|name| folder.read(name));
    assert_eq!(users_of(&plans[0]), users_of(&plans[1]));
}

/// Rows that name users of Contoso by mail.
fn by_mail(mails: &[&str]) -> String {
    mails.iter().fold("mail,city\n".to_owned(), |rows, mail| rows + mail + ",Radebeul\n")
}

const ANNELIESE: &str = "f1260ebc-7d56-4b56-8714-dc919b27dbdf";
const SOREN: &str = "6caf76a5-7035-48ae-8280-ad3729a6f2e7";
const HEIKE: &str = "3f0c9931-918c-40bf-8670-c342c6cce996";

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_is_older_than_its_users_costs_one_list_of_their_tenant_and_the_rows_get_the_right_users()
 {
    let [anneliese, soren, heike, jurgen] = [
        "anneliese.kruger@contoso.example",
        "soren.vogt@contoso.example",
        "hschroder4@contoso.example",
        "jurgen.weiss@contoso.example",
    ];
    let (sandbox, folder) = start(&by_mail(&[anneliese, soren, heike, jurgen])).await;
    // Anneliese's address is another user's now, Sören is deleted, and Heike has another address.
    sandbox.change_user(CONTOSO, MAIN, ANNELIESE, &json!({ "mail": "anneliese.vogt@contoso.example" }));
    sandbox.add_user(&json!({
        "customerId": CONTOSO, "tenantId": MAIN, "userId": "new", "mail": anneliese, "city": "Bonn", "state": "",
        "postalCode": "1", "countryRegion": "Germany", "address": "A",
    })).unwrap();
    assert!(sandbox.remove_user(CONTOSO, MAIN, SOREN));
    sandbox.change_user(CONTOSO, MAIN, HEIKE, &json!({ "mail": "heike@contoso.example" }));
    let (sent, lists) = requests(&sandbox, || {
        json_of(at(plan(&folder, "directory.csv").args(["--concurrency", "1"]), &sandbox), 1);
    });
    // Of the four readings, the first shows that the list is old; by the new one, its row has another user to read, and two
    // rows have none.
    assert_eq!((sent, lists.len()), (1 + 1 + 1 + 1, 1), "{lists:?}");
    assert!(lists[0].contains(MAIN), "{lists:?}");
    assert_eq!(codes(&folder, "directory.csv"), ["", "not-found", "not-found", ""]);
    let plan = folder.read("directory.csv.plan");
    let first: Value = serde_json::from_str(plan.lines().nth(1).unwrap()).unwrap();
    assert_eq!((&first["user"], &first["change"]["city"]["old"]), (&json!("new"), &json!("Bonn")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_of_which_a_directory_lacks_users_is_listed() {
    let (sandbox, folder) = start(&by_mail(&["anneliese.kruger@contoso.example"])).await;
    let whole = folder.read("directory.csv");
    let without: Vec<_> = whole.lines().filter(|line| !line.contains(SOREN)).collect();
    fs::write(folder.path("cut.csv"), without.join("\n") + "\n").unwrap();
    let (sent, lists) = requests(&sandbox, || {
        let (_, stderr) = run(at(&mut plan(&folder, "cut.csv"), &sandbox), 0);
        assert!(stderr.contains("the directory does not have all users of 1 tenant"), "{stderr}");
    });
    assert_eq!((sent, lists.len()), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_directory_is_refused_before_anything_is_sent() {
    let (sandbox, folder) = start(&by_mail(&["anneliese.kruger@contoso.example"])).await;
    let before = sandbox.request_count();
    let (_, stderr) = run(at(&mut plan(&folder, "hr.csv"), &sandbox), 2);
    assert!(stderr.contains("is no directory of users: line 2 lacks a customer or a tenant"), "{stderr}");
    run(at(&mut plan(&folder, "nothing.csv"), &sandbox), 2);
    assert_eq!(sandbox.request_count(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_cell_of_a_list_starts_a_formula_and_the_directory_is_read_as_it_was() {
    let user = json!({
        "customerId": "c", "customerName": "=Contoso", "tenantId": "t", "tenantName": "+T", "userId": "u",
        "displayName": "@SUM(1)", "mail": "+a@c.example", "employeeId": "-5", "city": "Bonn", "state": "",
        "postalCode": "1", "countryRegion": "Germany", "address": "A",
    });
    let directory = Directory::from_ndjson(user.to_string().as_bytes()).unwrap();
    let sandbox = Sandbox::builder().directory(directory).start().await.unwrap();
    let rows = "customer,tenant,employeeId,mail,city\n=Contoso,+T,-5,,Radebeul\n=Contoso,+T,,+a@c.example,Radebeul\n";
    let folder = Folder::with("hr.csv", rows);
    let (listed, _) = run(at(elements().args(["users", "list", "--output", "csv"]), &sandbox), 0);
    let cells: Vec<_> = listed.lines().nth(1).unwrap().split(',').collect();
    assert!(
        ["'=Contoso", "'+T", "'@SUM(1)", "'+a@c.example", "'-5"].iter().all(|it| cells.contains(it)),
        "{listed}"
    );
    fs::write(folder.path("directory.csv"), listed).unwrap();
    let (_, lists) = requests(&sandbox, || {
        json_of(at(&mut plan(&folder, "directory.csv"), &sandbox), 1);
    });
    // Both rows come to the user, and nothing else is wrong with them.
    assert!(lists.is_empty());
    assert_eq!(codes(&folder, "directory.csv"), ["duplicate", "duplicate"]);
}
