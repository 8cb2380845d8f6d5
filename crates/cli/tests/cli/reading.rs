//! `users` and `customers`: what they show, in each format, and what they say of lists that may lack entries.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use avepoint_elements_sandbox::{Directory, Fault, Faults, Sandbox};
use serde_json::{Value, json};

use crate::{at, elements, run};

async fn example() -> Sandbox {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/directory.ndjson");
    let directory = Directory::from_ndjson(BufReader::new(File::open(file).unwrap())).unwrap();
    Sandbox::builder().directory(directory).start().await.unwrap()
}

/// Runs the program against a sandbox.
fn read(sandbox: &Sandbox, arguments: &[&str], code: i32) -> (String, String) {
    run(at(&mut elements(), sandbox).args(arguments), code)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_has_every_user_of_every_customer() {
    let sandbox = example().await;
    let (ndjson, stderr) = read(&sandbox, &["users", "list", "--output", "ndjson"], 0);
    let users: Vec<Value> = ndjson.lines().map(json).collect();
    assert!(users.len() == 252 && stderr.is_empty(), "{stderr}");
    let first = users.iter().find(|user| user["employeeId"] == "000037").unwrap();
    let expected = json!({
        "customerId": "f3c95789-ace1-4954-8c5d-6baed2eac902", "customerName": "Contoso",
        "tenantId": "cbf27734-ac10-4525-8b66-402800e03d2c", "tenantName": "Contoso",
        "userId": "e0a3a91f-2346-4c13-8c27-ed12b10877a9", "displayName": "Jürgen Weiß",
        "userPrincipalName": "jurgen.weiss@contoso.example", "mail": "jurgen.weiss@contoso.example",
        "employeeId": "000037", "tenantUsers": "27",
    });
    assert_eq!(*first, expected);
    let (csv, _) = read(&sandbox, &["users", "list", "--output", "csv"], 0);
    let header = "customerId,customerName,tenantId,tenantName,userId,userPrincipalName,mail,employeeId,displayName,\
         tenantUsers";
    assert_eq!((csv.lines().next(), csv.lines().count()), (Some(header), 253));
    assert!(
        csv.contains("jurgen.weiss@contoso.example,jurgen.weiss@contoso.example,000037,Jürgen Weiß,27\n"),
        "{csv}"
    );
    let (all, _) = read(&sandbox, &["users", "list", "--output", "json"], 0);
    let all = json(&all);
    assert_eq!((&all["complete"], all["users"].as_array().unwrap().len()), (&json!(true), 252));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_and_a_tenant_are_given_by_id_or_by_name() {
    let sandbox = example().await;
    let ids = ["f3c95789-ace1-4954-8c5d-6baed2eac902", "cbf27734-ac10-4525-8b66-402800e03d2c"];
    let list = |customer, tenant| {
        read(&sandbox, &["users", "list", "--customer", customer, "--tenant", tenant, "--output", "json"], 0)
            .0
    };
    let by_id = json(&list(ids[0], ids[1]));
    let listings = |sandbox: &Sandbox| {
        let requests = sandbox.requests();
        requests.iter().filter(|request| request.target.contains("/general/customers/")).count()
    };
    assert_eq!(listings(&sandbox), 0, "ids cost no list of customers");
    let by_name = json(&list("Contoso", "Contoso"));
    assert_eq!((&by_id["count"], listings(&sandbox)), (&by_name["count"], 1));
    let (text, _) = read(&sandbox, &["users", "list", "--customer", "Contoso"], 0);
    assert!(text.starts_with("customer  tenant ") && text.contains("Jürgen Weiß"), "{text}");
    let (_, stderr) = read(&sandbox, &["users", "list", "--customer", "contoso"], 2);
    assert!(stderr.contains("or the exact name \"contoso\"; `elements customers list` shows those in reach; did you mean \"Contoso\"?"), "{stderr}");
    let (_, stderr) = read(&sandbox, &["users", "list", "--customer", "z\ndone 1\rQ"], 2);
    assert!(stderr.contains(r"z\ndone 1\rQ") && !stderr.lines().any(|line| line == "done 1"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_may_lack_users_is_said_and_ends_with_1() {
    let sandbox = example().await;
    let off = Fault::none().total_count_off_by(1);
    sandbox.set_faults(Faults::new().path("/users/batch", off)).unwrap();
    let (stdout, stderr) = read(&sandbox, &["users", "list", "--output", "json"], 1);
    let report = json(&stdout);
    assert_eq!(report["complete"], false, "{report}");
    assert!(stderr.contains("the list is incomplete") && stderr.contains("may lack users"), "{stderr}");
    let (ndjson, stderr) = read(&sandbox, &["users", "list", "--output", "ndjson"], 1);
    assert!(ndjson.lines().count() > 200 && stderr.contains("warning: "), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_are_listed_a_row_a_tenant() {
    let sandbox = example().await;
    let (text, _) = read(&sandbox, &["customers", "list"], 0);
    assert!(text.lines().next().unwrap().starts_with("customer ") && text.contains("Contoso"), "{text}");
    let (csv, _) = read(&sandbox, &["customers", "list", "--output", "csv"], 0);
    assert!(csv.starts_with("customerId,customerName,countryOrRegion,tenantId,tenantName\n"), "{csv}");
    let (all, _) = read(&sandbox, &["customers", "list", "--output", "json"], 0);
    let all = json(&all);
    assert_eq!((&all["customers"], &all["complete"]), (&json!(6), &json!(true)));
    assert_eq!(all["tenants"].as_array().unwrap().len(), csv.lines().count() - 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_shown_as_the_service_has_it() {
    let sandbox = example().await;
    let user = [
        "users",
        "get",
        "--customer",
        "f3c95789-ace1-4954-8c5d-6baed2eac902",
        "--tenant",
        "cbf27734-ac10-4525-8b66-402800e03d2c",
        "--user",
        "e0a3a91f-2346-4c13-8c27-ed12b10877a9",
    ];
    let (text, _) = read(&sandbox, &user, 0);
    assert!(text.starts_with("id ") && text.contains("loginName"), "{text}");
    let (object, _) = read(&sandbox, &[user.as_slice(), &["--output", "json"]].concat(), 0);
    let object = json(&object);
    assert_eq!((&object["employeeId"], &object["status"]), (&json!("000037"), &json!([5])));
    let (csv, _) = read(&sandbox, &[user.as_slice(), &["--output", "csv"]].concat(), 0);
    assert!(csv.starts_with("id,") && csv.lines().count() == 2, "{csv}");
    let unknown = [&user[..7], &["00000000-0000-4000-8000-000000000000"]].concat();
    let (_, stderr) = read(&sandbox, &unknown, 1);
    assert!(stderr.contains("(404)"), "{stderr}");
    let other = Fault::none().with_value("/id", "00000000-0000-4000-8000-000000000000");
    sandbox.set_faults(Faults::new().path("/users/e0a3a91f", other)).unwrap();
    for output in ["text", "csv", "json"] {
        let (stdout, stderr) = read(&sandbox, &[user.as_slice(), &["--output", output]].concat(), 1);
        assert!(stderr.contains("another user than the one asked for"), "{stderr}");
        assert!(!stdout.contains("employeeId"), "{stdout}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_with_one_permission_is_shown_what_it_may() {
    let sandbox = Sandbox::builder().granted_scopes(["elements.um.user.read.all"]).start().await.unwrap();
    let (stdout, _) = read(&sandbox, &["auth", "status", "--output", "json"], 0);
    let expected = json!({
        "elements.um.user.read.all": "granted", "elements.um.user.readwrite.all": "refused",
        "elements.customers.read.all": "refused",
    });
    assert_eq!(json(&stdout)["permissions"], expected);
    let none = Sandbox::builder().granted_scopes(["other"]).start().await.unwrap();
    read(&none, &["auth", "status"], 3);
}

#[test]
fn csv_is_refused_where_there_are_no_columns() {
    let (_, stderr) = run(elements().args(["auth", "status", "--sandbox", "--output", "csv"]), 2);
    assert!(stderr.contains("--output csv is for `users`, `customers`"), "{stderr}");
}
