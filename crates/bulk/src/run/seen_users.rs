//! The users of a run, by which one that comes twice is known.

use crate::hash::UserHash;

/// Users by their hashes, of which 120 bits count: with a hundred million users, the chance that two are taken for one is
/// one in 10^20.
///
/// They take at most 16 bytes each, beside 96 KiB for all. The first bits of a hash choose a list, which is sorted and grows
/// by an eighth of its length.
pub(super) struct SeenUsers(Vec<Vec<Tail>>);

/// The bytes of a hash behind the first and before the last.
type Tail = [u8; 14];

const LISTS: usize = 1 << LIST_BITS;
const LIST_BITS: u32 = 12;

impl SeenUsers {
    pub(super) fn new() -> Self {
        Self(vec![Vec::new(); LISTS])
    }

    /// Notes a user; says whether it was not there before.
    pub(super) fn insert(&mut self, user: &UserHash) -> bool {
        let [first, tail @ .., _] = *user.bytes();
        let number = u16::from_be_bytes([first, tail[0]]) >> (u16::BITS - LIST_BITS);
        let list = &mut self.0[usize::from(number)];
        let Err(place) = list.binary_search(&tail) else { return false };
        if list.len() == list.capacity() {
            list.reserve_exact((list.len() / 8).max(1));
        }
        list.insert(place, tail);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::tests::user;

    #[test]
    fn a_user_is_new_once() {
        let mut seen = SeenUsers::new();
        let hashes: Vec<_> = (0..20_000).map(|number| UserHash::of(&user(&format!("u{number}")))).collect();
        assert!(hashes.iter().all(|hash| seen.insert(hash)));
        assert!(hashes.iter().rev().all(|hash| !seen.insert(hash)));
    }

    #[test]
    fn users_that_differ_in_any_byte_but_the_last_are_two() {
        let mut seen = SeenUsers::new();
        let hash = |place: usize| {
            let digits: String = (0..16).map(|at| if at == place { "01" } else { "00" }).collect();
            UserHash::parse(&digits).unwrap()
        };
        assert!((0..15).all(|place| seen.insert(&hash(place))));
    }

    #[test]
    fn a_user_takes_at_most_16_bytes() {
        let mut seen = SeenUsers::new();
        let users = 50_000;
        for number in 0..users {
            seen.insert(&UserHash::of(&user(&format!("u{number}"))));
        }
        let bytes: usize = seen.0.iter().map(|list| list.capacity() * size_of::<Tail>()).sum();
        assert!(bytes <= 16 * users, "{bytes} bytes for {users} users");
    }
}
