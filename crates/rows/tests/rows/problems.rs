//! What is said when something is wrong.

use avepoint_elements_rows::{Advice, Blank, Column, Format, InputOptions};

use crate::{HEADER, findings, rows, table, table_with};

/// The problems of a row under the header of a template.
fn of_row(row: &str, options: InputOptions) -> Vec<String> {
    rows(&mut table_with(format!("{HEADER}{row}\n").as_bytes(), options).expect("a table"))
}

fn refused(input: &str, options: InputOptions) -> String {
    let error = table_with(input.as_bytes(), options).expect_err("no table");
    assert!(!error.is_io());
    error.to_string()
}

#[test]
fn all_that_is_wrong_with_a_row_is_said_at_once() {
    let long = "x".repeat(129);
    let found =
        of_row(&format!("a/b,,ü,{},,{long},\u{1b}[2J,{long}", "1".repeat(41)), InputOptions::default());
    let expected = [
        "customer \"a/b\": the customer id cannot be used: character 2 is '/'. ",
        "tenant: is blank; every row needs the id of its tenant",
        "user \"ü\": the user id cannot be used: character 1 is 'ü'. ",
        "postalCode \"1111111111111111111111111111111111111111…\": has 41 characters; at most 40 are allowed",
        "countryRegion: is blank; give a value of at most 255 characters, or #CLEAR to send an empty one",
        "state \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…\": has 129 characters; at most 128 are allowed",
        "city \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…\": has 129 characters; at most 128 are allowed",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(&format!("line 2, {expected}")), "{found}");
    }
}

#[test]
fn an_id_that_no_url_has_room_for_is_found_before_anything_is_sent() {
    let row = format!("c,t,{},2121,Angola,Luanda,Dande,", "u".repeat(5000));
    let found = of_row(&row, InputOptions::default());
    assert!(found.len() == 1 && found[0].contains("it has 5000 bytes"), "{found:#?}");
}

#[test]
fn blank_values_are_refused_or_cleared_as_asked() {
    let clear = || InputOptions::default().blank(Blank::Clear);
    assert_eq!(of_row("c,t,u,,AO,#Clear,D,", clear()), ["2: c/t/u |Angola||D|"]);
    assert_eq!(of_row("c,t,u,1,#CLEAR,S,D,", InputOptions::default()), ["2: c/t/u 1||S|D|-"]);
    assert_eq!(
        of_row("c,t,,1,AO,S,D,", clear()),
        ["line 2, user: is blank; every row needs the id of its user"]
    );
    let without_city = "customer,tenant,user,postalCode,countryRegion,state,address\nc,t,u,1,AO,S,D\n";
    let mut table = table_with(without_city.as_bytes(), clear()).unwrap();
    assert_eq!(rows(&mut table), ["2: c/t/u 1|Angola|S|D|-"], "a column that is not there is not blank");
}

#[test]
fn a_row_that_ends_early_is_wrong_where_a_value_is_needed_and_says_so_once() {
    let cut = format!("{HEADER}c,t,u1,01067,DE,S,A,B\nc,t,u2,010");
    let says = "the row has 4 cells and the header 8: countryRegion, state, address";
    for (blank, missing) in [(Blank::Error, says.to_owned()), (Blank::Clear, format!("{says}, city"))] {
        let mut table = table_with(cut.as_bytes(), InputOptions::default().blank(blank)).unwrap();
        let (checked, found) = findings(&mut table);
        assert_eq!((checked.valid, checked.invalid, found.len()), (1, 1, 1), "{found:#?}");
        let start = format!("error: line 3: {missing} are missing; the row or the file may be cut off");
        assert!(found[0].starts_with(&start), "{found:#?}");
        assert_eq!(rows(&mut table).len(), 2, "a reading says the same");
    }
}

#[test]
fn a_city_that_the_row_is_too_short_for_is_left_out_unless_blanks_clear() {
    let without_city = "c,t,u,1,AO,S,D";
    assert_eq!(of_row(without_city, InputOptions::default()), ["2: c/t/u 1|Angola|S|D|-"]);
    let found = of_row(without_city, InputOptions::default().blank(Blank::Clear));
    let start = "line 2: the row has 7 cells and the header 8: city is missing; ";
    assert!(found.len() == 1 && found[0].starts_with(start), "{found:#?}");
}

#[test]
fn an_id_for_all_rows_and_a_column_that_means_nothing_need_no_cell() {
    let options = InputOptions::default().blank(Blank::Clear).customer("c".parse().unwrap());
    let file = "tenant,user,zip,country,state,address,customer,note,,\nt,u,1,AO,,D\n";
    assert_eq!(rows(&mut table_with(file.as_bytes(), options).unwrap()), ["2: c/t/u 1|Angola||D|-"]);
}

#[test]
fn rows_with_another_delimiter_than_the_headers_have_one_cell() {
    let file = format!("{}c,t,u,1,AO,S,D,C\n", HEADER.replace(',', ";"));
    for blank in [Blank::Error, Blank::Clear] {
        let found = rows(&mut table_with(file.as_bytes(), InputOptions::default().blank(blank)).unwrap());
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].starts_with("line 2: the row has 1 cell and the header 8: "), "{found:#?}");
        assert!(found[0].contains("another delimiter than the header"), "{found:#?}");
    }
}

#[test]
fn what_else_is_wrong_with_a_row_that_ends_early_is_said_too() {
    let found = of_row("a/b,,u,1", InputOptions::default());
    let starts = [
        "line 2: the row has 4 cells",
        "line 2, customer \"a/b\": the customer id",
        "line 2, tenant: is blank",
    ];
    assert_eq!(found.len(), starts.len(), "{found:#?}");
    assert!(found.iter().zip(starts).all(|(found, start)| found.starts_with(start)), "{found:#?}");
}

#[test]
fn an_address_of_several_lines_is_not_doubted() {
    let addresses = [
        "Rua Direita 5,\nBairro Azul, Bloco 3,\r\nLuanda",
        "Tower B, Flat 7\nSector 5, Phase 2, Near the Lake, Noida, Uttar Pradesh, 201301, India",
        "a,b\nc,d\ne,f\ng,h\ni,j",
        "a,b,c,d,e,f,g\nh",
        "a\n",
    ];
    let short = "user,zip,country,state,address\n";
    let options = || InputOptions::default().customer("c".parse().unwrap()).tenant("t".parse().unwrap());
    for address in addresses {
        let row = format!("u,1,AO,S,\"{address}\"\n");
        for file in [format!("{short}{row}"), format!("{HEADER}c,t,{}", row.replace("\"\n", "\",C\n"))] {
            let (checked, found) = findings(&mut table_with(file.as_bytes(), options()).unwrap());
            assert_eq!((checked.valid, checked.warnings), (1, 0), "{found:#?}");
        }
    }
}

#[test]
fn what_a_spreadsheet_or_a_slip_made_of_a_value_is_refused() {
    let row = "c,t,u,#REF!,#N/A,#CLAER,#12 Main Street,#Name?";
    let found = of_row(row, InputOptions::default());
    let error = "is an error that a spreadsheet calculated; correct the cell, and save the file again";
    assert_eq!(
        found,
        [
            format!("line 2, postalCode \"#REF!\": {error}"),
            format!("line 2, countryRegion \"#N/A\": {error}"),
            "line 2, state \"#CLAER\": is not sent, as it looks like a misspelt #CLEAR; write #CLEAR to send an empty \
             value"
                .to_owned(),
            format!("line 2, city \"#Name?\": {error}"),
        ]
    );
    let (checked, _) = findings(&mut table(format!("{HEADER}{row}\n").as_bytes()).unwrap());
    assert_eq!((checked.invalid, checked.warnings), (1, 0), "what is wrong is not doubtful as well");
    assert_eq!(
        of_row("c,t,u,1,AO,S,#12 Main Street,", InputOptions::default()),
        ["2: c/t/u 1|Angola|S|#12 Main Street|-"]
    );
}

#[test]
fn quotes_behind_a_space_are_doubted_as_a_part_of_the_value() {
    let found = warnings_of("c,t, \"u\", \"01067\",AO,S, \"Theaterplatz 2\",the \"old\" town");
    let message = "has quotes around it, which are sent as a part of it; write it without them, or without the space \
                   before them";
    let expected = [("user", "u"), ("postalCode", "01067"), ("address", "Theaterplatz 2")];
    assert_eq!(
        found,
        expected.map(|(column, text)| format!("warning: line 2, {column} \"\"{text}\"\": {message}"))
    );
}

/// The warnings of a row under the header of a template that can be sent.
fn warnings_of(row: &str) -> Vec<String> {
    let (checked, found) = findings(&mut table(format!("{HEADER}{row}\n").as_bytes()).expect("a table"));
    assert_eq!(checked.valid, 1, "{found:#?}");
    found
}

#[test]
fn a_placeholder_is_doubted_in_every_column() {
    let message = "looks like a placeholder and is sent as it is; write the value";
    for text in ["N/A", "n/a", "NULL", "null", "Null", "-", "--", "---"] {
        let found = warnings_of(&format!("c,t,u,{text},AO,{text},{text},{text}"));
        let expected = ["postalCode", "state", "address", "city"].map(|column| {
            format!("warning: line 2, {column} \"{text}\": {message}, or #CLEAR to send an empty one")
        });
        assert_eq!(found, expected);
    }
    for text in ["NULL", "-"] {
        let found = warnings_of(&format!("{text},{text},{text},1,AO,S,A,"));
        let message = "looks like a placeholder and is sent as it is; write the id";
        let expected = ["customer", "tenant", "user"];
        assert_eq!(found, expected.map(|column| format!("warning: line 2, {column} \"{text}\": {message}")));
    }
    assert!(warnings_of("c,t,u,0-0,AO,Nullarbor,N/A Street,-5").is_empty());
}

#[test]
fn a_placeholder_is_no_country_and_least_of_all_namibia() {
    let file = format!("{HEADER}c,t,u,1,N/A,S,A,C\n");
    let mut table = table(file.as_bytes()).unwrap();
    assert_eq!(rows(&mut table), ["2: c/t/u 1|N/A|S|A|C"]);
    let (_, found) = findings(&mut table);
    assert!(
        found.len() == 1 && found[0].contains("is sent as it is, but looks like a placeholder"),
        "{found:#?}"
    );
    let strict = InputOptions::default().strict_countries(true);
    let (checked, found) = findings(&mut table_with(file.as_bytes(), strict).unwrap());
    assert!(!checked.is_valid() && found.len() == 1, "{found:#?}");
    assert_eq!(of_row("c,t,u,1,NA,S,A,C", InputOptions::default()), ["2: c/t/u 1|Namibia|S|A|C"]);
}

#[test]
fn what_cannot_be_seen_is_doubted() {
    let nothing = "holds nothing that can be seen and is sent as it is; write the value, or #CLEAR to send an empty one";
    assert_eq!(
        warnings_of("c,t,u,\u{200b},AO,\u{2060}\u{ad} \u{200e},A,\u{3164}"),
        [
            format!("warning: line 2, postalCode \"\\u{{200b}}\": {nothing}"),
            format!("warning: line 2, state \"\\u{{2060}}\\u{{ad}} \\u{{200e}}\": {nothing}"),
            format!("warning: line 2, city \"\u{3164}\": {nothing}"),
        ]
    );
    assert_eq!(
        warnings_of("c,t,u,1\u{7f}2,AO,S\u{1b}[2J,Z\u{9f}rich,é\u{1}")
            .iter()
            .map(|found| found.split_once("\": ").unwrap().1)
            .collect::<Vec<_>>(),
        ["U+007F", "U+001B", "U+009F", "U+0001"].map(|code| format!(
            "holds the control character {code}, which is sent as it is; most likely the text was damaged, so write \
             it anew"
        ))
    );
    assert!(
        warnings_of("c,t,u,1,AO,서울\u{3164},\"A\tB\r\nC\",नि\u{200d}म").is_empty(),
        "white space, joiners, and fillers beside Korean are text"
    );
}

#[test]
fn what_is_around_an_id_and_does_not_belong_to_it_is_doubted() {
    let uuid = "7c18fd6f-0000-4000-8000-5725fa9edc3f";
    let id = format!("{{{uuid}}}");
    let braces = "has braces around it, which are sent as a part of the id; the same id without them counts as another, \
                  so write it without them";
    let expected = ["customer", "tenant", "user"];
    assert_eq!(
        warnings_of(&format!("{id},{id},{id},1,AO,S,A,")),
        expected.map(|column| format!("warning: line 2, {column} \"{{{uuid}}}\": {braces}"))
    );
    let apostrophe = "begins with an apostrophe, by which a spreadsheet marks text and which is sent as it is; write \
                      the id without it";
    assert_eq!(
        warnings_of("'c,'t,'u,1,AO,S,'s-Gravenhage,'s-Hertogenbosch"),
        expected.map(|column| format!("warning: line 2, {column} \"'{}\": {apostrophe}", &column[..1]))
    );
    assert!(warnings_of(&format!("{{c}},t'x,{uuid}}},1,AO,{id},A,")).is_empty());
}

#[test]
fn what_is_wrong_is_not_doubtful_as_well() {
    let file = format!("{HEADER}N/A,t,\u{1b},{0},AO,{1}\u{1},A,\n", "\u{200b}".repeat(41), "x".repeat(128));
    let (checked, found) = findings(&mut table(file.as_bytes()).unwrap());
    assert_eq!((checked.invalid, checked.warnings, found.len()), (1, 0, 4), "{found:#?}");
}

#[test]
fn a_replacement_character_in_any_cell_is_refused() {
    let file = format!("{},note\nc,t,u,1,AO,Z\u{fffd}rich,D,,\u{fffd}\n", HEADER.trim_end());
    let message = "holds the replacement character U+FFFD: the text was damaged when it was saved; write the value \
                   anew, and save the file as UTF-8";
    assert_eq!(
        rows(&mut table(file.as_bytes()).unwrap()),
        [
            format!("line 2, state \"Z\u{fffd}rich\": {message}"),
            format!("line 2, note \"\u{fffd}\": {message}")
        ]
    );
}

#[test]
fn valid_rows_without_a_city_are_listed() {
    let rows =
        "c,t,u1,1,AO,S,D,\nc,t,u2,1,AO,S,D, \nc,t,u3,1,AO,S,D,#CLEAR\nc,t,u4,1,AO,S,D,C\nc,t,u5,,AO,S,D,\n";
    let without_city = |blank| {
        let options = InputOptions::default().blank(blank);
        findings(&mut table_with(format!("{HEADER}{rows}").as_bytes(), options).unwrap())
            .0
            .without_city
            .first()
            .to_vec()
    };
    assert_eq!((without_city(Blank::Error), without_city(Blank::Clear)), (vec![2, 3], Vec::new()));
    let no_column = "customer,tenant,user,postalCode,countryRegion,state,address\nc,t,u,1,AO,S,D\n";
    assert_eq!(findings(&mut table(no_column.as_bytes()).unwrap()).0.without_city.count(), 1);
}

#[test]
fn an_unknown_country_is_doubted_or_refused_as_asked() {
    let file = format!("{HEADER}c,t,u,1,Atlantis,S,D,\n");
    let (checked, found) = findings(&mut table(file.as_bytes()).unwrap());
    let message = "is not a country or region of the service's list; give a name of that list, such as Angola, or an \
                   ISO 3166-1 code";
    assert_eq!(
        found,
        [format!("warning: line 2, countryRegion \"Atlantis\": is sent as it is, but {message}")]
    );
    assert_eq!((checked.is_valid(), checked.warnings), (true, 1));
    let strict = InputOptions::default().strict_countries(true);
    let (checked, found) = findings(&mut table_with(file.as_bytes(), strict).unwrap());
    assert_eq!(found, [format!("error: line 2, countryRegion \"Atlantis\": {message}")]);
    assert!(!checked.is_valid());
}

#[test]
fn a_missing_column_is_named_with_what_was_found() {
    let message =
        refused("customer,tenant,user,Zustellbezirk,Staat,state,address\n", InputOptions::default());
    assert_eq!(
        message,
        "the header has no column for postalCode, countryRegion, and none for city, which may be left out but is then blanked \
         for some users. It has \"customer\", \"tenant\", \"user\", \"Zustellbezirk\", \
         \"Staat\", \"state\", \"address\". Name the columns so, in any usual spelling (zip, Postal Code, Country or \
         Region, …), or map the ones that are called otherwise, as in postalCode=NAME; a customer and a tenant can \
         also be given for all rows"
    );
    let error = table(b"customer,tenant,user,Zustellbezirk,Staat,state,address\n").unwrap_err();
    let (required, optional) = (vec![Column::PostalCode, Column::CountryRegion], vec![Column::City]);
    assert_eq!(error.advice(), Some(&Advice::MapColumns { required, optional }));
}

#[test]
fn two_columns_with_one_meaning_are_refused() {
    let message = refused("zip,Postal Code\n", InputOptions::default());
    assert!(
        message.starts_with("the columns \"zip\" and \"Postal Code\" both mean postalCode;"),
        "{message}"
    );
}

#[test]
fn a_mapped_column_is_taken_from_where_the_mapping_says() {
    let file = "customer,tenant,user,Zustellbezirk,zip,Staat,state,address\nc,t,u,01067,x,DE,S,D\n";
    let map = || InputOptions::default().map(Column::CountryRegion, "Staat");
    let mut table = table_with(file.as_bytes(), map().map(Column::PostalCode, "zustellbezirk")).unwrap();
    assert_eq!(table.unknown_columns(), ["zip"]);
    assert_eq!(rows(&mut table), ["2: c/t/u 01067|Germany|S|D|-"]);

    let message = refused(file, map().map(Column::City, "Ort"));
    assert!(
        message.starts_with("city is mapped to \"Ort\", which the input does not have. It has"),
        "{message}"
    );
    let message = refused(file, map().map(Column::CountryRegion, "Zustellbezirk"));
    assert!(message.contains("mapped twice, to \"Staat\" and to \"Zustellbezirk\""), "{message}");
    let message = refused(file, map().map(Column::State, "staat"));
    assert!(message.contains("\"Staat\" is mapped to two columns, countryRegion and state"), "{message}");
}

#[test]
fn an_id_for_all_rows_fills_what_is_not_there_and_contradicts_nothing() {
    let customer = "7c18fd6f-0000-4000-8000-5725fa9edc3f";
    let options = || InputOptions::default().customer(customer.parse().unwrap()).tenant("t".parse().unwrap());
    let without = "user,postalCode,countryRegion,state,address\nu,1,AO,S,D\n";
    let expected = format!("2: {customer}/t/u 1|Angola|S|D|-");
    assert_eq!(rows(&mut table_with(without.as_bytes(), options()).unwrap()), [&*expected]);
    assert_eq!(of_row(&format!("{},,u,1,AO,S,D,", customer.to_uppercase()), options()), [expected]);
    assert_eq!(
        of_row("other,t,u,1,AO,S,D,", options()),
        [format!(
            "line 2, customer \"other\": is not {customer}, the customer given for all rows; correct the row, or give \
             no customer"
        )]
    );
}

#[test]
fn what_cannot_be_an_input_says_what_can() {
    let cases = [
        ("", "the input is empty; its first line names the columns: customer,tenant,user,postalCode,"),
        ("\n \n", "the header has no column for customer, tenant"),
        ("customer\0,tenant\n", "the input is not a text file; give CSV or NDJSON"),
        ("[{}]", "the input is a JSON array; write one object a line"),
        ("sep=|\na|b\n", "the line sep= at the beginning names no delimiter"),
    ];
    for (input, expected) in cases {
        let message = refused(input, InputOptions::default());
        assert!(message.starts_with(expected), "{message}");
    }
    let options = InputOptions::default().format(Format::Csv);
    assert!(refused("{\"a\":1}\n", options).starts_with("the header has no column for"), "the option leads");
}

#[test]
fn a_header_that_steers_a_terminal_is_shown_harmless() {
    let message = refused("\u{1b}[2Juser,\u{202e}x\n", InputOptions::default());
    assert!(!message.contains('\u{1b}') && !message.contains('\u{202e}'), "{message:?}");
}
