//! Puts results back into the order of the rows.

use std::collections::VecDeque;

/// Results that wait for those of earlier rows.
pub(super) struct Order<R> {
    /// The place of the first slot among all rows.
    first: u64,
    slots: VecDeque<Option<R>>,
}

impl<R> Order<R> {
    pub(super) fn new() -> Self {
        Self { first: 0, slots: VecDeque::new() }
    }

    /// A place for the next row.
    pub(super) fn enter(&mut self) -> u64 {
        self.slots.push_back(None);
        self.first + self.slots.len() as u64 - 1
    }

    /// Puts a result into the place of its row.
    pub(super) fn put(&mut self, place: u64, result: R) {
        let slot = usize::try_from(place - self.first).ok().and_then(|slot| self.slots.get_mut(slot));
        if let Some(slot) = slot {
            *slot = Some(result);
        }
    }

    /// The next result in order, if it is there.
    pub(super) fn next(&mut self) -> Option<R> {
        let result = self.slots.front_mut()?.take()?;
        self.slots.pop_front();
        self.first += 1;
        Some(result)
    }

    /// How many rows wait for their result, or for that of an earlier one.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_their_rows() {
        let mut order = Order::new();
        let places: Vec<u64> = (0..4).map(|_| order.enter()).collect();
        order.put(places[2], 'c');
        order.put(places[1], 'b');
        assert_eq!(order.next(), None);
        order.put(places[0], 'a');
        assert_eq!(
            [order.next(), order.next(), order.next(), order.next()],
            [Some('a'), Some('b'), Some('c'), None]
        );
        let late = order.enter();
        order.put(late, 'e');
        order.put(places[3], 'd');
        assert_eq!([order.next(), order.next()], [Some('d'), Some('e')]);
        assert_eq!(order.len(), 0);
    }
}
