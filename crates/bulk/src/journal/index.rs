//! Where in a journal each user's newest record stands, in few bytes a user.

use crate::{State, UserHash};

/// The bytes of a user's hash that an entry holds, after the one that names the bucket. Nine bytes of a hash
/// tell a million users apart with a chance of failure of one in ten thousand millions, and then a user is
/// sent again, since the record itself is looked at.
const KEY: usize = 8;
/// The bytes of the place in the file: enough for a terabyte.
const PLACE: usize = 5;

/// An entry: key, place, state, in big-endian order, so that sorted bytes are sorted users, oldest first.
type Slot = [u8; KEY + PLACE + 1];

/// Buckets by the first byte of the hash. Each is sorted whenever it is full, and then grows by a quarter, so
/// that it costs at most 18 bytes a user.
pub(super) struct Index(Vec<Vec<Slot>>);

impl Index {
    pub(super) fn new() -> Self {
        Self(vec![Vec::new(); 256])
    }

    /// Notes a record that is newer than all before it.
    pub(super) fn insert(&mut self, user: &UserHash, place: u64, state: State) {
        let bucket = &mut self.0[usize::from(user.bytes()[0])];
        if bucket.len() == bucket.capacity() {
            keep_newest(bucket);
            // Sorting again for every few records would cost more than the space it saves.
            if bucket.capacity() - bucket.len() < bucket.len() / 8 + 1 {
                bucket.reserve_exact(bucket.len() / 4 + 4);
            }
        }
        let mut slot = [0; KEY + PLACE + 1];
        slot[..KEY].copy_from_slice(&user.bytes()[1..=KEY]);
        slot[KEY..KEY + PLACE].copy_from_slice(&place.to_be_bytes()[8 - PLACE..]);
        slot[KEY + PLACE] = state as u8;
        bucket.push(slot);
    }

    /// To be called after the last insertion.
    pub(super) fn finish(&mut self) {
        for bucket in &mut self.0 {
            keep_newest(bucket);
            bucket.shrink_to_fit();
        }
    }

    /// Where the newest record of a user is.
    pub(super) fn place(&self, user: &UserHash) -> Option<u64> {
        let bucket = &self.0[usize::from(user.bytes()[0])];
        let key = &user.bytes()[1..=KEY];
        let slot = bucket[bucket.binary_search_by(|slot| slot[..KEY].cmp(key)).ok()?];
        let mut place = [0; 8];
        place[8 - PLACE..].copy_from_slice(&slot[KEY..KEY + PLACE]);
        Some(u64::from_be_bytes(place))
    }

    /// How many users have a newest record of a state.
    pub(super) fn count(&self, state: State) -> u64 {
        let slots = self.0.iter().flatten();
        slots.filter(|slot| slot[KEY + PLACE] == state as u8).count() as u64
    }
}

/// Sorts a bucket and drops all but the newest entry of each user.
fn keep_newest(bucket: &mut Vec<Slot>) {
    bucket.sort_unstable();
    bucket.dedup_by(|newer, kept| {
        let same = newer[..KEY] == kept[..KEY];
        if same {
            *kept = *newer;
        }
        same
    });
}
