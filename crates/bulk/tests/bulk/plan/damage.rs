//! A plan that is not whole, byte for byte, is never taken for one.

use std::fs;
use std::path::Path;

use avepoint_elements::OfficeField;
use avepoint_elements_bulk::FileError;
use avepoint_elements_bulk::plan::{Change, Plan, PlannedUser, Sha256Sum};

use crate::plan::{edit, moves, read, user, write};

fn opened(path: &Path, bytes: &[u8]) -> Result<Plan, FileError> {
    fs::write(path, bytes).unwrap();
    Plan::open(path)
}

/// The bytes of a plan of two users.
fn bytes(path: &Path) -> Vec<u8> {
    let plan = write(path, &[moves(2, "u1", "Pirna"), moves(3, "u2", "")]);
    fs::read(plan.path()).unwrap()
}

/// Bytes with a hash that is right again.
fn sealed(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let end = text.rfind(",\"sha256\":\"").unwrap();
    let sum = Sha256Sum::of(&text.as_bytes()[..end]).unwrap();
    format!("{},\"sha256\":\"{sum}\"}}\n", &text[..end]).into_bytes()
}

#[test]
fn a_plan_with_any_byte_changed_or_missing_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.plan");
    let whole = bytes(&path);
    assert!(opened(&path, &whole).is_ok());
    for place in 0..whole.len() {
        let mut changed = whole.clone();
        changed[place] ^= 1 << (place % 8);
        assert!(opened(&path, &changed).is_err(), "{place}");
        let mut missing = whole.clone();
        missing.remove(place);
        assert!(opened(&path, &missing).is_err(), "{place}");
        let mut added = whole.clone();
        added.insert(place, b' ');
        assert!(opened(&path, &added).is_err(), "{place}");
    }
    assert!(opened(&path, &[&whole[..], b"\n"].concat()).is_err());
}

#[test]
fn a_plan_that_ends_early_is_incomplete_and_can_be_shown_up_to_its_last_whole_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.plan");
    let whole = bytes(&path);
    let ends: Vec<_> = (0..whole.len()).filter(|place| whole[*place] == b'\n').collect();
    for length in 0..whole.len() {
        let error = opened(&path, &whole[..length]).unwrap_err();
        if length < 17 {
            assert!(error.is_damaged(), "{length}: {error}");
            continue;
        }
        assert!(error.is_incomplete() && error.to_string().contains("plan again"), "{length}: {error}");
        if length > ends[0] {
            let plan = Plan::open_incomplete(&path).unwrap();
            assert!(plan.counts().is_none());
            let lines = ends.iter().filter(|end| **end < length).count();
            assert_eq!(read(&plan).len(), lines - 1, "{length}");
        }
    }
}

#[test]
fn what_is_wrong_with_a_plan_has_an_error_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.plan");
    let whole = String::from_utf8(bytes(&path)).unwrap();
    let open = |text: &str| opened(&path, text.as_bytes()).unwrap_err();

    let error = open(&whole.replace("Pirna", "Riesa"));
    assert!(error.is_damaged() && error.to_string().contains("SHA-256"), "{error}");
    let error = open(&whole.replace("\"elements_plan\":1", "\"elements_plan\":2"));
    assert!(error.is_newer_format() && error.to_string().contains("format 2"), "{error}");
    for other in ["", "{}\n", "customer,tenant\n", "{\"format\":1}\n"] {
        let error = open(other);
        assert!(error.is_damaged() && error.to_string().contains("is no plan"), "{error}");
    }
    let error = Plan::open(&folder.path().join("none")).unwrap_err();
    assert!(error.is_io());
}

#[test]
fn lines_that_no_plan_has_are_refused_even_under_a_right_hash() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.plan");
    let whole = String::from_utf8(bytes(&path)).unwrap();
    let cases = [
        (
            "\"customer\":\"c1\",\"tenant\":\"t1\",\"user\":\"u1\"",
            "\"customer\":\"c1\",\"tenant\":\"t1\",\"user\":\"../x\"",
        ),
        ("\"kind\":\"cloud\"", "\"kind\":\"local\""),
        ("\"kind\":\"cloud\"", "\"kind\":\"other\""),
        ("\"line\":2", "\"line\":2,\"also\":1"),
        ("\"city\":{\"old\":\" Dresden\",\"new\":\"Pirna\"}", ""),
        ("\"new\":\"Pirna\"", "\"new\":\"Dresden\""),
        ("\"line\":2", "\"line\":-2"),
    ];
    for (from, to) in cases {
        assert!(whole.contains(from));
        let error = opened(&path, &sealed(whole.replacen(from, to, 1).as_bytes())).unwrap_err();
        assert!(error.is_damaged() && error.to_string().contains("line 2"), "{to}: {error}");
    }
    // A line more than the end counts.
    let line = whole.split_inclusive('\n').nth(1).unwrap();
    let error = opened(&path, &sealed(whole.replacen(line, &line.repeat(2), 1).as_bytes())).unwrap_err();
    assert!(error.is_damaged() && error.to_string().contains("3 users"), "{error}");
    // A line without an end within bounds.
    let long = whole.replacen("Pirna", &"x".repeat(1 << 20), 1);
    assert!(opened(&path, &sealed(long.as_bytes())).unwrap_err().is_damaged());
}

#[test]
fn a_plan_that_contradicts_itself_is_refused_even_under_a_right_hash() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.plan");
    let id = |last: &str| format!("0b1c2d3e-0000-4000-8000-00000000000{last}");
    let plan = write(&path, &[moves(2, &id("a"), "Pirna"), moves(3, &id("b"), "")]);
    let whole = fs::read_to_string(plan.path()).unwrap();
    let cases = [
        (id("b"), id("a"), "lines 2 and 3 name the same user"),
        (id("b"), id("a").to_uppercase(), "lines 2 and 3 name the same user"),
        ("\"change\":2".to_owned(), "\"change\":1".to_owned(), "the numbers at its end"),
        ("\"changes\":2".to_owned(), "\"changes\":3".to_owned(), "the numbers at its end"),
        ("\"clears\":1".to_owned(), "\"clears\":0".to_owned(), "the numbers at its end"),
        ("\"resolved\":2".to_owned(), "\"resolved\":1".to_owned(), "the numbers at its end"),
        ("\"resolved\":2".to_owned(), "\"resolved\":3".to_owned(), "the numbers at its end"),
        ("\"tenant\":\"t1\"".to_owned(), "\"tenant\":\"t2\"".to_owned(), "line 2 is of a tenant"),
        ("Pirna".to_owned(), "x".repeat(1_000_000), "line 2: the new city has 1000000 characters"),
    ];
    for (from, to, part) in cases {
        assert!(whole.contains(&from), "{from}");
        let error = opened(&path, &sealed(whole.replacen(&from, &to, 1).as_bytes())).unwrap_err();
        assert!(error.is_damaged() && error.to_string().contains(part), "{error}");
    }
}

#[test]
fn a_plan_that_is_replaced_or_removed_after_it_was_opened_is_noticed_and_a_copy_of_it_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.plan");
    let whole = bytes(&path);
    let plan = opened(&path, &whole).unwrap();
    fs::remove_file(&path).unwrap();
    assert!(plan.check_unchanged().unwrap_err().to_string().contains("removed"));
    fs::write(&path, &whole).unwrap();
    assert!(plan.check_unchanged().is_ok());
    write(&folder.path().join("other.plan"), &[moves(2, "u1", "Riesa")]);
    fs::rename(folder.path().join("other.plan"), &path).unwrap();
    assert!(plan.check_unchanged().unwrap_err().is_damaged());
}

#[test]
fn a_plan_that_changes_while_it_is_read_hands_out_nothing_that_was_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.plan");
    let change = Change::default().with(OfficeField::Address, edit(None, Some(&"x".repeat(900))));
    let users: Vec<_> = (2..1000)
        .map(|line| PlannedUser::new(line, user("t1", &format!("u{line}")), change.clone()))
        .collect();
    let plan = write(&path, &users);
    let bytes = fs::read(&path).unwrap();
    // The last user, in a block that is read long after the first one.
    let place = bytes.windows(10).rposition(|window| window == b"\"address\":").unwrap();
    let mut handed = plan.users();
    assert!(handed.next().unwrap().is_ok());
    let mut changed = bytes.clone();
    changed[place + 40] = b'y';
    fs::write(&path, &changed).unwrap();
    let rest: Vec<_> = handed.collect();
    let error = rest.last().unwrap().as_ref().unwrap_err();
    assert!(error.is_damaged() && error.to_string().contains("while it was read"), "{error}");
    assert!(rest.iter().flatten().all(|planned| planned.change == change));

    // The same for a file that gets shorter.
    fs::write(&path, &bytes).unwrap();
    let plan = Plan::open(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert!(plan.users().last().unwrap().unwrap_err().is_damaged());
}
