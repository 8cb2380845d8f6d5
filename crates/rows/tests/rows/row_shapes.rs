//! Rows whose cells do not stand where the header has them: a mistake names the row that is wrong, and no other.

use avepoint_elements_rows::{Blank, InputOptions, PlanEntry, Purpose};

use crate::{HEADER, findings, rows, table, table_with};

const ROW: &str = "c1,t1,u1,01067,Germany,Saxony,Theaterplatz 2,Dresden";

/// What a check says of a file.
fn found(file: &str) -> Vec<String> {
    findings(&mut table(file.as_bytes()).expect("a table")).1
}

/// The rows of a plan.
fn planned(file: &str, blank: Blank) -> Vec<PlanEntry> {
    let options = InputOptions::default().purpose(Purpose::Plan).blank(blank);
    let mut table = table_with(file.as_bytes(), options).expect("a table");
    let entries: Result<_, _> = table.plan_entries().and_then(Iterator::collect);
    entries.expect("entries to the end")
}

/// The lines of the rows of a plan that are mistakes.
fn wrong_lines(file: &str, blank: Blank) -> Vec<u64> {
    planned(file, blank).iter().filter(|entry| entry.wanted.is_err()).map(|entry| entry.line).collect()
}

/// The lines of the rows that would be sent.
fn sent_lines(file: &str) -> Vec<u64> {
    let mut table = table(file.as_bytes()).expect("a table");
    crate::entries(&mut table).iter().filter(|entry| entry.row.is_ok()).map(|entry| entry.line).collect()
}

#[test]
fn a_row_with_one_cell_and_a_blank_one_is_no_line_in_quotes() {
    for file in [
        "mail,city\nada@contoso.example,\nben@contoso.example,Y\n",
        "employeeId,city\n1001,\n1002,Y\n",
        "userPrincipalName,mail,city\nada@contoso.example,,\n,ben@contoso.example,Y\n",
        "mail,city\nada@contoso.example\nben@contoso.example,Y\n",
    ] {
        assert!(wrong_lines(file, Blank::Keep).is_empty(), "{file}: {:#?}", planned(file, Blank::Keep));
    }
    assert!(wrong_lines("mail,city\nada@contoso.example,\n", Blank::Clear).is_empty());
    let options = InputOptions::default()
        .purpose(Purpose::Plan)
        .customer("c".parse().unwrap())
        .tenant("t".parse().unwrap());
    let mut table = table_with(b"mail,city\nada@contoso.example,\n", options).unwrap();
    assert!(table.plan_entries().unwrap().all(|entry| entry.unwrap().wanted.is_ok()));
    let quoted = planned("mail,city\n\"ada@contoso.example,Dresden\"\n", Blank::Keep);
    let problems = quoted[0].wanted.as_ref().unwrap_err();
    assert!(problems[0].message.starts_with("the line stands in quotes"), "{problems:#?}");
}

#[test]
fn a_row_with_more_cells_than_others_is_a_mistake_also_where_those_behind_are_blank() {
    let header = HEADER.trim_end();
    let cut = "c1,t1,u2,01067,Germany,Saxony,Theaterplatz 2, 3. OG";
    let cases = [
        format!("{header},Note\n{ROW},\n{cut},Dresden,\n"),
        format!("{header},Note\n{cut},Dresden,\n{ROW},\n"),
        format!("{header}\n{ROW}\n{cut},\n"),
        format!("{header},\n{ROW},\n{cut},Dresden,\n"),
        format!("{header}\n{ROW},\n{ROW},\n{ROW},\n{cut},Dresden,\n"),
        format!("{header},Note\n{ROW},\n{cut},Dresden,\n{cut},Dresden,\n"),
    ];
    for file in cases {
        let sent = rows(&mut table(file.as_bytes()).unwrap());
        assert!(!sent.iter().any(|row| row.contains("/u2 ")), "{file}: {sent:#?}");
        assert!(sent.iter().any(|row| row.contains("/u1 ")), "{file}: {sent:#?}");
        let plan = wrong_lines(&file, Blank::Keep);
        assert!(!plan.is_empty(), "{file}");
    }
    let found = found(&format!("{header},Note\n{cut},Dresden,\n{ROW},\n"));
    assert!(
        found[0].starts_with(
            "error: line 2: the row has 10 cells, and most others have no more than 9: a value may hold"
        ),
        "{found:#?}"
    );
    // What a beginning does not tell is told of the row.
    let plan = "mail,address,city\na@x.example,Haus A, Hof 2,\nb@x.example,Haus B,Pirna\n";
    assert_eq!(wrong_lines(plan, Blank::Keep), [2]);
}

#[test]
fn delimiters_at_the_end_of_every_row_and_blank_columns_are_usual() {
    let header = HEADER.trim_end();
    let second = ROW.replace("u1", "u2");
    let third = ROW.replace("u1", "u3");
    for file in [
        format!("{header}\n{ROW},\n"),
        format!("{header}\n{ROW},\n{second},\n{third},\n"),
        format!("{header}\n{ROW},,,\n{second},,,\n"),
        format!("{header},\n{ROW},\n{second},\n"),
        format!("{header},,\n{ROW},,\n{second},\n{third}\n"),
        format!("{header},Note\n{ROW},\n{second}\n{third},moved\n"),
        format!("{header}\n{ROW},\n{second},\n{third},\n{}\n", ROW.replace("u1", "u4")),
    ] {
        assert!(found(&file).is_empty(), "{file}: {:#?}", found(&file));
    }
    let many: Vec<_> = (0..5000).map(|user| ROW.replace("u1", &format!("u{user}")) + ",\n").collect();
    let many = many.concat();
    assert!(found(&format!("{header}\n{many}")).is_empty());
    let alone = found(&format!("{header}\nc1,t1,u1,01067,Germany,Saxony,Theaterplatz 2, 3. OG,\n"));
    assert_eq!(alone.len(), 1, "{alone:#?}");
    assert!(alone[0].starts_with("warning: line 2, city \"3. OG\": stands behind a space"), "{alone:#?}");
}

#[test]
fn a_value_in_quotes_that_are_none_of_csv_is_not_split_in_silence() {
    let values = [
        " \"Theaterplatz 2, 3. OG\"",
        "Haus \"A, B\"",
        "Haus (\"A, B\") hinten",
        "'Theaterplatz 2, 3. OG'",
        " 'Theaterplatz 2, 3. OG'",
        "“Theaterplatz 2, 3. OG”",
        "„Theaterplatz 2, 3. OG“",
        " „Theaterplatz 2, 3. OG”",
        "«Theaterplatz 2, 3. OG»",
        "»Theaterplatz 2, 3. OG«",
        "‘Theaterplatz 2, 3. OG’",
        "‚Theaterplatz 2, 3. OG‘",
        "＂Theaterplatz 2, 3. OG＂",
    ];
    for value in values {
        for file in [
            format!("{HEADER}c1,t1,u1,01067,Germany,Saxony,{value}\n"),
            format!("{HEADER}c1, t1, u1, 01067, Germany, Saxony, {value}\n"),
            format!("{HEADER}c1,t1,u1,01067,Germany,Saxony,{value},Dresden\n"),
        ] {
            let found = found(&file);
            assert_eq!(found.len(), 1, "{file}: {found:#?}");
            assert!(found[0].starts_with("error: line 2, address \""), "{found:#?}");
            assert!(
                found[0].contains("closes in city: the delimiter within cut the value in two"),
                "{found:#?}"
            );
        }
        let plan = format!("mail,address,city\nada@x.example,{value}\nben@x.example,Hof 3,Pirna\n");
        assert_eq!(wrong_lines(&plan, Blank::Keep), [2], "{plan}");
    }
    let results = "customer,tenant,user,postalCode,countryRegion,state,address,city,elements_result\n\
                   c1,t1,u1,01067,Germany,Saxony,\" \"\"Theaterplatz 2\",\" 3. OG\"\"\",invalid\n";
    assert!(
        found(results)[0].contains("closes in city"),
        "results keep a wrong row wrong: {:#?}",
        found(results)
    );
    let three = found(&format!("{HEADER}c1,t1,u1,01067,Germany, \"Saxony, east, north\"\n"));
    assert!(three.len() == 1 && three[0].contains("state \"\"Saxony\": opens a quote (\")"), "{three:#?}");
}

#[test]
fn quotes_and_apostrophes_that_belong_to_a_value_are_no_halves() {
    for values in [
        "12\" pipe,5\"",
        "12\" pipe,Dresden 5\" x 3\"",
        "'s-Gravenhage 5,Hawai'i",
        "'t Hof 3,St. Johns'",
        "5 Workers',Hawai'i",
        "O'Brien Street 5,O'Neill's",
        "Haus \"A\" 2,Hof \"B\"",
        "\"Haus \"\"A\"\" 2\",Hof \"B\"",
        "Haus “A” 2,Hof „B“",
        "«Haus» 5,Dresden",
        "Rue de l’Église 5,L’Haÿ",
        "‘Alte Post’ 5,Dresden’s",
        "'Alte Post' 5,'Dresden'",
        "6' 2\",5'",
        "\",\"",
        "\"\"\"Haus\",\"Hof\"\"\"",
        "\"Haus \"\"A\",\"B\"\" Hof\"",
    ] {
        let file = format!("{HEADER}c1,t1,u1,01067,Germany,Saxony,{values}\n");
        let found = found(&file);
        assert!(!found.iter().any(|found| found.starts_with("error")), "{values}: {found:#?}");
        assert_eq!(sent_lines(&file), [2], "{values}");
        let plan = format!("mail,address,city\nada@x.example,{values}\n");
        assert!(wrong_lines(&plan, Blank::Keep).is_empty(), "{values}");
    }
    let codes = found(&format!("{HEADER}c1,t1,u1,'01067,Germany,Saxony,Theaterplatz 2,Johns'\n"));
    assert!(codes.iter().all(|found| found.starts_with("warning")), "a spreadsheet's apostrophe: {codes:#?}");
}
