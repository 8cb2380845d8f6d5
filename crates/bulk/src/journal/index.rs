//! An index of users: where the newest record of each is, in little memory.

use crate::hash::UserHash;
use crate::outcome::State;

/// The bytes of a user's hash that an entry holds, after the one that names the bucket. Nine bytes of a hash
/// tell a million users apart with a chance of failure of one in ten thousand millions, and then a user is
/// sent again, since the record itself is looked at.
const KEY: usize = 8;
/// The bytes of the offset in the file: enough for a terabyte.
const OFFSET: usize = 5;

/// An entry: key, offset, state, in big-endian order. Sorted bytes are sorted users, oldest first.
type Slot = [u8; KEY + OFFSET + 1];

/// Buckets by the first byte of the hash. Each is sorted whenever it is full, and then grows by a quarter, so
/// that it costs at most 18 bytes a user.
pub(super) struct Index(Vec<Vec<Slot>>);

impl Index {
    pub(super) fn new() -> Self {
        Self(vec![Vec::new(); 256])
    }

    /// Notes a record that is newer than all before it.
    pub(super) fn insert(&mut self, user: &UserHash, offset: u64, state: State) {
        let bucket = &mut self.0[usize::from(user.bytes()[0])];
        if bucket.len() == bucket.capacity() {
            keep_newest(bucket);
            // Sorting again for every few records would cost more than the space it saves.
            if bucket.capacity() - bucket.len() < bucket.len() / 8 + 1 {
                bucket.reserve_exact(bucket.len() / 4 + 4);
            }
        }
        let mut slot = [0; KEY + OFFSET + 1];
        slot[..KEY].copy_from_slice(&user.bytes()[1..=KEY]);
        slot[KEY..KEY + OFFSET].copy_from_slice(&offset.to_be_bytes()[8 - OFFSET..]);
        slot[KEY + OFFSET] = state as u8;
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
    pub(super) fn offset(&self, user: &UserHash) -> Option<u64> {
        let bucket = &self.0[usize::from(user.bytes()[0])];
        let key = &user.bytes()[1..=KEY];
        Some(offset_of(&bucket[bucket.binary_search_by(|slot| slot[..KEY].cmp(key)).ok()?]))
    }

    /// Whether any user's newest record is at an offset or behind it.
    pub(super) fn has_from(&self, offset: u64) -> bool {
        self.0.iter().flatten().any(|slot| offset_of(slot) >= offset)
    }

    /// How many users have a record.
    pub(super) fn len(&self) -> u64 {
        self.0.iter().map(|bucket| bucket.len() as u64).sum()
    }

    /// How many users have a newest record of a state.
    pub(super) fn count(&self, state: State) -> u64 {
        let slots = self.0.iter().flatten();
        slots.filter(|slot| slot[KEY + OFFSET] == state as u8).count() as u64
    }
}

fn offset_of(slot: &Slot) -> u64 {
    let mut offset = [0; 8];
    offset[8 - OFFSET..].copy_from_slice(&slot[KEY..KEY + OFFSET]);
    u64::from_be_bytes(offset)
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
