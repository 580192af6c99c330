//! How much of a listing is left: a projection of the inventory that the orders service keeps.

use common::text::Quantity;
use serde::{Deserialize, Serialize};

/// The inventory's numbers as an order event tells them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitCount {
    /// Rises with every change of the inventory of a listing.
    pub seq: u64,
    /// Units held by orders that are not paid yet.
    pub held: u32,
    /// Units sold.
    pub sold: u32,
}

/// What this service knows of a listing's inventory. Fields are only as new as the newest event heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Availability {
    seq: u64,
    held: u32,
    sold: u32,
    available: u32,
}

impl Availability {
    /// Nothing held, nothing sold.
    pub fn untouched(quantity: Quantity) -> Self {
        Self { seq: 0, held: 0, sold: 0, available: quantity.get() }
    }

    /// Which change of the inventory this is.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Units held.
    pub fn held(&self) -> u32 {
        self.held
    }

    /// Units sold.
    pub fn sold(&self) -> u32 {
        self.sold
    }

    /// Units nobody has yet; zero also where more are taken than listed.
    pub fn available(&self) -> u32 {
        self.available
    }

    /// Units somebody has.
    pub fn taken(&self) -> u32 {
        self.held.saturating_add(self.sold)
    }

    /// The same units, of a listing of another quantity.
    #[must_use]
    pub fn of(self, quantity: Quantity) -> Self {
        Self { available: quantity.get().saturating_sub(self.taken()), ..self }
    }

    /// What a newer count makes of it; `None` if `count` is not newer.
    ///
    /// This is the rule; `store::projection` carries it out within the database, in one conditional update.
    pub fn project(self, count: UnitCount, quantity: Quantity) -> Option<Self> {
        let UnitCount { seq, held, sold } = count;
        (seq > self.seq).then(|| Self { seq, held, sold, ..self }.of(quantity))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What an inventory went through: each count has the next `seq`.
    fn histories() -> impl Strategy<Value = Vec<UnitCount>> {
        prop::collection::vec((0_u32..=60, 0_u32..=60), 1..12).prop_map(|counts| {
            let numbered = (1..).zip(counts);
            numbered.map(|(seq, (held, sold))| UnitCount { seq, held, sold }).collect()
        })
    }

    /// A history, and its events as they may arrive: each at least once, in any order.
    fn deliveries() -> impl Strategy<Value = (Vec<UnitCount>, Vec<UnitCount>)> {
        histories().prop_flat_map(|history| {
            let repeated = prop::collection::vec(prop::sample::select(history.clone()), 0..10);
            (Just(history.clone()), repeated)
                .prop_map(|(history, repeated)| [history, repeated].concat())
                .prop_shuffle()
                .prop_map(move |arrived| (history.clone(), arrived))
        })
    }

    proptest! {
        #[test]
        fn any_order_and_repetition_of_deliveries_ends_the_same(
            (history, arrived) in deliveries(),
            quantity in 1_u32..=100,
        ) {
            let quantity = Quantity::try_from(quantity).unwrap();
            let end = arrived.into_iter().fold(Availability::untouched(quantity), |now, count| {
                now.project(count, quantity).unwrap_or(now)
            });
            let last = history.last().unwrap();
            prop_assert_eq!((end.seq(), end.held(), end.sold()), (last.seq, last.held, last.sold));
            prop_assert_eq!(end.available(), quantity.get().saturating_sub(last.held + last.sold));
        }
    }

    #[test]
    fn more_taken_than_listed_leaves_nothing_available() {
        let quantity = Quantity::try_from(2).unwrap();
        let count = UnitCount { seq: 1, held: 3, sold: 1 };
        let after = Availability::untouched(quantity).project(count, quantity).unwrap();
        assert_eq!((after.available(), after.taken()), (0, 4));
    }
}
