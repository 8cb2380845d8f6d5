//! Which rows are this machine's.

use std::fmt;
use std::str::FromStr;

use avepoint_elements::UserKey;

use crate::hash::UserHash;

/// One of several equal parts of all users, written `K/N` with K from 1 to N.
///
/// A user is in the same part wherever and whenever that is asked, and whatever else a file holds: the first
/// eight bytes of the [`UserHash`], as a big-endian number, modulo N, are K - 1. So several machines split a file
/// without talking to each other.
///
/// ```
/// use avepoint_elements_bulk::Shard;
///
/// let shard: Shard = "2/8".parse()?;
/// assert_eq!(shard.to_string(), "2/8");
/// assert!("0/8".parse::<Shard>().is_err());
/// # Ok::<(), avepoint_elements_bulk::InvalidShard>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    number: u32,
    count: u32,
}

impl Shard {
    /// The part's number, from 1.
    pub fn number(self) -> u32 {
        self.number
    }

    /// How many parts there are.
    pub fn count(self) -> u32 {
        self.count
    }

    /// Whether a user is in this part.
    pub fn holds(self, user: &UserHash) -> bool {
        let first = user.bytes()[..8].iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        first % u64::from(self.count) == u64::from(self.number - 1)
    }

    /// Whether the row of a user is in this part. Rows that name no user are in the first, so each row is in one.
    pub fn has_row_of(self, user: Option<&UserKey>) -> bool {
        user.map_or(self.number == 1, |user| self.holds(&UserHash::of(user)))
    }
}

impl FromStr for Shard {
    type Err = InvalidShard;

    fn from_str(text: &str) -> Result<Self, InvalidShard> {
        let (number, count) = text.split_once('/').ok_or(InvalidShard)?;
        let whole = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok());
        match (whole(number).flatten(), whole(count).flatten()) {
            (Some(number), Some(count)) if (1..=count).contains(&number) => Ok(Self { number, count }),
            _ => Err(InvalidShard),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.count)
    }
}

/// A text that names no shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidShard;

impl fmt::Display for InvalidShard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a shard is K/N, two whole numbers with K from 1 to N, such as 1/8")
    }
}

impl std::error::Error for InvalidShard {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::tests::user;

    #[test]
    fn each_user_is_in_exactly_one_shard_and_none_is_left_idle() {
        let shards: Vec<Shard> = (1..=8).map(|number| Shard { number, count: 8 }).collect();
        let mut held = [0; 8];
        for number in 0..1000 {
            let user = UserHash::of(&user(&format!("user-{number}")));
            let holders: Vec<_> = shards.iter().filter(|shard| shard.holds(&user)).collect();
            assert_eq!(holders.len(), 1);
            held[holders[0].number as usize - 1] += 1;
        }
        assert!(held.iter().all(|users| (75..=175).contains(users)), "{held:?}");
    }

    #[test]
    fn every_user_stays_in_the_shard_of_every_other_version() {
        // Taken with Python's hashlib: int.from_bytes(hash[:8], "big") % N + 1, with the hash of the tests in
        // hash.rs. Modulo 8 looks at three bits of one byte, modulo 1000 and 7 at all eight bytes.
        let golden = [
            ("u1", ["6/8", "5/7", "814/1000"]),
            ("u4", ["3/8", "5/7", "195/1000"]),
            ("u5", ["1/8", "4/7", "857/1000"]),
            ("u6", ["2/8", "3/7", "786/1000"]),
            ("u7", ["1/8", "3/7", "505/1000"]),
            ("7c18fd6f-0000-4000-8000-5725fa9edc3f", ["8/8", "3/7", "544/1000"]),
        ];
        for (id, parts) in golden {
            for part in parts {
                assert!(part.parse::<Shard>().unwrap().holds(&UserHash::of(&user(id))), "{id} is in {part}");
            }
        }
    }

    #[test]
    fn what_is_no_part_of_a_whole_is_refused() {
        for text in
            ["", "1", "/", "1/", "/1", "0/1", "2/1", "-1/2", "+1/2", "1/2/3", "1/0", " 1/2", "1/99999999999"]
        {
            assert_eq!(text.parse::<Shard>(), Err(InvalidShard), "{text}");
        }
    }
}
