//! Values that were damaged on their way into a file: none passes without a word, and no value in order is suspected.

use crate::{HEADER, findings, table};

/// What is said of a row with these ids and values.
fn found(user: &str, code: &str, address: &str) -> Vec<String> {
    let row = [user, code, address].map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
    let [user, code, address] = row;
    let file = format!("{HEADER}c,t,{user},{code},AO,S,{address},C\n");
    findings(&mut table(file.as_bytes()).expect("a table")).1
}

/// Each value in one column has one finding, which begins and goes on so.
#[track_caller]
fn assert_said(column: &str, values: &[&str], severity: &str, message: &str) {
    let start = format!("{severity}: line 2, {column} ");
    let said = values.iter().map(|value| match column {
        "user" => found(value, "1", "A"),
        "postalCode" => found("u", value, "A"),
        _ => found("u", "1", value),
    });
    let is_said =
        |found: &[String]| found.len() == 1 && found[0].starts_with(&start) && found[0].contains(message);
    let wrong: Vec<_> = values.iter().zip(said).filter(|(_, found)| !is_said(found)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Nothing is said of addresses that are in order.
#[track_caller]
fn assert_in_order(values: &[&str]) {
    let said: Vec<_> = values.iter().flat_map(|value| found("u", "1", value)).collect();
    assert!(said.is_empty(), "{said:#?}");
}

#[test]
fn a_spreadsheets_error_within_a_value_is_a_mistake_in_every_language() {
    let errors = [
        "Haus #¡VALOR!",
        "Haus #¡REF!",
        "Haus #¡DIV/0!",
        "Haus #¿NOMBRE?",
        "Haus #N¡NUM!",
        "Haus #NV",
        "Haus #NENÍ_K_DISPOZICI",
        "Haus #HIÁNYZIK",
        "Haus #YOK",
        "Haus #AD?",
        "Haus #ІМ'Я?",
        "Haus #値!",
        "Haus #名前?",
        "Haus #값!",
        "Haus #שם?",
        "Haus #GETTING_DATA",
        "Haus #DATEN_ABRUFEN",
        "Haus ####",
        "Haus ＃REF!",
        "\"Haus '#N/A'\"",
        "#NV, Dresden",
    ];
    assert_said("address", &errors, "error", "holds an error that a spreadsheet calculated");
    assert_in_order(&[
        "Building #5",
        "#12-34 Main",
        "Apt #B",
        "Apt #NW",
        "Apt #NO",
        "Unit #5!",
        "Suite #AD",
        "Suite #A/B",
        "Suite #A_1",
        "Suite #B?",
        "東京 #1号館！",
        "１丁目 ＃５",
        "Rue #2 ##3",
        "Bay #North",
    ]);
}

#[test]
fn errors_of_other_programs_that_calculate_are_mistakes() {
    let errors = [
        "#UNPARSEABLE",
        "#NO MATCH",
        "#INVALID VALUE",
        "#INVALID DATA TYPE",
        "#CIRCULAR REFERENCE",
        "#Func!",
        "#Type!",
        "#Size!",
        "#Deleted",
        "＃N/A",
        "＃REF!",
        "＃ＲＥＦ！",
    ];
    assert_said("address", &errors, "error", "is an error that a spreadsheet calculated");
    assert_said("address", &["＃CLAER", "＃CLEAR"], "error", "looks like a misspelt #CLEAR");
    assert_in_order(&["#UPPER FLOOR", "#NO 5", "#Main Street", "＃101室"]);
}

#[test]
fn letters_of_another_alphabet_that_are_the_bytes_of_a_letter_are_suspicious() {
    let values = [
        "RД«ga",
        "Г…rhus",
        "Д°stanbul",
        "MΓ΅laga",
        "LГ\u{ad}bano",
        "Г–rebro 5",
        "Mأ¼nchen",
        "Mรผnchen",
        "M\u{5b3}¼nchen",
    ];
    assert_said("address", &values, "warning", "decoded with another encoding");
    assert_in_order(&[
        "ТЦ «Plaza»",
        "ТЦ«Plaza»",
        "БЦ «Sky-Парк», оф. 5A",
        "корп.Д«A»",
        "Дом №5A",
        "IТ-парк",
        "ВДНХ Hall",
        "Plaza Γ, 5",
        "Δ΄ Building",
        "Κτίριο Γ΄B",
        "GSทาวเวอร์",
        "อาคารA",
        "รพ.BNH",
        "รพBNH",
        "ลพ.5a",
        "برج A",
        "בנין A",
        "5°Г",
    ]);
}

#[test]
fn escapes_of_programs_are_suspicious() {
    let values = [
        "M&uuml;nchen",
        "Smith &amp; Sons",
        "M&#252;nchen",
        "M&#xfc;nchen",
        "Stra&szlig;e",
        "O&rsquo;Connell",
        "Gda&nacute;sk",
        "B&aelig;k",
        "&OElig;uvre",
        "M\\u00fcnchen",
        "M\\xfcnchen",
        "M\\u{fc}nchen",
        "\\303\\234berlingen",
        "M\\c3\\bcnchen",
        "M%C3%BCnchen",
        "m%c3%bcnchen",
        "M%FCnchen",
        "M%u00FCnchen",
        "Main%20Street",
    ];
    assert_said("address", &values, "warning", "holds an escape");
    assert_in_order(&[
        "Smith & Sons; rear",
        "Smith &Sons; rear",
        "A&B",
        "B&B; 5",
        "R&D Center",
        "Unit 5\\7",
        "Block A\\B",
        "100% Street",
        "5%20",
        "100%ab",
        "\\\\unit",
        "$5 Street",
    ]);
}

#[test]
fn more_words_for_nothing_are_placeholders() {
    assert_said(
        "address",
        &["pd.NA", "pd.NaT", "np.nan", "unknown", "Unknown", "UNKNOWN", "<unknown>", "(unknown)"],
        "warning",
        "looks like a placeholder",
    );
    assert_in_order(&["Unknown Soldier Square", "P.D. 5", "Np. 5"]);
}

#[test]
fn a_question_mark_in_place_of_the_last_letter_of_a_word_is_suspicious() {
    let values = [
        "Malm? 5",
        "Universit? 5",
        "Via Libert? 5",
        "Citt? di Castello",
        "Universit?, 5",
        "(Caf?) 5",
        "Universit?\n5",
    ];
    assert_said("address", &values, "warning", "a question mark where a letter was lost");
    assert_in_order(&[
        "House 5?",
        "House A?",
        "Quo vadis? 5",
        "Wo? Hier",
        "¿Qué? 5",
        "Where is it? 5",
        "5? 6",
        "5 ? 7",
        "House 5 (rear?)",
        "どこ? 5",
    ]);
}

#[test]
fn code_points_that_are_no_characters_are_suspicious() {
    for (value, code) in [("A\u{fffe}B", "U+FFFE"), ("A\u{ffff}", "U+FFFF"), ("\u{1ffff}A", "U+1FFFF")] {
        assert_said("address", &[value], "warning", code);
    }
}

#[test]
fn postal_codes_that_were_numbers_or_dates_are_suspicious() {
    let number = "looks like a number that a spreadsheet wrote";
    assert_said(
        "postalCode",
        &["-1067", "−1067", "(1067)", "$1,067", "1.067 €", "€1067", "1067%", "1E-5"],
        "warning",
        number,
    );
    assert_said(
        "postalCode",
        &["2-января", "2 января 2026", "2 de enero", "2. ledna", "2 stycznia", "2-février"],
        "warning",
        "looks like a date",
    );
    assert_said(
        "postalCode",
        &["’01067", "‘01067", "´01067", "`01067"],
        "warning",
        "begins with an apostrophe",
    );
    for code in ["D-01067", "L-1234", "02108-", "〒100-0001", "1011 AB", "00-950"] {
        assert_eq!(found("u", code, "-5"), [""; 0], "{code}");
    }
}

#[test]
fn other_names_of_users_and_marks_around_ids_are_suspicious() {
    let uuid = "7c18fd6f-0000-4000-8000-5725fa9edc3f";
    assert_said("user", &[&format!("({uuid})")], "warning", "has parentheses around it");
    assert_said("user", &[&format!("[{uuid}]")], "warning", "has brackets around it");
    assert_said(
        "user",
        &["S-1-5-21-1-2-3", "S-1-5-21-3623811015-3361044348-30300820-1013"],
        "warning",
        "is a security identifier",
    );
    let names = [
        "CN=Ada,OU=x",
        "cn=ada",
        "uid=ada,ou=people,dc=example,dc=com",
        "CN=Ada,OU=Offices,OU=Dresden,DC=contoso,DC=example,DC=com",
    ];
    assert_said("user", &names, "warning", "is a distinguished name");
    for id in ["S-1", "S-1-x", "s-15", "c=3", "a=b", "(c)", uuid] {
        assert_eq!(found(id, "1", "A"), [""; 0], "{id}");
    }
}
