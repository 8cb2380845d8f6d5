//! From what the input says to an update, with all that is wrong at once.

use avepoint_elements::{CustomerId, Error, OfficeInformation, TenantId, UserId, UserKey, ViolationKind};

use super::id_cache::IdCache;
use super::{country, placeholders, postal, spreadsheet_errors, suspicious_values};
use crate::columns::Column;
use crate::countries::Country;
use crate::ids::{are_same, is_valid_uuid, why_no_id};
use crate::layout::record_faults::RecordFaults;
use crate::options::{Blank, InputOptions, Purpose};
use crate::parsed_row::{ColumnNames, ParsedRow, Values};
use crate::problem::{Advice, Problem, excerpt};
use crate::text::{CLEAR, KEEP};
use crate::wanted::{Wanted, is_word};

/// Checks rows one after the other, by themselves.
#[derive(Debug)]
pub(crate) struct RowCheck<'t> {
    pub(super) options: &'t InputOptions,
    /// Whether office information is wanted, rather than only what is wrong with it.
    pub(super) builds: bool,
    customers: IdCache<CustomerId>,
    tenants: IdCache<TenantId>,
    countries: country::CountryCache,
}

/// What came of a row. It is valid if it has no problems; then it has both parts.
#[derive(Debug)]
pub(crate) struct RowParts<'r> {
    pub(crate) user: Option<User<'r>>,
    pub(crate) office: Option<OfficeInformation>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) warnings: Vec<Problem>,
}

/// A user whose customer and tenant are known to the check that said so.
#[derive(Debug)]
pub(crate) struct User<'r> {
    customer: usize,
    tenant: usize,
    text: &'r str,
    /// The id of the text, where it was made.
    id: Option<UserId>,
}

impl<'t> RowCheck<'t> {
    /// A check that gives what is to be sent.
    pub(crate) fn building(options: &'t InputOptions) -> Self {
        Self { builds: true, ..Self::judging(options) }
    }

    /// A check that gives office information only where that is the way to find out what is wrong with it.
    pub(crate) fn judging(options: &'t InputOptions) -> Self {
        let countries = country::CountryCache::default();
        Self { options, builds: false, customers: IdCache::new(), tenants: IdCache::new(), countries }
    }

    pub(crate) fn check<'r>(&mut self, parsed: &'r ParsedRow<'_>) -> RowParts<'r>
    where
        't: 'r,
    {
        let mut row = RowFindings::of(parsed);
        if parsed.faults.is_no_row {
            return RowParts { user: None, office: None, problems: row.problems, warnings: Vec::new() };
        }
        let user = self.user(&parsed.values, &mut row);
        let office = self.office(parsed, &mut row);
        row.finish(parsed);
        RowParts { user, office, problems: row.problems, warnings: row.warnings }
    }

    /// The key of a user of the last row that was checked.
    pub(crate) fn key(&self, user: &User<'_>) -> Option<UserKey> {
        let (customer, tenant) = (self.customers.at(user.customer)?, self.tenants.at(user.tenant)?);
        let id = user.id.clone().or_else(|| UserId::new(user.text).ok())?;
        Some(UserKey::new(customer.clone(), tenant.clone(), id))
    }

    /// The texts of customer, tenant and user of the last row that was checked.
    pub(crate) fn ids<'u>(&'u self, user: &User<'u>) -> Option<[&'u str; 3]> {
        let (customer, tenant) = (self.customers.at(user.customer)?, self.tenants.at(user.tenant)?);
        Some([customer.as_str(), tenant.as_str(), user.text])
    }

    fn user<'r>(&mut self, values: &'r Values<'_>, row: &mut RowFindings<'_>) -> Option<User<'r>>
    where
        't: 'r,
    {
        let customer = self.id(Column::Customer, values, row);
        let customer = row.parsed(customer, values, Column::Customer, |text| self.customers.place(text));
        let tenant = self.id(Column::Tenant, values, row);
        let tenant = row.parsed(tenant, values, Column::Tenant, |text| self.tenants.place(text));
        let text = self.id(Column::User, values, row)?;
        let is_uuid = is_valid_uuid(text);
        row.uuids = [
            customer.is_some() && self.customers.is_uuid(),
            tenant.is_some() && self.tenants.is_uuid(),
            is_uuid,
        ];
        // The pattern takes more time than all else that is done with a row, and every UUID matches it.
        let known = !self.builds && is_uuid;
        let id =
            if known { None } else { Some(row.parsed(Some(text), values, Column::User, UserId::new)?) };
        Some(User { customer: customer?, tenant: tenant?, text, id })
    }

    /// The text of an id, from the input or for all rows.
    fn id<'v>(&self, column: Column, values: &'v Values<'_>, row: &mut RowFindings<'_>) -> Option<&'v str>
    where
        't: 'v,
    {
        let given = self.options.filling(column);
        let value = values[column as usize].as_deref();
        let text = value.filter(|text| !text.is_empty());
        match (text, given) {
            (Some(text), Some(given)) if !are_same(text, given) => {
                row.wrong(values, column, format!(
                    "is not {given}, the {column} given for all rows; correct the row, or give no {column}"
                ));
                None
            }
            (None, None) => {
                let word = if value.is_some() { "blank" } else { "missing" };
                row.wrong(values, column, format!("is {word}; every row needs the id of its {column}"));
                None
            }
            // A row's own spelling is not taken, or one customer would count as two.
            (_, Some(given)) => Some(given),
            (Some(text), None) if self.is_last(column, text) || is_valid_uuid(text) => Some(text),
            (Some(text), None) => match spreadsheet_errors::error(text).or_else(|| why_no_id(text)) {
                Some(mistake) => {
                    row.wrong(values, column, mistake);
                    if column == Column::User && why_no_id(text).is_some() {
                        row.advise(Advice::Plan);
                    }
                    None
                }
                None => Some(text),
            },
        }
    }

    /// Whether an id is the one of the row before, of which all was said.
    fn is_last(&self, column: Column, text: &str) -> bool {
        match column {
            Column::Customer => self.customers.is_last(text),
            Column::Tenant => self.tenants.is_last(text),
            _ => false,
        }
    }

    fn office(&mut self, parsed: &ParsedRow<'_>, row: &mut RowFindings<'_>) -> Option<OfficeInformation> {
        let values = &parsed.values;
        for column in Column::OF_OFFICE {
            if let Some(mistake) = self.mistake(values, column, parsed.are_plain) {
                row.wrong(values, column, mistake);
                if values[column as usize].as_deref().and_then(Wanted::of_word) == Some(Wanted::Keep) {
                    row.advise(Advice::Plan);
                }
            }
        }
        let country = self.country(values, row);
        row.take_country(values, country);
        if !self.builds && fits(values) {
            return None;
        }
        let built = self.build(values, country);
        built.map_err(|error| row.violations(&error, values)).ok()
    }

    fn build(&self, values: &Values<'_>, country: Option<Country>) -> Result<OfficeInformation, Error> {
        let mut builder = OfficeInformation::builder();
        for column in Column::OF_OFFICE {
            let Some(field) = column.office() else { continue };
            let Some(text) = values[column as usize].as_deref() else { continue };
            builder = match country {
                _ if self.clears(text) => builder.clear(field),
                Some(country) if column == Column::CountryRegion => builder.set(field, country.name),
                _ => builder.set(field, text),
            };
        }
        builder.build()
    }

    /// What is wrong with a value that is a spreadsheet's error, half a formula or a misspelt word. No plain value holds
    /// a `#` or a bracket.
    #[inline]
    pub(super) fn mistake(&self, values: &Values<'_>, column: Column, is_plain: bool) -> Option<String> {
        let text = values[column as usize].as_deref()?;
        let mistake = match text.as_bytes() {
            [b'#', ..] => return self.wrong_word(text),
            [b'=', ..] if is_cut_formula(text) => Some(CUT_FORMULA),
            _ if is_plain => spreadsheet_errors::whole_error(text),
            _ => match spreadsheet_errors::misspelt_word(text) {
                Some(misspelt) => return Some(misspelt),
                None => spreadsheet_errors::error(text),
            },
        };
        mistake.map(str::to_owned)
    }

    /// What is wrong with a value behind a `#`.
    fn wrong_word(&self, text: &str) -> Option<String> {
        let is_plan = self.options.purpose == Purpose::Plan;
        match Wanted::of_word(text) {
            Some(Wanted::Keep) if !is_plan => {
                return Some("keeps what the service holds, which an update cannot".to_owned());
            }
            Some(_) => return None,
            None => {}
        }
        let error = || spreadsheet_errors::error(text).map(str::to_owned);
        let unknown = || {
            let words =
                format!("is no value: of the words after a #, {KEEP} keeps the field and {CLEAR} empties it");
            (is_plan && is_word(text)).then_some(words)
        };
        spreadsheet_errors::misspelt_word(text).or_else(error).or_else(unknown)
    }

    /// Whether the update of a row leaves the city as it is, or blanks it: the service does not say which.
    pub(crate) fn leaves_out_city(&self, parsed: &ParsedRow<'_>) -> bool {
        let city = parsed.values[Column::City as usize].as_deref();
        city.is_none_or(|city| city.is_empty() && !self.clears(city))
    }

    fn clears(&self, text: &str) -> bool {
        text.eq_ignore_ascii_case(CLEAR)
            || (text.is_empty() && self.options.meaning_of_blank() == Blank::Clear)
    }

    /// The country that a row means, if it is one of the service's.
    pub(super) fn country(&mut self, values: &Values<'_>, row: &mut RowFindings<'_>) -> Option<Country> {
        let column = Column::CountryRegion;
        let text = values[column as usize].as_deref()?;
        if let Some(country) = self.countries.last(text) {
            return Some(country);
        }
        if text.is_empty() || Wanted::of_word(text).is_some() || self.mistake(values, column, false).is_some()
        {
            return None;
        }
        // Letters and digits alone count in the name of a country, and N/A would be NA, which is Namibia.
        let found = match placeholders::find(text) {
            Some(_) => Err("looks like a placeholder; write the name of a country, or its code".to_owned()),
            None => self.countries.find(text),
        };
        let unknown = match found {
            Ok(country) => return Some(country),
            Err(message) => message,
        };
        if self.options.strict_countries {
            row.wrong(values, column, unknown);
        } else {
            row.suspicious(values, column, format!("is sent as it is, but {unknown}"));
        }
        None
    }
}

/// Whether a text is the first part of a formula such as `="a, b"`, which the delimiter in it cut in two.
fn is_cut_formula(text: &str) -> bool {
    text.strip_prefix("=\"").is_some_and(|rest| !rest.contains('"'))
}

const CUT_FORMULA: &str = "is the first part of a formula that holds the delimiter; put quotes around the whole cell, and \
                           double every quote in it";

/// Whether the contract allows these values for certain: it has no rule but a length in code points, of which a
/// text has no more than bytes. Making office information costs as much time as reading a row, so where nothing is
/// to be sent it is made for the others alone.
fn fits(values: &Values<'_>) -> bool {
    Column::OF_OFFICE.into_iter().filter_map(|column| Some((column, column.office()?.contract()))).all(
        |(column, field)| {
            let text = values[column as usize].as_deref().unwrap_or_default();
            let longest = field.max_length.unwrap_or(usize::MAX);
            text.len() <= longest && !(text.is_empty() && field.required)
        },
    )
}

/// The longest value that is looked at for what is suspicious, in bytes: more than the contract allows of any.
const MAX_LOOKED_AT: usize = 1 << 13;

/// What was noted of a row.
pub(super) struct RowFindings<'r> {
    line: u64,
    names: &'r ColumnNames<'r>,
    /// Whether what was noted first is that the row is no whole one: then it says what is missing.
    is_broken: bool,
    /// Which of customer, tenant and user are UUIDs, about which nothing is suspicious.
    uuids: [bool; 3],
    /// The country, if it is one of the service's.
    country: Option<Country>,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<Problem>,
}

impl<'r> RowFindings<'r> {
    pub(super) fn of(parsed: &'r ParsedRow<'_>) -> Self {
        let RecordFaults { problems, warnings, .. } = &parsed.faults;
        let is_broken = problems.iter().any(|problem| problem.column.is_none());
        // Nearly every row has none, which is told quicker than copied.
        let copied = |said: &[Problem]| if said.is_empty() { Vec::new() } else { said.to_vec() };
        let (problems, warnings) = (copied(problems), copied(warnings));
        let (line, names) = (parsed.line, &parsed.names);
        Self { line, names, is_broken, uuids: [false; 3], country: None, problems, warnings }
    }

    /// Says what is left to be said of a row whose values were looked at.
    pub(super) fn finish(&mut self, parsed: &ParsedRow<'_>) {
        self.keep_first_said(parsed.faults.problems.len());
        self.find_suspicious(parsed);
        self.drop_warnings_of_mistakes();
        for problem in self.problems.iter_mut().chain(&mut self.warnings) {
            problem.cell = self.names.sheet_cell(problem);
        }
    }

    /// Whether something was noted of a column.
    pub(super) fn is_wrong(&self, column: Column) -> bool {
        if self.problems.is_empty() {
            return false;
        }
        let name = excerpt(self.names.of(column));
        self.problems.iter().any(|problem| problem.column.as_ref() == Some(&name))
    }

    pub(super) fn wrong(&mut self, values: &Values<'_>, column: Column, message: impl Into<String>) {
        if self.is_broken && values[column as usize].is_none() {
            return;
        }
        self.problems.push(self.problem(values, column, message.into()));
    }

    /// Adds an option that helps to what was noted last.
    fn advise(&mut self, advice: Advice) {
        if let Some(problem) = self.problems.last_mut() {
            problem.advice = Some(advice);
        }
    }

    fn suspicious(&mut self, values: &Values<'_>, column: Column, message: impl Into<String>) {
        self.warnings.push(self.problem(values, column, message.into()));
    }

    fn problem(&self, values: &Values<'_>, column: Column, message: String) -> Problem {
        match &values[column as usize] {
            Some(text) => Problem::of_value(self.line, self.names.of(column), text, message),
            None => Problem::of_value(self.line, column.name(), "", message),
        }
    }

    /// Notes the country, and a postal code of it that lost its leading zeros.
    pub(super) fn take_country(&mut self, values: &Values<'_>, country: Option<Country>) {
        self.country = country;
        let column = Column::PostalCode;
        let (Some(code), Some(country)) = (&values[column as usize], country) else { return };
        if let Some(found) = postal::find_lost_zeros(code, country) {
            self.suspicious(values, column, found);
        }
    }

    /// Notes the values that are most likely not meant.
    fn find_suspicious(&mut self, parsed: &ParsedRow<'_>) {
        let values = &parsed.values;
        // A country is looked for in a list, which says more.
        let (uuids, country) = (self.uuids, self.country.map(|country| country.code));
        let is_settled =
            |column: Column| column == Column::CountryRegion || uuids.get(column as usize) == Some(&true);
        for column in Column::ALL {
            if is_settled(column) {
                continue;
            }
            // One that is longer than any value may be is a mistake.
            let is_looked_at = |text: &&str| (1..=MAX_LOOKED_AT).contains(&text.len());
            let Some(text) = values[column as usize].as_deref().filter(is_looked_at) else { continue };
            if parsed.are_plain && !suspicious_values::may_be_suspicious(text, column) {
                continue;
            }
            if let Some(found) = suspicious_values::find(text, column, country) {
                self.suspicious(values, column, found);
            }
        }
    }

    /// Drops what is said of values that are not sent: those of a row that is none, and those that are mistakes.
    fn drop_warnings_of_mistakes(&mut self) {
        let Self { problems, warnings, .. } = self;
        if !problems.is_empty() {
            let is_sent = |warning: &Problem| {
                problems.iter().all(|problem| problem.column.is_some() && problem.column != warning.column)
            };
            warnings.retain(is_sent);
        }
    }

    /// An id from its text, if there is one and it can be used.
    fn parsed<T>(
        &mut self,
        text: Option<&str>,
        values: &Values<'_>,
        column: Column,
        parse: impl FnOnce(&str) -> Result<T, Error>,
    ) -> Option<T> {
        let id = parse(text?);
        id.map_err(|error| self.wrong(values, column, error.to_string())).ok()
    }

    fn violations(&mut self, error: &Error, values: &Values<'_>) {
        for violation in error.violations() {
            let column =
                Column::OF_OFFICE.into_iter().find(|column| column.office() == Some(violation.field));
            let message = message(&violation.kind, violation.field.contract().max_length);
            if let Some(column) = column {
                self.wrong(values, column, message.unwrap_or_else(|| violation.to_string()));
            }
        }
    }

    /// Drops what was noted of a column after the first `before` problems, where one of these is of that column.
    fn keep_first_said(&mut self, before: usize) {
        if before == 0 {
            return;
        }
        let later = self.problems.split_off(before);
        let is_new = |problem: &Problem| self.problems.iter().all(|first| first.column != problem.column);
        let later: Vec<_> = later.into_iter().filter(is_new).collect();
        self.problems.extend(later);
    }
}

/// What to say of a value that the contract does not allow.
fn message(kind: &ViolationKind, limit: Option<usize>) -> Option<String> {
    let allowed = limit.map_or(String::new(), |limit| format!(" of at most {limit} characters"));
    Some(match kind {
        ViolationKind::Missing => {
            format!("is missing; give a value{allowed}, or {CLEAR} to send an empty one")
        }
        ViolationKind::Blank => format!("is blank; give a value{allowed}, or {CLEAR} to send an empty one"),
        ViolationKind::TooLong { length, limit } => {
            format!("has {length} characters; at most {limit} are allowed")
        }
        ViolationKind::Malformed => "is not in the form that the service takes".to_owned(),
        _ => return None,
    })
}
