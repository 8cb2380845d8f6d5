//! Rows whose cells do not stand where the header has them: a mistake names the row that is wrong, and no other.

use avepoint_elements_rows::{Blank, Column, InputOptions, PlanEntry, Purpose};

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
    let said = found(&format!("{header},Note\n{cut},Dresden,\n{ROW},\n"));
    assert!(
        said[0].starts_with(
            "error: line 2: the row has 10 cells, and most others have no more than 9: a value may hold"
        ),
        "{said:#?}"
    );
    // Spreadsheets add blank cells to rows that follow each other, and joined files have them from some row on.
    let short = format!("{ROW}\n").repeat(1500);
    let several = format!("{header}\n{short}{ROW},\n{ROW},\n{short}");
    let wrong = |file: &str| found(file).into_iter().filter(|said| said.contains("the row has")).count();
    assert_eq!(wrong(&several), 0);
    assert_eq!(wrong(&format!("{header}\n{short}{ROW},\n{short}")), 1);
    // What a beginning does not tell is told of the row.
    let plan = "mail,address,city\na@x.example,Haus A, Hof 2,\nb@x.example,Haus B,Pirna\n";
    assert_eq!(wrong_lines(plan, Blank::Keep), [2]);
}

#[test]
fn a_quote_that_makes_one_value_of_two_is_suspicious_where_the_row_is_shorter_than_others() {
    let whole = |user: &str| format!("{},Ada\n", ROW.replace("u1", user));
    let file = |row: &str| {
        format!("{},name\n{}{row}\n{}{}", HEADER.trim_end(), whole("u1"), whole("u3"), whole("u4"))
    };
    let said = found(&file("c1,t1,u2,01067,Germany,\"Saxony,Platz 2\",Dresden,Bob"));
    let start = "warning: line 3, state \"Saxony,Platz 2\": holds a delimiter, and the row has 1 cell fewer than most others";
    assert!(said.len() == 1 && said[0].starts_with(start), "{said:#?}");
    for in_order in [
        "c1,t1,u2,01067,Germany,Saxony,\"Platz 2, Haus B\",Dresden",
        "c1,t1,u2,01067,Germany,Saxony,\"Platz 2,Haus B\",Dresden,Bob",
        "c1,t1,u2,01067,Germany,Saxony,Platz 2,Dresden",
        "c1,t1,u2,01067,Germany,Saxony,Platz 2,\"Dresden,Neustadt\"",
    ] {
        assert!(found(&file(in_order)).is_empty(), "{in_order}: {:#?}", found(&file(in_order)));
    }
    let ids_last = "address,postalCode,countryRegion,state,customer,tenant,user,note\n";
    let rows = "A 1,1,AO,S,c1,t1,u1,x\n\"Rue 2,Bat B\",1,AO,S,c1,t1,u2\nA 3,1,AO,S,c1,t1,u3,x\nA 4,1,AO,S,c1,t1,u4,x\n";
    let said = found(&format!("{ids_last}{rows}"));
    assert!(!said.iter().any(|said| said.contains("fewer than most others")), "{said:#?}");
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

#[test]
fn rows_below_a_header_with_other_columns_are_not_sent() {
    let header = HEADER.trim_end();
    let second = ROW.replace("u1", "u2");
    let others = [
        "customer,tenant,user,postalCode,countryRegion,state,city,address",
        "Name,customer,tenant,user,postalCode,countryRegion,state,address,city",
        "customer,tenant,user,zip",
        "city,address,state,countryRegion,postalCode,user,tenant,customer",
        "Department,Employee ID 1,customer,tenant,user,postalCode,countryRegion,state,address,city",
        "\"customer\";\"tenant\"",
        "mail,customer,tenant,user,postalCode,countryRegion,state,address,city",
    ];
    for other in others.iter().filter(|other| !other.contains(';')) {
        let file = format!("{header}\n{ROW}\n{other}\n{second}\n{}\n", second.replace("u2", "u3"));
        let found = found(&file);
        assert_eq!(sent_lines(&file), [2], "{file}: {found:#?}");
        assert!(
            found[0].starts_with("error: line 3: the row is a header with other columns than the first"),
            "{found:#?}"
        );
        let below = "error: line 5: the row stands below the header of line 3, whose columns are others";
        assert!(found[2].starts_with(below), "{found:#?}");
        let back = format!("{file}{header}\n{}\n", second.replace("u2", "u4"));
        assert_eq!(sent_lines(&back), [2, 7], "{back}");
    }
    let plan = "mail,address,city\na@x.example,Hof 2,Pirna\nmail,city,address\nb@x.example,Pirna,Hof 3\n";
    assert_eq!(wrong_lines(plan, Blank::Keep), [3, 4]);
    let short = "mail,city\na@x.example,Pirna\ncity,mail\nPirna,b@x.example\nMAIL,Ort\nc@x.example,Pirna\n";
    assert_eq!(wrong_lines(short, Blank::Keep), [3, 4, 5]);
}

#[test]
fn a_header_below_the_first_is_known_by_names_of_the_files_own_too() {
    let names = [
        (Column::Customer, "c0"),
        (Column::Tenant, "t0"),
        (Column::User, "id2"),
        (Column::PostalCode, "plz2"),
        (Column::CountryRegion, "land2"),
        (Column::State, "state2"),
        (Column::Address, "addr2"),
        (Column::City, "city2"),
    ];
    let header = "id2,c0,city2,addr2,state2,land2,plz2,t0";
    for (other, sent) in [(header, &[2, 4][..]), ("id2,c0,addr2,city2,state2,land2,plz2,t0", &[2])] {
        let row = |user| format!("{user},c,Dresden,Weg 1,Saxony,Germany,01067,t\n");
        let file = format!("{header}\n{}{other}\n{}", row("m1"), row("m2"));
        let options = names
            .into_iter()
            .fold(InputOptions::default(), |options, (column, name)| options.map(column, name));
        let entries = crate::entries(&mut table_with(file.as_bytes(), options).unwrap());
        let valid: Vec<_> =
            entries.iter().filter(|entry| entry.row.is_ok()).map(|entry| entry.line).collect();
        assert_eq!(valid, sent, "{file}");
    }
}

#[test]
fn rows_with_values_that_are_called_like_columns_are_rows() {
    for rows in [
        "c,t,user,1,AO,state,A,city\n",
        "c,t,u1,1,AO,State,Land,Ort\nc,t,u2,1,AO,S,A,B\n",
        "contoso,main,ada,x,Angola,Province,Street,Town\ncontoso,main,ben,x,Angola,S,A,B\n",
    ] {
        let found = found(&format!("{HEADER}{rows}"));
        assert!(!found.iter().any(|found| found.starts_with("error")), "{rows}: {found:#?}");
    }
    let plan = "mail,state,city\na@x.example,State,City\nb@x.example,,Stadt\n";
    assert!(wrong_lines(plan, Blank::Keep).is_empty(), "{:#?}", planned(plan, Blank::Keep));
    assert!(wrong_lines("employeeId,city\n1001,Ort\nSTAFF,Stadt\n", Blank::Keep).is_empty());
}

#[test]
fn a_line_in_which_two_files_were_joined_says_so() {
    let header = HEADER.trim_end();
    let second = ROW.replace("u1", "u2");
    let quoted = format!("\"{}\"", header.replace(',', "\",\""));
    let quoted_row = format!("\"{}\"", ROW.replace(',', "\",\""));
    for joined in [
        format!("{ROW}{header}"),
        format!("{ROW}\u{feff}{header}"),
        format!("{ROW}\u{feff}{quoted}"),
        format!("{ROW}Customer ID,Tenant ID,User ID,ZIP,Country,State,Street address,City"),
        format!("{quoted_row}{quoted}"),
        format!("{}{header}", ROW.trim_end_matches(",Dresden")),
    ] {
        let file = format!("{header}\n{joined}\n{second}\n");
        let found = found(&file);
        assert!(found.len() == 1, "{file}: {found:#?}");
        assert!(found[0].starts_with("error: line 2: two files were joined within this line"), "{found:#?}");
        assert!(found[0].contains("and delete the header"), "{found:#?}");
        assert_eq!(sent_lines(&file), [3], "{file}");
    }
    let turned = "user,customer,tenant,postalCode,countryRegion,state,address,city";
    let file = format!("{header}\n{ROW}{turned}\n{second}\n");
    let found = found(&file);
    assert!(found[0].contains("split the file in two before \"user\""), "{found:#?}");
    assert!(sent_lines(&file).is_empty(), "{found:#?}");
    let plan = planned("mail,city\na@x.example,Pirnamail,city\nb@x.example,Pirna\n", Blank::Keep);
    assert!(
        plan[0].wanted.as_ref().unwrap_err()[0].message.starts_with("two files were joined"),
        "{plan:#?}"
    );
    assert!(plan[1].wanted.is_ok());
    let rows = self::found(&format!("{header}\n{ROW}{second}\n"));
    assert!(rows[0].contains("or end the line between two rows that stand in it"), "{rows:#?}");
}

#[test]
fn neither_half_of_a_row_is_sent_where_blank_cells_fill_the_rows() {
    let template = HEADER.trim_end();
    let address_first = "address,customer,tenant,user,postalCode,countryRegion,state,city";
    let cases = [
        (template, "c1,t1,u1,01067,Germany,Saxony,Theaterplatz 2,", "3. OG,Dresden,,,,,,"),
        (template, "c1,t1,u1,01067,Germany,Saxony,Theaterplatz 2,", "3. OG,,,,,,,"),
        (template, "c1,t1,u1,01067,Germany,Saxony,Theaterplatz 2,", "House,Dresden,,,,,,"),
        (template, "c1,t1,u1,01067,Germany,Saxony,Theaterplatz 2", "3. OG,Dresden,,,,,,"),
        (template, "c1,t1,u1,01067,Germany,Saxony,Theaterplatz 2,", "\"House\",\" B\",\" rear\",Dresden,,,,"),
        (template, "c1,t1,u1,01067,Germany,Saxony,Theaterplatz 2,Dres", "den,,,,,,,"),
        (address_first, "Main,,,,,,,", "Street 5,c1,t1,u1,01067,Germany,Saxony,Dresden"),
    ];
    for (header, first, second) in cases {
        let [before, behind, last] = ["u8", "u9", "u7"].map(|user| whole(header, user));
        let file = format!("{header}\n{before}\n{first}\n{second}\n{behind}\n{last}\n");
        let sent = sent_lines(&file);
        assert!(sent.ends_with(&[5, 6]) && !sent.contains(&3) && !sent.contains(&4), "{file}: {sent:?}");
        assert!(
            found(&file).iter().any(|found| found.contains("which a line break within a value cuts in two"))
        );
    }
    for (first, second) in [
        ("ada@x.example,Haus A,", "Hof 2,Dresden,"),
        ("ada@x.example,Haus A,", "Hof 2,Dresden"),
        ("ada@x.example,Haus A", "Hof 2,Dresden,"),
        ("ada@x.example,Haus A,", "Hof 2,,"),
        ("ada@x.example,Haus A,", ",Dresden,"),
        ("ada@x.example,Haus A,Dres", "den 2,,"),
    ] {
        let file = format!("mail,address,city\n{first}\n{second}\nben@x.example,Haus B,Pirna\n");
        let wrong = wrong_lines(&file, Blank::Keep);
        assert!(wrong.contains(&2) && !wrong.contains(&4), "{file}: {wrong:?}");
    }
    let numbers = "employeeId,address,city\n1001,Haus A,\nHof,Dresden,\n1002,Haus B,Pirna\n";
    assert_eq!(wrong_lines(numbers, Blank::Keep), [2, 3]);
}

#[test]
fn neither_half_is_sent_whatever_stands_between_them_or_in_the_second() {
    let row = |user: &str| ROW.replace("u1", user);
    let cut = |user: &str| row(user).replace("Dresden", "Dres");
    for gap in ["\n", "   \n", ",,,,,,,\n"] {
        let file = format!("{HEADER}{}\n{gap}den\n{}\n{}\n", cut("u1"), row("u2"), row("u3"));
        assert!(!sent_lines(&file).contains(&2), "{file}: {:#?}", found(&file));
    }
    for rest in ["End", "12 rows", "Total"] {
        let file = format!("{HEADER}{}\n{rest}\n{}\n{}\n", cut("u1"), row("u2"), row("u3"));
        assert!(!sent_lines(&file).contains(&2), "{file}: {:#?}", found(&file));
    }
    let wide = format!("{},n1,n2,n3,n4,n5,n6,n7,n8\n", HEADER.trim_end());
    for rest in ["den,1,2,3,HR,Eng,Bob,Acme,n", "den, Mitte,1,2,3,xx,Eng,Bob,Acme,n"] {
        let [before, behind] = ["u8", "u9"].map(|user| format!("{},1,2,3,HR,Eng,Bob,Acme,n", row(user)));
        let file = format!("{wide}{before}\n{}\n{rest}\n{behind}\n", cut("u1"));
        assert_eq!(sent_lines(&file), [2, 5], "{file}: {:#?}", found(&file));
    }
    let values = "01067,Germany,Saxony,Weg 1,Dresden";
    let ragged =
        format!("{wide}Contoso,t-one,u2,{values}\nFab,tt,u3,{values},x\n{},1,2,3,HR,E,B,A,n\n", row("u9"));
    assert_eq!(sent_lines(&ragged), [2, 3, 4]);
}

#[test]
fn where_blank_cells_clear_no_half_of_a_row_clears_what_is_missing() {
    let id = "67091d9d-1ff4-448e-b408-28fac5bdc82";
    let options = || InputOptions::default().blank(Blank::Clear);
    let filled = || options().customer("c".parse().unwrap()).tenant("t".parse().unwrap());
    let users = "user,postalCode,countryRegion,state,address,city\n";
    let values = "01067,Germany,Saxony,Platz 2";
    for (file, options) in [
        (
            format!(
                "{users}{id}1,{values},Dresden\n{id}2,{values},\nB,Dresden,,,,\n{id}3,{values},Dresden\n"
            ),
            filled(),
        ),
        (
            format!("{users}{id}1,{values},Dresden\n{id}2,,,,,\n{values},Dresden,\n{id}3,{values},Dresden\n"),
            filled(),
        ),
        (
            format!(
                "{HEADER}c,t,{id}1,{values},Dresden\nc,t,{id}2,WC1,United,,,\nKingdom,Kent,Street,London,,,,\n\
                 c,t,{id}3,{values},Dresden\n"
            ),
            options(),
        ),
    ] {
        let mut table = table_with(file.as_bytes(), options).unwrap();
        let entries = crate::entries(&mut table);
        let sent: Vec<_> = entries.iter().filter(|entry| entry.row.is_ok()).map(|entry| entry.line).collect();
        assert_eq!(sent, [2, 5], "{file}");
    }
}

#[test]
fn half_a_row_of_a_plan_with_few_columns_is_a_mistake() {
    for (file, wrong) in [
        ("mail,city\na@x.example,Dresden\nben@x.example,Dres\nden\ncarl@x.example,Bonn\n", [3, 4]),
        ("employeeId,city\n000037,Dresden\n000074,Dres\nden\nE-00003,Bonn\n", [3, 4]),
        ("employeeId,address\n000037,Platz 1\n000074,Platz\nHof,\nE-00003,Weg 3\n", [3, 4]),
        ("mail,city,\na@x.example,Dresden,\nben@x.example,Dres\nden\ncarl@x.example,Bonn,\n", [3, 4]),
    ] {
        assert_eq!(wrong_lines(file, Blank::Keep), wrong, "{file}");
    }
    for file in [
        "employeeId,city\n1001,Bonn\nE-00003\n1002,Bonn\n",
        "employeeId,address\n1001,Weg\nE-00003,\n",
        "user,city\njdoe,Bonn\nasmith,\nbob\n",
        "mail,city\nada@x.example,Bonn\nben@x.example\n",
        "employeeId,address,city\n1000,Str 1,Berlin\n101,,\n1002,Weg 4,Rom\n12,,\n",
        "employeeId,city\n1000,Berlin\n101\n1002,Rom\n",
        "Employee ID,Zip,Country,State,Address,City\nA1000,1,AO,S,A,B\nA101,,,,,\n",
        "employeeId,mail,city\n000037,a@x.example,Berlin\n12,,\n",
        "\"Employee\nID\",City,\"Notes\n(internal)\"\n1067,Berlin,x\n",
    ] {
        assert!(wrong_lines(file, Blank::Keep).is_empty(), "{file}");
    }
    let options = InputOptions::default().blank(Blank::Clear);
    let options = options.customer("c".parse().unwrap()).tenant("t".parse().unwrap());
    let users =
        "user,postalCode,countryRegion,state,address,city\nu1001,01067,Germany,Saxony,A,Dresden\nu12,,,,,\n";
    let mut cleared = table_with(users.as_bytes(), options).unwrap();
    assert!(crate::entries(&mut cleared).iter().all(|entry| entry.row.is_ok()));
}

#[test]
fn rows_with_blank_cells_at_their_end_are_rows() {
    let header = HEADER.trim_end();
    for rows in [
        "c1,t1,u1,01067,Germany,Saxony,A 2,\nc1,t1,u2,01067,Germany,Saxony,A 2,\n",
        "c1,t1,u1,01067,Germany,Saxony,A 2,\nc1,t1,u2,01067,Germany,Saxony,A 2,Dresden\n",
        "c1,t1,u1,01067,Germany,Saxony,A 2\nc1,t1,u2,01067,Germany,Saxony,A 2,\n",
    ] {
        assert!(found(&format!("{header}\n{rows}")).is_empty(), "{rows}");
    }
    let notes = format!("{header},n1,n2,n3,n4,n5,n6,n7\n{ROW},,,,,,,\n{},,,,,,,\n", ROW.replace("u1", "u2"));
    assert!(found(&notes).is_empty(), "{:#?}", found(&notes));
    let forgotten = "mail,address,city\nada@x.example,Haus A,\n,Hof 3,Pirna\nben,Hof 4,Pirna\n";
    assert!(!wrong_lines(forgotten, Blank::Keep).contains(&2));
    let options = InputOptions::default().customer("c".parse().unwrap()).tenant("t".parse().unwrap());
    let users = "user,postalCode,countryRegion,state,address,city\nu1,1,AO,S,A,\nadmin,1,AO,S,A,\n";
    assert!(findings(&mut table_with(users.as_bytes(), options).unwrap()).1.is_empty());
    // A row that is wrong for a reason of its own costs no other.
    for wrong in ["c1,t1,,,,,,", "c1,t1,u2,,,,,", "c1,t1,,01067,Germany,Saxony,A 2,", "c1,t1,u 2,1,DE,S,A,C"]
    {
        for file in [format!("{header}\n{ROW}\n{wrong}\n"), format!("{header}\n{wrong}\n{ROW}\n")] {
            assert_eq!(sent_lines(&file).len(), 1, "{file}: {:#?}", found(&file));
        }
    }
    for plan in [
        "mail,address,city\nada@x.example,Haus A,\nben@x.example,,\ncarl@x.example,,Pirna\n",
        "mail,address,city\nada@x.example,Haus A\nbenjamin@x.example,Hof 2\n",
        "mail,employeeId,address,city\n,1001,Haus A,\nben@x.example,,,\n,1002,,Pirna\n",
        "employeeId,address,city\n1001,Haus A,\n1002,,\n1003,Hof,\n",
        "customer,mail,address,city\n,ada@x.example,Haus A,\n,ben@x.example,,\n",
        "user,address,city\nu1,Haus A,\nu2,,\nu3,Hof,\n",
        "mail,city\nada@x.example,\nben@x.example,\n",
        "employeeId,postalCode,countryRegion,state,address,city\n1001,1,AO,S,A,\nADMIN,1,AO,S,A,\n",
    ] {
        assert!(wrong_lines(plan, Blank::Keep).is_empty(), "{plan}: {:#?}", planned(plan, Blank::Keep));
    }
}

#[test]
fn a_short_row_and_a_line_below_all_rows_cost_no_other_row() {
    for (file, expected) in [
        ("mail,city\nada@x.example\nben@x.example,Y\n", &[2][..]),
        ("mail,city\nben@x.example,Y\nada@x.example\n", &[3]),
        ("mail,city\nben@x.example,Y\nada@x.example\ncarl@x.example,Z\n", &[3]),
        ("employeeId,city\n1001\n1002,Y\n", &[2]),
        ("employeeId,city\n1001,Y\n1002\n1003,Y\n", &[3]),
        ("mail,address,city\nada@x.example,Hof\nbenjamin@x.example,Haus,Y\n", &[2]),
    ] {
        assert_eq!(wrong_lines(file, Blank::Clear), expected, "{file}");
    }
    for below in [
        "(2 rows affected)",
        "\n(2 rows affected)",
        "2 row(s) selected.",
        "Total: 2",
        "Summe 2",
        "-----",
        "\nOffices as of May",
        "\nOffices as of May,,,,,,,",
    ] {
        let file = format!("{HEADER}{ROW}\n{below}\n");
        assert_eq!(sent_lines(&file), [2], "{file}: {:#?}", found(&file));
        let plan = format!("mail,city\nada@x.example,Pirna\n{}\n", below.trim_end_matches(','));
        assert_eq!(wrong_lines(&plan, Blank::Clear), [3 + u64::from(below.starts_with('\n'))], "{plan}");
    }
    // What may be the rest of a city is no line of its own.
    for (city, rest) in [("Halle", "(Saale)"), ("Dres", "\nden")] {
        let file = format!("{HEADER}{}\n{rest}\n", ROW.replace("Dresden", city));
        assert!(sent_lines(&file).is_empty(), "{file}");
    }
}

/// A row under a header of templates.
fn whole(header: &str, user: &str) -> String {
    let value = |column: &str| match column {
        "customer" => "c1",
        "tenant" => "t1",
        "user" => user,
        "countryRegion" => "Angola",
        _ => "x 1",
    };
    header.split(',').map(value).collect::<Vec<_>>().join(",")
}

#[test]
fn a_first_value_that_swallowed_rows_is_a_mistake() {
    let header = HEADER.trim_end();
    let second = ROW.replace("u1", "u2");
    let spaced = ROW.replace(',', ", ");
    let address_first = "address,customer,tenant,user,postalCode,countryRegion,state,city";
    let address_row = "c1,t1,u1,01067,Germany,Saxony,Dresden";
    for file in [
        format!("Name,{header}\n\"Ada,{ROW}\nBen\",{second}\n"),
        format!("Name,{header}\n\"Ada, {spaced}\nBen\",{second}\n"),
        format!("Name,{header}\r\n\"Ada,{ROW}\r\nCarl,{ROW}\r\nBen\",{second}\r\n"),
        format!("{address_first}\n\"Hof 2,{address_row}\nHof 3\",{}\n", address_row.replace("u1", "u2")),
    ] {
        let found = found(&file);
        assert!(found.len() == 1 && found[0].contains("holds the row of line "), "{file}: {found:#?}");
        assert!(sent_lines(&file).is_empty());
    }
    let plan = "Name,mail,address,city\n\"Ada,ada@x.example,Hof 2,Pirna\nBen\",ben.b@x.example,Hof 3,Pirna\n";
    assert_eq!(wrong_lines(plan, Blank::Keep), [2]);
    let plan = plan.replace("Name,mail,address", "address,mail,state");
    assert_eq!(wrong_lines(&plan, Blank::Keep), [2]);
    for file in [
        format!("{address_first}\n\"Haus A, Hof 2, 3. OG, rear\nHof 3\",{address_row}\n"),
        format!(
            "Note,{header}\n\"moved, from Pirna, in May, with all, that is, his, own, desk\nsince then\",{ROW}\n"
        ),
    ] {
        assert!(!found(&file).iter().any(|found| found.starts_with("error")), "{file}: {:#?}", found(&file));
    }
}
