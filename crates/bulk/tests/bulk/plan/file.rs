//! What a plan's file holds, and how it comes to be.

use std::collections::HashSet;
use std::fs;
use std::time::UNIX_EPOCH;

use avepoint_elements::OfficeField;
use avepoint_elements_bulk::directory::Key;
use avepoint_elements_bulk::partial_name;
use avepoint_elements_bulk::plan::{
    Change, LocalFields, Names, Plan, PlanHeader, PlanInput, PlanState, PlanWriter, PlannedUser, Sha256Sum,
    invert,
};
use proptest::prelude::*;

use crate::plan::{BASE_URL, edit, header, moves, read, user, write};

#[test]
fn a_plan_is_the_text_that_is_documented() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hr.plan");
    let mut header = PlanHeader::new(&format!("{BASE_URL}//"), UNIX_EPOCH);
    header.input = Some(PlanInput { name: "hr.csv".to_owned(), sha256: Sha256Sum::of(&b"abc"[..]).unwrap() });
    header.rules.insert("blank".to_owned(), "keep".to_owned());
    let mut planned = moves(2, "u1", "Pirna");
    planned.by = vec![Key::Mail, Key::EmployeeId];
    planned.names = Names::new(Some("Fabrikam"), None, Some("anna@fabrikam.example"));
    planned.kept_empty = vec![OfficeField::State];
    let mut writer = PlanWriter::create(&path, &header).unwrap();
    writer.change(&planned).unwrap();
    writer.resolved(PlanState::Equal, &user("t1", "u2"), &Names::default());
    writer.unresolved(PlanState::NotFound);
    let plan = writer.finish().unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines[..2],
        [
            "{\"elements_plan\":1,\"base_url\":\"https://elements.example/partner\",\"time\":\"1970-01-01T00:00:00.000Z\",\
             \"input\":{\"name\":\"hr.csv\",\"sha256\":\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"},\
             \"rules\":{\"blank\":\"keep\"},\"sum\":\"cd5da491\"}",
            "{\"line\":2,\"by\":[\"mail\",\"employeeId\"],\"customer\":\"c1\",\"tenant\":\"t1\",\"user\":\"u1\",\
             \"names\":{\"customer\":\"Fabrikam\",\"user\":\"anna@fabrikam.example\"},\"kind\":\"cloud\",\
             \"kept_empty\":[\"state\"],\"change\":{\"city\":{\"old\":\" Dresden\",\"new\":\"Pirna\"}},\"sum\":\"c9beb153\"}",
        ]
    );
    let counts = "{\"end\":{\"rows\":{\"change\":1,\"equal\":1,\"not found\":1},\"tenants\":[{\"customer\":\"c1\",\
         \"tenant\":\"t1\",\"names\":{\"customer\":\"Fabrikam\"},\"resolved\":2,\"changes\":1,\"clears\":0,\
         \"clears_unseen\":0,\"kept_empty\":1}]}";
    let (end, sum) = lines[2].split_once(",\"sha256\":").unwrap();
    assert_eq!((lines.len(), end), (3, counts));
    // The hash is that of every byte before it, and the plan's own that of the whole file.
    let before = text.rfind(",\"sha256\":").unwrap();
    assert_eq!(sum, format!("\"{}\"}}", Sha256Sum::of(&text.as_bytes()[..before]).unwrap()));
    assert_eq!(plan.sha256(), Sha256Sum::of(text.as_bytes()).unwrap());
    assert_eq!((read(&plan), plan.header()), (vec![planned], &header));
    let counts = plan.counts().unwrap();
    assert_eq!((counts.changes(), counts.resolved(), counts.rows.total()), (1, 2, 3));
}

#[test]
fn a_plan_without_changes_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let plan = write(&folder.path().join("a.plan"), &[]);
    assert_eq!((read(&plan).len(), plan.counts().unwrap().changes()), (0, 0));
}

#[test]
fn no_file_is_replaced_and_an_unfinished_plan_keeps_its_partial_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.plan");
    let mut writer = PlanWriter::create(&path, &header()).unwrap();
    assert!(PlanWriter::create(&path, &header()).unwrap_err().is_in_use());
    writer.change(&moves(2, "u1", "Pirna")).unwrap();
    drop(writer);
    assert!(!path.exists() && partial_name(&path).exists());

    // A file that comes in between stays as it is.
    let writer = PlanWriter::create(&path, &header()).unwrap();
    fs::write(&path, "somebody's").unwrap();
    let error = writer.finish().unwrap_err();
    assert!(error.is_unsuitable() && error.to_string().contains("a.plan exists"), "{error}");
    assert!(PlanWriter::create(&path, &header()).unwrap_err().is_unsuitable());
    assert_eq!(fs::read_to_string(&path).unwrap(), "somebody's");
    assert!(partial_name(&path).exists());
}

#[cfg(unix)]
#[test]
fn a_plan_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let plan = write(&folder.path().join("a.plan"), &[moves(2, "u1", "Pirna")]);
    assert_eq!(fs::metadata(plan.path()).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!partial_name(plan.path()).exists());
}

#[test]
fn a_plan_is_for_one_base_url() {
    let folder = tempfile::tempdir().unwrap();
    let plan = write(&folder.path().join("a.plan"), &[]);
    assert!(plan.check_service(&format!("{BASE_URL}/"), None).is_ok());
    let error = plan.check_service("https://other.example", None).unwrap_err();
    assert!(error.is_other_service(), "{error}");
    let text = error.to_string();
    assert!(text.contains(BASE_URL) && text.contains("https://other.example"), "{text}");
}

#[test]
fn a_plan_of_a_rehearsal_is_for_a_sandbox_with_the_same_users_alone() {
    let folder = tempfile::tempdir().unwrap();
    let users = |text: &str| Some(Sha256Sum::of(text.as_bytes()).unwrap());
    let mut header = header();
    header.sandbox = users("users");
    let rehearsal = PlanWriter::create(&folder.path().join("a.plan"), &header).unwrap().finish().unwrap();
    // The sandbox has another port each time.
    assert!(rehearsal.check_service("http://127.0.0.1:1", users("users")).is_ok());
    let refused = |plan: &Plan, sandbox| {
        let error = plan.check_service(BASE_URL, sandbox).unwrap_err();
        assert!(error.is_other_service());
        error.to_string()
    };
    assert!(refused(&rehearsal, users("others")).contains("with other users"));
    assert!(refused(&rehearsal, None).contains("against a sandbox"));
    let plan = write(&folder.path().join("b.plan"), &[]);
    assert!(refused(&plan, users("users")).contains("not for a sandbox"));
    let undo = invert(&rehearsal, &folder.path().join("undo.plan"), UNIX_EPOCH, |_| Ok(true)).unwrap();
    assert_eq!(undo.header().sandbox, header.sandbox);
}

#[test]
fn an_inverse_takes_back_what_was_taken_and_says_what_it_takes_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut local = moves(3, "u2", "");
    local.local = Some(LocalFields { web_page: "w".to_owned(), ..LocalFields::default() });
    let plan = write(&folder.path().join("a.plan"), &[moves(2, "u1", "Pirna"), local, moves(4, "u3", "x")]);
    let takes = |planned: &PlannedUser| Ok(planned.line < 4);
    let inverse = invert(&plan, &folder.path().join("undo.plan"), UNIX_EPOCH, takes).unwrap();
    assert_eq!(inverse.header().inverse_of, Some(plan.sha256()));
    assert_eq!(inverse.counts().unwrap().changes(), 2);
    let (users, inverted) = (read(&plan), read(&inverse));
    assert_eq!(inverted[1].local, users[1].local);
    assert_eq!(inverted[0].change.get(OfficeField::City), Some(&edit(Some("Pirna"), Some(" Dresden"))));
    let again = invert(&inverse, &folder.path().join("redo.plan"), UNIX_EPOCH, |_| Ok(true)).unwrap();
    assert_eq!(read(&again), users[..2]);
}

#[test]
fn a_line_that_no_reader_would_take_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = PlanWriter::create(&folder.path().join("a.plan"), &header()).unwrap();
    let error = writer.change(&moves(2, "u1", &"x".repeat(1 << 20))).unwrap_err();
    assert!(error.is_unsuitable() && error.to_string().contains("at most 1048558"), "{error}");
    // The longest that the comparison lets through fits.
    let long = |character: &str| character.repeat(16 * 1024);
    let change = OfficeField::ALL.into_iter().fold(Change::default(), |change, field| {
        let new = "\u{1}".repeat(field.contract().max_length.unwrap());
        change.with(field, edit(Some(&format!("a{}", long("\u{1}"))), Some(&new)))
    });
    let id = "x".repeat(4096);
    writer.change(&PlannedUser::new(3, user(&id, &id), change)).unwrap();
    assert!(read(&writer.finish().unwrap()).len() == 1);
}

fn planned() -> impl Strategy<Value = PlannedUser> {
    let value = || prop::option::of(prop_oneof![".{0,8}", "[\0-\u{1f}\"\\\\\u{2028}\u{feff}]{0,8}"]);
    let edits = prop::array::uniform5(prop::option::of((value(), value())));
    let local = prop::option::of((".{0,4}", ".{0,4}", ".{0,4}"));
    (any::<u64>(), "[!-~&&[^/\\\\?#%.]]{1,9}", edits, local, prop::option::of(".{0,300}")).prop_map(
        |(line, id, edits, local, name)| {
            let mut change = Change::default().with(OfficeField::City, edit(None, Some("x")));
            for (field, values) in OfficeField::ALL.into_iter().zip(edits) {
                if let Some((old, new)) = values {
                    change = change.with(field, edit(old.as_deref(), new.as_deref()));
                }
            }
            let mut planned = PlannedUser::new(line, user(&id, &id), change);
            planned.by = Key::ALL.to_vec();
            planned.names = Names::new(name.as_deref(), name.as_deref(), None);
            planned.local = local.map(|(web_page, po_box, personal_title)| LocalFields {
                web_page,
                po_box,
                personal_title,
            });
            planned
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_plan_is_read_as_it_was_written(users in prop::collection::vec(planned(), 0..20)) {
        let mut seen = HashSet::new();
        let users: Vec<_> = users
            .into_iter()
            .filter(|user| user.local.is_some() || !user.change.is_empty())
            .filter(|user| seen.insert(user.user.clone()))
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let plan = write(&folder.path().join("a.plan"), &users);
        prop_assert_eq!(plan.counts().unwrap().changes(), users.len() as u64);
        prop_assert_eq!(read(&Plan::open(plan.path()).unwrap()), users);
    }
}
