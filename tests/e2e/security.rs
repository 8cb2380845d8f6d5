//! SECURITY.md promises what tests keep.

use std::path::Path;

/// Files and the tests in them, as the table names them: a file in backticks and a colon, then its tests.
fn named_tests() -> Vec<(String, String)> {
    let page = include_str!("../../SECURITY.md");
    let table = page.split_once("## Each promise").unwrap().1;
    let mut file = String::new();
    let mut tests = Vec::new();
    for quoted in table.split('`').skip(1).step_by(2) {
        if Path::new(quoted).extension().is_some_and(|extension| extension == "rs") {
            quoted.clone_into(&mut file);
        } else if quoted.contains('_') && !quoted.contains(' ') {
            tests.push((file.clone(), quoted.to_owned()));
        }
    }
    tests
}

#[test]
fn every_promise_of_security_md_names_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let tests = named_tests();
    assert!(tests.len() > 30, "{tests:?}");
    for (file, test) in tests {
        let source =
            std::fs::read_to_string(root.join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(
            source.contains(&format!("fn {test}(")),
            "SECURITY.md names {test}, which {file} does not have"
        );
    }
}
