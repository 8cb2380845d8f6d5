//! The keys of all rows, in at most 128 bytes a row.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};

use super::chunked::Chunked;
use super::folded::Folded;
use super::found::FoundUsers;
use super::named_tenants::NamedTenants;
use super::{Key, KeyMistake, KeySet, LeadingZeros, RowKeys};

/// The keys of the rows whose users are looked for.
#[derive(Debug)]
pub struct KeyIndex {
    pub(super) named_tenants: NamedTenants,
    pub(super) rows: Chunked<RowState>,
    pub(super) slots: Slots,
    pub(super) users: FoundUsers,
}

/// What is known of a row.
#[derive(Clone, Debug)]
pub(super) struct RowState {
    pub(super) named_tenant: u32,
    pub(super) line: u32,
    pub(super) keys: KeySet,
    /// The keys that some user has.
    pub(super) seen: KeySet,
    /// Of numbers of users that differ from the row's in these alone.
    pub(super) zeros: Option<LeadingZeros>,
    pub(super) method: LookupMethod,
    /// The user, or users, with all keys.
    pub(super) matched: Matched,
}

/// How the user of a row is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LookupMethod {
    /// The row has the id, and a tenant.
    Direct,
    /// In lists.
    Lists,
    /// Not at all.
    Invalid(KeyMistake),
}

/// Which users have all keys of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matched {
    None,
    /// The number of the user.
    One(u32),
    Several,
}

impl RowState {
    /// The same row before any list.
    pub(super) fn unsearched(&self) -> Self {
        let matched = if self.method == LookupMethod::Direct { self.matched } else { Matched::None };
        Self { seen: KeySet::default(), zeros: None, matched, ..self.clone() }
    }
}

impl KeyIndex {
    /// An index of rows that are all of a customer or a tenant, where these are given, by id or by name.
    pub fn new(customer: Option<&str>, tenant: Option<&str>) -> Self {
        Self {
            named_tenants: NamedTenants::new(customer.unwrap_or_default(), tenant.unwrap_or_default()),
            rows: Chunked::default(),
            slots: Slots::new(),
            users: FoundUsers::default(),
        }
    }

    /// Adds the next row. Rows are numbered from 0.
    ///
    /// # Errors
    /// The row's line is beyond 2^32.
    pub fn add(&mut self, row: &RowKeys<'_>) -> Result<(), TooManyLines> {
        let line = u32::try_from(row.line).map_err(|_| TooManyLines)?;
        let number = u32::try_from(self.rows.len()).map_err(|_| TooManyLines)?;
        let method = match row.mistake() {
            Some(mistake) => LookupMethod::Invalid(mistake),
            None if !row.user.trim().is_empty() && self.named_tenants.names_tenant(row.tenant) => {
                LookupMethod::Direct
            }
            None => LookupMethod::Lists,
        };
        let mut matched = Matched::None;
        match method {
            LookupMethod::Invalid(_) => {}
            LookupMethod::Direct => matched = Matched::One(self.users.push(None, row.user.trim())),
            LookupMethod::Lists => self.slots.add(row, number),
        }
        let named_tenant =
            self.named_tenants.number_of(row.customer, row.tenant, method == LookupMethod::Lists);
        let (keys, seen, zeros) = (row.keys(), KeySet::default(), None);
        self.rows.push(RowState { named_tenant, line, keys, seen, zeros, method, matched });
        Ok(())
    }

    /// Whether customers have to be listed, for names or to find all tenants.
    pub fn needs_customers(&self) -> bool {
        self.named_tenants.need_customers()
    }
}

/// The input has more lines than can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TooManyLines;

impl fmt::Display for TooManyLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the input has more than {} lines; split it", u32::MAX)
    }
}

impl std::error::Error for TooManyLines {}

/// The rows of each key, in 16 bytes a key: 88 bits of a hash that cannot be foreseen, how many zeros a number begins with,
/// and the row.
///
/// With four million keys and a hundred million users, the chance that two are taken for one is one in 10^11, and the
/// reading of the user would show it.
#[derive(Debug)]
pub(super) struct Slots {
    hashers: [RandomState; 2],
    buckets: Vec<Bucket>,
    /// The same, each bucket sorted.
    sorted: Vec<Box<[u128]>>,
}

/// In chunks of 2 KiB.
type Bucket = Chunked<u128, 128>;

const BUCKETS: usize = 256;
const BUCKET_SHIFT: u32 = u128::BITS - BUCKETS.ilog2();
const ZEROS_SHIFT: u32 = u32::BITS;
const HASH_SHIFT: u32 = ZEROS_SHIFT + u8::BITS;

impl Slots {
    fn new() -> Self {
        let buckets = (0..BUCKETS).map(|_| Bucket::default()).collect();
        Self { hashers: [RandomState::new(), RandomState::new()], buckets, sorted: Vec::new() }
    }

    fn add(&mut self, row: &RowKeys<'_>, number: u32) {
        for key in Key::ALL {
            let Some(folded) = Folded::of(key, row.get(key)) else { continue };
            let hash = self.hash(key, &folded);
            let zeros = u128::from(folded.zeros) << ZEROS_SHIFT;
            self.buckets[(hash >> BUCKET_SHIFT) as usize].push(hash | zeros | u128::from(number));
        }
    }

    /// Sorts all keys. Each bucket is given back when it is done.
    pub(super) fn sort(&mut self) {
        let sort = |bucket: Bucket| {
            let mut keys: Box<[u128]> = bucket.iter().copied().collect();
            keys.sort_unstable();
            keys
        };
        self.sorted = std::mem::take(&mut self.buckets).into_iter().map(sort).collect();
    }

    /// The rows with a key, but for leading zeros: each with the zeros that its own has.
    pub(super) fn rows<'s>(
        &'s self,
        key: Key,
        folded: &Folded<'_>,
    ) -> impl Iterator<Item = (u32, u8)> + use<'s> {
        let hash = self.hash(key, folded);
        let bucket = self.sorted.get((hash >> BUCKET_SHIFT) as usize).map_or(&[][..], |bucket| bucket);
        let first = bucket.partition_point(|slot| *slot < hash);
        let same = bucket[first..].iter().take_while(move |slot| **slot >> HASH_SHIFT == hash >> HASH_SHIFT);
        // What is above the row, or the zeros, is cut off on purpose.
        #[allow(clippy::cast_possible_truncation)]
        same.map(|slot| (*slot as u32, (*slot >> ZEROS_SHIFT) as u8))
    }

    /// The hash of a key, with room for the rest of a slot.
    fn hash(&self, key: Key, folded: &Folded<'_>) -> u128 {
        let [high, low] = self.hashers.each_ref().map(|hasher| {
            let mut hasher = hasher.build_hasher();
            hasher.write_u8(key as u8);
            hasher.write(folded.text.as_bytes());
            hasher.finish()
        });
        (u128::from(high) << u64::BITS | u128::from(low)) >> HASH_SHIFT << HASH_SHIFT
    }

    #[cfg(test)]
    fn bytes(&self) -> usize {
        let unsorted: usize = self.buckets.iter().map(Bucket::bytes).sum();
        unsorted + self.sorted.iter().map(|bucket| size_of_val(&**bucket)).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_with_every_key_costs_at_most_128_bytes_however_it_is_found() {
        let mut index = KeyIndex::new(None, None);
        let rows = 100_000;
        for line in 1..=rows {
            let (id, address) = (format!("7c18fd6f-0000-4000-8000-{line:012}"), format!("{line}@x.example"));
            let (mail, employee_id) = (&*address, &*address);
            let row = RowKeys {
                line,
                user: &id,
                user_principal_name: mail,
                mail,
                employee_id,
                ..RowKeys::default()
            };
            index.add(&row).unwrap();
            // What a list would find.
            index.users.push(None, &id);
        }
        let bytes = |index: &KeyIndex| index.rows.bytes() + index.slots.bytes() + index.users.bytes();
        let limit = usize::try_from(rows).unwrap() * 128;
        assert!(bytes(&index) <= limit, "{}", bytes(&index));
        index.slots.sort();
        assert!(bytes(&index) <= limit, "{}", bytes(&index));
    }

    #[test]
    fn a_line_beyond_what_is_kept_is_an_error() {
        let row = RowKeys { line: 1 << 32, mail: "a@x.example", ..RowKeys::default() };
        assert_eq!(KeyIndex::new(None, None).add(&row), Err(TooManyLines));
    }
}
