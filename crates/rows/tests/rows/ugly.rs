//! Files as people have them.

use avepoint_elements_rows::{Blank, InputError, InputOptions, Source, Table};

use crate::{cells, entries, findings, rows, table, table_with};

fn open(name: &str) -> Result<Table, InputError> {
    let file = format!("{}/tests/ugly/{name}.csv", env!("CARGO_MANIFEST_DIR"));
    Table::open(Source::file(file)?, InputOptions::default())
}

#[test]
fn semicolons_and_trailing_empty_columns() {
    let mut table = open("01-semicolons-and-trailing-empty-columns").unwrap();
    assert_eq!(table.columns().len(), 8);
    let expected = [
        "2: c1/t1/u1 01067|Germany|Sachsen|Theaterplatz 2|Dresden",
        "3: c1/t1/u2 1010|Austria|Wien|Ring 1, Stiege 2|-",
    ];
    assert_eq!(rows(&mut table), expected);
}

#[test]
fn tabs_and_quoted_line_breaks() {
    let expected = [
        "2: c1/t1/u1 2121|Angola|Luanda|Rua \"Direita\" 5,\nBairro; Azul|Luanda",
        "4: c1/t1/u2 2121|Angola|Luanda|Dande|-",
    ];
    assert_eq!(rows(&mut open("02-tabs-and-quoted-line-breaks").unwrap()), expected);
}

#[test]
fn excels_separator_line() {
    let expected = ["3: c1/t1/u1 2121|Angola|Luanda|Dande; Norte|-"];
    assert_eq!(rows(&mut open("03-excel-separator-line").unwrap()), expected);
}

#[test]
fn utf8_with_a_mark() {
    let expected = ["2: c1/t1/u1 01000-000|Brazil|São Paulo|Praça da Sé, 1|-"];
    assert_eq!(rows(&mut open("04-utf8-with-mark").unwrap()), expected);
}

#[test]
fn utf16_of_either_order_with_and_without_a_mark() {
    let text = "customer;tenant;user;postalCode;countryRegion;state;address\r\n\
                c1;t1;u1;060-0042;Japan;北海道;\"大通西 1\r\n😀\"\r\n";
    let expected = ["2: c1/t1/u1 060-0042|Japan|北海道|大通西 1\r\n😀|-"];
    for mark in ["\u{feff}", ""] {
        let units: Vec<u16> = format!("{mark}{text}").encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(rows(&mut table(&little).unwrap()), expected);
        assert_eq!(rows(&mut table(&big).unwrap()), expected);
    }
}

#[test]
fn line_ends_of_old() {
    let expected = [
        "2: c1/t1/u1 2121|Angola|Luanda|Dande|-",
        "3: c1/t1/u2 2121|Angola|Luanda|two\rlines|-",
        "5: c1/t1/u3 2121|Angola|Luanda|Dande|-",
    ];
    assert_eq!(rows(&mut open("05-old-line-ends").unwrap()), expected);
}

#[test]
fn white_space_and_blank_lines() {
    let expected = ["5: c1/t1/u1 2121|Angola|Luanda|Dande|Luanda"];
    assert_eq!(rows(&mut open("06-white-space-and-blank-lines").unwrap()), expected);
}

#[test]
fn short_and_long_rows() {
    let mut table = open("07-short-and-long-rows").unwrap();
    let found = rows(&mut table);
    assert_eq!(found[0], "2: c1/t1/u1 2121|Angola|Luanda|Dande|-");
    assert!(
        found[1].starts_with("line 3: the row has 12 cells, and most others have no more than 9:"),
        "{found:#?}"
    );
    assert_eq!(
        found[2],
        "line 4: the row has 11 cells and the header 9; \"to\" belongs to no column. Put quotes around a value that \
         holds the delimiter"
    );
    assert!(
        found[3].starts_with("line 5: the row has 5 cells and the header 9: state, address are missing;")
    );
    assert_eq!(found.len(), 4);
    let lengths: Vec<_> = entries(&mut table).iter().map(|entry| cells(entry).len()).collect();
    assert_eq!(lengths, [9, 9, 11, 9], "results need a cell for every column, and what belongs to none");
}

#[test]
fn bytes_that_are_not_utf8() {
    let expected = [
        "line 2, state \"Z\u{fffd}rich\": byte 2 is not UTF-8 (or not UTF-16, if the file is); save the file again, \
         in Excel as \"CSV UTF-8\"",
        "3: c1/t1/u2 2121|Angola|Luanda|Dande|-",
    ];
    assert_eq!(rows(&mut open("08-not-utf8").unwrap()), expected);
}

#[test]
fn a_quote_that_is_never_closed() {
    let mut table = open("09-unclosed-quote").unwrap();
    let read: Vec<_> = table.entries().unwrap().collect();
    assert_eq!(read.len(), 2, "nothing follows an error");
    assert!(read[0].is_ok());
    let message = read[1].as_ref().unwrap_err().to_string();
    assert!(message.contains("begins on line 3") && message.contains("never closed"), "{message}");
}

#[test]
fn what_a_spreadsheet_did() {
    let mut table = open("10-damaged-by-a-spreadsheet").unwrap();
    assert_eq!(rows(&mut table)[0], "2: c1/t1/u1 |Angola||Dande|");
    let (checked, found) = findings(&mut table);
    assert_eq!(
        found,
        [
            "error: line 3, postalCode: is blank; give a value of at most 40 characters, or #CLEAR to send an empty one",
            "warning: line 4, countryRegion \"Germny\": is sent as it is, but is not a country or region of the \
             service's list; did you mean \"Germany\"?",
            "warning: line 4, postalCode \"1.067E+03\": looks like a number that a spreadsheet wrote; format the \
             column as text and enter the code again",
            "warning: line 5, postalCode \"1067\": looks as if it lost leading zeros: codes of Germany have 5 \
             digits, so it may be 01067. In a spreadsheet, format the column as text",
            "error: line 4, user: the same user is on line 2, too; keep one of them",
        ]
    );
    assert_eq!((checked.rows, checked.valid, checked.invalid, checked.warnings), (4, 1, 3, 3));
    assert_eq!((checked.duplicates.other(2), checked.duplicates.other(4)), (Some(4), Some(2)));
}

#[test]
fn results_that_are_fed_back() {
    let mut table = open("11-results-fed-back").unwrap();
    assert_eq!(
        table.columns(),
        ["note", "customer", "tenant", "user", "postalCode", "countryRegion", "state", "address"]
    );
    assert_eq!(table.unknown_columns(), ["note"]);
    let entries = entries(&mut table);
    let results: Vec<_> = entries.iter().map(|entry| entry.result.as_deref().unwrap_or_default()).collect();
    let proof = Some("00000000000000000000000000000001".to_owned());
    assert_eq!((results, &entries[0].proof), (vec!["done", "not attempted", "whatever"], &proof));
    assert_eq!(cells(&entries[1]), ["second", "c1", "t1", "u2", "2121", "Angola", "Luanda", "Dande"]);
    let (checked, _) = findings(&mut table);
    assert_eq!((checked.valid, checked.without_city.count()), (3, 3));
    assert_eq!(checked.customers.iter().collect::<Vec<_>>(), [("c1", 3)]);
}

#[test]
fn a_row_that_ended_early_stays_invalid_in_results_that_are_fed_back() {
    let cut = "customer,tenant,user,zip,country,state,address,city,note\nc,t,u,010\n";
    let clear = || InputOptions::default().blank(Blank::Clear);
    let first = entries(&mut table_with(cut.as_bytes(), clear()).unwrap());
    let kept = cells(&first[0]);
    assert_eq!(kept, ["c", "t", "u", "010", "#MISSING", "#MISSING", "#MISSING", "#MISSING", ""]);
    let fed_back = format!("{}{}\n", cut.split_inclusive('\n').next().unwrap(), kept.join(","));
    let found = rows(&mut table_with(fed_back.as_bytes(), clear()).unwrap());
    let message = "was missing in the row of an earlier run; write the value, or #CLEAR to send an empty one";
    let expected = ["country", "state", "address", "city"];
    assert_eq!(found, expected.map(|column| format!("line 2, {column} \"#MISSING\": {message}")));
}
