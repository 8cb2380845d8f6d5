//! The customers, tenants and users that a sandbox knows.

use std::fmt;
use std::io::{BufRead, Error, ErrorKind, Result};

use indexmap::IndexMap;
use serde_json::Value;

use crate::state::object_text::{Fields, ObjectText};
use crate::state::user_record::{UserKind, UserRecord, is_office_field};

/// The customers, tenants and users that exist in a sandbox, for
/// [`SandboxBuilder::directory`](crate::SandboxBuilder::directory).
///
/// Each line of its file is a JSON object, and describes a user:
///
/// | key | holds |
/// |---|---|
/// | `customerId`, `tenantId`, `userId` | the ids; compared byte by byte. Without `userId`, the line adds a tenant without users |
/// | `customerName`, `tenantName` | their names; a line may leave them out when another has them |
/// | `kind` | `cloud`, `hybrid` or `local`; `cloud` where it is left out |
/// | `postalCode`, `countryRegion`, `state`, `address`, `city`, `webPage`, `poBox`, `personalTitle` | the office information |
/// | any other, such as `loginName`, `mail` or `employeeId` | a field of the user, which readings show as it stands here |
///
/// `customer`, `tenant`, `user` and `id` are taken for the ids, `userPrincipalName` for `loginName`, and
/// `countryOrRegion` for `countryRegion`: these are their names in lists. A value need not have the type that the
/// contract gives it: a number or `null` is served as it is.
///
/// ```
/// use avepoint_elements_sandbox::Directory;
///
/// let file = r#"{"customerId":"c1","customerName":"Contoso","tenantId":"t1","userId":"u1","mail":"a@example.com"}
/// {"customerId":"c1","tenantId":"t1","userId":"u2","kind":"local","employeeId":"00417"}
/// "#;
/// let directory = Directory::from_ndjson(file.as_bytes())?;
/// assert_eq!((directory.users(), directory.customers()), (2, 1));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Directory {
    customers: IndexMap<Box<str>, Customer>,
    users: usize,
}

/// A customer with its tenants.
#[derive(Clone, Default)]
pub(crate) struct Customer {
    pub(crate) name: Option<Box<str>>,
    pub(crate) tenants: IndexMap<Box<str>, Tenant>,
}

/// A tenant with its users.
#[derive(Clone, Default)]
pub(crate) struct Tenant {
    pub(crate) name: Option<Box<str>>,
    pub(crate) users: IndexMap<Box<str>, UserRecord>,
}

impl Customer {
    /// The customer as lists show it.
    pub(crate) fn listed(&self, id: &str) -> String {
        let tenants = self.tenants.iter().map(|(id, tenant)| {
            let mut entry = ObjectText::new();
            entry.text("id", id);
            if let Some(name) = &tenant.name {
                entry.text("name", name);
            }
            entry.end()
        });
        let tenants = format!("[{}]", tenants.collect::<Vec<_>>().join(","));
        let mut entry = ObjectText::new();
        entry.text("id", id);
        if let Some(name) = &self.name {
            entry.text("organization", name);
        }
        entry.json("tenants", &tenants);
        entry.end()
    }
}

/// Which user.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UserPath<'a> {
    pub(crate) customer: &'a str,
    pub(crate) tenant: &'a str,
    pub(crate) user: &'a str,
}

impl Directory {
    /// One without customers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a file with one JSON object a line. Blank lines count for nothing.
    ///
    /// # Errors
    /// [`InvalidData`](ErrorKind::InvalidData), with the line and what is wrong with it, or whatever reading says.
    pub fn from_ndjson(mut reader: impl BufRead) -> Result<Self> {
        let mut directory = Self::new();
        let mut line = String::new();
        for number in 1_u64.. {
            line.clear();
            let read = reader.read_line(&mut line);
            let wrong = |reason| Error::new(ErrorKind::InvalidData, format!("line {number}: {reason}"));
            match read {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::InvalidData => {
                    return Err(wrong("the text is not UTF-8".to_owned()));
                }
                Err(error) => return Err(error),
            }
            let text = line.trim_start_matches('\u{feff}').trim();
            if !text.is_empty() {
                directory.add_line(text).map_err(wrong)?;
            }
        }
        Ok(directory)
    }

    /// Adds what one line says.
    ///
    /// # Errors
    /// [`InvalidData`](ErrorKind::InvalidData) if it is no object, an id is missing, or the user is there already.
    pub fn add(&mut self, line: &Value) -> Result<()> {
        self.add_line(&line.to_string()).map_err(|reason| Error::new(ErrorKind::InvalidData, reason))
    }

    /// How many users there are.
    #[must_use]
    pub fn users(&self) -> usize {
        self.users
    }

    /// How many customers there are.
    #[must_use]
    pub fn customers(&self) -> usize {
        self.customers.len()
    }

    fn add_line(&mut self, text: &str) -> std::result::Result<(), String> {
        let Line { customer, tenant, user, customer_name, tenant_name, record } = Line::read(text)?;
        let customer_id = customer.ok_or("`customerId` is missing")?;
        let tenant_id = tenant.ok_or("`tenantId` is missing")?;
        let customer = entry(&mut self.customers, &customer_id);
        name(&mut customer.name, customer_name)
            .map_err(|names| format!("customer {customer_id:?} {names}"))?;
        let tenant = entry(&mut customer.tenants, &tenant_id);
        name(&mut tenant.name, tenant_name).map_err(|names| format!("tenant {tenant_id:?} {names}"))?;
        let Some(user) = user else { return Ok(()) };
        if tenant.users.contains_key(user.as_str()) {
            return Err(format!("user {user:?} is there already in tenant {tenant_id:?}"));
        }
        tenant.users.insert(user.into(), record);
        self.users += 1;
        Ok(())
    }

    pub(crate) fn all(&self) -> &IndexMap<Box<str>, Customer> {
        &self.customers
    }

    pub(crate) fn tenant(&self, customer: &str, tenant: &str) -> Option<&Tenant> {
        self.customers.get(customer)?.tenants.get(tenant)
    }

    pub(crate) fn user(&self, path: UserPath<'_>) -> Option<&UserRecord> {
        self.tenant(path.customer, path.tenant)?.users.get(path.user)
    }

    pub(crate) fn user_mut(&mut self, path: UserPath<'_>) -> Option<&mut UserRecord> {
        let customer = self.customers.get_mut(path.customer)?;
        customer.tenants.get_mut(path.tenant)?.users.get_mut(path.user)
    }

    /// The user, which is made where there is none.
    pub(crate) fn user_or_new(&mut self, path: UserPath<'_>) -> &mut UserRecord {
        let customer = entry(&mut self.customers, path.customer);
        let tenant = entry(&mut customer.tenants, path.tenant);
        self.users += usize::from(!tenant.users.contains_key(path.user));
        entry(&mut tenant.users, path.user)
    }

    /// Removes a user; the others keep their order.
    pub(crate) fn remove(&mut self, path: UserPath<'_>) -> bool {
        let customer = self.customers.get_mut(path.customer);
        let tenant = customer.and_then(|customer| customer.tenants.get_mut(path.tenant));
        let removed = tenant.and_then(|tenant| tenant.users.shift_remove(path.user)).is_some();
        self.users -= usize::from(removed);
        removed
    }

    /// Every user with its place, in the order in which they were added.
    pub(crate) fn each(&self) -> impl Iterator<Item = (UserPath<'_>, &UserRecord)> {
        self.customers.iter().flat_map(|(customer, Customer { tenants, .. })| {
            tenants.iter().flat_map(move |(tenant, Tenant { users, .. })| {
                users.iter().map(move |(user, record)| (UserPath { customer, tenant, user }, record))
            })
        })
    }

    /// A user as a line of the file.
    pub(crate) fn line(&self, path: UserPath<'_>, record: &UserRecord) -> String {
        let mut line = ObjectText::new();
        let customer = self.customers.get(path.customer);
        let tenant = customer.and_then(|customer| customer.tenants.get(path.tenant));
        line.text("customerId", path.customer);
        if let Some(name) = customer.and_then(|customer| customer.name.as_deref()) {
            line.text("customerName", name);
        }
        line.text("tenantId", path.tenant);
        if let Some(name) = tenant.and_then(|tenant| tenant.name.as_deref()) {
            line.text("tenantName", name);
        }
        line.text("userId", path.user);
        line.text("kind", &record.kind.to_string());
        line.all_of(&record.profile);
        line.all_of(record.office.as_deref().unwrap_or_default());
        line.end()
    }
}

/// What a map has under an id, or a new one.
fn entry<'a, T: Default>(map: &'a mut IndexMap<Box<str>, T>, id: &str) -> &'a mut T {
    let index = map.get_index_of(id).unwrap_or_else(|| map.insert_full(id.into(), T::default()).0);
    &mut map[index]
}

impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Directory");
        debug.field("users", &self.users).field("customers", &self.customers.len()).finish()
    }
}

/// What a line says.
#[derive(Default)]
struct Line {
    customer: Option<String>,
    tenant: Option<String>,
    user: Option<String>,
    customer_name: Option<String>,
    tenant_name: Option<String>,
    record: UserRecord,
}

impl Line {
    fn read(text: &str) -> std::result::Result<Self, String> {
        let mut line = Self::default();
        let (mut profile, mut office) = (ObjectText::new(), ObjectText::new());
        let fields = Fields::read(text)?.0;
        for (index, (given, value)) in fields.iter().enumerate() {
            let name = canonical(given);
            if fields[..index].iter().any(|(other, _)| canonical(other) == name) {
                return Err(format!("`{name}` is given twice"));
            }
            let value = value.get();
            match name {
                "customerId" => line.customer = Some(id(name, value)?),
                "tenantId" => line.tenant = Some(id(name, value)?),
                "userId" => line.user = Some(id(name, value)?),
                "customerName" => line.customer_name = text_or_null(name, value)?,
                "tenantName" => line.tenant_name = text_or_null(name, value)?,
                "kind" => line.record.kind = kind(value)?,
                name if is_office_field(name) => office.json(name, value),
                name => profile.json(name, value),
            }
        }
        line.record.profile = profile.end().into();
        line.record.office = (!office.is_empty()).then(|| office.end().into());
        Ok(line)
    }
}

/// The one name of a key that has several.
fn canonical(name: &str) -> &str {
    match name {
        "customer" => "customerId",
        "tenant" => "tenantId",
        "user" | "id" => "userId",
        "userPrincipalName" => "loginName",
        "countryOrRegion" => "countryRegion",
        other => other,
    }
}

fn id(name: &str, value: &str) -> std::result::Result<String, String> {
    let id: Option<String> = serde_json::from_str(value).ok();
    id.filter(|id| !id.is_empty()).ok_or_else(|| format!("`{name}` is not a text with an id"))
}

fn text_or_null(name: &str, value: &str) -> std::result::Result<Option<String>, String> {
    serde_json::from_str(value).map_err(|_| format!("`{name}` is not a text"))
}

fn kind(value: &str) -> std::result::Result<UserKind, String> {
    let text: Option<String> = serde_json::from_str(value).ok();
    let kind = text.as_deref().and_then(UserKind::parse);
    kind.ok_or_else(|| format!("`kind` is {value}; allowed are cloud, hybrid and local"))
}

/// Takes a name, unless there is another already.
fn name(known: &mut Option<Box<str>>, given: Option<String>) -> std::result::Result<(), String> {
    match (&known, given) {
        (Some(known), Some(given)) if **known != *given => {
            Err(format!("is called {given:?} here and {known:?} on an earlier line"))
        }
        (None, Some(given)) => {
            *known = Some(given.into());
            Ok(())
        }
        _ => Ok(()),
    }
}
