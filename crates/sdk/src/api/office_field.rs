//! The fields of the office information, and how one violates the contract.

use std::fmt;

use avepoint_elements_client::{Field, fields::office_information as contract};

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
}

impl OfficeField {
    /// All of them, in the order of the contract.
    pub const ALL: [Self; 5] =
        [Self::PostalCode, Self::CountryRegion, Self::State, Self::Address, Self::City];

    /// What the contract says of it: its name in JSON, its limit, and whether it is required.
    pub const fn contract(self) -> &'static Field {
        match self {
            Self::PostalCode => &contract::POSTAL_CODE,
            Self::CountryRegion => &contract::COUNTRY_REGION,
            Self::State => &contract::STATE,
            Self::Address => &contract::ADDRESS,
            Self::City => &contract::CITY,
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
        }
    }
}
