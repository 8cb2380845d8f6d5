//! What the library that reads workbooks does not say of a sheet: formulas without a value, texts that no number names,
//! hidden rows.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader};

use calamine::XlsxError;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::{damaged, parts};
use crate::error::InputError;
use crate::problem::excerpt;
use crate::text::is_digits;

/// How many formulas without a value are kept.
const MAX_CELLS: usize = 1 << 20;

/// What one reading of a sheet found.
#[derive(Debug, Default)]
pub(super) struct SheetScan {
    /// How many cells stand in the file before each formula that has no value.
    uncalculated: Vec<u64>,
    /// How many rows behind the first are hidden and hold something.
    pub(super) hidden_rows: u64,
}

impl SheetScan {
    /// Whether the cell behind so many others is a formula that has no value.
    pub(super) fn is_uncalculated(&self, count: u64) -> bool {
        self.uncalculated.binary_search(&count).is_ok()
    }
}

/// Reads a sheet, which is given by its place among all of the workbook.
///
/// # Errors
/// The workbook is damaged, or holds more formulas without a value than are kept.
pub(super) fn scan(file: &File, sheet: usize) -> Result<SheetScan, InputError> {
    read(file, sheet, u64::MAX).map(|(scan, _)| scan)
}

/// Whether two rows of a sheet hold something.
///
/// # Errors
/// As for [`scan`].
pub(super) fn has_rows(file: &File, sheet: usize) -> Result<bool, InputError> {
    read(file, sheet, 2).map(|(_, rows)| rows > 1)
}

/// Reads a sheet up to so many rows that hold something; how many it read.
fn read(file: &File, sheet: usize, most: u64) -> Result<(SheetScan, u64), InputError> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| parts::damaged(&error))?;
    let path = path(&mut archive, sheet)?;
    let path = path.ok_or_else(|| damaged(XlsxError::RelationshipNotFound))?;
    let mut scan = SheetScan::default();
    let mut position = SheetPosition { count: 0, rows: 0 };
    with_part(&mut archive, &path, |xml| position.read(xml, &mut scan, most))?;
    Ok((scan, position.rows))
}

/// Where reading is within a sheet.
struct SheetPosition {
    count: u64,
    /// How many rows were read that hold something.
    rows: u64,
}

impl SheetPosition {
    fn read(
        &mut self,
        xml: &mut Reader<impl BufRead>,
        scan: &mut SheetScan,
        most: u64,
    ) -> Result<(), InputError> {
        let mut buffer = Vec::new();
        let (mut is_hidden, mut is_filled) = (false, false);
        loop {
            buffer.clear();
            match next(xml, &mut buffer)? {
                Event::Start(row) if row.local_name().as_ref() == "row" => {
                    is_hidden = attribute(&row, "hidden").is_some_and(|hidden| is_true(&hidden));
                    is_filled = false;
                }
                Event::End(row) if row.local_name().as_ref() == "row" => {
                    scan.hidden_rows += u64::from(is_hidden && is_filled && self.rows > 0);
                    self.rows += u64::from(is_filled);
                    if self.rows == most {
                        return Ok(());
                    }
                }
                Event::Start(cell) if cell.local_name().as_ref() == "c" => {
                    is_filled |= self.cell(xml, &cell, scan)?;
                    self.count += 1;
                }
                Event::End(data) if data.local_name().as_ref() == "sheetData" => return Ok(()),
                Event::Eof => return Err(damaged(XlsxError::XmlEof("sheetData"))),
                _ => {}
            }
        }
    }

    /// Reads a cell; whether it holds something.
    fn cell(
        &self,
        xml: &mut Reader<impl BufRead>,
        cell: &BytesStart<'_>,
        scan: &mut SheetScan,
    ) -> Result<bool, InputError> {
        let kind = attribute(cell, "t");
        let kind = kind.as_deref();
        let (mut has_formula, mut has_value) = (false, false);
        let (mut buffer, mut text) = (Vec::new(), String::new());
        loop {
            buffer.clear();
            match next(xml, &mut buffer)? {
                Event::Start(part) => {
                    text.clear();
                    let name = part.local_name().as_ref().to_owned();
                    read_text(xml, &name, &mut text)?;
                    // Of several parts the last counts, as it does for the library.
                    has_value = match (&*name, kind) {
                        ("f", _) => {
                            has_formula = true;
                            false
                        }
                        ("v", Some("inlineStr" | "is")) => false,
                        ("v", Some("n" | "s" | "b" | "e") | None) => !text.is_empty(),
                        // A formula whose value is an empty text has a value.
                        _ => true,
                    };
                    if name == "v" && kind == Some("s") && has_value && !is_index(&text) {
                        return Err(no_text(cell, &text));
                    }
                }
                Event::End(end) if end.local_name().as_ref() == "c" => break,
                Event::Eof => return Err(damaged(XlsxError::XmlEof("c"))),
                _ => {}
            }
        }
        if !has_value && (has_formula || kind == Some("e")) {
            if scan.uncalculated.len() == MAX_CELLS {
                return Err(InputError::malformed(format!(
                    "the sheet has more than {MAX_CELLS} formulas that were never calculated; open and save the workbook \
                     in a spreadsheet"
                )));
            }
            scan.uncalculated.push(self.count);
        }
        Ok(has_value || has_formula)
    }
}

/// Whether a text is the number of a shared text.
fn is_index(text: &str) -> bool {
    is_digits(text) && text.parse::<u32>().is_ok()
}

fn no_text(cell: &BytesStart<'_>, text: &str) -> InputError {
    let place = attribute(cell, "r").map_or_else(String::new, |place| format!(" {}", excerpt(&place)));
    InputError::malformed(format!(
        "the workbook is damaged: cell{place} names its text by \"{}\", which is no number; open it in a spreadsheet, save \
         it anew, and give that file",
        excerpt(text)
    ))
}

/// Adds the text up to the end of an element, whatever stands in it.
fn read_text(xml: &mut Reader<impl BufRead>, name: &str, text: &mut String) -> Result<(), InputError> {
    let (mut buffer, mut depth) = (Vec::new(), 0_u32);
    loop {
        buffer.clear();
        match next(xml, &mut buffer)? {
            Event::Text(part) => text.push_str(&part.xml10_content()),
            Event::GeneralRef(_) => text.push('&'),
            Event::Start(start) if start.local_name().as_ref() == name => depth += 1,
            Event::End(end) if end.local_name().as_ref() == name => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Ok(()),
            },
            Event::Eof => return Err(damaged(XlsxError::XmlEof("c"))),
            _ => {}
        }
    }
}

/// The part of the archive that holds a sheet, if its workbook says so.
fn path(archive: &mut ZipArchive<BufReader<&File>>, sheet: usize) -> Result<Option<String>, InputError> {
    let mut main = None;
    for_each(archive, "_rels/.rels", "Relationship", |relationship| {
        if attribute(relationship, "Type").is_some_and(|kind| kind.ends_with("/relationships/officeDocument"))
        {
            main = attribute(relationship, "Target").map(Cow::into_owned);
        }
    })?;
    let main = main.unwrap_or_default();
    let (folder, name) = match main.rfind('/') {
        Some(slash) => main.split_at(slash + 1),
        None => ("", &*main),
    };
    let (folder, name) =
        (folder.trim_start_matches('/'), if name.is_empty() { "workbook.xml" } else { name });
    let mut ids = Vec::new();
    for_each(archive, &format!("{folder}{name}"), "sheet", |sheet| {
        ids.push(attribute(sheet, "id").map(Cow::into_owned));
    })?;
    let Some(Some(id)) = ids.get(sheet) else { return Ok(None) };
    let mut target = None;
    for_each(archive, &format!("{folder}_rels/{name}.rels"), "Relationship", |relationship| {
        if attribute(relationship, "Id").is_some_and(|other| other == **id) {
            target = attribute(relationship, "Target").map(Cow::into_owned);
        }
    })?;
    Ok(target.map(|target| match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{folder}{target}"),
    }))
}

/// Hands over each element of a name in a part of the archive.
fn for_each(
    archive: &mut ZipArchive<BufReader<&File>>,
    path: &str,
    name: &str,
    mut take: impl FnMut(&BytesStart<'_>),
) -> Result<(), InputError> {
    with_part(archive, path, |xml| {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match next(xml, &mut buffer)? {
                Event::Start(element) if element.local_name().as_ref() == name => take(&element),
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    })
}

/// Reads a part of the archive, whose name is found in either case, as the library finds it.
fn with_part<T>(
    archive: &mut ZipArchive<BufReader<&File>>,
    path: &str,
    read: impl FnOnce(&mut Reader<BufReader<zip::read::ZipFile<'_, BufReader<&File>>>>) -> Result<T, InputError>,
) -> Result<T, InputError> {
    let is_it = |name: &str| name.replace('\\', "/").eq_ignore_ascii_case(path);
    let found = archive.file_names().flatten().filter(|name| is_it(name)).last().map(|name| name.to_string());
    let name = found.ok_or_else(|| damaged(XlsxError::FileNotFound(excerpt(path))))?;
    let part = archive.by_name(&name).map_err(|error| parts::damaged(&error))?;
    let mut xml = Reader::from_reader(BufReader::new(part));
    let config = xml.config_mut();
    (config.check_end_names, config.expand_empty_elements) = (false, true);
    read(&mut xml)
}

fn next<'b>(xml: &mut Reader<impl BufRead>, buffer: &'b mut Vec<u8>) -> Result<Event<'b>, InputError> {
    xml.read_event_into(buffer).map_err(|error| damaged(XlsxError::Xml(error)))
}

/// The value of an attribute, by its name without a namespace.
fn attribute<'e>(element: &'e BytesStart<'_>, name: &str) -> Option<Cow<'e, str>> {
    let mut attributes = element.attributes();
    let found =
        attributes.with_checks(false).flatten().find(|found| found.key.local_name().as_ref() == name)?;
    Some(
        quick_xml::escape::unescape(&found.value)
            .map_or_else(|_| found.value.clone(), |value| value.into_owned().into()),
    )
}

fn is_true(text: &str) -> bool {
    matches!(text, "1" | "true" | "on")
}
