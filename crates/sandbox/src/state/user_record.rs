//! One user: what is held of it, and how operations show it.

use std::fmt;

use serde_json::{Map, Value};

use crate::state::object_text::{Fields, ObjectText};

/// The fields of the office information that a reading shows.
const OFFICE_FIELDS: [&str; 5] = ["postalCode", "countryRegion", "state", "address", "city"];
/// Those that only local users have. No documented reading shows them.
const LOCAL_FIELDS: [&str; 3] = ["webPage", "poBox", "personalTitle"];

/// The fields of a list's entry, by the name that a reading has for them.
const LISTED_FIELDS: [(&str, &str); 16] = [
    ("loginName", "userPrincipalName"),
    ("mail", "mail"),
    ("displayName", "displayName"),
    ("firstName", "firstName"),
    ("lastName", "lastName"),
    ("employeeId", "employeeId"),
    ("location", "location"),
    ("company", "company"),
    ("department", "department"),
    ("mobile", "mobile"),
    ("jobTitle", "jobTitle"),
    ("isTestUser", "isTestUser"),
    ("age", "age"),
    ("enforceStartDateTime", "startDate"),
    ("enforceEndDateTime", "endDate"),
    ("status", "status"),
];

/// Where a user is managed. No operation shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum UserKind {
    #[default]
    Cloud,
    Hybrid,
    Local,
}

impl UserKind {
    const ALL: [Self; 3] = [Self::Cloud, Self::Hybrid, Self::Local];

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.to_string() == text)
    }
}

impl fmt::Display for UserKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cloud => "cloud",
            Self::Hybrid => "hybrid",
            Self::Local => "local",
        })
    }
}

/// Whether a field is part of the office information.
pub(crate) fn is_office_field(name: &str) -> bool {
    OFFICE_FIELDS.contains(&name) || LOCAL_FIELDS.contains(&name)
}

/// What is held of a user but for its id.
#[derive(Clone, Debug, Default)]
pub(crate) struct UserRecord {
    pub(crate) kind: UserKind,
    /// The fields that no update changes: a JSON object, or an empty text.
    pub(crate) profile: Box<str>,
    /// The office information: a JSON object, or nothing before the first update.
    pub(crate) office: Option<Box<str>>,
}

impl UserRecord {
    /// The user as the operation that reads one shows it.
    pub(crate) fn reading(&self, id: &str) -> String {
        let mut reading = ObjectText::new();
        reading.text("id", id);
        reading.all_of(&self.profile);
        for (name, value) in self.office_fields() {
            if OFFICE_FIELDS.contains(&name.as_ref()) {
                reading.json(&name, value);
            }
        }
        reading.end()
    }

    /// The user as lists show it.
    pub(crate) fn listed(&self, id: &str) -> String {
        let mut entry = ObjectText::new();
        entry.text("id", id);
        for (name, value) in Fields::of(&self.profile) {
            if let Some((_, listed)) = LISTED_FIELDS.iter().find(|(read, _)| *read == name) {
                entry.json(listed, value);
            }
        }
        if let Some((_, value)) = self.office_fields().find(|(name, _)| name == "countryRegion") {
            entry.json("countryOrRegion", value);
        }
        entry.end()
    }

    fn office_fields(&self) -> impl Iterator<Item = (std::borrow::Cow<'_, str>, &str)> {
        self.office.as_deref().into_iter().flat_map(Fields::of)
    }

    /// Gives fields new values, and keeps the others.
    pub(crate) fn change(&mut self, changes: &Map<String, Value>) {
        let mut profile = object(&self.profile);
        let mut office = self.office.as_deref().map(object);
        for (name, value) in changes {
            let fields = if is_office_field(name) { office.get_or_insert_default() } else { &mut profile };
            fields.insert(name.clone(), value.clone());
        }
        self.profile = Value::from(profile).to_string().into();
        self.office = office.map(|office| Value::from(office).to_string().into());
    }
}

fn object(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap_or_default()
}
