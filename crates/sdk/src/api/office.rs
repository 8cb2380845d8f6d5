//! Office information: the update, and its values, which are checked against the contract when they are made.

use std::borrow::Cow;

use avepoint_elements_client::{operations, types};
use serde::{Deserialize, Serialize};

use crate::api::elements::Elements;
use crate::api::ids::UserKey;
use crate::api::office_entries::{Check, Entry, office_builder};
use crate::api::office_field::OfficeField;
use crate::call::classify::Receipt;
use crate::call::subject::Subject;
use crate::error::Result;

impl Elements {
    /// Replaces the office information of a user.
    ///
    /// The whole value is replaced, so sending it twice does no harm; without a city, the one that the user
    /// had may be blanked. It is for cloud users: for users synchronised from a local directory there is
    /// [`update_local_office_information`](Self::update_local_office_information).
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
        let UserKey { customer, tenant, user: id } = user;
        let answer = self.pipeline.call(operation, Subject::user(user), |client| async move {
            let (customer, tenant, id) = (customer.contract(), tenant.contract(), id.contract());
            client.send_update_office_information(customer, tenant, id, office.contract()).await
        });
        answer.await.map(|answer| answer.receipt)
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
///
/// As JSON it is the body of the update. What is read from JSON is checked against the contract, and taken as it is:
/// white space stays, and an empty text clears its field.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
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
            OfficeField::WebPage | OfficeField::PoBox | OfficeField::PersonalTitle => None,
        }
    }

    pub(crate) fn contract(&self) -> &types::OfficeInformation {
        &self.0
    }
}

crate::api::contract_type::checked!(OfficeInformation, types::OfficeInformation);

office_builder! {
    /// Makes an [`OfficeInformation`] from raw texts.
    ///
    /// White space around a value is dropped. Each setter replaces what was said of its field before. Texts may be
    /// borrowed until it is built.
    pub struct OfficeInformationBuilder {
        /// The postal code. Text: leading zeros matter.
        postal_code: PostalCode,
        /// The country or region: a name from the service's own list, such as `Angola`; not a code.
        country_region: CountryRegion,
        /// The state or province.
        state: State,
        /// The street address.
        address: Address,
    }
}

impl<'a> OfficeInformationBuilder<'a> {
    /// The city, or none. A blank one is left out, as if it had not been set.
    ///
    /// ```
    /// # use avepoint_elements::OfficeInformation;
    /// let row: Option<String> = None;
    /// let office = OfficeInformation::builder().postal_code("2121").country_region("Angola").state("Luanda");
    /// assert_eq!(office.address("Dande").city(row).build()?.city(), None);
    /// # Ok::<(), avepoint_elements::Error>(())
    /// ```
    pub fn city(self, city: impl Into<OptionalText<'a>>) -> Self {
        let OptionalText(city) = city.into();
        self.say(OfficeField::City, city.map_or(Entry::Unset, Entry::Text))
    }

    /// Checks every field against the contract.
    ///
    /// # Errors
    /// All [violations](crate::Error::violations) at once: a required field that is missing or blank, a value longer than
    /// its limit, counted in Unicode code points, and a field that only local users have.
    pub fn build(self) -> Result<OfficeInformation> {
        Check::build(self.entries, OfficeField::of_cloud_users, office).map(OfficeInformation)
    }
}

fn office(check: &mut Check<'_>) -> Option<types::OfficeInformation> {
    // Every field is taken before the first that is missing ends this, or its violation would not be noted.
    let (postal_code, country_region) =
        (check.take(OfficeField::PostalCode), check.take(OfficeField::CountryRegion));
    let (state, address) = (check.take(OfficeField::State), check.take(OfficeField::Address));
    let city = check.take(OfficeField::City);
    Some(types::OfficeInformation {
        postal_code: postal_code?,
        country_region: country_region?,
        state: state?,
        address: address?,
        city,
    })
}

/// A text, or none: what [`city`](crate::OfficeInformationBuilder::city) takes.
///
/// It is made from `&str`, `String`, `Cow<str>`, and an `Option` of each.
#[derive(Clone, Debug, Default)]
pub struct OptionalText<'a>(Option<Cow<'a, str>>);

impl<'a> From<&'a str> for OptionalText<'a> {
    fn from(text: &'a str) -> Self {
        Self(Some(text.into()))
    }
}

impl<'a> From<&'a String> for OptionalText<'a> {
    fn from(text: &'a String) -> Self {
        Self(Some(text.into()))
    }
}

impl From<String> for OptionalText<'_> {
    fn from(text: String) -> Self {
        Self(Some(text.into()))
    }
}

impl<'a> From<Cow<'a, str>> for OptionalText<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self(Some(text))
    }
}

impl<'a, T: Into<Cow<'a, str>>> From<Option<T>> for OptionalText<'a> {
    fn from(text: Option<T>) -> Self {
        Self(text.map(Into::into))
    }
}
