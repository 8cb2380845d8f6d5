//! A user as a row of a sheet.

use avepoint_elements::{User, UserKey};
use avepoint_elements_rows::Column;
use serde::{Deserialize, Serialize};

use super::ExportTarget;
use crate::plan::{Current, Unreadable};

/// A column of a sheet: one that planning reads, or a name for people, which is safe to open in a spreadsheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SheetColumn {
    Read(Column),
    CustomerName,
    TenantName,
    DisplayName,
}

impl SheetColumn {
    /// In the order of a sheet. Who a user is comes first, and what only local users have last, where it is left blank:
    /// no reading says who is one, or what they have.
    pub(super) const ALL: [Self; 18] = [
        Self::CustomerName,
        Self::TenantName,
        Self::DisplayName,
        Self::Read(Column::UserPrincipalName),
        Self::Read(Column::Mail),
        Self::Read(Column::EmployeeId),
        Self::Read(Column::PostalCode),
        Self::Read(Column::CountryRegion),
        Self::Read(Column::State),
        Self::Read(Column::Address),
        Self::Read(Column::City),
        Self::Read(Column::UserKind),
        Self::Read(Column::WebPage),
        Self::Read(Column::PoBox),
        Self::Read(Column::PersonalTitle),
        Self::Read(Column::Customer),
        Self::Read(Column::Tenant),
        Self::Read(Column::User),
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Read(column) => column.name(),
            Self::CustomerName => "customerName",
            Self::TenantName => "tenantName",
            Self::DisplayName => "displayName",
        }
    }

    /// Whether a cell can hold a word for what is kept.
    pub(super) const fn is_office(self) -> bool {
        matches!(self, Self::Read(column) if column.office().is_some())
    }
}

/// What a reading says of a user, a cell for each column of a sheet. What is absent is blank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportRow {
    cells: [String; SheetColumn::ALL.len()],
}

impl ExportRow {
    /// The row of a reading.
    ///
    /// # Errors
    /// The reply is another user's, or an office field holds no text.
    pub fn of(target: &ExportTarget, reading: &User) -> Result<Self, Unreadable> {
        let ExportTarget { tenant, user } = target;
        let current = Current::of(&user.user, reading)?;
        let cell = |column: SheetColumn| match column {
            SheetColumn::CustomerName => Some(tenant.customer_name.as_str()),
            SheetColumn::TenantName => Some(tenant.tenant_name.as_str()),
            SheetColumn::DisplayName => reading.display_name(),
            SheetColumn::Read(Column::Customer) => Some(user.customer.as_str()),
            SheetColumn::Read(Column::Tenant) => Some(user.tenant.as_str()),
            SheetColumn::Read(Column::User) => Some(user.user.as_str()),
            SheetColumn::Read(Column::UserPrincipalName) => reading.login_name(),
            SheetColumn::Read(Column::Mail) => reading.mail(),
            SheetColumn::Read(Column::EmployeeId) => reading.employee_id(),
            SheetColumn::Read(column) => column.office().and_then(|field| current.get(field)),
        };
        Ok(Self { cells: SheetColumn::ALL.map(|column| cell(column).unwrap_or_default().to_owned()) })
    }

    /// A cell by the name of its column, such as `mail`; none of an unknown column.
    pub fn get(&self, name: &str) -> Option<&str> {
        let place = SheetColumn::ALL.iter().position(|column| column.name() == name);
        place.map(|place| self.cells[place].as_str())
    }

    /// Which user it is, if its ids are ids.
    pub(super) fn user(&self) -> Option<UserKey> {
        let text = |column: Column| self.get(column.name()).unwrap_or_default();
        Some(UserKey::new(
            text(Column::Customer).parse().ok()?,
            text(Column::Tenant).parse().ok()?,
            text(Column::User).parse().ok()?,
        ))
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = (SheetColumn, &str)> {
        SheetColumn::ALL.into_iter().zip(self.cells.iter().map(String::as_str))
    }

    pub(super) fn cells_mut(&mut self) -> impl Iterator<Item = (SheetColumn, &mut String)> {
        SheetColumn::ALL.into_iter().zip(&mut self.cells)
    }
}
