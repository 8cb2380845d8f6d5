//! Office information of hybrid and local users: the update, and its values.

use avepoint_elements_client::{operations, types};
use serde::{Deserialize, Serialize};

use crate::api::elements::Elements;
use crate::api::ids::UserKey;
use crate::api::office_entries::{Check, office_builder};
use crate::api::office_field::OfficeField;
use crate::call::classify::Receipt;
use crate::call::subject::Subject;
use crate::error::Result;

impl Elements {
    /// Replaces the office information of a hybrid or local user: one who is synchronised from a local directory.
    ///
    /// The whole value is replaced, so sending it twice does no harm. No reading of a user says whether it is a cloud
    /// user, and none returns the web page, the post office box and the title.
    ///
    /// # Errors
    /// As [`update_office_information`](Self::update_office_information).
    pub async fn update_local_office_information(
        &self,
        user: &UserKey,
        office: &LocalOfficeInformation,
    ) -> Result<Receipt> {
        let operation = &operations::UPDATE_LOCAL_OFFICE_INFORMATION;
        let UserKey { customer, tenant, user: id } = user;
        let answer = self.pipeline.call(operation, Subject::user(user), |client| async move {
            let (customer, tenant, id) = (customer.contract(), tenant.contract(), id.contract());
            client.send_update_local_office_information(customer, tenant, id, &office.0).await
        });
        answer.await.map(|answer| answer.receipt)
    }
}

/// The office information of a hybrid or local user, as an update replaces it: as a whole. All fields are required.
///
/// ```
/// use avepoint_elements::{LocalOfficeInformation, OfficeField};
///
/// let office = LocalOfficeInformation::builder()
///     .postal_code("01067")
///     .country_region("Germany")
///     .state("Saxony")
///     .address("Theaterplatz 2")
///     .city("Dresden")
///     .web_page("https://www.example.com")
///     .po_box("100")
///     .clear(OfficeField::PersonalTitle)
///     .build()?;
/// assert_eq!((office.get(OfficeField::PoBox), office.get(OfficeField::PersonalTitle)), ("100", ""));
/// # Ok::<(), avepoint_elements::Error>(())
/// ```
///
/// As JSON it is the body of the update. What is read from JSON is checked against the contract, and taken as it is:
/// white space stays, and an empty text clears its field.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalOfficeInformation(types::LocalOfficeInformation);

impl LocalOfficeInformation {
    /// Starts with no value.
    pub fn builder<'a>() -> LocalOfficeInformationBuilder<'a> {
        LocalOfficeInformationBuilder::default()
    }

    /// The value of a field; empty where it is cleared.
    pub fn get(&self, field: OfficeField) -> &str {
        match field {
            OfficeField::PostalCode => &self.0.postal_code,
            OfficeField::CountryRegion => &self.0.country_region,
            OfficeField::State => &self.0.state,
            OfficeField::Address => &self.0.address,
            OfficeField::City => &self.0.city,
            OfficeField::WebPage => &self.0.web_page,
            OfficeField::PoBox => &self.0.po_box,
            OfficeField::PersonalTitle => &self.0.personal_title,
        }
    }
}

crate::api::contract_type::checked!(LocalOfficeInformation, types::LocalOfficeInformation);

office_builder! {
    /// Makes a [`LocalOfficeInformation`] from raw texts.
    ///
    /// White space around a value is dropped. Each setter replaces what was said of its field before. Texts may be
    /// borrowed until it is built.
    pub struct LocalOfficeInformationBuilder {
        /// The postal code. Text: leading zeros matter.
        postal_code: PostalCode,
        /// The country or region: a name from the service's own list, such as `Angola`; not a code.
        country_region: CountryRegion,
        /// The state or province.
        state: State,
        /// The street address.
        address: Address,
        /// The city.
        city: City,
        /// The web page.
        web_page: WebPage,
        /// The post office box.
        po_box: PoBox,
        /// The title of the person, such as `Dr.`.
        personal_title: PersonalTitle,
    }
}

impl LocalOfficeInformationBuilder<'_> {
    /// Checks every field against the contract.
    ///
    /// # Errors
    /// All [violations](crate::Error::violations) at once: a field that is missing or blank, and a value longer than its
    /// limit, counted in Unicode code points.
    pub fn build(self) -> Result<LocalOfficeInformation> {
        let contract = |field: OfficeField| Some(field.of_local_users());
        Check::build(self.entries, contract, local_office).map(LocalOfficeInformation)
    }
}

fn local_office(check: &mut Check<'_>) -> Option<types::LocalOfficeInformation> {
    // Every field is taken before the first that is missing ends this, or its violation would not be noted.
    let (postal_code, country_region) =
        (check.take(OfficeField::PostalCode), check.take(OfficeField::CountryRegion));
    let (state, address) = (check.take(OfficeField::State), check.take(OfficeField::Address));
    let (city, web_page) = (check.take(OfficeField::City), check.take(OfficeField::WebPage));
    let (po_box, personal_title) = (check.take(OfficeField::PoBox), check.take(OfficeField::PersonalTitle));
    Some(types::LocalOfficeInformation {
        postal_code: postal_code?,
        country_region: country_region?,
        state: state?,
        address: address?,
        city: city?,
        web_page: web_page?,
        po_box: po_box?,
        personal_title: personal_title?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ViolationKind::{Blank, LocalUsersOnly, Missing, TooLong};

    #[test]
    fn all_eight_fields_are_required_and_all_violations_are_said_at_once() {
        let office = LocalOfficeInformation::builder().city(" ").po_box("1".repeat(41)).state("Saxony");
        let error = office.clear(OfficeField::Address).build().unwrap_err();
        let violations: Vec<_> =
            error.violations().iter().map(|violation| (violation.field, violation.kind.clone())).collect();
        let expected = [
            (OfficeField::PostalCode, Missing),
            (OfficeField::CountryRegion, Missing),
            (OfficeField::City, Blank),
            (OfficeField::WebPage, Missing),
            (OfficeField::PoBox, TooLong { length: 41, limit: 40 }),
            (OfficeField::PersonalTitle, Missing),
        ];
        assert_eq!(violations, expected);
    }

    #[test]
    fn a_field_of_local_users_is_refused_for_a_cloud_user() {
        let office = crate::OfficeInformation::builder().postal_code("1").country_region("Angola");
        let office = office.state("Luanda").address("Dande").set(OfficeField::PoBox, "100");
        let error = office.build().unwrap_err();
        let [violation] = error.violations() else { panic!("{error}") };
        assert_eq!((violation.field, &violation.kind), (OfficeField::PoBox, &LocalUsersOnly));
        assert!(error.to_string().contains("poBox is a field of hybrid and local users"), "{error}");
    }
}
