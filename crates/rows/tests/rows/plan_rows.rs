//! Rows of a plan: which user they name, and what they want.

use avepoint_elements::OfficeField;
use avepoint_elements_rows::{
    Advice, Blank, Column, Finding, InputError, InputOptions, LocalFields, PlanEntry, Purpose, UserKind,
    Wanted, WantedOffice, check, check_plan,
};

use crate::{HEADER, findings, table_with};

fn options() -> InputOptions {
    InputOptions::default().purpose(Purpose::Plan)
}

fn entries(file: &str, options: InputOptions) -> Vec<PlanEntry> {
    let mut table = table_with(file.as_bytes(), options).expect("a table");
    let entries: Result<_, _> = table.plan_entries().and_then(Iterator::collect);
    entries.expect("entries to the end")
}

fn entry(file: &str, options: InputOptions) -> PlanEntry {
    let mut entries = entries(file, options);
    assert_eq!(entries.len(), 1);
    entries.remove(0)
}

/// All that is wrong with the one row of a file.
fn wrong(file: &str, options: InputOptions) -> String {
    let problems = entry(file, options).wanted.expect_err("a mistake");
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn refused(file: &str, options: InputOptions) -> InputError {
    table_with(file.as_bytes(), options).expect_err("no table")
}

fn set(text: &str) -> Wanted {
    Wanted::Set(text.to_owned())
}

#[test]
fn a_row_names_its_user_by_the_columns_that_people_have_and_keeps_what_it_does_not_say() {
    let file = "E-Mail,Employee No.,UPN,Country,Street,City,Customer,Notes\n Ada@x.example ,0042,,DE,,#CLEAR,O'Brien & Co.,x\n";
    let entry = entry(file, options());
    let keys =
        [Column::Mail, Column::EmployeeId, Column::UserPrincipalName, Column::Customer, Column::Tenant];
    assert_eq!(keys.map(|key| entry.keys.get(key)), ["Ada@x.example", "0042", "", "O'Brien & Co.", ""]);
    let expected = WantedOffice::default()
        .with(OfficeField::CountryRegion, set("Germany"))
        .with(OfficeField::City, Wanted::Clear);
    let wanted = entry.wanted.unwrap();
    assert_eq!((wanted.office, wanted.local), (expected, None));
    assert!(entry.warnings.is_empty(), "{:?}", entry.warnings);
}

#[test]
fn a_blank_cell_is_kept_cleared_or_wrong_and_words_say_it_in_any_case() {
    let city = |cell: &str, blank| {
        let file = format!("mail,state,city\na@x.example,Saxony,{cell}\n");
        let entry = entry(&file, options().blank(blank));
        entry.wanted.map(|wanted| wanted.office.get(OfficeField::City).clone()).map_err(|_| ())
    };
    for blank in [Blank::Keep, Blank::Clear, Blank::Error] {
        assert_eq!((city("#keep", blank), city(" #Clear ", blank)), (Ok(Wanted::Keep), Ok(Wanted::Clear)));
    }
    let blanks = [Blank::Keep, Blank::Clear, Blank::Error].map(|blank| city(" ", blank));
    assert_eq!(blanks, [Ok(Wanted::Keep), Ok(Wanted::Clear), Err(())]);
}

#[test]
fn what_would_be_wrong_in_an_update_is_wrong_in_a_plan_and_so_is_any_other_word() {
    for (cell, says) in [
        ("#CHANGE", "#KEEP keeps the field and #CLEAR empties it"),
        ("#DELETE", "may mean #CLEAR"),
        ("#N/A", "an error that a spreadsheet calculated"),
        ("#CLAER", "misspelt #CLEAR"),
        ("#MISSING", "was missing in the row of an earlier run"),
        ("=\"a", "first part of a formula"),
        ("M\u{fffd}nchen", "U+FFFD"),
        (&"x".repeat(129), "has 129 characters; at most 128"),
    ] {
        let said = wrong(&format!("mail,city\na@x.example,{cell}\n"), options());
        assert!(said.contains(says), "{cell}: {said}");
    }
    let value = entry("mail,address\na@x.example,#12 Main Street\n", options());
    assert_eq!(*value.wanted.unwrap().office.get(OfficeField::Address), set("#12 Main Street"));
    let suspicious = entry("mail,postalCode,country\na@x.example,1067,DE\n", options());
    assert!(suspicious.warnings[0].message.contains("lost leading zeros"), "{:?}", suspicious.warnings);
}

#[test]
fn a_key_that_is_wrong_names_no_user_and_the_others_still_do() {
    let entry = entry("mail,employeeId,city\n#N/A,42,Dresden\n", options());
    assert_eq!((entry.keys.get(Column::Mail), entry.keys.get(Column::EmployeeId)), ("", "42"));
    assert!(entry.wanted.unwrap_err()[0].message.contains("spreadsheet"));
}

#[test]
fn a_local_user_needs_every_field_that_no_reading_returns_and_a_cloud_user_has_none() {
    let header = "mail,userKind,webPage,poBox,personalTitle\n";
    let row = |cells: &str| format!("{header}a@x.example,{cells}\n");
    let local = |file: &str, options| entry(file, options).wanted.unwrap().local;
    let fields = |web_page: &str, personal_title: &str| LocalFields {
        web_page: web_page.to_owned(),
        personal_title: personal_title.to_owned(),
        ..LocalFields::default()
    };
    let whole = row("Local,https://x.example/?a=b,#CLEAR,Dr.");
    assert_eq!(local(&whole, options()), Some(fields("https://x.example/?a=b", "Dr.")));
    let hybrid = options().user_kind(UserKind::Hybrid);
    assert_eq!(local(&row(",w,#CLEAR,Dr."), hybrid.clone()), Some(fields("w", "Dr.")));
    assert_eq!(local(&row("local,w,,Dr."), options().blank(Blank::Clear)), Some(fields("w", "Dr.")));
    assert_eq!((local(&row(",,,"), options()), local(&row("cloud,,,"), hybrid.clone())), (None, None));
    assert_eq!(local("mail,city\na@x.example,x\n", options()), None);
    for (file, says) in [
        (row("local,,#CLEAR,Dr."), "webPage: cannot be kept"),
        (row("local,w,#KEEP,Dr."), "poBox \"#KEEP\": cannot be kept"),
        (row("guest,,,"), "cloud, hybrid and local are allowed"),
        (row(",w,,"), "webPage \"w\": is a field of hybrid and local users alone"),
        (row(&format!("local,w,{},Dr.", "x".repeat(41))), "at most 40 are allowed"),
    ] {
        let said = wrong(&file, options());
        assert!(said.contains(says), "{said}");
    }
    assert!(wrong("mail,city\na@x.example,x\n", hybrid).contains("personalTitle: cannot be kept"));
}

#[test]
fn a_row_that_ends_before_a_cell_is_cut_off_and_one_that_is_cut_in_two_is_named() {
    let header = "mail,employeeId,address,city\n";
    assert!(wrong(&format!("{header}a@x.example,42\n"), options()).contains("address is missing"));
    let without_city = entry(&format!("{header}a@x.example,42,Rua 1\n"), options());
    assert_eq!(*without_city.wanted.unwrap().office.get(OfficeField::City), Wanted::Keep);
    let said = wrong(&format!("{header}a@x.example,42,Rua 1\n"), options().blank(Blank::Clear));
    assert!(said.contains("city is missing"), "{said}");
    let halves = entries(&format!("{header}a@x.example,42,Rua 1\nHouse B,Dresden\n"), options());
    assert!(halves.iter().all(|half| half.wanted.is_err()), "{halves:?}");
    let swallowed =
        wrong(&format!("{header}a@x.example,42,\"Rua 1\nb@x.example,43,Rua 2,Dresden\",Pirna\n"), options());
    assert!(swallowed.contains("holds the row of line 3"), "{swallowed}");
}

#[test]
fn a_header_without_a_key_and_names_for_other_rows_are_refused() {
    let error = refused("name,city\nAda,Dresden\n", options());
    assert!(error.to_string().contains("no column that names users"), "{error}");
    assert!(matches!(error.advice(), Some(Advice::MapColumns { .. })));
    let mapped = entry("Konto,city\nada@x.example,Dresden\n", options().map(Column::Mail, "Konto"));
    assert_eq!(mapped.keys.get(Column::Mail), "ada@x.example");
}

#[test]
fn an_input_that_says_of_no_column_what_to_change_is_refused_in_either_format() {
    let check = |file: &str| {
        let mut table = table_with(file.as_bytes(), options())?;
        check_plan(&mut table, |_| ())
    };
    for file in
        ["E-mail,Employee ID,Calle\na@x.example,1,x\n", "{\"mail\":\"a@x.example\",\"Calle\":\"x\"}\n"]
    {
        let error = check(file).expect_err("nothing to change");
        assert!(error.to_string().contains("no column says what to change: postalCode,"), "{error}");
        assert!(error.to_string().contains("\"Calle\""), "{error}");
        assert!(matches!(error.advice(), Some(Advice::MapColumns { .. })));
    }
    // One row is enough, whatever it says there.
    check("{\"mail\":\"a@x.example\"}\n{\"mail\":\"b@x.example\",\"city\":\"\"}\n").unwrap();
    check("mail,poBox\na@x.example,\n").unwrap();
}

#[test]
fn a_sheet_in_german_is_understood_and_what_it_lacks_is_named() {
    let file =
        "Personalnummer;E-Mail;Nachname;Straße;PLZ;Ort;Land\n1;a@x.example;A;Domkloster 4;50667;Köln;DE\n";
    let table = table_with(file.as_bytes(), options()).unwrap();
    assert_eq!(table.unknown_columns(), ["Nachname"]);
    assert_eq!(table.absent_columns(), [Column::State]);
    let wanted = entry(file, options()).wanted.unwrap().office;
    assert_eq!(*wanted.get(OfficeField::Address), set("Domkloster 4"));
    let object = "{\"mail\":\"a@x.example\",\"PLZ\":\"50667\",\"Ort\":\"Köln\"}\n";
    let table = table_with(object.as_bytes(), options()).unwrap();
    assert_eq!(table.absent_columns(), [Column::CountryRegion, Column::State, Column::Address]);
}

#[test]
fn what_only_a_plan_can_do_is_answered_with_the_plan() {
    let row = |user: &str, city: &str| format!("{HEADER}c,t,{user},01067,DE,Saxony,Rua 1,{city}\n");
    for file in [row("ada@x.example", "Dresden"), row("u", "#KEEP")] {
        let mut table = table_with(file.as_bytes(), InputOptions::default()).unwrap();
        let mut advice = Vec::new();
        let checked = check(&mut table, |finding| {
            if let Finding::Error(problem) = finding {
                advice.push(problem.advice);
            }
        });
        assert_eq!((checked.unwrap().invalid, advice), (1, vec![Some(Advice::Plan)]), "{file}");
    }
    let sheet = "E-mail,postalCode,countryRegion,state,address,customer,tenant\n";
    assert_eq!(refused(sheet, InputOptions::default()).advice(), Some(&Advice::Plan));
    for options in
        [InputOptions::default().blank(Blank::Keep), InputOptions::default().map(Column::Mail, "x")]
    {
        assert_eq!(refused(&row("u", "x"), options).advice(), Some(&Advice::Plan));
    }
    // Columns of plans are carried through there.
    let file = "customer,tenant,user,postalCode,countryRegion,state,address,city,mail,userKind\nc,t,u,1,DE,S,A,C,#N/A,x\n";
    let mut table = table_with(file.as_bytes(), InputOptions::default()).unwrap();
    let (checked, _) = findings(&mut table);
    assert_eq!(
        (checked.valid, table.unknown_columns()),
        (1, &["mail".to_owned(), "userKind".to_owned()][..])
    );
}
