//! Rows that look right to a reader of CSV or JSON, and would send wrong data.

use avepoint_elements_rows::{Advice, Column, InputOptions};

use crate::{HEADER, findings, rows, table, table_with};

/// What a check says of rows under the header of a template.
fn found(rows: &str) -> Vec<String> {
    findings(&mut table(format!("{HEADER}{rows}").as_bytes()).expect("a table")).1
}

/// The warnings of one row that can be sent, without their line.
fn warnings(row: &str) -> Vec<String> {
    let (checked, found) = findings(&mut table(format!("{HEADER}{row}\n").as_bytes()).expect("a table"));
    assert_eq!((checked.valid, checked.warnings), (1, found.len() as u64), "{found:#?}");
    found.iter().map(|found| found.strip_prefix("warning: line 2, ").expect("a warning").to_owned()).collect()
}

#[test]
fn text_behind_a_closing_quote_is_a_mistake_and_never_a_value() {
    let cases = [
        (
            "c,t,u,1,AO,S,\"A\" B,C\n",
            "line 2: the quote (\") that opens on line 2 closes before the end of its value",
        ),
        ("c,t,u,1,AO,S,\"A \"B\" C\",C\n", "line 2: the quote (\") that opens on line 2 closes before"),
        ("c,t,u,1,AO,S,\"A\nB\"x,C\n", "line 2: the quote (\") that opens on line 2 closes before"),
        ("c,t,u,1,AO,\"S\n\",\"A\"x,C\n", "line 2: the quote (\") that opens on line 3 closes before"),
        (
            "c,t,u,1,AO,S,\"Block \\\"A\\\", 2\",C\n",
            "line 2: the quote (\") that opens on line 2 closes at \\\", since no backslash",
        ),
    ];
    for (row, expected) in cases {
        let found = found(row);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].starts_with(&format!("error: {expected}")), "{found:#?}");
    }
    assert!(found("c,t,u,1,AO,S,\"A\" ,\"C\"\n").is_empty(), "white space around values is dropped");
    assert!(
        found("c,t,u,1,AO,S,5\" pipe \"B\",\"C\\\"\n").is_empty(),
        "quotes within an unquoted value are text"
    );
    let header = table(b"\"customer\"x,tenant\n").unwrap_err().to_string();
    assert!(
        header.starts_with("in the header, the quote (\") that opens on line 1 closes before"),
        "{header}"
    );
}

#[test]
fn a_value_that_swallowed_rows_is_a_mistake_whatever_the_spacing() {
    let cases = [
        "c,t,u1,1,AO,S,A,\"B\nc,t,u2,1,AO,S,A,B\"\n",
        "c,t,u1,1,AO,S,A,\"B\nc, t, u2, 1, AO, S, A, B\nc , t , u3\"\n",
        "c,t,u1,1,AO,S,\"A,B\r\nc,t,u2,1,AO,S,A\r\n\",B\n",
        "c,t,u1,1,AO,S,\"A,B\nc,t,u2,1,AO,S,A\",B\n",
        "c,t,u1,1,AO,S,\"A,B\nc,t,u2,1,AO,S,\"\"A\"\",B\n\",B\n",
        "c,t,u1,1,AO,S,A,\"B\nc;t;u2;1;AO;S;A;B\"\n",
        "c,t,u1,1,AO,S,A,\"B\nc\tt\tu2\t1\tAO\tS\tA\tB\"\n",
        "c,t,u1,1,AO,S,A,\"B\nc|t|u2|1|AO|S|A|B\"\n",
        "c,t,u1,1,AO,S,A,\"B\nc,t,u2,1,AO,S,A,B,,,\"\n",
        "c,t,u1,1,AO,S,A,\"B\n\u{200b}c,\u{feff}t,\u{2060}u2,1,AO,S,A,B\"\n",
        "c,t,u1,1,AO,S,A,\"B\nc,t,u2\"\n",
        "c,t,u1,1,AO,S,A,\"B\nc,t,u2,1,AO,S\"\n",
        "c,t,u1,1,AO,S,A,\"B\n\"\"c\"\",\"\"t\"\",\"\"u2\"\",1,AO,S,\"\"A, B\"\",C\"\n",
    ];
    for row in cases {
        let mut read = table(format!("{HEADER}{row}").as_bytes()).unwrap();
        let (checked, found) = findings(&mut read);
        assert_eq!((checked.rows, checked.invalid), (1, 1), "{row:?}: {found:#?}");
        assert!(found[0].contains("holds the row of line 3, as a quote"), "{found:#?}");
        let invalid = crate::entries(&mut read).remove(0).row.unwrap_err();
        assert_eq!(invalid.problems[0].advice, Some(Advice::AllowMultiline));
        let options = InputOptions::default().allow_multiline(true);
        let (checked, found) =
            findings(&mut table_with(format!("{HEADER}{row}").as_bytes(), options).unwrap());
        assert!(checked.valid == 1 && checked.warnings > 0, "{row:?}: {found:#?}");
    }
    let ids_last =
        "zip,country,state,address,city,customer,tenant,user\n1,AO,S,A,\"B,c,t,u1\n2,AO,S,A,B\",c,t,u2\n";
    let (_, ids_last) = findings(&mut table(ids_last.as_bytes()).unwrap());
    assert!(ids_last.len() == 1 && ids_last[0].contains("holds the row of line 3"), "{ids_last:#?}");
    for end in ["\u{2028}", "\u{2029}", "\u{85}", "\u{b}", "\u{c}", "\u{1e}"] {
        let found = found(&format!("c,t,u1,1,AO,S,A,\"B{end}c,t,u2,1,AO,S,A,B\"\n"));
        assert!(found.len() == 1 && found[0].contains("holds the row of line 2"), "{end:?}: {found:#?}");
    }
    let in_a_note = "customer;tenant;user;zip;country;state;address;note\r\n\
                     c;t;u;1;AO;S;\"A\r\nB\";\"first\r\nsecond\r\nc;t;u;1;AO;S;A;x\"\r\n";
    let (_, found) = findings(&mut table(in_a_note.as_bytes()).unwrap());
    assert!(found.len() == 1 && found[0].starts_with("error: line 2, note "), "{found:#?}");
    assert!(found[0].contains("the row of line 5"), "line ends of both cells count: {found:#?}");
}

#[test]
fn a_value_with_the_delimiters_of_a_row_is_suspicious() {
    let found = found("c,t,u1,1,AO,S,A,\"B\n10,ab cd,ef,gh,ij\"\n");
    assert!(
        found.len() == 1 && found[0].contains("looks as if it held another row from line 3 on"),
        "{found:#?}"
    );
    let short = "address,user,zip,country,state\n\"A\nB\",u,1,AO,S\n";
    let options = InputOptions::default().customer("c".parse().unwrap()).tenant("t".parse().unwrap());
    assert!(
        findings(&mut table_with(short.as_bytes(), options).unwrap()).1.is_empty(),
        "an address may come first"
    );
}

#[test]
fn a_formula_that_is_a_text_is_that_text_in_every_column() {
    let row = "=\"c\",\"=\"\"t\"\"\",=\"u\",=\"01067\",=\"Germany\",=\" S \",=\"the \"\"old\"\" A\",=\"B\"\n";
    let mut read = table(format!("{HEADER}{row}").as_bytes()).unwrap();
    assert_eq!(rows(&mut read), ["2: c/t/u 01067|Germany|S|the \"old\" A|B"]);
    assert!(findings(&mut read).1.is_empty());
    let object = r#"{"customer":"=\"c\"","tenant":"t","user":"u","zip":"=\"01067\"","country":"DE","state":"S","address":"A"}"#;
    assert_eq!(rows(&mut table(object.as_bytes()).unwrap()), ["1: c/t/u 01067|Germany|S|A|-"]);
    let blank = found("c,t,u,=\"\",AO,S,A,B\n");
    assert!(blank.len() == 1 && blank[0].contains("postalCode: is blank"), "{blank:#?}");
    let cut = found("c,t,u,1,AO,S,=\"A 2, B\"\n");
    assert!(
        cut.len() == 1 && cut[0].contains("address \"=\"A 2\": is the first part of a formula"),
        "{cut:#?}"
    );
}

#[test]
fn other_formulas_and_values_that_begin_like_one_are_suspicious() {
    let formula = "begins like a formula of a spreadsheet and is sent as it is";
    for text in
        ["=VLOOKUP(A2;B:C;2)", "=A1", "+A1", "-A1+B1", "\"@SUM(A1,B1)\"", "\"=\"\"a\"\"&\"\"b\"\"\"", "＝1+1"]
    {
        let found = warnings(&format!("c,t,u,1,AO,S,{text},B"));
        assert!(found.len() == 1 && found[0].contains(formula), "{text}: {found:#?}");
    }
    let found = warnings("=c,t,=u,=1,AO,S,A,B");
    assert_eq!(found.iter().filter(|found| found.contains(formula)).count(), 3, "{found:#?}");
    assert!(warnings("c,t,u,1,AO,S,-5,- B").is_empty());
}

#[test]
fn a_row_that_repeats_the_header_is_a_mistake_that_says_so() {
    let expected =
        ["error: line 3: the row repeats the header, as where two files were joined; delete the line"];
    let row = |user| format!("c,t,u{user},1,AO,S,A,B\n");
    let quoted = "\u{feff}\"customer\",\"tenant\",\"user\",\"postalCode\",\"countryRegion\",\"state\",\"address\",\"city\"\n";
    let spelt = "Customer ID,Tenant ID,Object ID,ZIP,Country,State,Street address,City\n";
    let turned = "user,customer,tenant,postalCode,countryRegion,state,address,city\n";
    for header in [HEADER, &format!("\u{feff}{HEADER}"), quoted, spelt] {
        assert_eq!(found(&format!("{}{header}{}", row(1), row(2))), expected, "{header}");
    }
    for header in [turned, "customer,tenant,user,zip\n"] {
        let found = found(&format!("{}{header}{}", row(1), row(2)));
        assert!(found[0].contains("line 3: the row is a header with other columns"), "{found:#?}");
        assert!(found[1].contains("line 4: the row stands below the header of line 3"), "{found:#?}");
    }
    let mapped = "customer,tenant,Konto,PLZ,Land,state,address\n";
    let options = [(Column::User, "Konto"), (Column::PostalCode, "PLZ"), (Column::CountryRegion, "Land")]
        .into_iter()
        .fold(InputOptions::default(), |options, (column, name)| options.map(column, name));
    let file = format!("{mapped}c,t,u1,1,AO,S,A\n{mapped}");
    assert_eq!(findings(&mut table_with(file.as_bytes(), options).unwrap()).1, expected);
    assert!(found("c,t,user,1,AO,state,A,city\n").is_empty(), "ids and values may be called so");
}

#[test]
fn a_spreadsheets_error_is_a_mistake_in_ids_too() {
    let found = found("c,t,Err:508,1,AO,S,Loading...,#Н/Д\n");
    let error = "is an error that a spreadsheet calculated";
    assert_eq!(
        found.iter().filter(|found| found.starts_with("error: ") && found.contains(error)).count(),
        3,
        "{found:#?}"
    );
}

#[test]
fn text_that_was_damaged_on_its_way_is_suspicious() {
    let cases = [
        ("L?wengrube", "a question mark where a letter was lost"),
        ("LÃ¶wengrube", "reads like text that was decoded with another encoding"),
        ("O’Connellâ€™s", "reads like text that was decoded with another encoding"),
        ("\u{202e}A", "holds the character U+202E"),
        ("A\u{200b}", "holds the character U+200B"),
    ];
    for (text, expected) in cases {
        let found = warnings(&format!("c,t,u,1,AO,S,{text},{text}"));
        assert_eq!(found.len(), 2, "{found:#?}");
        assert!(found.iter().all(|found| found.contains(expected)), "{found:#?}");
    }
    let found = warnings("c,t,u,01067\u{200b},AO,S?,A,B");
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(warnings("c,t,u,1,AO,القاهرة\u{200f},می\u{200c}خواهم,São Paulo").is_empty());
}

#[test]
fn what_programs_write_in_place_of_nothing_is_suspicious() {
    for text in
        ["nan", "NaN", "None", "(null)", "undefined", "System.Object[]", "[object Object]", "\\N", "<nil>"]
    {
        let found = warnings(&format!("c,t,u,{text},AO,{text},A,B"));
        assert_eq!(found.len(), 2, "{text}: {found:#?}");
        assert!(found.iter().all(|found| found.contains("is sent as it is")), "{found:#?}");
    }
    let found = warnings("None,(null),undefined,1,AO,Nan,A,B");
    assert!(found.len() == 3 && found.iter().all(|found| found.ends_with("; write the id")), "{found:#?}");
}

#[test]
fn numbers_and_dates_in_place_of_ids_and_codes_are_suspicious() {
    for text in ["2.19E+26", "1.23457E+17", "80.331", "94102.0", "\"1,234,567\""] {
        let found = warnings(&format!("c,t,{text},{text},AO,{text},A,B"));
        assert_eq!(found.len(), 2, "{text}: {found:#?}");
        assert!(
            found.iter().all(|found| found.contains("looks like a number that a spreadsheet wrote")),
            "{found:#?}"
        );
    }
    for text in ["2-Jan", "02.01.2026", "2026-01-02", "02. Mai"] {
        let code = warnings(&format!("c,t,u,{text},AO,S,A,B"));
        assert!(
            code.len() == 1 && code[0].contains("looks like a date that a spreadsheet made"),
            "{code:#?}"
        );
    }
}

#[test]
fn both_halves_of_a_row_that_a_line_break_cut_in_two_are_mistakes() {
    for (first, second) in
        [("S,A 2", "House B,C"), ("S,A,Ci", "ty"), ("S,A 2", "House B"), ("S,A 2,C", "House B, rear,,")]
    {
        for end in ["\n", "\r", "\r\n"] {
            let (checked, found) = findings(
                &mut table(
                    format!(
                        "{HEADER}c,t,u1,1,AO,{first}{end}{second}{end}c,t,u2,1,AO,S,A,C{end}c,t,u3,1,AO,S,A,C{end}"
                    )
                    .as_bytes(),
                )
                .unwrap(),
            );
            assert_eq!((checked.rows, checked.valid), (4, 2), "{first}: {found:#?}");
            assert!(
                found[0].starts_with("error: line 2: line 3 is no row and looks like the end of this one"),
                "{found:#?}"
            );
        }
    }
    let (checked, _) =
        findings(&mut table(format!("{HEADER}c,t,u1,1,AO,S,A\nc,t,u2,1,AO,S,A\n").as_bytes()).unwrap());
    assert_eq!(checked.valid, 2, "a row may end before the city");
    let (checked, _) =
        findings(&mut table(format!("{HEADER}c,t,u1,1,AO,S,A,C\nc,t,u2,1\n").as_bytes()).unwrap());
    assert_eq!(checked.valid, 1, "a row that is cut off is no rest of the one before");
}

#[test]
fn a_row_cut_in_two_is_told_by_its_cells_and_ids_whatever_its_words() {
    let template = HEADER.trim_end();
    let ids_last = "postalCode,countryRegion,state,address,city,customer,tenant,user";
    let address_first = "address,customer,tenant,user,postalCode,countryRegion,state,city";
    let wide = "customer,tenant,user,postalCode,countryRegion,state,address,city,dept,title,phone,mail,start,room,note";
    let cases = [
        (template, "c,t,u1,1,AO,S,A 2", "House, B, rear"),
        (template, "c,t,u1,1,AO,S,A 2", "House,B,rear,C"),
        (template, "c,t,u1,1,AO,S,A, 2", "House,C"),
        (template, "c,t,u1,1,AO,S,A,C", "House,B"),
        (template, "c,", "t,u1,1,AO,S,A,C"),
        (address_first, "Main", "Street 5,c,t,u1,1,AO,S,C"),
        (address_first, "Main, 5", "House B,c,t,u1,1,AO,S,C"),
        (address_first, "Main", "House,c,t,u1,1,AO,S"),
        ("note,customer,tenant,user,zip,country,state,address", "moved, in", "May,c,t,u1,1,AO,S,A"),
        (ids_last, "1,AO,S,A 2", "House,C,c,t,u1"),
        (wide, "c,t,u1,1,AO,S,A 2", "Haus,C,IT,Head,12,x,2020,5,n"),
    ];
    for (header, first, second) in cases {
        let others: [String; 2] = ["u8", "u9"].map(|user| whole(header, user));
        let [before, behind] = &others;
        let file = format!("{header}\n{before}\n{first}\n{second}\n{behind}\n");
        let sent = rows(&mut table(file.as_bytes()).unwrap());
        let sent: Vec<_> = sent.iter().filter(|row| !row.starts_with("line ")).collect();
        assert!(sent.iter().all(|row| row.contains("c/t/u8") || row.contains("c/t/u9")), "{sent:#?}");
        assert!(sent.last().is_some_and(|row| row.starts_with("5: ")), "{first} | {second}: {sent:#?}");
    }
}

/// A row under a header of templates or of more columns.
fn whole(header: &str, user: &str) -> String {
    let value = |column: &str| match column {
        "customer" => "c",
        "tenant" => "t",
        "user" => user,
        "countryRegion" | "country" => "AO",
        _ => "x",
    };
    header.split(',').map(value).collect::<Vec<_>>().join(",")
}

#[test]
fn a_row_beside_one_that_is_wrong_for_its_own_reason_is_no_half() {
    let cases = [
        ("c,t,u1,1,AO,S,A,C", "c,t,u2,1"),
        ("c,t,u1,1,AO,S,A,C", "c,t"),
        ("c,t,u1,1,AO,S,A,C", "c;t;u2;1;AO;S;A;C"),
        ("c,t,u1,1,AO,S,A,C", "\"c,t,u2,1,AO,S,A,C\""),
        ("c,t,u1,1,AO,S,A,C", "customer,tenant,user,postalCode,countryRegion,state,address,city"),
    ];
    for (row, wrong) in cases {
        for file in [format!("{row}\n{wrong}\n"), format!("{wrong}\n{row}\n")] {
            let (checked, found) = findings(&mut table(format!("{HEADER}{file}").as_bytes()).unwrap());
            assert_eq!((checked.rows, checked.valid), (2, 1), "{file}: {found:#?}");
        }
    }
    let wide = "customer,tenant,user,postalCode,countryRegion,state,address,city,n1,n2,n3,n4,n5,n6,n7\n";
    let rows = "contoso,main,u1,1,AO,S,A,C\nfab,x,u2,1,AO,S,A,C\nother,y5,u3,1,AO,S,A,C\n";
    let (checked, found) = findings(&mut table(format!("{wide}{rows}").as_bytes()).unwrap());
    assert_eq!(checked.valid, 3, "rows may end before columns that are not needed: {found:#?}");
}

#[test]
fn neither_half_of_a_row_that_is_cut_within_an_id_is_sent() {
    let uuid = "966f35cc-0000-4000-8000-25cdbcf80000";
    let (uuid_start, uuid_end) = uuid.split_at(20);
    let user_first = "user,customer,tenant,postalCode,countryRegion,state,address,city";
    let mail_first = "mail,customer,tenant,user,postalCode,countryRegion,state,address,city";
    let user_last = "postalCode,countryRegion,state,address,city,customer,tenant,user";
    let cases = [
        (HEADER, "con".to_owned(), "toso,t,u1,1,AO,S,A,C".to_owned()),
        (HEADER, "c,ten".to_owned(), "ant,u1,1,AO,S,A,C".to_owned()),
        (HEADER, "c,t,us".to_owned(), "er,1,AO,S,A,C".to_owned()),
        (HEADER, uuid_start.to_owned(), format!("{uuid_end},t,u1,1,AO,S,A,C")),
        (HEADER, "con".to_owned(), "toso,t,u1,1,AO,S,A".to_owned()),
        (user_first, "ad".to_owned(), "ele,c,t,1,AO,S,A,C".to_owned()),
        (mail_first, "ad".to_owned(), "ele@example.com,c,t,u1,1,AO,S,A,C".to_owned()),
        (user_last, "1,AO,S,A,C,c,t,us".to_owned(), "er".to_owned()),
    ];
    for (header, first, second) in cases {
        let header = header.trim_end();
        let [before, behind] = ["u8", "u9"].map(|user| whole(header, user));
        for behind in [&*behind, ""] {
            let file = format!("{header}\n{before}\n{first}\n{second}\n{behind}\n");
            let mut table = table(file.as_bytes()).unwrap();
            let (_, found) = findings(&mut table);
            let sent = rows(&mut table);
            let is_half = |row: &String| row.starts_with("3: ") || row.starts_with("4: ");
            assert!(!sent.iter().any(is_half), "{file}: {sent:#?}");
            // What ends a row may begin the next one, too, unless that begins with an id.
            let is_told = header != user_last && !behind.is_empty();
            assert!(!is_told || sent.iter().any(|row| row.starts_with("5: ")), "{file}: {sent:#?}");
            for (line, other) in [(3, 4), (4, 3)] {
                let named = [
                    format!("error: line {line}: line {other} is no row"),
                    format!("error: line {line}: the row has"),
                ];
                let is_named = |found: &String| named.iter().any(|start| found.starts_with(start));
                assert!(found.iter().any(is_named), "{file}: {found:#?}");
            }
        }
    }
}

#[test]
fn a_word_on_a_line_of_its_own_costs_no_row_whose_id_is_whole() {
    let uuid = "966f35cc-0000-4000-8000-25cdbcf80000";
    let cases = [
        format!("Berlin\n{uuid},t,u1,1,AO,S,A,C\n"),
        "Berlin\ncontoso,t,u1,1,AO,S,A,C\ncontoso,t,u2,1,AO,S,A,C\n".to_owned(),
        "Sheet of Berlin\ncontoso,t,u1,1,AO,S,A,C\n".to_owned(),
    ];
    for rows in cases {
        let (checked, found) = findings(&mut table(format!("{HEADER}{rows}").as_bytes()).unwrap());
        assert_eq!(checked.invalid, 1, "{found:#?}");
    }
}

#[test]
fn a_line_in_quotes_is_named() {
    let expected = [
        "error: line 3: the line stands in quotes, which makes one value of the row; remove the quotes around \
                     it, and write those within it once",
    ];
    let [first, last] = ["u1", "u3"].map(|user| whole(HEADER.trim_end(), user));
    for line in ["\"c,t,u2,1,AO,S,A,C\"", "\"c,t,u2,1,AO,S,\"\"A\"\",C\"", "\"c,t,u2,1,AO,S,A,C\",,,,,,,"] {
        assert_eq!(found(&format!("{first}\n{line}\n{last}\n")), expected, "{line}");
    }
}

#[test]
fn an_address_in_place_of_an_id_is_a_mistake_with_its_reason() {
    let found = found("c@example.com,t@example.com,ada@example.com,1,AO,S,A,B\n");
    assert_eq!(found.len(), 3, "{found:#?}");
    for (found, column) in found.iter().zip(["customer", "tenant", "user"]) {
        assert!(found.starts_with(&format!("error: line 2, {column} ")), "{found}");
        assert!(
            found.contains("as an e-mail address or a user principal name does, and neither is an id"),
            "{found}"
        );
    }
}

#[test]
fn nothing_else_is_said_of_a_cell_that_is_a_mistake() {
    let long = format!("=\u{202e}{}", "M?nchen".repeat(40));
    let found = found(&format!("c,t,u,{},Atlantis{},{long},A,B\n", "1".repeat(41), "x".repeat(300)));
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found.iter().all(|found| found.starts_with("error: ")), "{found:#?}");
    let too_long = self::found("c,t,u,1067,DE,S,A?b,B,x\n");
    assert!(too_long.len() == 1 && too_long[0].contains("belongs to no column"), "{too_long:#?}");
}
