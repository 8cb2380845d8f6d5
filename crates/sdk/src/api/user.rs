//! Reading one user.

use avepoint_elements_client::operations;
use avepoint_elements_client::types::{self, DateTimeOrTicks};
use serde::{Deserialize, Serialize};

use crate::api::elements::Elements;
use crate::api::ids::UserKey;
use crate::api::office_field::OfficeField;
use crate::api::reading::{FieldReading, getters, numbers, texts};
use crate::call::subject::Subject;
use crate::error::Result;

impl Elements {
    /// Reads a user.
    ///
    /// Compare [`User::id`] with the id that was asked for before anything is written back.
    ///
    /// # Errors
    /// See [`Error`](crate::Error). A reading leaves no outcome unknown. [`is_not_found`] also comes from a local user,
    /// where the service reads cloud users alone: nothing documents which it does.
    ///
    /// [`is_not_found`]: crate::Error::is_not_found
    pub async fn user(&self, user: &UserKey) -> Result<User> {
        let UserKey { customer, tenant, user: id } = user;
        let answer = self.pipeline.call(&operations::GET_USER, Subject::user(user), |client| async move {
            client.send_get_user(customer.contract(), tenant.contract(), id.contract()).await
        });
        answer.await.map(|answer| User(answer.value))
    }
}

/// A user, as the service reads one.
///
/// Getters return what is there. Every field but the id may be missing; one of an unexpected type counts as missing. An
/// office field that is no text is told from a missing one by [`office`](Self::office).
///
/// As JSON it is what the service sends, without what is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct User(types::User);

crate::api::contract_type::convert!(User, types::User);

impl User {
    /// The id of the user that the reply is about.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// A field of the office information. The fields that only local users have are in no reading.
    pub fn office(&self, field: OfficeField) -> FieldReading<'_> {
        FieldReading::of(match field {
            OfficeField::PostalCode => self.0.postal_code.as_ref(),
            OfficeField::CountryRegion => self.0.country_region.as_ref(),
            OfficeField::State => self.0.state.as_ref(),
            OfficeField::Address => self.0.address.as_ref(),
            OfficeField::City => self.0.city.as_ref(),
            OfficeField::WebPage | OfficeField::PoBox | OfficeField::PersonalTitle => None,
        })
    }

    /// The sponsors.
    pub fn sponsors(&self) -> &[String] {
        texts(self.0.sponsor.as_ref())
    }

    /// The alternate e-mail addresses.
    pub fn alternate_email_addresses(&self) -> &[String] {
        texts(self.0.alternate_email_address.as_ref())
    }

    /// The states: 0 MFA disabled, 1 sign-in blocked, 2 password expired, 3 high risk, 4 medium risk, 5 compliant,
    /// 6 inactive, 7 pending deletion, 8 test user.
    pub fn status(&self) -> &[i64] {
        numbers(self.0.status.as_ref())
    }

    getters! {
        /// The user principal name. A [`ListedUser`](crate::ListedUser) has it as `userPrincipalName`.
        login_name: text;
        /// The e-mail address.
        mail: text;
        /// The employee number. Text: leading zeros matter.
        employee_id: text;
        /// The display name.
        display_name: text;
        /// The first name.
        first_name: text;
        /// The last name.
        last_name: text;
        /// The job title.
        job_title: text;
        /// The company.
        company: text;
        /// The department.
        department: text;
        /// The office location; not an address.
        location: text;
        /// The postal code of the office.
        postal_code: office text;
        /// The country or region of the office.
        country_region: office text;
        /// The state or province of the office.
        state: office text;
        /// The street address of the office.
        address: office text;
        /// The city of the office.
        city: office text;
        /// The telephone number of the office.
        office_phone: text;
        /// The mobile telephone number.
        mobile: text;
        /// The fax number.
        fax: text;
        /// The manager: a user principal name or, for users that are not cloud users, a distinguished name.
        manager: text;
        /// When the user was last changed.
        last_change_date: DateTimeOrTicks;
        /// The birthday.
        birthday: DateTimeOrTicks;
        /// Whether the account has a start date.
        enforce_start: copied bool;
        /// The start date of the account.
        enforce_start_date_time: DateTimeOrTicks;
        /// Whether the account has an end date.
        enforce_end: copied bool;
        /// The end date of the account.
        enforce_end_date_time: DateTimeOrTicks;
        /// Whether the password never expires.
        password_never_expire: copied bool;
        /// Whether this is a test user.
        is_test_user: copied bool;
        /// Whether this is a guest.
        is_external: copied bool;
        /// The age of the password.
        age: copied i64;
        /// The country code of the usage location.
        usage_location: text;
        /// The preferred language.
        preferred_language: text;
        /// The template that the user was made from.
        template: text;
    }
}
