//! A directory: what a list of users wrote, in place of the service's lists.

use std::collections::HashMap;
use std::path::Path;

use avepoint_elements_rows::{InputError, InputOptions, Original, Purpose, Source, Table};

use super::{CustomerEntry, Customers, ListEnd, RowKeysBuf, Search, TenantEntry, UserEntry};
use crate::error::{FileError, FileErrorKind};
use crate::results::without_guard;

/// The columns that only a directory has: names, and how many users the service counts in the tenant of a row.
const CUSTOMER_NAME: &str = "customerName";
const TENANT_NAME: &str = "tenantName";
const TENANT_USERS: &str = "tenantUsers";

/// A directory of users in a file, CSV or NDJSON: a row a user, with the ids of customer, tenant and user, the user's keys,
/// and how many users the tenant has. Memory grows with its tenants, and not with its users.
#[derive(Debug)]
pub struct DirectoryFile {
    name: String,
    table: Table,
    tenants: Vec<ListedTenant>,
    /// By the ids of customer and tenant.
    numbers: HashMap<(String, String), usize>,
}

/// What a directory says of a tenant.
#[derive(Debug)]
struct ListedTenant {
    customer: String,
    customer_name: String,
    id: String,
    name: String,
    rows: u64,
    /// How many users the service counted, as every row says; none where one does not, or they disagree.
    expected: Option<u64>,
}

impl DirectoryFile {
    /// Reads a directory, and counts the users of its tenants.
    ///
    /// # Errors
    /// The file cannot be read, or is no directory ([`FileError::is_unsuitable`]).
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let name = path.display().to_string();
        let table = Source::file(path)
            .and_then(|file| Table::open(file, InputOptions::default().purpose(Purpose::Plan)));
        let table = table.map_err(|error| unread(&name, &error))?;
        let mut directory = Self { name, table, tenants: Vec::new(), numbers: HashMap::new() };
        directory.count()?;
        Ok(directory)
    }

    fn count(&mut self) -> Result<(), FileError> {
        let Self { name, table, tenants, numbers } = self;
        let columns = table.columns().to_vec();
        let failed = |error: InputError| unread(name, &error);
        for entry in table.plan_entries().map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let keys = RowKeysBuf::of(entry.line, entry.keys);
            if keys.customer.is_empty() || keys.tenant.is_empty() {
                return Err(no_directory(name, entry.line));
            }
            let text = |name| text(&columns, &entry.original, name);
            let expected = text(TENANT_USERS).parse().ok();
            let number =
                *numbers.entry((keys.customer, keys.tenant)).or_insert_with_key(|(customer, tenant)| {
                    tenants.push(ListedTenant {
                        customer: customer.clone(),
                        customer_name: text(CUSTOMER_NAME),
                        id: tenant.clone(),
                        name: text(TENANT_NAME),
                        rows: 0,
                        expected,
                    });
                    tenants.len() - 1
                });
            tenants[number].rows += 1;
            tenants[number].expected = tenants[number].expected.filter(|count| Some(*count) == expected);
        }
        Ok(())
    }

    /// The SHA-256 of its bytes.
    ///
    /// # Errors
    /// The file was changed, or cannot be read.
    pub fn sha256(&self) -> Result<[u8; 32], FileError> {
        self.table.sha256().map_err(|error| unread(&self.name, &error))
    }

    /// The customers and tenants that have users in it. Others count as out of reach.
    pub fn customers(&self) -> Customers {
        let mut customers: Vec<CustomerEntry> = Vec::new();
        let mut numbers = HashMap::new();
        for ListedTenant { customer, customer_name, id, name, .. } in &self.tenants {
            let number = *numbers.entry(customer).or_insert_with(|| {
                let (id, name) = (customer.clone(), customer_name.clone());
                customers.push(CustomerEntry { id, name, tenants: Vec::new() });
                customers.len() - 1
            });
            customers[number].tenants.push(TenantEntry { id: id.clone(), name: name.clone() });
        }
        Customers::new(customers, true)
    }

    /// How many tenants have users in it.
    pub fn tenants(&self) -> usize {
        self.tenants.len()
    }

    /// How many tenants it has with fewer or more users than the service counted. It says nothing of them.
    pub fn incomplete_tenants(&self) -> usize {
        self.tenants.iter().filter(|tenant| !tenant.is_complete()).count()
    }

    /// Shows its users to a search, and ends the lists of its tenants.
    ///
    /// # Errors
    /// The file was changed, or cannot be read.
    pub fn show(mut self, search: &mut Search) -> Result<(), FileError> {
        let Self { name, table, tenants, numbers } = &mut self;
        let failed = |error: InputError| unread(name, &error);
        let complete = tenants.iter().map(|tenant| {
            let number = search.number(&tenant.customer, &tenant.id);
            number.filter(|_| tenant.is_complete())
        });
        let complete: Vec<_> = complete.collect();
        for entry in table.plan_entries().map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let keys = RowKeysBuf::of(entry.line, entry.keys);
            let user = UserEntry {
                id: &keys.user,
                user_principal_name: &keys.user_principal_name,
                mail: &keys.mail,
                employee_id: &keys.employee_id,
            };
            let tenant = numbers.get(&(keys.customer.clone(), keys.tenant.clone()));
            if let Some(Some(number)) = tenant.map(|tenant| complete[*tenant]) {
                search.entry(number, &user);
            }
        }
        table.check_unchanged().map_err(failed)?;
        complete.into_iter().flatten().for_each(|number| search.end(number, ListEnd::Complete));
        Ok(())
    }
}

impl ListedTenant {
    fn is_complete(&self) -> bool {
        self.expected == Some(self.rows)
    }
}

/// The text of a row in a column that is not read as a key; empty where there is none.
fn text(columns: &[String], original: &Original, name: &str) -> String {
    match original {
        Original::Cells(cells) => {
            let cell = columns.iter().zip(cells.iter()).find(|(column, _)| *column == name);
            without_guard(cell.map_or("", |(_, cell)| cell)).to_owned()
        }
        Original::Members(members) => {
            let value = members.iter().find(|(member, _)| member == name);
            let text = value.map(|(_, value)| value.get()).unwrap_or_default();
            serde_json::from_str(text).unwrap_or_else(|_| text.to_owned())
        }
        _ => String::new(),
    }
}

fn unread(name: &str, error: &InputError) -> FileError {
    FileError::new(FileErrorKind::Unsuitable, format!("the directory {name} cannot be used: {error}"))
}

fn no_directory(name: &str, line: u64) -> FileError {
    let message = format!(
        "{name} is no directory of users: line {line} lacks a customer or a tenant. Take what the list of users writes, with \
         the columns customerId, tenantId, userId, userPrincipalName, mail, employeeId and {TENANT_USERS}"
    );
    FileError::new(FileErrorKind::Unsuitable, message)
}
