//! Sheets of workbooks, and what becomes of what they hold.
#![expect(clippy::unwrap_used, reason = "what is made here can be made")]

use std::io::{Cursor, Read, Write};

use avepoint_elements_rows::{Advice, Blank, Finding, Format, InputOptions, Purpose, Source, Table, check};
use rust_xlsxwriter::{Format as CellFormat, Formula, Workbook, Worksheet};

use crate::{HEADER, findings, rows};

/// The columns of a template.
fn names() -> Vec<&'static str> {
    HEADER.trim_end().split(',').collect()
}

fn write_row(sheet: &mut Worksheet, row: u32, cells: &[&str]) {
    for (column, cell) in cells.iter().enumerate() {
        sheet.write_string(row, u16::try_from(column).unwrap(), *cell).unwrap();
    }
}

/// A workbook of one sheet, with a header in its first row.
fn workbook(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    write_row(sheet, 0, &names());
    fill(sheet);
    workbook.save_to_buffer().unwrap()
}

fn open(bytes: &[u8]) -> Table {
    Table::open(Source::reader(bytes).unwrap(), InputOptions::default()).unwrap()
}

fn refused(bytes: &[u8]) -> String {
    refused_with(bytes, InputOptions::default())
}

fn refused_with(bytes: &[u8], options: InputOptions) -> String {
    Table::open(Source::reader(bytes).unwrap(), options).unwrap_err().to_string()
}

#[test]
fn a_sheet_says_what_the_same_rows_say_as_csv() {
    let all = [
        ["c", "t", "u1", "01067", "Germany", "Saxony", "Theaterplatz 2, \"rear\"", "Dresden"],
        ["c", "t", "u2", "2121", "Angola", "Luanda", "Dande\nfloor 2", ""],
        ["c", "t", "u3", "2121", "Angola", "Luanda", "", "=A1"],
        ["c", "t", "ada@example.com", "N/A", "Angola", "Luanda", "#N/A", "x"],
        ["c", "t", "u1", "1", "Angola", "Luanda", "Dande", "x"],
    ];
    let mut csv = HEADER.to_owned();
    for row in &all {
        csv += &row.map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).join(",");
        csv += "\n";
    }
    let sheet = workbook(|sheet| all.iter().zip(1..).for_each(|(row, place)| write_row(sheet, place, row)));
    let (mut csv, mut sheet) = (open(csv.as_bytes()), open(&sheet));
    assert_eq!(sheet.columns(), csv.columns());
    assert_eq!((sheet.format(), sheet.delimiter(), sheet.has_byte_order_mark()), (Format::Csv, b',', true));
    let cells = |table: &mut Table| {
        crate::entries(table).iter().map(|entry| crate::cells(entry).concat()).collect::<Vec<_>>()
    };
    assert_eq!(cells(&mut sheet), cells(&mut csv));
    assert_eq!(problems(&mut sheet), problems(&mut csv));
}

/// The column, the value and the message of each finding, but for lines within messages.
fn problems(table: &mut Table) -> Vec<(Option<String>, Option<String>, String)> {
    let mut all = Vec::new();
    let checked = check(table, |finding| {
        let (Finding::Error(problem) | Finding::Warning(problem)) = finding else { panic!("{finding:?}") };
        let message = problem.message.replace(|character: char| character.is_ascii_digit(), "");
        all.push((problem.column, problem.value, message));
    });
    assert_eq!(checked.unwrap().invalid, 4);
    all
}

#[test]
fn what_is_said_names_rows_and_cells_of_the_sheet() {
    let sheet = workbook(|sheet| {
        write_row(sheet, 1, &["c", "t", "u1", "1", "Angola", "Luanda", "Dande\nfloor 2\n\nrear", "x"]);
        write_row(sheet, 16, &["c", "t", "u2", "1067", "Germany", "Saxony", "Dande", "x"]);
        write_row(sheet, 17, &["c", "t", "u1", "1", "Angola", "Luanda", "Dande", "x", "too much"]);
        write_row(sheet, 18, &["c", "t"]);
    });
    let mut table = open(&sheet);
    let (checked, found) = findings(&mut table);
    assert_eq!(checked.rows, 4);
    for start in [
        "warning: D17, postalCode \"1067\": looks as if it lost leading zeros",
        "error: line 18: the row has 9 cells and the header 8",
        "error: C19, user: is blank",
        "error: C18, user: the same user is on line 2, too",
    ] {
        assert!(found.iter().any(|found| found.starts_with(start)), "{start}: {found:#?}");
    }
}

#[test]
fn numbers_are_what_the_sheet_shows_where_their_format_is_one_of_zeros() {
    let sheet = workbook(|sheet| {
        let zeros = CellFormat::new().set_num_format("00000");
        let date = CellFormat::new().set_num_format("yyyy-mm-dd");
        for row in 1..=7 {
            let user = format!("u{row}");
            write_row(sheet, row, &["c", "t", &user, "", "Germany", "Saxony", "Theaterplatz 2", "Dresden"]);
        }
        sheet.write_number_with_format(1, 3, 1067, &zeros).unwrap();
        sheet.write_number(2, 3, 1067).unwrap();
        sheet.write_number_with_format(3, 3, 46024, &date).unwrap();
        sheet.write_formula(4, 3, Formula::new("=\"D-0\"&1067").set_result("D-01067")).unwrap();
        sheet.write_formula(5, 3, Formula::new("=NA()").set_result("#N/A")).unwrap();
        sheet.write_number(6, 3, 1.234_567_890_123e17).unwrap();
        sheet.write_number(7, 3, 1067.5).unwrap();
    });
    let mut table = open(&sheet);
    let found = findings(&mut table).1;
    let sent = rows(&mut table);
    assert!(sent[0].contains("01067") && sent[3].contains("D-01067"), "{sent:#?}");
    let expected = [
        "error: D6, postalCode \"#N/A\": is an error that a spreadsheet calculated",
        "warning: D3, postalCode \"1067\": looks as if it lost leading zeros",
        "warning: D4, postalCode \"2026-01-02\": looks like a date",
        "warning: D7, postalCode \"1.234567890123E17\": looks like a number",
        "warning: D8, postalCode \"1067.5\": looks like a number",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for start in expected {
        assert!(found.iter().any(|found| found.starts_with(start)), "{start}: {found:#?}");
    }
}

#[test]
fn titles_blank_rows_and_columns_and_merged_cells_are_what_they_are_in_csv() {
    let with_title = {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.merge_range(0, 0, 0, 7, "Offices of 2026", &CellFormat::new()).unwrap();
        write_row(sheet, 2, &names());
        write_row(sheet, 3, &["c", "t", "u1", "1", "Angola", "Luanda", "Dande", "x"]);
        workbook.save_to_buffer().unwrap()
    };
    let message = refused(&with_title);
    assert!(message.contains("row 3"), "{message}");

    let beside = {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        for (column, name) in (1..).zip(names()) {
            sheet.write_string(2, column, name).unwrap();
        }
        for (row, user) in [(4, "u1"), (5, "u2")] {
            for (column, text) in (1..).zip(["c", "t", user, "1", "Angola", "Luanda", "Dande", "x"]) {
                sheet.write_string(row, column, text).unwrap();
            }
        }
        sheet.merge_range(4, 6, 5, 6, "Luanda", &CellFormat::new()).unwrap();
        sheet.write_blank(900, 3, &CellFormat::new().set_bold()).unwrap();
        workbook.save_to_buffer().unwrap()
    };
    let mut table = open(&beside);
    let (checked, found) = findings(&mut table);
    assert_eq!((checked.rows, checked.valid), (2, 1));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].starts_with("error: G6, state: is blank"),
        "only the first of merged cells has a value: {found:#?}"
    );
}

#[test]
fn the_first_sheet_that_is_not_hidden_is_read_or_the_one_that_is_named() {
    let mut workbook = Workbook::new();
    for (name, user) in [("Archive", "u1"), ("Offices", "u2"), ("Others", "u3")] {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).unwrap().set_hidden(name == "Archive");
        write_row(sheet, 0, &names());
        write_row(sheet, 1, &["c", "t", user, "1", "Angola", "Luanda", "Dande", "x"]);
    }
    workbook.worksheet_from_name("Offices").unwrap().set_active(true);
    let bytes = workbook.save_to_buffer().unwrap();
    let read = |options: InputOptions| {
        rows(&mut Table::open(Source::reader(&*bytes).unwrap(), options).unwrap()).concat()
    };
    assert!(read(InputOptions::default()).contains("c/t/u2"));
    assert!(read(InputOptions::default().sheet(Some("Archive".to_owned()))).contains("c/t/u1"));
    assert!(read(InputOptions::default().sheet(Some("Others".to_owned()))).contains("c/t/u3"));
    assert_eq!(
        refused_with(&bytes, InputOptions::default().sheet(Some("Offcies".to_owned()))),
        "the workbook has no sheet \"Offcies\"; it has \"Archive\", \"Offices\", \"Others\""
    );
    let message = refused_with(HEADER.as_bytes(), InputOptions::default().sheet(Some("Offices".to_owned())));
    assert!(message.starts_with("the input is no workbook, and has no sheet \"Offices\""), "{message}");
}

#[test]
fn a_cell_that_holds_a_row_is_a_mistake_that_names_the_cell() {
    let sheet = workbook(|sheet| {
        write_row(
            sheet,
            1,
            &["c", "t", "u1", "1", "Angola", "Luanda", "Dande\nc,t,u2,1,Angola,Luanda,Dande,x", "x"],
        );
    });
    let found = findings(&mut open(&sheet)).1;
    assert!(found[0].starts_with("error: G2, address \"Dande\\nc,t,u2"), "{found:#?}");
    assert!(found[0].contains("holds another row"), "{found:#?}");
}

#[test]
fn a_workbook_that_unpacks_to_more_than_the_limit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("offices.xlsx");
    let text = "x".repeat(30_000);
    let fill =
        |sheet: &mut Worksheet| (1..200).for_each(|row| write_row(sheet, row, &[&format!("{row}{text}")]));
    let is_read = workbook(fill);
    let is_not_read = {
        let mut workbook = Workbook::new();
        write_row(workbook.add_worksheet(), 0, &names());
        fill(workbook.add_worksheet());
        workbook.save_to_buffer().unwrap()
    };
    for bytes in [is_read, is_not_read] {
        std::fs::write(&path, &bytes).unwrap();
        assert!(bytes.len() < 500_000, "{}", bytes.len());
        let open =
            |limit| Table::open(Source::file_or_stream(&path, limit).unwrap(), InputOptions::default());
        let error = open(5_000_000).unwrap_err();
        assert!(error.is_over_limit() && error.to_string().contains("more than 5000000 bytes"), "{error}");
        assert!(open(20_000_000).is_ok());
    }
}

#[test]
fn a_workbook_that_was_cut_or_damaged_is_refused_and_says_what_to_do() {
    let bytes =
        workbook(|sheet| write_row(sheet, 1, &["c", "t", "u1", "1", "Angola", "Luanda", "Dande", "x"]));
    for length in [4, 30, bytes.len() / 2, bytes.len() - 1] {
        let message = refused(&bytes[..length]);
        assert!(
            message.contains("damaged or cut off") && message.contains("get it anew"),
            "{length}: {message}"
        );
    }
    // Names and times in the archive's own records may change without harm; what its parts hold may not.
    for place in (0..bytes.len()).step_by(7) {
        let mut damaged = bytes.clone();
        damaged[place] ^= 0x10;
        if let Ok(mut table) = Table::open(Source::reader(&*damaged).unwrap(), InputOptions::default()) {
            assert_eq!(rows(&mut table), rows(&mut open(&bytes)), "byte {place}");
        }
    }
}

/// A compound file as Excel encrypts workbooks and older ones wrote them, with a stream of this name.
fn compound_file(stream: &str) -> Vec<u8> {
    const END: u32 = 0xFFFF_FFFE;
    const FREE: u32 = 0xFFFF_FFFF;
    let mut file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    file.extend([0; 16]);
    for number in [0x3E_u16, 3, 0xFFFE, 9, 6, 0, 0, 0] {
        file.extend(number.to_le_bytes());
    }
    for number in [0, 1, 1, 0, 4096, END, 0, END, 0, 0] {
        file.extend(number.to_le_bytes());
    }
    file.extend([0xFF; 108 * 4]);
    for number in [0xFFFF_FFFD, END].into_iter().chain([FREE; 126]) {
        file.extend(number.to_le_bytes());
    }
    for (name, kind) in [("Root Entry", 5), (stream, 2), ("", 0), ("", 0)] {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry.resize(64, 0);
        entry.extend(u16::try_from(name.len() * 2 + 2).unwrap().to_le_bytes());
        entry.extend([kind, 1]);
        entry.extend([0xFF; 12]);
        entry.resize(116, 0);
        entry.extend(END.to_le_bytes());
        entry.extend([0; 8]);
        file.extend(entry);
    }
    file
}

#[test]
fn other_workbooks_and_archives_are_named() {
    let encrypted = refused(&compound_file("EncryptedPackage"));
    assert!(encrypted.starts_with("the input is an encrypted workbook; open it"), "{encrypted}");
    let old = refused(&compound_file("Workbook"));
    assert!(old.starts_with("the input is a workbook of an older format (.xls)"), "{old}");
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("offices.csv", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(HEADER.as_bytes()).unwrap();
    let binary = refused(&self::archive(&[("xl/workbook.bin".to_owned(), Vec::new())]));
    assert!(
        binary.starts_with("the input is a workbook of the binary format (.xlsb); save it as .xlsx"),
        "{binary}"
    );
    let archive = refused(&archive.finish().unwrap().into_inner());
    assert!(
        archive.starts_with("the input is an archive and no workbook that can be read (.xlsx)"),
        "{archive}"
    );
}

#[test]
fn a_workbook_that_changes_after_it_was_opened_is_noticed_and_its_hash_is_the_files_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("offices.xlsx");
    let write = |city: &str| {
        let bytes =
            workbook(|sheet| write_row(sheet, 1, &["c", "t", "u1", "1", "Angola", "Luanda", "Dande", city]));
        std::fs::write(&path, &bytes).unwrap();
        bytes
    };
    let bytes = write("x");
    let mut table = Table::open(Source::file(&path).unwrap(), InputOptions::default()).unwrap();
    let mut copy = open(&bytes);
    assert_eq!(table.sha256().unwrap(), copy.sha256().unwrap());
    assert!(table.check_unchanged().is_ok());
    write("y");
    assert_eq!(rows(&mut table), rows(&mut copy), "what was checked is what is sent");
    assert!(table.check_unchanged().unwrap_err().to_string().contains("was changed"));
}

#[test]
fn a_byte_of_a_workbook_that_changes_behind_its_beginning_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("offices.xlsx");
    let mut bytes = workbook(|sheet| {
        for row in 1..6000_u32 {
            let user = format!("{:08x}{:08x}", row.wrapping_mul(2_654_435_761), row.wrapping_mul(40_503_011));
            write_row(sheet, row, &["c", "t", &user, "1", "Angola", "Luanda", "Dande", "x"]);
        }
    });
    assert!(bytes.len() > 100_000, "more than is read at a time");
    std::fs::write(&path, &bytes).unwrap();
    let table = Table::open(Source::file(&path).unwrap(), InputOptions::default()).unwrap();
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(9);
    let touch = || std::fs::File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
    touch();
    assert!(table.check_unchanged().is_ok(), "a time that changes alone changes nothing");
    let place = bytes.len() - 1000;
    bytes[place] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    touch();
    assert!(table.check_unchanged().is_err());
}

/// The parts of an archive, by name.
fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let count = archive.len();
    let read = |place| {
        let mut part = archive.by_index(place).unwrap();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        (part.name().unwrap().into_owned(), content)
    };
    (0..count).map(read).collect()
}

fn archive(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(name, stored).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn no_change_of_what_a_workbook_holds_breaks_the_reader() {
    let format = CellFormat::new().set_num_format("00000");
    let whole = workbook(|sheet| {
        write_row(sheet, 1, &["c", "t", "u1", "", "Angola", "Luanda", "Dande", "x"]);
        sheet.write_number_with_format(1, 3, 2121, &format).unwrap();
        sheet.merge_range(3, 0, 4, 2, "merged", &format).unwrap();
        sheet.write_formula(2, 4, Formula::new("=A2").set_result("x")).unwrap();
    });
    let parts = parts(&whole);
    let open = |parts: &[(String, Vec<u8>)]| {
        let source = Source::reader(&*archive(parts)).unwrap();
        Table::open(source, InputOptions::default()).map(|mut table| rows(&mut table))
    };
    assert!(open(&parts).is_ok());
    for part in 0..parts.len() {
        let step = if parts[part].0.ends_with("sheet1.xml") { 2 } else { 19 };
        for place in (0..parts[part].1.len()).step_by(step) {
            let mut changed = parts.clone();
            changed[part].1[place] = [b'9', b'<', b'"', 0xFF][place / step % 4];
            // Read or refused: a panic fails the test.
            let _ = open(&changed);
        }
    }
    // The reader of workbooks subtracts the first from the last.
    let (_, sheet) = parts.iter().find(|(name, _)| name.ends_with("sheet1.xml")).unwrap();
    let sheet = String::from_utf8(sheet.clone()).unwrap();
    let turned = sheet.replacen("ref=\"A1:H5\"", "ref=\"H5:A1\"", 1);
    assert_ne!(turned, sheet, "{sheet}");
    let turned = parts.iter().map(|(name, content)| {
        let is_sheet = name.ends_with("sheet1.xml");
        (name.clone(), if is_sheet { turned.clone().into_bytes() } else { content.clone() })
    });
    let _ = open(&turned.collect::<Vec<_>>());
}

/// A workbook with a text of its sheet replaced.
fn with_replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let mut parts = parts(bytes);
    let (_, sheet) = parts.iter_mut().find(|(name, _)| name.ends_with("sheet1.xml")).unwrap();
    let text = String::from_utf8(sheet.clone()).unwrap();
    assert!(text.contains(from), "{text}");
    *sheet = text.replace(from, to).into_bytes();
    archive(&parts)
}

#[test]
fn errors_that_newer_spreadsheets_calculate_are_mistakes_of_their_cells() {
    let sheet = workbook(|sheet| {
        for row in 1..=3 {
            let user = format!("u{row}");
            write_row(sheet, row, &["c", "t", &user, "1", "Angola", "Luanda", "Dande", "x"]);
        }
        for (row, column) in [(1, 6), (3, 3), (3, 7)] {
            sheet.write_formula(row, column, Formula::new("=NA()").set_result("#N/A")).unwrap();
        }
    });
    for error in ["#GETTING_DATA", "#SPILL!", "#CALC!", "#BLOCKED!", "#EXTERNAL!"] {
        let mut table = open(&with_replaced(&sheet, "<v>#N/A</v>", &format!("<v>{error}</v>")));
        let (checked, found) = findings(&mut table);
        assert_eq!((checked.rows, checked.valid, found.len()), (3, 1, 3), "{found:#?}");
        for (found, (cell, column)) in
            found.iter().zip([("G2", "address"), ("D4", "postalCode"), ("H4", "city")])
        {
            let start =
                format!("error: {cell}, {column} \"{error}\": is an error that a spreadsheet calculated");
            assert!(found.starts_with(&start), "{found}");
        }
    }
}

#[test]
fn an_error_that_no_spreadsheet_is_known_to_calculate_is_refused_with_its_cell() {
    let sheet = workbook(|sheet| {
        write_row(sheet, 1, &["c", "t", "u1", "1", "Angola", "Luanda", "Dande", "x"]);
        sheet.write_formula(1, 6, Formula::new("=NA()").set_result("#N/A")).unwrap();
    });
    let message = refused(&with_replaced(&sheet, "<v>#N/A</v>", "<v>Foo</v>"));
    assert!(
        message.starts_with("cell G2 of the sheet holds \"Foo\", an error that a formula calculated"),
        "{message}"
    );
    assert!(message.contains("correct the formula, and save the workbook again"), "{message}");
}

/// All that is wrong with the rows of a plan.
fn planned(table: &mut Table) -> Vec<String> {
    let entries = table.plan_entries().unwrap().map(Result::unwrap);
    entries
        .flat_map(|entry| entry.wanted.err().unwrap_or_default())
        .map(|problem| problem.to_string())
        .collect()
}

/// A workbook whose second row has formulas in place of postal code and city.
fn with_formulas(result: &str) -> Vec<u8> {
    workbook(|sheet| {
        for row in 1..=2 {
            let user = format!("u{row}");
            write_row(sheet, row, &["c", "t", &user, "1", "Angola", "Luanda", "Dande", "x"]);
        }
        for column in [3, 7] {
            sheet.write_formula(2, column, Formula::new("=VLOOKUP(A2,B:C,2)").set_result(result)).unwrap();
        }
    })
}

#[test]
fn a_formula_that_was_never_calculated_is_a_mistake_of_its_cell() {
    let sheet = with_formulas("17");
    let error = with_replaced(&with_formulas("#N/A"), "<v>#N/A</v>", "");
    for bytes in [with_replaced(&sheet, "<v>17</v>", ""), with_replaced(&sheet, "<v>17</v>", "<v/>"), error] {
        for purpose in [Purpose::Update, Purpose::Plan] {
            let options = InputOptions::default().purpose(purpose).blank(Blank::Clear);
            let mut table = Table::open(Source::reader(&*bytes).unwrap(), options).unwrap();
            let is_plan = purpose == Purpose::Plan;
            let found = if is_plan { planned(&mut table) } else { findings(&mut table).1 };
            let found: Vec<_> = found.iter().map(|found| found.trim_start_matches("error: ")).collect();
            assert_eq!(found.len(), 2, "{found:#?}");
            for (found, start) in found.iter().zip(["D3, postalCode", "H3, city"]) {
                let start = format!(
                    "{start} \"#NOT_CALCULATED\": is a formula that was never calculated: the program"
                );
                assert!(found.starts_with(&start), "{found}");
            }
        }
    }
}

#[test]
fn a_formula_whose_value_is_an_empty_text_is_blank() {
    let text = with_replaced(&with_formulas("x"), "<v>x</v>", "<v></v>");
    let found = findings(&mut open(&text)).1;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("error: D3, postalCode: is blank"), "{found:#?}");
}

#[test]
fn a_text_that_is_named_by_no_number_is_damage_and_never_the_first_text() {
    let whole =
        workbook(|sheet| write_row(sheet, 1, &["c", "t", "u1", "1", "Angola", "Luanda", "Dande", "x"]));
    for index in ["x", "-1", "1.5", " 3", "99999999999999999999"] {
        let message = refused(&with_replaced(&whole, "t=\"s\"><v>9</v>", &format!("t=\"s\"><v>{index}</v>")));
        let start =
            format!("the workbook is damaged: cell B2 names its text by \"{index}\", which is no number");
        assert!(message.starts_with(&start), "{message}");
    }
    let message = refused(&with_replaced(&whole, "t=\"s\"><v>9</v>", "t=\"s\"><v>999</v>"));
    assert!(message.contains("is damaged"), "{message}");
}

#[test]
fn a_title_above_the_header_is_named_by_its_row_in_the_sheet() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "Offices\nas of\nMay").unwrap();
    write_row(sheet, 3, &names());
    write_row(sheet, 4, &["c", "t", "u", "1", "Angola", "S", "A", "B"]);
    let message = refused(&workbook.save_to_buffer().unwrap());
    assert!(message.starts_with("row 1 is not the header but \"Offices"), "{message}");
    assert!(message.ends_with("row 4 looks like it; delete what stands above row 4"), "{message}");
    let row = self::workbook(|sheet| write_row(sheet, 1, &["c,t,u,1,Angola,S,A,B"]));
    let (_, found) = findings(&mut open(&row));
    assert_eq!(
        found,
        ["error: line 2: the whole row stands in one cell; split the text into columns at its delimiter"]
    );
}

#[test]
fn the_other_sheets_that_hold_rows_are_told_unless_one_is_named() {
    let mut workbook = Workbook::new();
    for (name, rows) in [("Offices", 2), ("Empty", 0), ("Old", 3), ("Title", 1), ("Hidden", 2)] {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).unwrap().set_hidden(name == "Hidden");
        (0..rows).for_each(|row| write_row(sheet, row, &names()));
    }
    let bytes = workbook.save_to_buffer().unwrap();
    let read = |options| {
        let table = Table::open(Source::reader(&*bytes).unwrap(), options).unwrap();
        table.sheet().cloned().unwrap()
    };
    let sheet = read(InputOptions::default());
    assert_eq!((&*sheet.name, sheet.others, sheet.hidden_rows), ("Offices", vec!["Old".to_owned()], 0));
    let named = read(InputOptions::default().sheet(Some("Old".to_owned())));
    assert_eq!((&*named.name, named.others), ("Old", Vec::new()));
    assert_eq!(crate::table(HEADER.as_bytes()).unwrap().sheet(), None);
}

#[test]
fn a_first_sheet_that_cannot_be_read_leads_to_the_one_that_can() {
    for first in [&["Read me"][..], &[]] {
        let mut workbook = Workbook::new();
        for (row, text) in (0..).zip(first) {
            workbook.add_worksheet().write_string(row, 0, *text).unwrap();
        }
        if first.is_empty() {
            workbook.add_worksheet();
        }
        let lists = workbook.add_worksheet().set_name("Lists").unwrap();
        (0..3).for_each(|row| write_row(lists, row, &["a", "b"]));
        let offices = workbook.add_worksheet().set_name("Offices").unwrap();
        write_row(offices, 0, &names());
        write_row(offices, 1, &["c", "t", "u1", "1", "Angola", "Luanda", "Dande", "x"]);
        let bytes = workbook.save_to_buffer().unwrap();
        let error = Table::open(Source::reader(&*bytes).unwrap(), InputOptions::default()).unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with("the sheet \"Sheet1\" was read, and cannot be: "), "{message}");
        assert!(message.ends_with("Of the workbook's sheets, \"Offices\" can be"), "{message}");
        assert_eq!(error.advice(), Some(&Advice::ReadSheet("Offices".to_owned())));
    }
}

#[test]
fn a_sheet_is_found_by_its_name_in_another_form_of_unicode() {
    let bytes = {
        let mut workbook = Workbook::new();
        write_row(workbook.add_worksheet(), 0, &["x"]);
        write_row(workbook.add_worksheet().set_name("B\u{fc}ros").unwrap(), 0, &names());
        workbook.save_to_buffer().unwrap()
    };
    for name in ["B\u{fc}ros", "Bu\u{308}ros"] {
        let options = InputOptions::default().sheet(Some(name.to_owned()));
        assert!(Table::open(Source::reader(&*bytes).unwrap(), options).is_ok(), "{name}");
    }
}

#[test]
fn hidden_rows_that_hold_something_are_counted_and_read() {
    let sheet = workbook(|sheet| {
        for row in 1..=5 {
            let user = format!("u{row}");
            write_row(sheet, row, &["c", "t", &user, "1", "Angola", "Luanda", "Dande", "x"]);
        }
        for row in [0, 2, 3, 9] {
            sheet.set_row_hidden(row).unwrap();
        }
    });
    let mut table = open(&sheet);
    assert_eq!(table.sheet().map(|sheet| sheet.hidden_rows), Some(2));
    assert_eq!(rows(&mut table).len(), 5);
}
