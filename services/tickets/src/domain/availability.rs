//! How much of a listing is left: a projection of the inventory that the orders service keeps.

use common::{money::Minor, text::Quantity};
use serde::{Deserialize, Serialize};

/// The inventory's numbers as an order event tells them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UnitCount {
    /// Rises with every change of the inventory of a listing.
    pub(crate) seq: u64,
    /// Units held by orders that are not paid yet.
    pub(crate) held: u32,
    /// Units sold.
    pub(crate) sold: u32,
    /// What the sold units brought in. Not told by events from before it was counted.
    pub(crate) takings: Option<Minor>,
}

/// What this service knows of a listing's inventory. Fields are only as new as the newest event heard: the store takes
/// over a count iff its `seq` is newer, within the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Availability {
    seq: u64,
    held: u32,
    sold: u32,
    available: u32,
    #[serde(default)]
    takings: Minor,
}

impl Availability {
    /// Nothing held, nothing sold.
    pub(crate) fn untouched(quantity: Quantity) -> Self {
        Self { seq: 0, held: 0, sold: 0, available: quantity.get(), takings: Minor::default() }
    }

    /// Which change of the inventory this is.
    pub(crate) fn seq(&self) -> u64 {
        self.seq
    }

    /// Units held.
    pub(crate) fn held(&self) -> u32 {
        self.held
    }

    /// Units sold.
    pub(crate) fn sold(&self) -> u32 {
        self.sold
    }

    /// Units nobody has yet; zero also where more are taken than listed.
    pub(crate) fn available(&self) -> u32 {
        self.available
    }

    /// What the sold units brought in, as far as was heard.
    pub(crate) fn takings(&self) -> Minor {
        self.takings
    }

    /// Units somebody has.
    pub(crate) fn taken(&self) -> u32 {
        self.held.saturating_add(self.sold)
    }

    /// The same units, of a listing of another quantity.
    #[must_use]
    pub(crate) fn of(self, quantity: Quantity) -> Self {
        Self { available: quantity.get().saturating_sub(self.taken()), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_taken_than_listed_leaves_nothing_available() {
        let availability = Availability { held: 3, sold: 1, ..Availability::untouched(Quantity::ONE) };
        let after = availability.of(Quantity::try_from(2).unwrap());
        assert_eq!((after.available(), after.taken()), (0, 4));
    }
}
