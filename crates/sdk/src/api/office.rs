//! Office information: the update, and its values, which are checked against the contract when they are made.

use std::borrow::Cow;
use std::pin::pin;
use std::str::FromStr;

use avepoint_elements_client::{operations, types};

use crate::api::elements::Elements;
use crate::api::ids::UserKey;
use crate::api::office_field::{OfficeField, Violation, ViolationKind};
use crate::call::classify::{Answer, Receipt};
use crate::error::{Error, Result};

impl Elements {
    /// Replaces the office information of a user.
    ///
    /// The whole value is replaced, so sending it twice does no harm; without a city, the one that the user
    /// had may be blanked. It is for cloud users: users synchronised from a local directory have another
    /// operation, which is not covered yet.
    ///
    /// # Errors
    /// Any but a validation error; see [`Error`](crate::Error). Where [`Error::is_outcome_unknown`] is true,
    /// the update may have been applied.
    ///
    /// [`Error::is_outcome_unknown`]: crate::Error::is_outcome_unknown
    pub async fn update_office_information(
        &self,
        user: &UserKey,
        office: &OfficeInformation,
    ) -> Result<Receipt> {
        let operation = &operations::UPDATE_OFFICE_INFORMATION;
        let call = pin!(self.pipeline.call(operation, |client| async move {
            let UserKey { customer, tenant, user } = user;
            let (customer, tenant, user) = (customer.contract(), tenant.contract(), user.contract());
            client.send_update_office_information(customer, tenant, user, office.contract()).await
        }));
        #[cfg(feature = "tracing")]
        let call = crate::call::trace::traced(operation, user, call);
        call.await.map(|Answer { value: (), receipt }| receipt)
    }
}

/// The office information of a user, as an update replaces it: as a whole.
///
/// ```
/// use avepoint_elements::OfficeInformation;
///
/// let office = OfficeInformation::builder()
///     .postal_code("2121")
///     .country_region(" Angola")
///     .state("Luanda")
///     .address("Dande")
///     .build()?;
/// assert_eq!(office.country_region(), "Angola");
/// assert_eq!(office.city(), None);
/// # Ok::<(), avepoint_elements::Error>(())
/// ```
///
/// An update without a city may blank the city that the user had: nothing documents that it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OfficeInformation(types::OfficeInformation);

impl OfficeInformation {
    /// Starts with no value.
    pub fn builder<'a>() -> OfficeInformationBuilder<'a> {
        OfficeInformationBuilder::default()
    }

    /// The postal code.
    pub fn postal_code(&self) -> &str {
        &self.0.postal_code
    }

    /// The country or region.
    pub fn country_region(&self) -> &str {
        &self.0.country_region
    }

    /// The state or province.
    pub fn state(&self) -> &str {
        &self.0.state
    }

    /// The street address.
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// The city, where one is sent.
    pub fn city(&self) -> Option<&str> {
        self.0.city.as_ref().map(|city| city.as_str())
    }

    /// The value of a field, where one is sent: for callers that go through a table.
    pub fn get(&self, field: OfficeField) -> Option<&str> {
        match field {
            OfficeField::PostalCode => Some(self.postal_code()),
            OfficeField::CountryRegion => Some(self.country_region()),
            OfficeField::State => Some(self.state()),
            OfficeField::Address => Some(self.address()),
            OfficeField::City => self.city(),
        }
    }

    pub(crate) fn contract(&self) -> &types::OfficeInformation {
        &self.0
    }
}

/// What the caller said of a field.
#[derive(Clone, Debug, Default)]
enum Entry<'a> {
    #[default]
    Unset,
    Text(Cow<'a, str>),
    Verbatim(Cow<'a, str>),
}

/// Makes an [`OfficeInformation`] from raw texts.
///
/// White space around a value is dropped. Each setter replaces what was said of its field before. Texts may be borrowed
/// until it is built.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct OfficeInformationBuilder<'a> {
    entries: [Entry<'a>; OfficeField::ALL.len()],
}

impl<'a> OfficeInformationBuilder<'a> {
    /// The postal code. Text: leading zeros matter.
    pub fn postal_code(self, text: impl Into<Cow<'a, str>>) -> Self {
        self.set(OfficeField::PostalCode, text)
    }

    /// The country or region: a name from the service's own list, such as `Angola`; not a code.
    pub fn country_region(self, text: impl Into<Cow<'a, str>>) -> Self {
        self.set(OfficeField::CountryRegion, text)
    }

    /// The state or province.
    pub fn state(self, text: impl Into<Cow<'a, str>>) -> Self {
        self.set(OfficeField::State, text)
    }

    /// The street address.
    pub fn address(self, text: impl Into<Cow<'a, str>>) -> Self {
        self.set(OfficeField::Address, text)
    }

    /// The city. A blank one is left out, as if it had not been set.
    pub fn city(self, text: impl Into<Cow<'a, str>>) -> Self {
        self.set(OfficeField::City, text)
    }

    /// A field by its name, for callers that go through a table.
    pub fn set(self, field: OfficeField, text: impl Into<Cow<'a, str>>) -> Self {
        self.say(field, Entry::Text(text.into()))
    }

    /// Sends an empty value for a field, on purpose.
    ///
    /// This is the one way to do so, since a blank text is refused. The contract allows it; that the service
    /// then clears the field is likely but not documented.
    pub fn clear(self, field: OfficeField) -> Self {
        self.verbatim(field, "")
    }

    /// Sends a value exactly as it is, with its white space, or empty: for one that a reading returned and an update
    /// writes back. Its limit is checked like any other's.
    pub fn verbatim(self, field: OfficeField, text: impl Into<Cow<'a, str>>) -> Self {
        self.say(field, Entry::Verbatim(text.into()))
    }

    fn say(mut self, field: OfficeField, entry: Entry<'a>) -> Self {
        self.entries[field as usize] = entry;
        self
    }

    /// Checks every field against the contract.
    ///
    /// # Errors
    /// All violations at once, see [`Error::violations`]: a required field that is missing or blank, and a
    /// value longer than its limit, counted in Unicode code points.
    pub fn build(self) -> Result<OfficeInformation> {
        let mut check = Check { entries: self.entries, violations: Vec::new() };
        let postal_code = check.take(OfficeField::PostalCode);
        let country_region = check.take(OfficeField::CountryRegion);
        let state = check.take(OfficeField::State);
        let address = check.take(OfficeField::Address);
        let city = check.take(OfficeField::City);
        match (postal_code, country_region, state, address) {
            (Some(postal_code), Some(country_region), Some(state), Some(address))
                if check.violations.is_empty() =>
            {
                let office = types::OfficeInformation { address, city, country_region, postal_code, state };
                Ok(OfficeInformation(office))
            }
            _ => Err(Error::violating(check.violations)),
        }
    }
}

struct Check<'a> {
    entries: [Entry<'a>; OfficeField::ALL.len()],
    violations: Vec<Violation>,
}

impl Check<'_> {
    /// The value of a field; none where it is left out or violates the contract, which is then noted.
    fn take<T: FromStr>(&mut self, field: OfficeField) -> Option<T> {
        let entry = std::mem::take(&mut self.entries[field as usize]);
        let outcome = match text(field, &entry) {
            Ok(text) => text.map(|text| text.parse().map_err(|_| refusal(field, text))).transpose(),
            Err(kind) => Err(kind),
        };
        outcome.unwrap_or_else(|kind| {
            self.violations.push(Violation::new(field, kind));
            None
        })
    }
}

/// The text to send, if any.
fn text<'e>(field: OfficeField, entry: &'e Entry<'_>) -> Result<Option<&'e str>, ViolationKind> {
    let required = field.contract().required;
    match entry {
        Entry::Verbatim(text) => Ok(Some(text)),
        Entry::Text(text) if !text.trim().is_empty() => Ok(Some(text.trim())),
        Entry::Text(_) if required => Err(ViolationKind::Blank),
        Entry::Unset if required => Err(ViolationKind::Missing),
        Entry::Text(_) | Entry::Unset => Ok(None),
    }
}

/// Why the contract's type refused a text.
fn refusal(field: OfficeField, text: &str) -> ViolationKind {
    let length = text.chars().count();
    match field.contract().max_length {
        Some(limit) if length > limit => ViolationKind::TooLong { length, limit },
        _ => ViolationKind::Malformed,
    }
}
