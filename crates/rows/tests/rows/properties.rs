//! What holds of every file.

use proptest::collection::vec;
use proptest::prelude::*;

use avepoint_elements_rows::{Blank, Column, Finding, Format, InputOptions, Source, Table, check};

use crate::{entries, said, table, table_with};

/// How a file is written.
#[derive(Clone, Debug)]
struct Style {
    order: Vec<Column>,
    delimiter: u8,
    always_quoted: bool,
    end: &'static str,
    encoding: Encoding,
}

#[derive(Clone, Copy, Debug)]
enum Encoding {
    Utf8,
    Utf8Marked,
    Utf16 { little_endian: bool },
}

fn style() -> impl Strategy<Value = Style> {
    let order = Just(Column::OF_UPDATE.to_vec()).prop_shuffle();
    let encodings = prop_oneof![
        Just(Encoding::Utf8),
        Just(Encoding::Utf8Marked),
        any::<bool>().prop_map(|little_endian| Encoding::Utf16 { little_endian }),
    ];
    let delimiter = prop::sample::select(b",;\t".to_vec());
    let end = prop::sample::select(vec!["\n", "\r\n", "\r"]);
    (order, delimiter, any::<bool>(), end, encodings).prop_map(
        |(order, delimiter, always_quoted, end, encoding)| Style {
            order,
            delimiter,
            always_quoted,
            end,
            encoding,
        },
    )
}

/// A value that starts and ends with something seen, with everything in between that needs quotes.
fn value() -> impl Strategy<Value = String> {
    "[A-Za-zäß東😀]([ ,;\t\"\r\na-zé'=@0-9]{0,20}[a-z0-9\"])?"
}

fn row() -> impl Strategy<Value = Vec<String>> {
    let ids = vec("[A-Za-z0-9.-]{0,9}[a-z]", 3);
    let country = prop::sample::select(vec!["Angola", "Germany", "Côte d'Ivoire", "Virgin Islands, U.S."]);
    (ids, value(), country, value(), value(), prop_oneof![Just(String::new()), value()]).prop_map(
        |(ids, postal, country, state, address, city)| {
            let office = [postal, country.to_owned(), state, address, city];
            ids.into_iter().chain(office).collect()
        },
    )
}

/// The rows as a file of that style; its cells are quoted by hand, without the habits of a library.
fn written(rows: &[Vec<String>], style: &Style) -> Vec<u8> {
    let delimiter = char::from(style.delimiter);
    let quoted = |cell: &str| {
        let needed = cell.contains(['"', '\r', '\n', ',', ';', '\t']);
        if needed || style.always_quoted {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.to_owned()
        }
    };
    let line = |cells: Vec<&str>| {
        let cells: Vec<_> = cells.into_iter().map(quoted).collect();
        cells.join(&delimiter.to_string()) + style.end
    };
    let mut text = line(style.order.iter().map(|column| column.name()).collect());
    for row in rows {
        text += &line(style.order.iter().map(|column| row[*column as usize].as_str()).collect());
    }
    encoded(&text, style.encoding)
}

fn encoded(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf8Marked => format!("\u{feff}{text}").into_bytes(),
        Encoding::Utf16 { little_endian } => {
            let bytes = |unit: u16| if little_endian { unit.to_le_bytes() } else { unit.to_be_bytes() };
            format!("\u{feff}{text}").encode_utf16().flat_map(bytes).collect()
        }
    }
}

fn expected(row: &[String]) -> String {
    let city = if row[7].is_empty() { "-" } else { &row[7] };
    format!("{} {}|{city}", row[..3].join("/"), row[3..7].join("|"))
}

proptest! {
    #[test]
    fn rows_are_read_as_they_were_written(rows in vec(row(), 0..8), style in style()) {
        // A line of a value may look like a row.
        let options = InputOptions::default().allow_multiline(true);
        let mut table = table_with(&written(&rows, &style), options).unwrap();
        let read: Vec<_> = entries(&mut table).iter().map(|entry| said(entry.row.as_ref().unwrap())).collect();
        let expected: Vec<_> = rows.iter().map(|row| expected(row)).collect();
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn a_check_and_a_reading_agree_on_every_row(row in near_limits(), style in style()) {
        let mut table = table(&written(&[row], &style)).unwrap();
        let mut problems = Vec::new();
        for entry in entries(&mut table) {
            problems.extend(entry.row.err().into_iter().flat_map(|invalid| invalid.problems));
            problems.extend(entry.warnings);
        }
        let mut found = Vec::new();
        check(&mut table, |finding| match finding {
            Finding::Error(problem) | Finding::Warning(problem) => found.push(problem),
            other => panic!("{other:?}"),
        })
        .unwrap();
        prop_assert_eq!(found, problems);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in bytes(), ndjson in any::<bool>(), clear in any::<bool>()) {
        let format = if ndjson { Format::Ndjson } else { Format::Csv };
        let blank = if clear { Blank::Clear } else { Blank::Error };
        let options = InputOptions::default().format(format).blank(blank);
        if let Ok(mut table) = Table::open(Source::reader(&*bytes).unwrap(), options) {
            let mut counts = [0; 2];
            for entry in table.entries().unwrap().flatten() {
                counts[usize::from(entry.row.is_ok())] += 1;
            }
            if let Ok(checked) = check(&mut table, |_| ()) {
                prop_assert_eq!(checked.rows, counts[0] + counts[1]);
                prop_assert_eq!(checked.valid + checked.invalid, checked.rows);
                prop_assert!(checked.valid <= counts[1]);
                prop_assert!(checked.valid == counts[1] || !checked.duplicates.is_empty());
            }
        }
    }
}

/// Values around their limits, which differ in bytes and code points.
fn near_limits() -> impl Strategy<Value = Vec<String>> {
    let value = |column: Column| {
        let longest = column.office().and_then(|field| field.contract().max_length).unwrap_or(36);
        let lengths =
            prop_oneof![Just(0), 1..3usize, longest - 1..longest + 2, longest / 2 - 1..longest / 2 + 2];
        (lengths, prop::sample::select(vec!["a", "é", "東", "#", "/"]))
            .prop_map(|(count, text)| text.repeat(count))
    };
    let uuid = "[0-9a-fA-F]{8}-0000-4000-8000-[0-9a-f]{12}";
    let user = prop_oneof![uuid, value(Column::User)];
    let office = Column::OF_UPDATE[3..].iter().map(|column| value(*column)).collect::<Vec<_>>();
    (user, office).prop_map(|(user, office)| {
        let ids = ["c".to_owned(), "t".to_owned(), user];
        ids.into_iter().chain(office).collect()
    })
}

/// Any bytes, and such as get past the header.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let header = b"customer,tenant,user,zip,country,state,address,elements_result\n".to_vec();
    let likely = prop_oneof![any::<u8>(), prop::sample::select(b",;\"\r\n{}:cu#1".to_vec())];
    (prop::sample::select(vec![header, b"{}\n".to_vec(), Vec::new()]), vec(likely, 0..200))
        .prop_map(|(start, rest)| [start, rest].concat())
}
