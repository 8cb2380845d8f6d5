//! From what the input says to what a row of a plan wants, with all that is wrong at once.

use avepoint_elements::OfficeField;

use super::row::{RowCheck, RowFindings};
use super::spreadsheet_errors;
use crate::columns::Column;
use crate::countries::Country;
use crate::options::Blank;
use crate::parsed_row::{ParsedRow, Values};
use crate::problem::Problem;
use crate::text::{CLEAR, KEEP};
use crate::wanted::{KeyCells, LocalFields, UserKind, Wanted, WantedOffice, WantedRow, is_word};

/// What came of a row. It is valid if it has no problems.
#[derive(Debug, Default)]
pub(crate) struct PlanRowParts<'r> {
    pub(crate) keys: KeyCells<'r>,
    pub(crate) wanted: WantedRow,
    pub(crate) problems: Vec<Problem>,
    pub(crate) warnings: Vec<Problem>,
}

impl RowCheck<'_> {
    pub(crate) fn check_planned<'r>(&mut self, parsed: &'r ParsedRow<'_>) -> PlanRowParts<'r> {
        let mut row = RowFindings::of(parsed);
        if parsed.faults.is_no_row {
            return PlanRowParts { problems: row.problems, ..PlanRowParts::default() };
        }
        let office = self.wanted_office(parsed, &mut row);
        let kind = self.kind(&parsed.values, &mut row);
        let local = self.local(kind, parsed, &mut row);
        let keys = keys(parsed, &mut row);
        row.finish(parsed);
        let wanted = WantedRow { office, local };
        PlanRowParts { keys, wanted, problems: row.problems, warnings: row.warnings }
    }

    fn wanted_office(&mut self, parsed: &ParsedRow<'_>, row: &mut RowFindings<'_>) -> WantedOffice {
        let values = &parsed.values;
        let country = self.country(values, row);
        row.take_country(values, country);
        let fields = Column::ALL.into_iter().filter_map(|column| Some((column, column.office()?)));
        fields.fold(WantedOffice::default(), |office, (column, field)| {
            let country = country.filter(|_| column == Column::CountryRegion);
            match self.wanted(parsed, column, field, country) {
                Ok(wanted) => office.with(field, wanted),
                Err(mistake) => {
                    row.wrong(values, column, mistake);
                    office
                }
            }
        })
    }

    /// What a cell wants of a field; where nothing is built, the text of a value is left out.
    fn wanted(
        &self,
        parsed: &ParsedRow<'_>,
        column: Column,
        field: OfficeField,
        country: Option<Country>,
    ) -> Result<Wanted, String> {
        let values = &parsed.values;
        let Some(text) = values[column as usize].as_deref() else { return Ok(Wanted::Keep) };
        if text.is_empty() {
            return match self.options.meaning_of_blank() {
                Blank::Keep => Ok(Wanted::Keep),
                Blank::Clear => Ok(Wanted::Clear),
                Blank::Error => {
                    Err(format!("is blank; give a value, {KEEP} to keep the field, or {CLEAR} to empty it"))
                }
            };
        }
        if let Some(wanted) = Wanted::of_word(text) {
            return Ok(wanted);
        }
        if let Some(mistake) = self.mistake(values, column, parsed.are_plain) {
            return Err(mistake);
        }
        let text = country.map_or(text, |country| country.name);
        check_length(field, text)?;
        Ok(Wanted::Set(if self.builds { text.to_owned() } else { String::new() }))
    }

    fn kind(&self, values: &Values<'_>, row: &mut RowFindings<'_>) -> UserKind {
        let column = Column::UserKind;
        let text = values[column as usize].as_deref().filter(|text| !text.is_empty());
        let kind = text.map_or(Ok(self.options.kind), str::parse);
        kind.unwrap_or_else(|unknown| {
            row.wrong(values, column, format!("is no kind of user; {unknown}"));
            UserKind::Cloud
        })
    }

    /// The fields that local users alone have.
    fn local(
        &self,
        kind: UserKind,
        parsed: &ParsedRow<'_>,
        row: &mut RowFindings<'_>,
    ) -> Option<LocalFields> {
        let mut field = |column: Column| {
            let text = self.local_field(kind, parsed, column);
            text.unwrap_or_else(|mistake| {
                row.wrong(&parsed.values, column, mistake);
                String::new()
            })
        };
        let local = LocalFields {
            web_page: field(Column::WebPage),
            po_box: field(Column::PoBox),
            personal_title: field(Column::PersonalTitle),
        };
        kind.has_local_fields().then_some(local)
    }

    fn local_field(&self, kind: UserKind, parsed: &ParsedRow<'_>, column: Column) -> Result<String, String> {
        let Some(field) = column.local() else { return Ok(String::new()) };
        let wanted = match self.wanted(parsed, column, field, None) {
            Ok(wanted) => wanted,
            // Of a cloud user there is nothing to say.
            Err(_) if parsed.values[column as usize].as_deref() == Some("") => Wanted::Keep,
            Err(mistake) => return Err(mistake),
        };
        match (kind.has_local_fields(), wanted) {
            (true, Wanted::Keep) => Err(format!(
                "cannot be kept: no reading returns this field of a {kind} user, and every update carries it; give the \
                 value, or {CLEAR} to empty it"
            )),
            (true, wanted) => Ok(wanted.value().unwrap_or_default().to_owned()),
            (false, Wanted::Set(_)) => {
                Err("is a field of hybrid and local users alone, and the row is of a cloud user; leave it out, or give \
                     the userKind"
                    .to_owned())
            }
            (false, _) => Ok(String::new()),
        }
    }
}

fn check_length(field: OfficeField, text: &str) -> Result<(), String> {
    let Some(limit) = field.contract().max_length.filter(|limit| text.len() > *limit) else { return Ok(()) };
    let length = text.chars().count();
    if length <= limit {
        return Ok(());
    }
    Err(format!("has {length} characters; at most {limit} are allowed"))
}

/// The cells that name the user. A wrong one names no user.
fn keys<'r>(parsed: &'r ParsedRow<'_>, row: &mut RowFindings<'_>) -> KeyCells<'r> {
    let values = &parsed.values;
    let mut keys = KeyCells::default();
    for column in KeyCells::COLUMNS {
        let Some(text) = values[column as usize].as_deref().filter(|text| !text.is_empty()) else {
            continue;
        };
        let error =
            if parsed.are_plain { spreadsheet_errors::whole_error } else { spreadsheet_errors::error };
        if let Some(error) = error(text) {
            row.wrong(values, column, error);
        } else if is_word(text) {
            row.wrong(values, column, "names no user: a word after a # is no key");
        } else if !row.is_wrong(column) {
            keys.set(column, text);
        }
    }
    keys
}
