//! The fields of the office information, and how one violates the contract.

use std::fmt;

use avepoint_elements_client::Field;
use avepoint_elements_client::fields::{local_office_information as local, office_information as cloud};

/// A field of the office information.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum OfficeField {
    /// The postal code.
    PostalCode,
    /// The country or region, by the service's own name.
    CountryRegion,
    /// The state or province.
    State,
    /// The street address.
    Address,
    /// The city.
    City,
    /// The web page; of hybrid and local users only.
    WebPage,
    /// The post office box; of hybrid and local users only.
    PoBox,
    /// The title of the person; of hybrid and local users only.
    PersonalTitle,
}

impl OfficeField {
    /// Those of cloud users, in the order of the contract.
    pub const ALL: [Self; 5] =
        [Self::PostalCode, Self::CountryRegion, Self::State, Self::Address, Self::City];

    /// Those of hybrid and local users, in the order of the contract.
    pub const LOCAL: [Self; 8] = [
        Self::PostalCode,
        Self::CountryRegion,
        Self::State,
        Self::Address,
        Self::City,
        Self::WebPage,
        Self::PoBox,
        Self::PersonalTitle,
    ];

    /// What the contract says of it: its name in JSON, its limit, and whether it is required.
    ///
    /// For a field that cloud users have, as it is for them. Those of [hybrid and local users](Self::LOCAL) are all
    /// required.
    pub const fn contract(self) -> &'static Field {
        match self.of_cloud_users() {
            Some(field) => field,
            None => self.of_local_users(),
        }
    }

    /// What the contract says of it in the office information of cloud users; none where they do not have it.
    pub(crate) const fn of_cloud_users(self) -> Option<&'static Field> {
        match self {
            Self::PostalCode => Some(&cloud::POSTAL_CODE),
            Self::CountryRegion => Some(&cloud::COUNTRY_REGION),
            Self::State => Some(&cloud::STATE),
            Self::Address => Some(&cloud::ADDRESS),
            Self::City => Some(&cloud::CITY),
            Self::WebPage | Self::PoBox | Self::PersonalTitle => None,
        }
    }

    /// What the contract says of it in the office information of hybrid and local users.
    pub(crate) const fn of_local_users(self) -> &'static Field {
        match self {
            Self::PostalCode => &local::POSTAL_CODE,
            Self::CountryRegion => &local::COUNTRY_REGION,
            Self::State => &local::STATE,
            Self::Address => &local::ADDRESS,
            Self::City => &local::CITY,
            Self::WebPage => &local::WEB_PAGE,
            Self::PoBox => &local::PO_BOX,
            Self::PersonalTitle => &local::PERSONAL_TITLE,
        }
    }
}

impl fmt::Display for OfficeField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.contract().name)
    }
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The field.
    pub field: OfficeField,
    /// What is wrong with it.
    pub kind: ViolationKind,
}

/// In which way a field violates the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ViolationKind {
    /// It is required and was not given.
    Missing,
    /// It is required and holds nothing but white space.
    Blank,
    /// It is longer than allowed.
    TooLong {
        /// Its length without white space around it, in Unicode code points.
        length: usize,
        /// The longest that is allowed, in Unicode code points.
        limit: usize,
    },
    /// The contract's type refuses it for another reason.
    Malformed,
    /// Only hybrid and local users have it.
    LocalUsersOnly,
}

impl Violation {
    pub(crate) fn new(field: OfficeField, kind: ViolationKind) -> Self {
        Self { field, kind }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = self.field;
        match &self.kind {
            ViolationKind::Missing => write!(f, "{field} is missing"),
            ViolationKind::Blank => write!(f, "{field} is blank; give a value, or clear the field by name"),
            ViolationKind::TooLong { length, limit } => {
                write!(f, "{field} has {length} characters; at most {limit} are allowed")
            }
            ViolationKind::Malformed => write!(f, "{field} is not in the form that the service takes"),
            ViolationKind::LocalUsersOnly => {
                write!(f, "{field} is a field of hybrid and local users; leave it out for cloud users")
            }
        }
    }
}
