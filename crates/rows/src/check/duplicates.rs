//! The same user twice, found in 16 bytes a row.

use std::hash::{BuildHasher, Hasher, RandomState};

use xxhash_rust::xxh3::xxh3_128_with_seed;

use crate::error::InputError;
use crate::ids::{UUID_LENGTH, canonical};
use crate::problem::Problem;

/// The users that were met: each as 95 bits of a hash with a random seed, whether its row is valid, and a
/// line in 32 bits.
///
/// With a million users, the chance that two are taken for one is one in 10^16. They are kept in buckets, each in
/// chunks of a page, which leaves no spare room and copies nothing to grow.
#[derive(Debug)]
pub(crate) struct Users {
    seed: u64,
    buckets: Vec<Vec<Vec<u128>>>,
    /// The last customer and tenant, which are often the next row's, too.
    last: [String; 2],
    /// What is hashed of the last user; at its beginning, what all users of that customer and tenant have.
    key: Vec<u8>,
    common: usize,
}

/// Few enough that the ends of all are in the nearest cache.
const BUCKETS: usize = 64;
/// Items in 4 KiB.
const CHUNK: usize = 256;
const BUCKET_SHIFT: u32 = u128::BITS - BUCKETS.ilog2();
/// Below the hash is the line, which sorts equal hashes by line, and below that whether the row is valid.
const HASH_SHIFT: u32 = u32::BITS + LINE_SHIFT;
const LINE_SHIFT: u32 = 1;

impl Users {
    pub(crate) fn new() -> Self {
        let seed = RandomState::new().build_hasher().finish();
        let last = [String::new(), String::new()];
        Self { seed, buckets: vec![Vec::new(); BUCKETS], last, key: Vec::new(), common: 0 }
    }

    /// Notes a user and the line of its row.
    pub(crate) fn add(&mut self, user: [&str; 3], line: u64, valid: bool) -> Result<(), InputError> {
        let line = u32::try_from(line).map_err(|_| {
            InputError::malformed(format!("the input has more than {} lines; split it", u32::MAX))
        })?;
        let hash = self.hash(user) >> HASH_SHIFT << HASH_SHIFT;
        let item = hash | u128::from(line) << LINE_SHIFT | u128::from(valid);
        let bucket = &mut self.buckets[(hash >> BUCKET_SHIFT) as usize];
        match bucket.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => chunk.push(item),
            _ => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(item);
                bucket.push(chunk);
            }
        }
        Ok(())
    }

    fn hash(&mut self, [customer, tenant, user]: [&str; 3]) -> u128 {
        if self.last != [customer, tenant] {
            self.last = [customer.to_owned(), tenant.to_owned()];
            self.key.clear();
            for id in [customer, tenant] {
                self.add_to_key(id);
                // No id holds a line end.
                self.key.push(b'\n');
            }
            self.common = self.key.len();
        }
        self.key.truncate(self.common);
        self.add_to_key(user);
        xxh3_128_with_seed(&self.key, self.seed)
    }

    fn add_to_key(&mut self, id: &str) {
        self.key.extend_from_slice(canonical(id, &mut [0; UUID_LENGTH]));
    }

    /// Those that were met more than once, and how many of their rows are valid by themselves.
    ///
    /// Each bucket is given back as soon as it is done.
    pub(crate) fn duplicates(self, column: String, sheet_letters: Option<String>) -> (Duplicates, u64) {
        let mut pairs = Vec::new();
        let mut valid = 0;
        for chunks in self.buckets {
            let mut bucket = chunks.concat();
            bucket.sort_unstable();
            for same in repeated(&bucket) {
                valid += same.iter().filter(|item| **item & 1 == 1).count() as u64;
                // The first belongs to the second, and all others to the first.
                let other = |place| line(same[usize::from(place == 0)]);
                pairs.extend((0..same.len()).map(|place| (line(same[place]), other(place))));
            }
        }
        pairs.sort_unstable();
        (Duplicates { column, sheet_letters, pairs }, valid)
    }
}

fn line(item: u128) -> u32 {
    // What is above the line is cut off on purpose.
    #[allow(clippy::cast_possible_truncation)]
    let line = (item >> LINE_SHIFT) as u32;
    line
}

/// Runs of items with one hash, in a bucket that is sorted.
fn repeated(bucket: &[u128]) -> impl Iterator<Item = &[u128]> {
    bucket.chunk_by(|one, other| one >> HASH_SHIFT == other >> HASH_SHIFT).filter(|same| same.len() > 1)
}

/// The rows whose user another row of the input has, too. All of them are invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicates {
    /// What the input calls the column of users.
    column: String,
    /// What a sheet calls it.
    sheet_letters: Option<String>,
    /// Each line with another that has the same user, in the order of lines.
    pairs: Vec<(u32, u32)>,
}

impl Duplicates {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether every user is in the input once.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The first other line with the user of the row that begins on `line`, if there is one.
    pub fn other(&self, line: u64) -> Option<u64> {
        let line = u32::try_from(line).ok()?;
        let place = self.pairs.binary_search_by_key(&line, |(line, _)| *line).ok()?;
        Some(u64::from(self.pairs[place].1))
    }

    /// What to say of the row that begins on `line`, if it is one.
    pub fn problem(&self, line: u64) -> Option<Problem> {
        let other = self.other(line)?;
        let message = format!("the same user is on line {other}, too; keep one of them");
        let cell = self.sheet_letters.as_ref().map(|letters| format!("{letters}{line}"));
        Some(Problem { cell, ..Problem::of_value(line, &self.column, "", message) })
    }

    /// A problem for each row whose user an earlier row has.
    pub(crate) fn problems(&self) -> impl Iterator<Item = Problem> {
        let later = self.pairs.iter().filter(|(line, other)| line > other);
        later.filter_map(|(line, _)| self.problem(u64::from(*line)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn duplicates(users: &[&str]) -> (Duplicates, u64) {
        let mut all = Users::new();
        for (user, line) in users.iter().zip(2..) {
            all.add(["c", "t", user], line, line % 2 == 0).unwrap();
        }
        all.duplicates("User ID".to_owned(), None)
    }

    #[test]
    fn a_user_that_comes_again_is_found_with_both_lines() {
        let (found, valid) = duplicates(&["a", "b", "c", "a", "d", "a"]);
        let others: Vec<_> = (1..9).map(|line| found.other(line)).collect();
        assert_eq!(others, [None, Some(5), None, None, Some(2), None, Some(2), None]);
        assert_eq!((found.len(), valid), (3, 1));
        let problems: Vec<_> = found.problems().map(|problem| problem.to_string()).collect();
        assert_eq!(problems[0], "line 5, User ID: the same user is on line 2, too; keep one of them");
        assert_eq!(problems.len(), 2);
    }

    #[test]
    fn uuids_are_the_same_in_either_case_and_other_ids_are_not() {
        let lower = "7c18fd6f-0000-4000-8000-5725fa9edc3f";
        assert_eq!(duplicates(&[lower, &lower.to_uppercase()]).0.len(), 2);
        assert!(duplicates(&["anna", "Anna"]).0.is_empty());
    }

    #[test]
    fn a_user_of_another_tenant_is_another_user() {
        let mut users = Users::new();
        for (line, user) in
            [["c", "t", "u"], ["c", "t2", "u"], ["ct", "", "u"], ["c", "t", "u2"]].iter().enumerate()
        {
            users.add(*user, line as u64, true).unwrap();
        }
        assert!(users.duplicates("user".to_owned(), None).0.is_empty());
    }

    #[test]
    fn a_row_costs_at_most_24_bytes() {
        let mut users = Users::new();
        let rows = 100_000;
        for line in 1..=rows {
            users.add(["c", "t", &line.to_string()], line, true).unwrap();
        }
        let capacity: usize = users.buckets.iter().flatten().map(Vec::capacity).sum();
        assert!(capacity * size_of::<u128>() <= usize::try_from(rows).unwrap() * 24, "{capacity}");
    }

    #[test]
    fn a_line_beyond_what_is_kept_is_an_error() {
        let error = Users::new().add(["c", "t", "u"], 1 << 32, true).unwrap_err();
        assert!(error.to_string().contains("more than 4294967295 lines"));
    }
}
