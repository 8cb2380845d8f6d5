//! `office show --html`: a page that holds what a plan says, and nothing of it leaves its cell.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::SystemTime;

use avepoint_elements::{OfficeField, UserKey, terminal};
use avepoint_elements_bulk::plan::{Change, Edit, Names, PlanHeader, PlanWriter, PlannedUser};
use proptest::collection::vec;
use proptest::prelude::*;
use scraper::{ElementRef, Html, Selector};

use crate::apply::Folder;
use crate::planning::builder;
use crate::{at, elements, run};

fn user(customer: &str, number: usize) -> UserKey {
    UserKey::new(customer.parse().unwrap(), "t1".parse().unwrap(), format!("u{number}").parse().unwrap())
}

fn edit(old: &str, new: &str) -> Edit {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Edit { old: text(old), new: text(new) }
}

fn write(path: &Path, users: &[PlannedUser]) {
    let header = PlanHeader::new("https://api.example", SystemTime::UNIX_EPOCH);
    let mut plan = PlanWriter::create(path, &header).unwrap();
    for user in users {
        plan.change(user).unwrap();
    }
    plan.finish().unwrap();
}

fn show(folder: &Folder, flags: &[&str], code: i32) -> (String, String) {
    let mut command = elements();
    command.args(["office", "show"]).arg(folder.path("hr.plan")).stdin(Stdio::null());
    run(command.args(flags).current_dir(folder.path("")), code)
}

fn page(folder: &Folder, name: &str) -> Html {
    Html::parse_document(&folder.read(name))
}

fn select<'p>(page: &'p Html, selector: &str) -> Vec<ElementRef<'p>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect()
}

fn texts(page: &Html, selector: &str) -> Vec<String> {
    select(page, selector).into_iter().map(text).collect()
}

/// Nothing but the elements and attributes that the page has of its own.
fn assert_harmless(page: &Html) {
    const ATTRIBUTES: [&str; 25] = [
        "aria-hidden",
        "aria-label",
        "aria-labelledby",
        "charset",
        "class",
        "colspan",
        "content",
        "focusable",
        "height",
        "href",
        "http-equiv",
        "id",
        "lang",
        "name",
        "preserveAspectRatio",
        "role",
        "scope",
        "tabindex",
        "viewBox",
        "width",
        "x",
        "y",
        "html",
        "head",
        "body",
    ];
    for element in select(page, "*") {
        let element = element.value();
        assert!(
            !["script", "img", "iframe", "link", "object", "form", "base"].contains(&element.name()),
            "{element:?}"
        );
        for (name, value) in element.attrs() {
            assert!(ATTRIBUTES.contains(&name), "{element:?}");
            assert!(name != "href" || value.starts_with('#'), "{element:?}");
        }
    }
}

/// Texts that would leave a cell, an attribute or a style, or turn the text around them.
const HOSTILE: [&str; 20] = [
    "</td><script>alert(1)</script>",
    "</bdi>",
    "</style>",
    "</title>",
    "<!--",
    "-->",
    "<img src=x onerror=alert(1)>",
    "\"",
    "'",
    "&",
    "&lt;",
    "&#60;",
    "\u{202e}",
    "\u{2066}",
    "\u{0}",
    "\u{1b}[31m",
    "\r\n",
    "\u{2028}",
    "]]>",
    "{{ x }}",
];

fn hostile() -> impl Strategy<Value = String> {
    let part = prop_oneof![prop::sample::select(HOSTILE.to_vec()).prop_map(str::to_owned), "[a-z<é ]{0,6}"];
    vec(part, 0..4).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_value_of_a_row_leaves_its_cell(
        rows in vec((hostile(), hostile(), hostile(), hostile()), 1..6),
        names in [hostile(), hostile()],
    ) {
        let folder = Folder::with("x", "");
        let mut expected = BTreeSet::new();
        let mut users = Vec::new();
        for (number, (name, old, new, city)) in rows.iter().enumerate() {
            let change = Change::default().with(OfficeField::Address, edit(old, new)).with(OfficeField::City, edit("", city));
            if change.is_empty() {
                continue;
            }
            let cell = |text: &str| if text.is_empty() { "empty".to_owned() } else { terminal::escape(text).into_owned() };
            for (field, Edit { old, new }) in change.edits() {
                let [old, new] = [old, new].map(|text| cell(text.as_deref().unwrap_or_default()));
                expected.insert((terminal::escape(name).into_owned(), field.contract().name.to_lowercase(), old, new));
            }
            let mut planned = PlannedUser::new(number as u64 + 2, user("c1", number), change);
            planned.names = Names::new(Some(&names[0]), Some(&names[1]), Some(name));
            users.push(planned);
        }
        write(&folder.path("hr.plan"), &users);
        show(&folder, &["--html", "report.html"], 0);
        let page = page(&folder, "report.html");
        assert_harmless(&page);
        let mut found = BTreeSet::new();
        for body in select(&page, "table.changes tbody") {
            let cells = |selector: &str| {
                let selector = Selector::parse(selector).unwrap();
                body.select(&selector).map(text).collect::<Vec<_>>()
            };
            let (fields, old, new) = (cells("th[scope=row]"), cells("td.old"), cells("td.new"));
            prop_assert!(fields.len() == old.len() && fields.len() == new.len());
            for name in cells(".name") {
                for ((field, old), new) in fields.iter().zip(&old).zip(&new) {
                    let field = field.trim_end_matches(" emptied").to_lowercase();
                    found.insert((name.clone(), field, old.clone(), new.clone()));
                }
            }
        }
        prop_assert_eq!(found, expected);
        let heading = texts(&page, "section.customer h2 bdi");
        let customer = users.first().map(|_| terminal::escape(&names[0]).into_owned());
        prop_assert_eq!(heading.first(), customer.as_ref());
    }
}

/// Plans, applies and verifies the sheet of the examples.
async fn done() -> Folder {
    let sandbox = builder().start().await.unwrap();
    let sheet = fs::read_to_string(crate::planning::example("hr.csv")).unwrap();
    let folder =
        Folder::with("hr.csv", &(sheet + ",dwayne.bell@ancien.clinique.example,,,,,,#CLEAR,#CLEAR,,,\n"));
    let office = |verb: &str, file: &str, flags: &[&str], code: i32| {
        let mut command = elements();
        command.args(["office", verb]).arg(folder.path(file)).args(flags).stdin(Stdio::null());
        run(at(command.current_dir(folder.path("")), &sandbox), code)
    };
    office("plan", "hr.csv", &["--out", "hr.plan"], 1);
    sandbox.change_user(
        crate::planning::CONTOSO,
        crate::planning::MAIN,
        crate::planning::USER,
        &serde_json::json!({ "city": "Leipzig" }),
    );
    office("apply", "hr.plan", &["--yes", "--allow-clear"], 1);
    office("verify", "hr.plan", &[], 1);
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_says_what_changes_and_what_came_of_it_with_what_is_unusual_first() {
    let folder = done().await;
    let (stdout, _) = show(&folder, &["--html", "plan.html"], 0);
    assert_eq!(stdout, "report  plan.html\n");
    let planned = page(&folder, "plan.html");
    assert_harmless(&planned);
    assert_eq!(texts(&planned, "h1"), ["29 users to change"]);
    let attention = texts(&planned, ".attention li");
    assert!(attention.iter().any(|text| text.contains("1 user has a field emptied")), "{attention:?}");
    let sum = texts(&planned, ".facts code").concat();
    assert!(texts(&planned, "footer").concat().contains(&format!("--expect {sum}")), "{sum}");
    // One bar a customer, and its numbers beside it.
    assert_eq!(select(&planned, "svg").len(), select(&planned, "table.numbers tbody .picture").len());
    assert!(select(&planned, "table.changes th:not([scope])").is_empty(), "every heading says of what");

    let flags =
        ["--html", "report.html", "--results", "hr.plan.applied.csv", "--verified", "hr.plan.verified.csv"];
    show(&folder, &flags, 0);
    let report = page(&folder, "report.html");
    assert_harmless(&report);
    assert_eq!(texts(&report, "h1"), ["29 users checked after the change"]);
    let first = texts(&report, ".attention li");
    assert!(first[0].starts_with("1 user differs"), "{first:?}");
    let contoso = texts(&report, "section.customer:has(h2) .changes tbody");
    let conflict = contoso.iter().find(|text| text.contains("anneliese.kruger")).unwrap();
    assert!(conflict.contains("applied: conflict") && conflict.contains("Leipzig"), "{conflict}");
    // A customer without anything to look at has what is right alone.
    assert!(texts(&report, ".badge.good").iter().filter(|text| *text == "applied: done").count() == 28);

    for (flags, says) in [
        (&["--html", "report.html"][..], "report.html exists, and a report replaces no file"),
        (&["--results", "hr.plan.applied.csv"], "is for a report"),
        (&["--html", "x.html", "--results", "hr.csv"], "is no result of a plan"),
    ] {
        let (_, stderr) = show(&folder, flags, 2);
        assert!(stderr.contains(says), "{stderr}");
    }
    // Results of another plan.
    let one = PlannedUser::new(2, user("c1", 1), Change::default().with(OfficeField::City, edit("", "x")));
    fs::rename(folder.path("hr.plan"), folder.path("old.plan")).unwrap();
    write(&folder.path("hr.plan"), &[one]);
    let (_, stderr) = show(&folder, &["--html", "x.html", "--results", "hr.plan.applied.csv"], 2);
    assert!(stderr.contains("are not in the plan: it holds the results of another one"), "{stderr}");
    assert!(!folder.path("x.html").exists());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_customer_has_its_own_users_only_and_its_owner_alone_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = done().await;
    show(&folder, &["--html", "all.html", "--per-customer", "pages"], 0);
    let customers = texts(&page(&folder, "all.html"), "section.customer h2 bdi");
    let mut names: Vec<_> = fs::read_dir(folder.path("pages"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names.len(), customers.len());
    for name in &names {
        assert_eq!(name.len(), 64 + ".html".len());
        let text = folder.read(&format!("pages/{name}"));
        let own = texts(&page(&folder, &format!("pages/{name}")), "section.customer h2 bdi");
        for customer in customers.iter().filter(|customer| **customer != own[0]) {
            assert!(!text.contains(customer.as_str()), "{customer} in the page of {own:?}");
        }
        let mode = fs::metadata(folder.path(&format!("pages/{name}"))).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn at_most_500_users_of_a_customer_are_shown_and_those_with_an_emptied_field_first() {
    let folder = Folder::with("x", "");
    let planned = |customer: &str, number: usize, edit: Edit| {
        PlannedUser::new(
            number as u64,
            user(customer, number),
            Change::default().with(OfficeField::City, edit),
        )
    };
    let mut users: Vec<_> =
        (1..=600).map(|number| planned("c1", number, edit("", &format!("city {number}")))).collect();
    users.push(planned("c1", 601, edit("x", "")));
    users.extend((1..=700).map(|number| planned("c2", number, edit("", "same"))));
    write(&folder.path("hr.plan"), &users);
    show(&folder, &["--html", "report.html"], 0);
    let page = page(&folder, "report.html");
    assert_eq!(select(&page, ".name").len(), 1_000);
    let bodies = select(&page, "table.changes tbody");
    assert!(text(bodies[0]).contains("u601") && text(bodies[0]).contains("emptied"));
    assert_eq!(bodies.len(), 500 + 1);
    assert!(text(bodies[500]).contains("500 users with the same change"));
    assert_eq!(
        texts(&page, ".customer .note"),
        [
            "101 users more are in the plan, and not on this page.",
            "200 users more are in the plan, and not on this page."
        ]
    );
}
