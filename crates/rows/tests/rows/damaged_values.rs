//! Values that were damaged on their way into a file: none passes without a word, and no value in order is suspected.

use avepoint_elements_rows::{InputOptions, Purpose};

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

#[test]
fn a_placeholder_beside_something_else_is_suspicious() {
    let values = [
        "Main St 5 null",
        "Main St 5 NULL",
        "null Main St 5",
        "null, Main St 5",
        "NULL NULL Dresden",
        "Main St undefined",
        "undefined Main St",
        "Main St 5 None",
        "Main St 5, None",
        "Main St 5 none",
        "None, Main St 5",
        "Main St 5, nan",
        "Main St nan",
        "nan Main St",
        "Main St NaN",
        "Main St NaT",
        "Main St 5 n/a",
        "Main St 5, N/A",
        "N/A, Dresden",
        "Main St 5/null",
        "Main St 5-undefined",
        "Main St\nnull",
        "Main St 5 null.",
        "Main St (null)",
        "Main St (null) 5",
        "Main St [null]",
        "Main St <null> 5",
        "Main St (None)",
        "Straße null",
    ];
    assert_said("address", &values, "warning", "holds a placeholder beside something else");
    assert_in_order(&[
        "Nan",
        "Muang Nan",
        "Mueang Nan (Nan)",
        "123 Moo 5, Nan 55000",
        "Rue Null 5",
        "Nullweg 5",
        "Am Null",
        "Henry Null",
        "Null Street 5",
        "None Torinese",
        "10060 None TO",
        "Stabulone",
        "Anemone",
        "Via Nazionale 5",
        "Parkanan",
        "Rue du Nil",
        "rue du nil",
        "Annul",
        "Joined",
        "Combined",
        "12 Rue de la Vone",
        "Banna",
        "Suite A/A",
        "Suite N/B",
        "Hauptstraße 5 (N)",
        "Bhanan",
        "Zhonghua Nan",
        "Via G. Nenni",
        "Gare de Nan-sous-Thil",
        "Nan-sous-Thil",
        "Undefined Street 5",
        "Naturno",
        "Halle (Na)",
    ]);
}

#[test]
fn the_town_of_none_and_streets_of_the_south_are_no_placeholders_in_their_countries() {
    let found = |country: &str, address: &str, city: &str| {
        let file = format!("{HEADER}c,t,u,10060,{country},S,\"{address}\",\"{city}\"\n");
        findings(&mut table(file.as_bytes()).expect("a table")).1
    };
    assert_eq!(found("IT", "Via Roma 5", "None"), [""; 0]);
    assert_eq!(found("Italia", "Via Roma 5, None", "NONE"), [""; 0]);
    assert_eq!(found("AO", "Via Roma 5, None", "None").len(), 2);
    assert_eq!(found("IT", "Via Roma 5 null", "x").len(), 1);
    assert_eq!(found("Taiwan", "zhongshan nan", "x"), [""; 0]);
    assert_eq!(found("AO", "zhongshan nan", "x").len(), 1);
}

#[test]
fn objects_and_variables_of_templates_within_a_value_are_suspicious() {
    let objects = [
        "Main St [object Object]",
        "Main St [object Object] 5",
        "Main St System.Object[]",
        "Main St 5, System.String[]",
        "Main St [Ljava.lang.Object;@1b6d",
        "Main St <class 'str'>",
        "Main St HASH(0x55d0c8)",
    ];
    assert_said("address", &objects, "warning", "holds what a program writes in place of an object");
    let variables = [
        "Main St ${no}",
        "Main St {{no}} 5",
        "Main St {{ no }}",
        "Main St {no}",
        "Main St {0}",
        "{street} 5",
        "Main St #{no}",
        "Main St %s",
        "Main St %d, rear",
        "Main St %NO%",
        "Main St <%= no %>",
    ];
    assert_said("address", &variables, "warning", "holds a variable of a template");
    let texts =
        ["{ \"street\": \"Main St\" }", "[ \"Main St\" ]", "{ 'street': 'Main St' }", "s:7:\"Main St\";"];
    assert_said("address", &texts, "warning", "is what a program writes in place of an object");
    assert_in_order(&[
        "Main St [rear]",
        "Unit [5]",
        "House {A, B}",
        "100 % 5",
        "100%s",
        "5 % d'angle",
        "C/O Ada @ Contoso",
        "$5 Street",
        "Ca$h Street",
        "Room S: 5",
        "s: 5",
        "System House 5",
        "Microsoft.House 5",
        "5 < 6",
        "A <rear> B",
    ]);
}

#[test]
fn line_ends_quotes_and_spaces_as_programs_write_them_are_suspicious() {
    let values = [
        "Main St\\nRear",
        "Main St 5\\n",
        "Main St\\r\\nRear",
        "Main St\\r\\nrear",
        "Main St\\t5",
        "L\\'Aquila",
        "12\\/3 Main",
        "Haus \\\"A\\\"",
        "Dresden_x000D_",
        "Main St_x000D_\n5",
        "Main_x000d_St",
        "M&uumlnchen",
        "Main St&nbsp5",
        "Main St&nbsp",
        "Smith &amp Sons",
        "M=C3=BCnchen",
        "Stra=DFe 5",
        "Main=20St",
        "5%2C Main",
        "5%20Main",
        "Main+St+5",
        "Main+5",
        "5+Main+St",
        "Rue+de+la+Paix",
        "M\\374nchen",
        "M\\'fcnchen",
    ];
    assert_said("address", &values, "warning", "holds an escape");
    let tags =
        ["Dresden<br>", "A<br />B", "A<BR/>B", "Dresden</p>", "<p>Dresden</p>", "A <span lang=\"de\">B"];
    assert_said("address", &tags, "warning", "holds a tag of HTML");
    assert_in_order(&[
        "Block A\\North",
        "Unit 5\\rear",
        "A\\terrace",
        "5\\'",
        "Unit_5",
        "Main_xyz_5",
        "Main _x00_",
        "B&Bring",
        "R&D Lab",
        "Marks &Spencer",
        "A&circus",
        "A=B",
        "E=MC2",
        "A=AB C",
        "5%20",
        "100%2 5",
        "12+14",
        "Hauptstr. 12+14",
        "Haus 5+",
        "A+B",
        "Bauen+Wohnen",
        "9G8F+6W",
        "8FVC9G8F+6W Dresden",
        "5+5A",
        "A<B",
        "<5",
        "Unit A\\374",
    ]);
}

#[test]
fn a_spreadsheets_error_in_another_dress_is_a_mistake() {
    let errors = [
        "# N/A",
        "{#N/A}",
        "[#N/A]",
        "(#N/A)",
        "#N/A.",
        "'#N/A",
        "#N\u{2215}A",
        "#N\u{2044}A",
        "#DIV\u{2215}0!",
        "\u{fe5f}N/A",
        "#N/A\u{200b}",
        "\u{200b}#N/A",
        "#\u{200b}REF!",
        "# REF!",
        "#FEHLER",
        "#Fehler",
        "#ERROR 5",
        "#ERREUR",
        "REF!",
        "VALUE!",
        "DIV/0!",
        "[#NV]",
    ];
    assert_said("address", &errors, "error", "an error that a spreadsheet calculated");
    assert_in_order(&[
        "# AD",
        "(#A/B)",
        "[#5]",
        "# 5",
        "#A.",
        "Suite # N",
        "Unit (#12)",
        "#Fel 5",
        "Value! Plaza",
        "Ref. 5",
        "Error Street 5",
        "#12\u{2044}3 Main",
        "Up!",
        "Westward Ho!",
        "Saint-Louis-du-Ha! Ha!",
    ]);
}

#[test]
fn what_resembles_a_word_is_a_mistake_for_updates_and_plans() {
    let clears = [
        "'#CLEAR",
        "\u{2116}CLEAR",
        "[CLEAR]",
        "(#CLEAR)",
        "#CLE AR",
        "\\#CLEAR",
        "<CLEAR>",
        "\"#CLEAR\"",
        "#EMPTY",
        "#DELETE",
        "#L\u{d6}SCHEN",
        "#BLANK",
        "#REMOVE",
        "#BORRAR",
    ];
    let keeps =
        ["#KEEEP", "#KEP", "#KEEPS", "[KEEP]", "'#KEEP", "#KE EP", "#BEHALTEN", "\u{2116}KEEP", "# KEEP"];
    assert_said("address", &clears, "error", "#CLEAR");
    assert_said("address", &keeps, "error", "#KEEP");
    let plan = |address: &str| {
        let file = format!("mail,address\na@x.example,\"{}\"\n", address.replace('"', "\"\""));
        let options = InputOptions::default().purpose(Purpose::Plan);
        let mut table = crate::table_with(file.as_bytes(), options).expect("a table");
        let entry = table.plan_entries().expect("entries").next().expect("one").expect("an entry");
        entry.wanted.err().unwrap_or_default().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    for (values, word) in [(&clears[..], "#CLEAR"), (&keeps, "#KEEP")] {
        for value in values {
            let said = plan(value);
            assert!(
                said.len() == 1 && said[0].contains("is not sent") && said[0].contains(word),
                "{value}: {said:?}"
            );
        }
    }
    let in_order = [
        "Clear Lake",
        "Clear",
        "(Clear)",
        "Keep",
        "The Keep",
        "[Keep]",
        "#Keel Street",
        "#Tom",
        "#Delete Lane",
        "#KEY",
        "#KELP",
        "#K",
        "#DELTA",
        "\u{2116} 5",
        "\u{2116}5A",
        "#Clear Lake",
    ];
    assert_in_order(&in_order);
    for value in in_order.into_iter().filter(|value| !value.starts_with("#K") && *value != "#DELTA") {
        assert_eq!(plan(value), [""; 0], "{value}");
    }
}

#[test]
fn zeros_that_a_spreadsheet_shows_for_empty_cells_are_suspicious() {
    let zero = "is what a spreadsheet shows of a formula that refers to an empty cell";
    for column in ["user", "address"] {
        assert_said(column, &["0", "0.0", "0,00"], "warning", zero);
    }
    assert_in_order(&["00", "0.5", "0 Main St", "0-1", "0A", "0."]);
}

#[test]
fn what_other_programs_write_for_nothing_or_for_a_letter_is_suspicious() {
    for column in ["user", "postalCode", "address"] {
        assert_said(column, &["NA"], "warning", "in place of a value that it does not have");
    }
    assert_said("address", &["M+APw-nchen", "Wei+AN8-e Gasse 5"], "warning", "holds an escape");
    assert_said("address", &["ï»¿Oslo"], "warning", "another encoding than its own");
    for error in ["#CALCULATING", "#NESTED CRITERIA", "Calculating...", "Loading data..."] {
        assert_said("address", &[error], "error", "is an error");
    }
    assert_in_order(&[
        "NATO St",
        "Na",
        "5+ADE-1",
        "A+A-1",
        "Smith+AND-Jones",
        "Rail+AIR-Center",
        "Calculating Machine Rd",
    ]);
}

#[test]
fn values_of_truth_and_dates_that_a_spreadsheet_made_are_suspicious() {
    let truth = "is what a spreadsheet shows of a checkbox";
    for column in ["user", "postalCode", "address"] {
        assert_said(column, &["TRUE", "FALSE", "WAHR", "FALSCH", "FALSO", "ONWAAR"], "warning", truth);
    }
    assert_said("address", &["FAŁSZ", "ЛОЖЬ"], "warning", truth);
    let dates = [
        "2026-01-02",
        "2026-01-02 12:00:00",
        "9999-12-31",
        "02.01.2026",
        "1/2/2026",
        "03:20:00",
        "03:20",
        "3:20 PM",
        "2026-01-02T00:00:00Z",
    ];
    assert_said("address", &dates, "warning", "looks like a date or a time");
    assert_said("postalCode", &["9999-12-31", "4137-02-03"], "warning", "looks like a date");
    assert_in_order(&[
        "True",
        "False Bay",
        "TRUE BLUE",
        "FAUX",
        "25 de Mayo",
        "9 de Julio",
        "1/2 Main",
        "12/24",
        "1-2-3",
        "12-34-56",
        "1/2/3",
        "12.05.",
        "1234-5",
        "2026",
        "17. Juni 1953",
        "Platz des 17.06.1953",
        "3-2-1",
        "101-2-15",
        "5:5:5:5",
        "4-chome 3-2",
    ]);
    for code in ["1234-567", "1000-001", "9999-999", "2026", "01-02"] {
        assert_eq!(found("u", code, "A"), [""; 0], "{code}");
    }
}
