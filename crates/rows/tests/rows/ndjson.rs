//! Rows as objects.

use avepoint_elements_rows::{Format, InputOptions, Original, schema, template};

use crate::{entries, findings, rows, table, table_with};

const ROW: &str =
    r#""tenant":"t1","customer":"c1","User ID":"u1","country":"AO","state":"Lu\u0061nda","address":"D"#;

#[test]
fn an_object_a_line_is_a_row() {
    let text =
        format!("\u{feff}{{{ROW}\",\"zip\":\" 02121\"}}\r\n\r\n  \n{{{ROW}é\",\"zip\":\"2\",\"city\":null}}");
    let expected = ["1: c1/t1/u1 02121|Angola|Luanda|D|-", "4: c1/t1/u1 2|Angola|Luanda|Dé|-"];
    assert_eq!(rows(&mut table(text.as_bytes()).unwrap()), expected);
}

#[test]
fn the_objects_own_values_are_kept_as_they_are_written() {
    let text = format!(
        "{{\"n\":1.50,{ROW}\",\"zip\":\"2\",\"x\":{{\"b\":1,\"a\":[]}},\"elements_result\":\"done\",\"elements_host\":\"h\"}}"
    );
    let mut table = table(text.as_bytes()).unwrap();
    assert_eq!(table.format(), Format::Ndjson);
    assert_eq!(table.unknown_columns(), ["n", "x"]);
    let entry = entries(&mut table).remove(0);
    let Original::Members(members) = &entry.original else { panic!("{entry:?}") };
    let of = |name: &str| members.iter().find(|(member, _)| member == name).map(|(_, value)| value.get());
    assert_eq!((of("n"), of("x")), (Some("1.50"), Some("{\"b\":1,\"a\":[]}")));
    assert_eq!((of("elements_result"), of("elements_host")), (None, None));
    assert_eq!(entry.result.as_deref(), Some("done"));
    let (checked, _) = findings(&mut table);
    assert_eq!(checked.unknown_columns, ["n", "x"]);
}

#[test]
fn what_is_no_row_says_so_and_the_others_are_read() {
    let cases = [
        (
            "{\"a\":",
            "line 2: is not a JSON object: EOF while parsing a value at character 5; write one object a line",
        ),
        (
            "[]",
            "line 2: is not a JSON object: invalid type: sequence, expected an object at character 0; write one object a line",
        ),
        (
            "{} {}",
            "line 2: is not a JSON object: trailing characters at character 4; write one object a line",
        ),
    ];
    for (line, expected) in cases {
        let text = format!("{{{ROW}\",\"zip\":\"2\"}}\n{line}\n{{{ROW}\",\"zip\":\"3\"}}\n");
        let found = rows(&mut table(text.as_bytes()).unwrap());
        assert_eq!(found[1], expected);
        assert_eq!((found.len(), &*found[2]), (3, "3: c1/t1/u1 3|Angola|Luanda|D|-"));
    }
    let mut bytes = format!("{{{ROW}\",\"zip\":\"2\"}}\n{{{ROW}").into_bytes();
    bytes.extend(b"\xff\"}");
    let found = rows(&mut table(&bytes).unwrap());
    assert_eq!(found.len(), 2);
    assert!(
        found[1].starts_with("line 2: byte ") && found[1].ends_with("is not UTF-8; save the file as UTF-8")
    );
}

#[test]
fn a_value_that_is_no_text_is_refused() {
    let cases = [
        (
            "\"zip\":\"21\u{fffd}\"",
            "zip \"\"21\u{fffd}\"\": holds the replacement character U+FFFD: the text was damaged when it was saved; \
             write the value anew, and save the file as UTF-8",
        ),
        (
            "\"zip\":\"2\",\"note\":[\"\u{fffd}\"]",
            "note \"[\"\u{fffd}\"]\": holds the replacement character U+FFFD: the text was damaged when it was saved; \
             write the value anew, and save the file as UTF-8",
        ),
        (
            "\"zip\":\"\\uFFFD\"",
            "zip \"\"\\uFFFD\"\": holds the replacement character U+FFFD: the text was damaged when it was saved; \
             write the value anew, and save the file as UTF-8",
        ),
        (
            "\"zip\":2121",
            "zip \"2121\": is a number; write it in quotes, since a number has lost its leading zeros",
        ),
        ("\"zip\":true", "zip \"true\": is not a text; write a text in quotes"),
        ("\"zip\":[\"2\"]", "zip \"[\"2\"]\": is not a text; write a text in quotes"),
        (
            "\"zip\":\"\\ud800\"",
            "zip \"\"\\ud800\"\": is a text with half of a surrogate pair; write whole characters",
        ),
        (
            "\"zip\":\"1\",\"Postal Code\":\"1\"",
            "Postal Code: means postalCode, as \"zip\" does; keep one of the two",
        ),
        ("\"zip\":\"1\",\"zip\":\"2\"", "zip: the object has the key \"zip\" twice; keep one of them"),
        (
            "\"zip\":null",
            "zip: is blank; give a value of at most 40 characters, or #CLEAR to send an empty one",
        ),
        (
            "\"x\":1",
            "postalCode: is missing; give a value of at most 40 characters, or #CLEAR to send an empty one",
        ),
    ];
    for (member, expected) in cases {
        let text = format!("{{{ROW}\",{member}}}");
        assert_eq!(rows(&mut table(text.as_bytes()).unwrap()), [format!("line 1, {expected}")]);
    }
}

#[test]
fn a_template_names_every_column_and_sends_nothing() {
    let csv = template(Format::Csv);
    let mut table = table(csv.as_bytes()).unwrap();
    assert!(table.unknown_columns().is_empty() && entries(&mut table).is_empty());
    let ndjson = template(Format::Ndjson);
    let (checked, found) = findings(&mut table_with(ndjson.as_bytes(), InputOptions::default()).unwrap());
    assert_eq!((checked.rows, checked.invalid, found.len()), (1, 1, 7), "{found:?}");
    assert_eq!(ndjson.trim_end().matches(':').count(), csv.split(',').count());
}

#[test]
fn the_schema_describes_every_column_with_the_contracts_limits() {
    let schema = schema();
    for column in template(Format::Csv).trim_end().split(',') {
        assert_eq!(schema["properties"][column]["type"], "string", "{column}");
        assert!(schema["properties"][column]["description"].is_string());
    }
    for field in avepoint_elements::OfficeField::ALL {
        let property = &schema["properties"][field.contract().name];
        assert_eq!(property["maxLength"].as_u64(), field.contract().max_length.map(|longest| longest as u64));
        assert!(property["description"].as_str().unwrap().contains("#CLEAR"));
    }
    assert_eq!(schema["required"].as_array().unwrap().len(), 7);
}

#[test]
fn a_value_that_holds_another_row_is_a_mistake_unless_lines_are_allowed() {
    let uuid = |end: u8| format!("7c18fd6f-0000-4000-8000-5725fa9edc{end:02}");
    let row = |customer: &str, user: &str, city: &str| {
        format!(
            "{{\"customer\":\"{customer}\",\"tenant\":\"t\",\"user\":\"{user}\",\"zip\":\"1\",\"country\":\"AO\",\"state\":\"S\",\
             \"address\":\"A\",\"city\":\"{city}\"}}\n"
        )
    };
    let cases = [
        row("c", "u1", "Dresden\\nc,t,u2,01067,Germany,S,P,Dresden"),
        row("c", "u1", "Dresden\\r\\n\\\"c\\\";\\\"t\\\";\\\"u2\\\";1"),
        row("c", "u1", "Dresden\\r01067\\tGermany\\tt\\tc\\tu2"),
        row(&uuid(1), &uuid(2), &format!("Dresden\\n{},x,{},1,AO", uuid(3), uuid(4))),
    ];
    for text in cases {
        let found = findings(&mut table(text.as_bytes()).unwrap()).1;
        assert_eq!(found.len(), 1, "{text}: {found:#?}");
        assert!(found[0].starts_with("error: line 1, city \"Dresden"), "{found:#?}");
        assert!(found[0].contains("holds another row"), "{found:#?}");
        let allowed = InputOptions::default().allow_multiline(true);
        let found = findings(&mut table_with(text.as_bytes(), allowed).unwrap()).1;
        assert!(found.len() == 1 && found[0].starts_with("warning: "), "{found:#?}");
    }
    for city in ["Block A\\nfloor 2, c, t", "Dresden\\nt, c, x, y", "Dresden\\nc,t,3"] {
        let found = findings(&mut table(row("contoso", "u1", city).as_bytes()).unwrap()).1;
        assert!(found.is_empty(), "an address has several lines: {found:#?}");
    }
}
