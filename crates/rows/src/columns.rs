//! The columns of a row, by the names under which files have them.

use std::fmt;
use std::str::FromStr;

use avepoint_elements::{OfficeField, limits};
use unicode_normalization::UnicodeNormalization;

use crate::text::trimmed;

/// What a results file says of a row; such a file can be read as input again.
pub(crate) const RESULT: &str = "elements_result";

/// What proves that to a run on the same service.
pub(crate) const PROOF: &str = "elements_proof";

/// When it was so.
pub(crate) const TIME: &str = "elements_time";

/// Where results of NDJSON have a line that was no object.
pub const INPUT: &str = "elements_input";

/// The columns that a results file has after those of its input, in that order.
pub const RESULT_COLUMNS: [&str; 9] = [
    RESULT,
    "elements_status",
    "elements_request_id",
    "elements_attempts",
    "elements_reason",
    "elements_reason_code",
    TIME,
    "elements_host",
    PROOF,
];

/// A column that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Column {
    /// The ID of the customer.
    Customer,
    /// The ID of the customer's tenant.
    Tenant,
    /// The ID of the user.
    User,
    /// The postal code.
    PostalCode,
    /// The country or region.
    CountryRegion,
    /// The state or province.
    State,
    /// The street address.
    Address,
    /// The city.
    City,
    /// The user principal name of the user.
    UserPrincipalName,
    /// The mail address of the user.
    Mail,
    /// The employee number of the user.
    EmployeeId,
    /// Whether the user is a cloud user or a local one.
    UserKind,
    /// The web page of a local user.
    WebPage,
    /// The post office box of a local user.
    PoBox,
    /// The personal title of a local user.
    PersonalTitle,
}

impl Column {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Customer,
        Self::Tenant,
        Self::User,
        Self::PostalCode,
        Self::CountryRegion,
        Self::State,
        Self::Address,
        Self::City,
        Self::UserPrincipalName,
        Self::Mail,
        Self::EmployeeId,
        Self::UserKind,
        Self::WebPage,
        Self::PoBox,
        Self::PersonalTitle,
    ];

    /// Those of a [complete row](crate::Purpose::Update), in the order of a template.
    pub const OF_UPDATE: [Self; 8] = [
        Self::Customer,
        Self::Tenant,
        Self::User,
        Self::PostalCode,
        Self::CountryRegion,
        Self::State,
        Self::Address,
        Self::City,
    ];

    /// Those that hold the [office information](Self::office) of every user.
    pub(crate) const OF_OFFICE: [Self; 5] =
        [Self::PostalCode, Self::CountryRegion, Self::State, Self::Address, Self::City];

    /// Those that name a user, each by itself.
    pub const KEYS: [Self; 4] = [Self::User, Self::UserPrincipalName, Self::Mail, Self::EmployeeId];

    /// Its name in templates: the contract's, such as `postalCode`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Tenant => "tenant",
            Self::User => "user",
            Self::UserPrincipalName => "userPrincipalName",
            Self::Mail => "mail",
            Self::EmployeeId => "employeeId",
            Self::UserKind => "userKind",
            _ => match self.field() {
                Some(field) => field.contract().name,
                None => "",
            },
        }
    }

    /// The field that it holds; none where it identifies the user.
    const fn field(self) -> Option<OfficeField> {
        match self.office() {
            Some(field) => Some(field),
            None => self.local(),
        }
    }

    /// The field of the office information that it holds, of those that every user has.
    pub const fn office(self) -> Option<OfficeField> {
        Some(match self {
            Self::PostalCode => OfficeField::PostalCode,
            Self::CountryRegion => OfficeField::CountryRegion,
            Self::State => OfficeField::State,
            Self::Address => OfficeField::Address,
            Self::City => OfficeField::City,
            _ => return None,
        })
    }

    /// The field that it holds, of those that local users alone have and no reading returns.
    pub const fn local(self) -> Option<OfficeField> {
        Some(match self {
            Self::WebPage => OfficeField::WebPage,
            Self::PoBox => OfficeField::PoBox,
            Self::PersonalTitle => OfficeField::PersonalTitle,
            _ => return None,
        })
    }

    /// Whether it holds a value of the office information, of those that every user has or of the others.
    pub(crate) const fn is_value(self) -> bool {
        self.field().is_some()
    }

    /// Whether every complete row needs it.
    pub const fn is_required(self) -> bool {
        match self.office() {
            Some(field) => field.contract().required,
            None => matches!(self, Self::Customer | Self::Tenant | Self::User),
        }
    }

    /// What it holds, in a sentence.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Customer => "The ID of the customer.",
            Self::Tenant => "The ID of the customer's tenant.",
            Self::User => "The ID of the user whose office information is replaced.",
            Self::UserPrincipalName => "The user principal name of the user.",
            Self::Mail => "The mail address of the user.",
            Self::EmployeeId => "The employee number of the user.",
            Self::UserKind => "Whether the user is cloud, hybrid or local.",
            _ => match self.field() {
                Some(field) => field.contract().description,
                None => "",
            },
        }
    }

    /// The pattern of an id, as an ECMA-262 regular expression.
    pub(crate) const fn pattern(self) -> Option<&'static str> {
        match self {
            Self::Customer => Some(limits::CUSTOMER_ID_PATTERN),
            Self::Tenant => Some(limits::TENANT_ID_PATTERN),
            Self::User => Some(limits::USER_ID_PATTERN),
            _ => None,
        }
    }

    /// Other names that it goes by in English, German, French and Spanish, [`folded`].
    const fn aliases(self) -> &'static [&'static str] {
        match self {
            Self::Customer => &["customerid", "customerguid"],
            Self::Tenant => &["tenantid", "tenantguid"],
            Self::User => &["userid", "userguid", "userobjectid", "objectid"],
            Self::PostalCode => &[
                "postcode",
                "zip",
                "zipcode",
                "ziporpostalcode",
                "zippostalcode",
                "plz",
                "postleitzahl",
                "codepostal",
                "códigopostal",
                "codigopostal",
            ],
            Self::CountryRegion => {
                &["country", "countryorregion", "countryname", "land", "pays", "país", "pais"]
            }
            Self::State => &["stateorprovince", "stateprovince", "province", "bundesland", "provincia"],
            Self::Address => {
                &["streetaddress", "street", "straße", "strasse", "adresse", "rue", "dirección", "direccion"]
            }
            Self::City => &["town", "cityortown", "citytown", "ort", "stadt", "ville", "ciudad"],
            Self::UserPrincipalName => &["upn", "loginname", "signinname"],
            Self::Mail => &["email", "emailaddress", "mailaddress", "primaryemail", "workemail"],
            Self::EmployeeId => &[
                "employeenumber",
                "employeeno",
                "personnelnumber",
                "staffid",
                "staffnumber",
                "personalnummer",
            ],
            Self::PoBox => &["postofficebox"],
            // Other columns only resemble these: a user type of Entra is no kind, and sheets have pages of firms.
            Self::UserKind | Self::WebPage | Self::PersonalTitle => &[],
        }
    }

    /// The column that a header means, if it means one.
    ///
    /// Only letters and digits count, in either case: `Postal Code`, `postal_code` and `postalCode` are one.
    pub fn of(header: &str) -> Option<Self> {
        let header = folded(header);
        Self::ALL
            .into_iter()
            .find(|column| folded(column.name()) == header || column.aliases().contains(&header.as_str()))
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Column {
    type Err = UnknownColumn;

    fn from_str(text: &str) -> Result<Self, UnknownColumn> {
        Self::of(text).ok_or(UnknownColumn)
    }
}

/// A text that names no column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownColumn;

impl fmt::Display for UnknownColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the columns are {}", Column::ALL.map(Column::name).join(", "))
    }
}

impl std::error::Error for UnknownColumn {}

/// A name with its letters and digits alone, in lower case, in whatever Unicode form it is written.
pub(crate) fn folded(name: &str) -> String {
    name.nfkc().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a name of the input is the one that a column is mapped to.
pub(crate) fn is_same(mapped: &str, name: &str) -> bool {
    let own = folded(name);
    trimmed(mapped) == name || (!own.is_empty() && folded(mapped) == own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_spelling_means_its_column() {
        let cases = [
            (
                "postalCode|postal_code|Postal Code|POSTAL-CODE|ZIP or Postal Code|zip|ZIP Code",
                Column::PostalCode,
            ),
            ("Country or Region|countryRegion|country|Country/Region|COUNTRY_REGION", Column::CountryRegion),
            ("State|State or province|State/Province", Column::State),
            ("Street address|address|Address", Column::Address),
            ("city|City", Column::City),
            ("customer|Customer ID|customer_id|customerId", Column::Customer),
            ("tenant|Tenant ID|tenantId", Column::Tenant),
            ("user|User ID|Object ID|objectId", Column::User),
            ("userPrincipalName|User Principal Name|UPN|login_name", Column::UserPrincipalName),
            ("mail|E-Mail|email address|EMAIL", Column::Mail),
            ("employeeId|Employee ID|employee_number|Employee No.", Column::EmployeeId),
            ("userKind|User Kind", Column::UserKind),
            ("webPage|Web page", Column::WebPage),
            ("poBox|PO Box|P.O. Box", Column::PoBox),
            ("PLZ|Postleitzahl|Code postal|Código postal|codigo postal", Column::PostalCode),
            ("Land|Pays|País", Column::CountryRegion),
            ("Bundesland|Provincia", Column::State),
            ("Straße|Strasse|Adresse|Rue|Dirección", Column::Address),
            ("Ort|Stadt|Ville|Ciudad", Column::City),
            ("Personalnummer", Column::EmployeeId),
            ("personalTitle|Personal title", Column::PersonalTitle),
        ];
        for (headers, column) in cases {
            for header in headers.split('|') {
                assert_eq!(Column::of(header), Some(column), "{header}");
            }
        }
    }

    #[test]
    fn what_could_mean_two_things_means_nothing() {
        for header in [
            "",
            "name",
            "region",
            "id",
            "title",
            "kind",
            "user type",
            "number",
            "postal code 2",
            "elements_result",
        ] {
            assert_eq!(Column::of(header), None, "{header}");
        }
    }

    #[test]
    fn no_name_belongs_to_two_columns() {
        for column in Column::ALL {
            for alias in column.aliases() {
                assert_eq!(Column::of(alias), Some(column), "{alias}");
                assert_eq!(*alias, folded(alias));
            }
        }
    }
}
