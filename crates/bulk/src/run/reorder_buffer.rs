//! Puts results back into the order of the rows.

use std::collections::VecDeque;

use crate::outcome::Outcome;

/// Rows that wait for their results, or for those of earlier rows.
pub(super) struct ReorderBuffer<T> {
    /// The place of the first slot among all rows.
    first: u64,
    slots: VecDeque<(T, Option<Outcome>)>,
}

impl<T> ReorderBuffer<T> {
    pub(super) fn new() -> Self {
        Self { first: 0, slots: VecDeque::new() }
    }

    /// A place for the next row, whose tag is kept there.
    pub(super) fn enter(&mut self, tag: T) -> u64 {
        self.slots.push_back((tag, None));
        self.first + self.slots.len() as u64 - 1
    }

    /// Puts a result into the place of its row.
    pub(super) fn put(&mut self, place: u64, outcome: Outcome) {
        let slot = usize::try_from(place - self.first).ok().and_then(|slot| self.slots.get_mut(slot));
        if let Some((_, result)) = slot {
            *result = Some(outcome);
        }
    }

    /// Whether the next result in order is there.
    pub(super) fn has_next(&self) -> bool {
        self.slots.front().is_some_and(|(_, result)| result.is_some())
    }

    /// The next result in order, if it is there.
    pub(super) fn next(&mut self) -> Option<(T, Outcome)> {
        let outcome = self.slots.front_mut()?.1.take()?;
        self.first += 1;
        self.slots.pop_front().map(|(tag, _)| (tag, outcome))
    }

    /// How many rows wait for their result, or for that of an earlier one.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::State;

    #[test]
    fn results_come_in_the_order_of_their_rows() {
        let mut buffer = ReorderBuffer::new();
        let places: Vec<u64> = "abcd".chars().map(|tag| buffer.enter(tag)).collect();
        let put = |buffer: &mut ReorderBuffer<char>, place| buffer.put(place, Outcome::new(State::Done, ""));
        let next = |buffer: &mut ReorderBuffer<char>| buffer.next().map(|(tag, _)| tag);
        put(&mut buffer, places[2]);
        put(&mut buffer, places[1]);
        assert_eq!(next(&mut buffer), None);
        put(&mut buffer, places[0]);
        assert_eq!([(); 4].map(|()| next(&mut buffer)), [Some('a'), Some('b'), Some('c'), None]);
        let late = buffer.enter('e');
        put(&mut buffer, late);
        put(&mut buffer, places[3]);
        assert_eq!([(); 2].map(|()| next(&mut buffer)), [Some('d'), Some('e')]);
        assert_eq!(buffer.len(), 0);
    }
}
