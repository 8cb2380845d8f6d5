//! What is said on standard error: grouped and bounded, with colours where they are wanted, and hints that lead to reading.

use serde_json::Value;

use crate::apply::Folder;
use crate::{elements, run};

const HEADER: &str = "customer,tenant,user,postalCode,countryRegion,state,address,city\n";

/// What `office check` or another command says of 3,000 rows, of which each lacks its state and every third its postal code.
fn said_of_many_rows(verb: &str, flags: &[&str], code: i32) -> String {
    let row = |number| format!("c,t,u{number},{},Angola,,Road,C\n", if number % 3 == 0 { "" } else { "1" });
    let folder = Folder::with("a.csv", &(0..3000).map(row).fold(HEADER.to_owned(), |text, row| text + &row));
    run(elements().args(["office", verb]).arg(folder.path("a.csv")).args(flags), code).1
}

#[test]
fn equal_problems_are_one_message_that_names_the_first_lines() {
    let expected = "\
error: 1,000 × postalCode: is blank; give a value of at most 40 characters, or #CLEAR to send an empty one
  lines 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 32, 35, 38, 41, 44, 47, 50, 53, 56, 59, …
error: 3,000 × state: is blank; give a value of at most 128 characters, or #CLEAR to send an empty one
  lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, …
";
    let check = said_of_many_rows("check", &[], 2);
    assert_eq!(check.strip_prefix(expected), Some("error: 3000 of 3000 rows are invalid\n"), "{check}");
    let apply = said_of_many_rows("apply", &["--sandbox"], 2);
    assert!(apply.starts_with(expected) && apply.lines().count() == 5, "{apply}");
}

#[test]
fn a_group_shows_a_value_that_all_share_and_numbers_that_vary_as_an_ellipsis() {
    let codes = ["1067", "1067", "1069", "01067"];
    let rows = |codes: &[&str]| {
        let row = |(number, code)| format!("c,t,u{number},{code},Germany,S,A,C\n");
        codes.iter().enumerate().map(row).fold(HEADER.to_owned(), |text, row| text + &row)
    };
    let folder = Folder::with("a.csv", &rows(&codes[..2]));
    let check = || run(elements().args(["office", "check"]).arg(folder.path("a.csv")), 0).1;
    let same = check();
    assert!(same.starts_with("warning: 2 × postalCode \"1067\": looks as if it lost"), "{same}");
    assert!(same.contains("so it may be 01067.") && same.ends_with("\n  lines 2, 3\n"), "{same}");
    std::fs::write(folder.path("a.csv"), rows(&codes)).unwrap();
    let different = check();
    assert!(different.starts_with("warning: 3 × postalCode: looks as if it lost"), "{different}");
    assert!(different.contains("have 5 digits, so it may be …."), "{different}");
    assert!(different.ends_with("\n  lines 2 \"1067\", 3 \"1067\", 4 \"1069\"\n"), "{different}");
}

#[test]
fn a_command_that_there_is_not_leads_to_one_that_reads() {
    let words = [
        "get", "plan", "apply", "set", "sett", "appl", "undo", "update", "sync", "check", "show", "verify",
        "login", "tenants", "users", "send", "find", "lookup", "csv", "diff", "rollback", "whoami",
    ];
    for words in words.into_iter().flat_map(|word| [vec![word], vec!["office", word]]) {
        let Some(said) = refused(&words) else { continue };
        let tips = said.split_once('\n').unwrap().1;
        // A misspelt word is known under its own noun alone.
        let is_misspelt = words.len() == 1 && ["sett", "appl"].contains(&words[0]);
        assert!(tips.contains("tip: `elements ") || is_misspelt, "{said}");
        for writing in ["office apply", "office set", "office sync", "'apply'", "'set'", "'sync'"] {
            assert!(!tips.contains(writing), "{said}");
        }
    }
    let said = refused(&["office", "get"]).unwrap();
    assert!(said.contains("\n  tip: `elements users get` reads a user, "), "{said}");
    let (stdout, _) = run(elements().args(["--output", "json", "office", "get"]), 2);
    let report: Value = serde_json::from_str(&stdout).unwrap();
    assert!(report["message"].as_str().unwrap().contains("`elements users get`"), "{report}");
}

/// What is said of a command that there is not; none where there is one.
fn refused(words: &[&str]) -> Option<String> {
    let output = elements().args(words).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    said.starts_with("error: unrecognized subcommand").then_some(said)
}

#[test]
fn labels_have_colours_where_they_are_wanted_and_standard_output_has_none() {
    let folder = Folder::with("a.csv", &format!("{HEADER}c,t,u,1067,Germany,,A,C\n"));
    let check = |flags: &[&str], variables: &[(&str, &str)]| {
        let mut check = elements();
        check.args(["office", "check"]).arg(folder.path("a.csv")).args(flags).envs(variables.iter().copied());
        let (stdout, stderr) = run(&mut check, 2);
        assert!(!stdout.contains('\u{1b}'), "{stdout}");
        stderr
    };
    let plain = check(&[], &[("TERM", "xterm")]);
    assert!(plain.starts_with("error: line 2, ") && !plain.contains('\u{1b}'), "{plain}");
    for (flags, variables, is_coloured) in [
        (&["--color", "always"][..], &[("NO_COLOR", "1")][..], true),
        (&["--color=never"], &[("CLICOLOR_FORCE", "1")], false),
        (&[], &[("CLICOLOR_FORCE", "1")], true),
        (&["--output", "json", "--color", "always"], &[], true),
    ] {
        let stderr = check(flags, variables);
        assert_eq!(stderr.contains("\u{1b}[1m\u{1b}[31merror:\u{1b}[0m line 2, "), is_coloured, "{stderr:?}");
        assert_eq!(
            stderr.contains("\u{1b}[1m\u{1b}[33mwarning:\u{1b}[0m line 2, "),
            is_coloured,
            "{stderr:?}"
        );
    }
    let usage = |flags: &[&str]| run(elements().args(["office", "get"]).args(flags), 2).1;
    assert!(usage(&["--color", "always"]).contains('\u{1b}') && !usage(&[]).contains('\u{1b}'));
}
