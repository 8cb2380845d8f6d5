//! Users by the keys that rows have: `keys` has what a key means, `places` where users are looked for, `lists` what
//! lists of users do to it, `model` what holds of all of them.

mod keys;
mod lists;
mod model;
mod named_tenants;

use avepoint_elements_bulk::directory::{
    Customers, KeyIndex, ListEnd, Resolution, Resolved, RowKeys, Search, UserEntry,
};

/// Two customers, the first with two tenants.
fn customers() -> Customers {
    Customers::complete([
        ("c1", "Fabrikam", vec![("t1", "Production"), ("t2", "Test")]),
        ("c2", "Contoso", vec![("t3", "Production")]),
    ])
}

/// A search for rows in the first tenant, whose lines count from 2.
fn search_in(customer: Option<&str>, tenant: Option<&str>, rows: &[RowKeys<'_>]) -> Search {
    let mut index = KeyIndex::new(customer, tenant);
    for (row, line) in rows.iter().zip(2..) {
        index.add(&RowKeys { line, ..*row }).unwrap();
    }
    index.search(Some(&customers()))
}

/// What becomes of rows in the first tenant, of which a complete list has these users.
fn resolved(rows: &[RowKeys<'_>], users: &[UserEntry<'_>]) -> Vec<Resolution> {
    ended(rows, users, &ListEnd::Complete)
}

fn ended(rows: &[RowKeys<'_>], users: &[UserEntry<'_>], end: &ListEnd) -> Vec<Resolution> {
    let mut search = search_in(Some("c1"), Some("t1"), rows);
    for tenant in search.tenants() {
        for user in users {
            search.entry(tenant, user);
        }
        search.end(tenant, end.clone());
    }
    all(&search.finish())
}

fn all(resolved: &Resolved) -> Vec<Resolution> {
    (0..resolved.len()).map(|row| resolved.of(row)).collect()
}

/// The ids of the users that were found.
fn ids(resolutions: &[Resolution]) -> Vec<&str> {
    let mut ids = Vec::new();
    for resolution in resolutions {
        ids.push(if let Resolution::Resolved(found) = resolution { found.user.user.as_str() } else { "" });
    }
    ids
}

fn mail(mail: &str) -> RowKeys<'_> {
    RowKeys { mail, ..RowKeys::default() }
}

fn number(employee_id: &str) -> RowKeys<'_> {
    RowKeys { employee_id, ..RowKeys::default() }
}

fn principal(user_principal_name: &str) -> RowKeys<'_> {
    RowKeys { user_principal_name, ..RowKeys::default() }
}

fn user<'a>(id: &'a str, mail: &'a str, employee_id: &'a str) -> UserEntry<'a> {
    UserEntry { mail, employee_id, ..UserEntry::of(id) }
}
