//! Every search against a plain one over all users.

use avepoint_elements_bulk::directory::{Key, ListEnd, Resolution, RowKeys, UserEntry};
use proptest::prelude::*;
use proptest::sample::select;

use crate::directory::{all, search_in};

/// Few values, which meet often; blank ones among them.
fn key() -> impl Strategy<Value = String> {
    select(["", "a", "A", "0a", "00a", "b", " B ", "0"].map(str::to_owned).to_vec())
}

type Keys = [String; 4];

fn keys() -> impl Strategy<Value = Keys> {
    (select(vec!["", "u1", "u2", "u3"]), key(), key(), key())
        .prop_map(|(id, principal, mail, number)| [id.to_owned(), principal, mail, number])
}

fn row(keys: &Keys) -> RowKeys<'_> {
    let [user, user_principal_name, mail, employee_id] = keys.each_ref().map(String::as_str);
    RowKeys { user, user_principal_name, mail, employee_id, ..RowKeys::default() }
}

fn entry(keys: &Keys) -> UserEntry<'_> {
    let [id, user_principal_name, mail, employee_id] = keys.each_ref().map(String::as_str);
    UserEntry { id, user_principal_name, mail, employee_id }
}

/// How a key compares, in plain words.
fn plain(key: usize, text: &str) -> String {
    let text = text.trim();
    if key == 1 || key == 2 { text.to_lowercase() } else { text.to_owned() }
}

/// The distinct tenants and ids of the users that have all keys of a row.
fn matching<'u>(row: &Keys, users: &'u [(usize, Keys)]) -> Vec<(usize, &'u str)> {
    let has = |user: &Keys, key: usize| {
        let wanted = plain(key, &row[key]);
        wanted.is_empty() || wanted == plain(key, &user[key])
    };
    let all = users.iter().filter(|(_, user)| (0..Key::ALL.len()).all(|key| has(user, key)));
    let mut all: Vec<_> = all.map(|(tenant, user)| (*tenant, &*user[0])).collect();
    all.sort_unstable();
    all.dedup();
    all
}

proptest! {
    #[test]
    fn a_search_finds_what_a_look_at_all_users_finds(
        rows in prop::collection::vec(keys(), 0..8),
        users in prop::collection::vec((0..3_usize, keys()), 0..12),
        repeats in prop::collection::vec(any::<bool>(), 12),
    ) {
        let users: Vec<_> = users.into_iter().filter(|(_, user)| !user[0].is_empty()).collect();
        let borrowed: Vec<_> = rows.iter().map(row).collect();
        let mut search = search_in(None, None, &borrowed);
        let tenants = search.tenants();
        for ((tenant, user), again) in users.iter().zip(repeats) {
            for _ in 0..=usize::from(again) {
                if let Some(tenant) = tenants.get(*tenant) {
                    search.entry(*tenant, &entry(user));
                }
            }
        }
        for tenant in tenants {
            search.end(tenant, ListEnd::Complete);
        }
        let resolved = all(&search.finish());
        let expected: Vec<_> = rows.iter().map(|row| matching(row, &users)).collect();
        for (place, (resolution, matching)) in resolved.iter().zip(&expected).enumerate() {
            let has_key = rows[place].iter().any(|key| !key.trim().is_empty());
            let others = expected.iter().zip(&rows).enumerate().filter(|(other, (users, row))| {
                *other != place && *users == matching && row.iter().any(|key| !key.trim().is_empty())
            });
            let has_twin_row = others.count() > 0;
            let is_right = match (resolution, &matching[..]) {
                (Resolution::Invalid(_), _) => !has_key,
                (Resolution::Resolved(found), [(tenant, id)]) => {
                    let (customer, tenant_id) = [("c1", "t1"), ("c1", "t2"), ("c2", "t3")][*tenant];
                    let found = &found.user;
                    let is_there = (found.customer.as_str(), found.tenant.as_str()) == (customer, tenant_id);
                    is_there && found.user.as_str() == *id && !has_twin_row
                }
                (Resolution::Duplicate { .. }, [_]) => has_twin_row,
                (resolution, users) => match resolution {
                    Resolution::Ambiguous => users.len() > 1,
                    Resolution::NotFound { .. } | Resolution::KeysDisagree { .. } => users.is_empty(),
                    _ => false,
                },
            };
            prop_assert!(is_right, "{:?} {:?} {:?}", rows[place], resolution, matching);
        }
    }
}
