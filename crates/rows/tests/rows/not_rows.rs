//! Inputs that are something else than a table of rows: each is named for what it is, once.

use avepoint_elements_rows::{Column, Format, InputOptions, Source, Table, check};

use crate::{HEADER, rows, table, table_with};

const ROW: &str = "c,t,u,1,AO,S,A,B\n";
const ROW_OBJECT: &str = r#"{"customer":"c","tenant":"t","user":"u","zip":"1","country":"AO","state":"S","address":"A","city":"B"}"#;

fn refused(input: &[u8]) -> String {
    let error = table(input).expect_err("no table");
    assert_eq!(error.advice(), None, "{error}");
    error.to_string()
}

#[test]
fn a_line_above_the_header_is_named() {
    let cases = [
        ("#TYPE System.Custom\n", "line 1 is not the header but a type line (#TYPE)", 2),
        ("\"#TYPE System.Custom\"\n", "line 1 is not the header but a type line (#TYPE)", 2),
        ("Offices as of May,,,,,,,\n", "line 1 is not the header but \"Offices as of May,,,,,,,\"", 2),
        ("version:v1.0,,,\n", "line 1 is not the header but a version line", 2),
        ("Offices; as of May\r\n\r\nby HR\r\n", "line 1 is not the header but \"Offices; as of May\"", 4),
        ("sep=,\nOffices\n", "line 2 is not the header but \"Offices\"", 3),
    ];
    for (above, expected, header) in cases {
        let message = refused(format!("{above}{HEADER}{ROW}").as_bytes());
        let advice = format!(", and line {header} looks like it; delete what stands above line {header}");
        assert!(message.starts_with(expected) && message.ends_with(&advice), "{message}");
    }
    let mapped = "Title\ncustomer,tenant,user,PLZ,country,state,address\n";
    let options = InputOptions::default().map(Column::PostalCode, "PLZ");
    let message = table_with(mapped.as_bytes(), options).unwrap_err().to_string();
    assert!(message.starts_with("line 1 is not the header but \"Title\", and line 2"), "{message}");
}

#[test]
fn a_header_over_several_lines_is_one_record() {
    let header = |zip: &str| format!("customer,tenant,user,\"{zip}\",countryRegion,state,address,city");
    let error =
        table(format!("{}\n{ROW}", header("PLZ\n(5-stellig)")).as_bytes()).expect_err("no postal code");
    let message = error.to_string();
    assert!(message.starts_with("the header has no column for postalCode"), "{message}");
    let read = rows(&mut table(format!("{}\n{ROW}", header("Postal\nCode")).as_bytes()).unwrap());
    assert_eq!(read, ["3: c/t/u 1|Angola|S|A|B"]);
    for (above, line) in [
        ("\"Offices\nas of May\"", 3),
        ("\"Offices\r\n\r\nas of May\",,,", 4),
        ("Offices 12\" pipe", 2),
        ("\"Offices \"\"A\"\"\nas of May\"", 3),
    ] {
        let message = refused(format!("{above}\n{}\n{ROW}", header("Postal\nCode")).as_bytes());
        assert!(message.starts_with("line 1 is not the header but "), "{message}");
        assert!(message.ends_with(&format!("delete what stands above line {line}")), "{message}");
    }
    let unclosed = refused(format!("\"Offices\n{HEADER}{ROW}").as_bytes());
    assert!(unclosed.contains("never closed") || unclosed.contains("above line 2"), "{unclosed}");
}

#[test]
fn a_header_that_swallowed_rows_is_refused() {
    let (row, header) = (ROW.trim_end(), HEADER.trim_end());
    let short = header.strip_suffix(",city").unwrap();
    for swallowed in [
        format!("{short},\"city\n{row}\n{row}, 5\"\n{row}\n"),
        format!("{header},\"notes\n{row},n\n{row},5\"\n{row},k\n"),
    ] {
        let message = refused(swallowed.as_bytes());
        assert!(message.starts_with("in the header, the name that begins with \""), "{message}");
        assert!(message.contains("holds the row of line 2"), "{message}");
    }
}

#[test]
fn lines_sep_and_wide_delimiters_are_named() {
    let semicolons = format!("{HEADER}{ROW}").replace(',', ";");
    let message = refused(format!("sep=,\n{semicolons}").as_bytes());
    assert!(
        message.starts_with(
            "the line sep= at the beginning names \",\" as the delimiter, and the header has \";\""
        ),
        "{message}"
    );
    let message = refused(format!("sep=;\nsep=;\n{semicolons}").as_bytes());
    assert!(message.starts_with("line 2 is one more line sep="), "{message}");
    for delimiter in ["，", "；", "、", "｜"] {
        let message = refused(format!("{HEADER}{ROW}").replace(',', delimiter).as_bytes());
        assert!(
            message.starts_with(&format!("the columns of the input are told apart by \"{delimiter}\"")),
            "{message}"
        );
    }
    assert_eq!(rows(&mut table(format!("sep=;\n{semicolons}").as_bytes()).unwrap()).len(), 1);
}

#[test]
fn the_line_of_a_nul_is_named_in_files_of_any_size() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let said = |file: &[u8]| match table(file) {
        Ok(mut table) => check(&mut table, |_| ()).expect_err("no whole check").to_string(),
        Err(error) => error.to_string(),
    };
    for count in [1, 3, 20_000] {
        let above: Vec<_> = (0..count).map(|user| ROW.replace(",u,", &format!(",u{user},"))).collect();
        let above = format!("{HEADER}{}", above.concat());
        for mark in ["", "\u{feff}"] {
            let below = utf16(&format!("{mark}{}\r\n", ROW.trim_end()).repeat(3));
            let message = said(&[above.as_bytes(), &*below].concat());
            let expected = format!("text in UTF-16 begins on line {}, and the lines above", count + 2);
            assert!(message.starts_with(&expected), "{message}");
        }
        let single = format!("{above}{}{ROW}", ROW.replace('A', "A\0"));
        let expected = format!("line {} holds a NUL byte", count + 2);
        assert!(said(single.as_bytes()).starts_with(&expected), "{}", said(single.as_bytes()));
    }
    let whole = utf16(&format!("{HEADER}{}", ROW.repeat(2)));
    assert_eq!(rows(&mut table(&whole).unwrap()).len(), 2, "UTF-16 without a mark is read");
}

#[test]
fn lines_in_quotes_and_other_delimiters_are_named() {
    let wrapped: String = [HEADER, ROW].map(|line| format!("\"{}\"\r\n", line.trim_end())).concat();
    assert!(refused(wrapped.as_bytes()).starts_with("the lines of the input stand in quotes"));
    let header = format!("\"{}\"\n{ROW}", HEADER.trim_end());
    assert!(refused(header.as_bytes()).starts_with("the header stands in quotes"));
    for delimiter in ["|", "^", "~"] {
        let message = refused(format!("{HEADER}{ROW}").replace(',', delimiter).as_bytes());
        assert!(
            message.starts_with(&format!("the columns of the input are told apart by \"{delimiter}\"")),
            "{message}"
        );
    }
}

#[test]
fn json_that_is_not_an_object_a_line_is_named_once_with_a_command() {
    let row = "{\n  \"customer\": \"c\",\n  \"user\": \"u\"\n}\n";
    let cases = [
        (row.repeat(2), "the input is JSON with an object over several lines", "jq -c '.' FILE"),
        ("[\n{\"user\":\"u\"}]".to_owned(), "the input is a JSON array", "jq -c '.[]' FILE"),
        (
            "{\"totalResults\":1,\"Resources\":[{\"id\":\"u\"}]}\n".to_owned(),
            "holds the list of rows in \"Resources\"",
            "'.Resources[]'",
        ),
        (
            "{\"@odata.context\":\"x\",\n\"value\":[\n".to_owned() + &"{\"id\":\"u\"},\n".repeat(9000),
            "in \"value\"",
            "'.value[]'",
        ),
    ];
    for (input, expected, command) in cases {
        let message = refused(input.as_bytes());
        assert!(message.contains(expected) && message.contains(command), "{message}");
    }
    let objects = [ROW_OBJECT; 2];
    assert!(refused(objects.join(",\n").as_bytes()).contains("the inside of a JSON array"));
    assert!(refused(format!("{{\"u1\":{ROW_OBJECT}}}").as_bytes()).contains("whose members are the rows"));
    let comma = rows(&mut table(format!("{ROW_OBJECT}\n{ROW_OBJECT}\n{ROW_OBJECT},\n").as_bytes()).unwrap());
    assert!(comma[2].starts_with("line 3: is an object with a comma behind it"), "{comma:#?}");
    let nested = r#"{"customer":"c","tenant":"t","user":"u","zip":"1","country":"AO","state":"S","address":"A","emails":[{"a":1}]}"#;
    assert_eq!(rows(&mut table(nested.as_bytes()).unwrap()), ["1: c/t/u 1|Angola|S|A|-"]);
}

#[test]
fn files_that_are_no_text_are_named() {
    let cases: [(&[u8], &str); 9] = [
        (b"%PDF-1.7\n", "the input is a PDF document"),
        (b"\n<HTML><table><tr>", "the input is HTML or XML"),
        (b"<!-- a report -->\n<div>", "the input is HTML or XML"),
        (b"<STYLE>td { color: red }</STYLE>", "the input is HTML or XML"),
        (b"ID;PWXL;N;E\nP;PGeneral\n", "the input is a SYLK file"),
        (b"TABLE\r\n0,1\r\n\"EXCEL\"\r\n", "the input is a DIF file"),
        (b"MIME-Version: 1.0\nX-Document-Type: Workbook\n", "the input is a web archive (MHT)"),
        (b"\x09\x08\x08\0\0\x05\x05\0", "the input is an Excel workbook of a very old format"),
        (b"customer\0,tenant\n", "the input is not a text file"),
    ];
    for (input, expected) in cases {
        assert!(refused(input).starts_with(expected), "{}", refused(input));
    }
    // A header that begins as SYLK does is none.
    let german = table(b"ID;PLZ;Ort\n").unwrap_err().to_string();
    assert!(german.starts_with("the header has no column for"), "{german}");
}

#[cfg(not(any(feature = "gzip", feature = "xlsx")))]
#[test]
fn packed_files_are_named_where_they_cannot_be_unpacked() {
    let cases: [(&[u8], &str); 3] = [
        (b"\x1f\x8b\x08\0\0\0", "the input is compressed with gzip; unpack it first"),
        (
            b"PK\x03\x04\0",
            "the input is an Excel workbook or another archive; save the sheet as \"CSV UTF-8\"",
        ),
        (
            b"\xd0\xcf\x11\xe0\0",
            "the input is an Excel workbook or another archive; save the sheet as \"CSV UTF-8\"",
        ),
    ];
    for (input, expected) in cases {
        assert!(refused(input).starts_with(expected), "{}", refused(input));
    }
}

#[test]
fn columns_are_found_in_any_unicode_form() {
    let header =
        |postal: &str| format!("customer,tenant,user,{postal},country,state,address\nc,t,u,28013,ES,S,A\n");
    let forms = ["Código postal", "Co\u{301}digo postal", "ＣÓDIGO Postal"];
    for in_file in forms {
        for mapped in forms {
            let options = InputOptions::default().map(Column::PostalCode, mapped);
            let mut table = table_with(header(in_file).as_bytes(), options).unwrap();
            assert_eq!(rows(&mut table), ["2: c/t/u 28013|Spain|S|A|-"], "{in_file} {mapped}");
        }
    }
    assert_eq!(rows(&mut table(header("ＺＩＰ").as_bytes()).unwrap()).len(), 1);
}

#[test]
fn an_empty_file_of_either_format_has_no_rows_to_misread() {
    let options = InputOptions::default().format(Format::Ndjson);
    let mut table = Table::open(Source::reader(&b"\n"[..]).unwrap(), options).unwrap();
    assert!(rows(&mut table).is_empty());
}
