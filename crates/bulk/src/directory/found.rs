//! The users that were found, by number.

use super::chunked::Chunked;
use super::named_tenants::TenantNumber;
use crate::ids::{are_same, is_uuid};

#[derive(Clone, Debug, Default)]
pub(super) struct FoundUsers(Chunked<FoundUser>);

#[derive(Clone, Debug)]
struct FoundUser {
    id: Id,
    /// None where the row names it.
    tenant: Option<TenantNumber>,
}

/// An id; one in the usual shape in 16 bytes.
#[derive(Clone, Debug)]
enum Id {
    Uuid([u8; 16]),
    Other(Box<str>),
}

impl FoundUsers {
    /// Adds a user, and says the number.
    pub(super) fn push(&mut self, tenant: Option<TenantNumber>, id: &str) -> u32 {
        let number = self.0.push(FoundUser { id: Id::of(id), tenant });
        // There are at most as many as rows.
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    /// Whether a number is that of a user of a tenant.
    pub(super) fn is(&self, number: u32, tenant: TenantNumber, id: &str) -> bool {
        let user = self.0.get(number as usize);
        user.is_some_and(|user| user.tenant == Some(tenant) && are_same(&user.id.text(), id))
    }

    /// The id of a user, and the tenant where no row names it.
    pub(super) fn get(&self, number: u32) -> Option<(String, Option<TenantNumber>)> {
        self.0.get(number as usize).map(|user| (user.id.text(), user.tenant))
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.0.bytes()
    }
}

impl Id {
    fn of(id: &str) -> Self {
        let is_usual = is_uuid(id) && !id.bytes().any(|byte| byte.is_ascii_uppercase());
        if !is_usual {
            return Self::Other(id.into());
        }
        let digits = id.bytes().filter_map(|byte| char::from(byte).to_digit(16));
        Self::Uuid(digits.fold(0, |number, digit| number << 4 | u128::from(digit)).to_be_bytes())
    }

    fn text(&self) -> String {
        match self {
            Self::Uuid(bytes) => uuid(*bytes),
            Self::Other(text) => text.to_string(),
        }
    }
}

fn uuid(bytes: [u8; 16]) -> String {
    let mut text = format!("{:032x}", u128::from_be_bytes(bytes));
    for place in [8, 13, 18, 23] {
        text.insert(place, '-');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_back_as_it_was() {
        let uuid = "7c18fd6f-0000-4000-8000-0725fa9edc3f";
        for id in [uuid, &uuid.to_uppercase(), "anna", "0c18fd6f-0000-4000-8000-0725fa9edc3g"] {
            assert_eq!(Id::of(id).text(), id);
        }
    }
}
