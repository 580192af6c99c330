//! [`Units`]: what a page knows about the units of a listing, and what news changes of it.

use std::{fmt, str::FromStr};

use common::api::{
    TicketStatus, TicketView,
    live::{AvailabilityChange, ListingChange},
};

use crate::t;

/// From here on few are left, and a page may say so with more weight.
const FEW: u32 = 5;

/// The units of a listing as a page shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Units {
    /// Units that can be reserved now.
    pub available: u32,
    /// Units listed.
    pub quantity: u32,
    /// What can be done with the listing.
    pub status: TicketStatus,
    /// The version of the listing shown: only a higher one is news.
    pub version: u64,
    /// The number of the last change of its units that is shown; a page as the server made it does not know.
    seq: Option<u64>,
    /// Units paid for, as far as the change told it.
    sold: Option<u32>,
}

/// What became of units, for a word that is shown for a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flash {
    /// Fewer can be reserved.
    Reserved,
    /// Held units were paid for.
    Sold,
    /// More can be reserved.
    Released,
}

impl Units {
    /// Of a listing as a service gave it.
    pub fn of(ticket: &TicketView) -> Self {
        let TicketView { available, quantity, status, version, .. } = *ticket;
        Self { available, quantity, status, version, seq: None, sold: None }
    }

    /// In words: `3 left`, `Sold out`.
    pub fn text(self) -> String {
        match self.status {
            TicketStatus::Available => t!("seats-left", count = self.available),
            TicketStatus::Reserved => t!("seats-reserved"),
            TicketStatus::Sold => t!("seats-sold"),
            TicketStatus::Withdrawn => t!("seats-withdrawn"),
        }
    }

    /// For the eye: `available`, `few`, `reserved`, `sold`, `withdrawn`.
    pub fn state(self) -> &'static str {
        match self.status {
            TicketStatus::Available if self.available <= FEW => "few",
            status => status_name(status),
        }
    }

    /// Takes a change of units, if it is news and nothing newer is known.
    ///
    /// A listing that is known to be withdrawn stays so, also when units of it are released.
    pub fn count(&mut self, change: &AvailabilityChange) -> bool {
        if self.seq.is_some_and(|seq| change.seq <= seq) {
            return false;
        }
        self.seq = Some(change.seq);
        self.sold = change.sold;
        self.available = change.available;
        if self.status != TicketStatus::Withdrawn {
            self.quantity = change.quantity;
            self.status = change.status;
        }
        true
    }

    /// Takes an edit of the listing, if it is news.
    pub fn edit(&mut self, change: &ListingChange) -> bool {
        if change.version <= self.version {
            return false;
        }
        self.version = change.version;
        if self.status != TicketStatus::Withdrawn {
            // Units that were taken before stay taken. If all are, whether they are paid for is told by the next
            // change of units.
            let taken = self.quantity.saturating_sub(self.available);
            self.quantity = change.quantity;
            self.available = change.quantity.saturating_sub(taken);
            self.status = match (self.available, self.status) {
                (0, TicketStatus::Sold) => TicketStatus::Sold,
                (0, _) => TicketStatus::Reserved,
                _ => TicketStatus::Available,
            };
        }
        true
    }

    /// Takes the end of the listing. It is the last word, so also one that was known is harmless.
    pub fn withdraw(&mut self, change: &ListingChange) -> bool {
        let news = self.status != TicketStatus::Withdrawn;
        self.version = self.version.max(change.version);
        self.status = TicketStatus::Withdrawn;
        news
    }

    /// Takes what was read anew after changes were missed. Numbers that were told since are newer than those read.
    pub fn read_again(&mut self, read: Self, is_counted: bool) {
        if read.version < self.version {
            return;
        }
        let numbers = if is_counted { *self } else { read };
        *self = Self { seq: self.seq, version: read.version, ..numbers };
        if read.status == TicketStatus::Withdrawn {
            self.status = TicketStatus::Withdrawn;
        }
    }

    /// What became of the units since `before`.
    pub fn flash(self, before: Self) -> Option<Flash> {
        use TicketStatus::{Available, Reserved, Sold, Withdrawn};
        match (before.status, self.status) {
            (_, Withdrawn) => None,
            (Available | Reserved, Sold) => Some(Flash::Sold),
            _ if self.available < before.available => Some(Flash::Reserved),
            _ if self.available > before.available => Some(Flash::Released),
            // As many are free as before: held units may have been paid for. Money given back changes none.
            _ if before.sold.is_some() && self.sold > before.sold => Some(Flash::Sold),
            _ => None,
        }
    }
}

impl Flash {
    /// In words.
    pub fn text(self) -> String {
        match self {
            Self::Reserved => t!("just-reserved"),
            Self::Sold => t!("just-sold"),
            Self::Released => t!("just-released"),
        }
    }
}

/// The service's word for a status.
pub fn status_name(status: TicketStatus) -> &'static str {
    match status {
        TicketStatus::Available => "available",
        TicketStatus::Reserved => "reserved",
        TicketStatus::Sold => "sold",
        TicketStatus::Withdrawn => "withdrawn",
    }
}

/// `available quantity version status`, for an attribute.
impl fmt::Display for Units {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { available, quantity, version, status, .. } = self;
        write!(out, "{available} {quantity} {version} {}", status_name(*status))
    }
}

/// A text that does not tell units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotUnits;

impl FromStr for Units {
    type Err = NotUnits;

    fn from_str(text: &str) -> Result<Self, NotUnits> {
        let mut parts = text.split(' ');
        let mut part = || parts.next().ok_or(NotUnits);
        let available = part()?.parse().map_err(|_| NotUnits)?;
        let quantity = part()?.parse().map_err(|_| NotUnits)?;
        let version = part()?.parse().map_err(|_| NotUnits)?;
        let status = part()?;
        let status =
            [TicketStatus::Available, TicketStatus::Reserved, TicketStatus::Sold, TicketStatus::Withdrawn]
                .into_iter()
                .find(|known| status_name(*known) == status)
                .ok_or(NotUnits)?;
        Ok(Self { available, quantity, status, version, seq: None, sold: None })
    }
}

#[cfg(test)]
mod tests {
    use common::id::{Id as _, TicketId};
    use common::money::Major;
    use jiff::Timestamp;

    use super::*;

    fn id() -> TicketId {
        TicketId::generate(Timestamp::UNIX_EPOCH, [7; 8])
    }

    /// Of three units the rest is held.
    fn change(seq: u64, available: u32, status: TicketStatus) -> AvailabilityChange {
        AvailabilityChange { id: id(), seq, available, quantity: 3, sold: Some(0), status }
    }

    /// Of three units the rest is sold.
    fn sale(seq: u64, available: u32, status: TicketStatus) -> AvailabilityChange {
        AvailabilityChange { sold: Some(3 - available), ..change(seq, available, status) }
    }

    fn listing(version: u64, quantity: u32) -> ListingChange {
        ListingChange {
            id: id(),
            version,
            title: "Hamlet".parse().unwrap(),
            price: Major(common::money::Minor::new(4950).unwrap()),
            currency: "usd".to_owned(),
            quantity,
        }
    }

    fn three() -> Units {
        "3 3 0 available".parse().unwrap()
    }

    #[test]
    fn an_attribute_reads_back_as_written() {
        for text in ["3 3 0 available", "0 10 7 reserved", "0 1 2 sold", "0 4 9 withdrawn"] {
            assert_eq!(text.parse::<Units>().unwrap().to_string(), text);
        }
        for text in ["", "3", "3 3 0", "3 3 0 gone", "x 3 0 sold", "-1 3 0 sold"] {
            assert_eq!(text.parse::<Units>(), Err(NotUnits), "{text}");
        }
    }

    #[test]
    fn only_newer_changes_count_in_any_order() {
        let mut units = three();
        assert!(units.count(&change(5, 1, TicketStatus::Available)));
        assert!(!units.count(&change(5, 3, TicketStatus::Available)));
        assert!(!units.count(&change(4, 2, TicketStatus::Available)));
        assert_eq!(units.available, 1);
        assert!(units.count(&change(6, 0, TicketStatus::Reserved)));
        assert_eq!((units.available, units.status), (0, TicketStatus::Reserved));
    }

    #[test]
    fn an_edit_keeps_what_is_taken() {
        let mut units = three();
        units.count(&change(1, 1, TicketStatus::Available));
        assert!(units.edit(&listing(1, 10)));
        assert_eq!((units.available, units.quantity, units.version), (8, 10, 1));
        assert!(!units.edit(&listing(1, 3)));
        assert!(units.edit(&listing(2, 2)));
        assert_eq!((units.available, units.status), (0, TicketStatus::Reserved));
        assert!(units.edit(&listing(3, 3)));
        assert_eq!((units.available, units.status), (1, TicketStatus::Available));
        let mut sold: Units = "0 2 0 sold".parse().unwrap();
        sold.edit(&listing(1, 2));
        assert_eq!(sold.status, TicketStatus::Sold);
    }

    #[test]
    fn what_is_withdrawn_stays_so() {
        let mut units = three();
        assert!(units.withdraw(&listing(4, 3)));
        assert!(!units.withdraw(&listing(4, 3)));
        units.count(&change(9, 2, TicketStatus::Available));
        assert_eq!((units.status, units.version), (TicketStatus::Withdrawn, 4));
        units.edit(&listing(5, 3));
        assert_eq!(units.status, TicketStatus::Withdrawn);
        units.read_again("3 3 3 available".parse().unwrap(), false);
        assert_eq!(units.status, TicketStatus::Withdrawn, "what was read is older than what was told");
    }

    #[test]
    fn what_is_read_again_counts_and_old_news_stay_old() {
        let mut units = three();
        units.count(&change(5, 1, TicketStatus::Available));
        units.read_again("2 3 1 available".parse().unwrap(), false);
        assert_eq!((units.available, units.version), (2, 1));
        assert!(!units.count(&change(5, 1, TicketStatus::Available)));
        assert!(units.count(&change(6, 3, TicketStatus::Available)));
    }

    #[test]
    fn a_flash_tells_what_became_of_units() {
        let after = |changes: &[AvailabilityChange]| {
            let mut units = three();
            let mut before = units;
            for change in changes {
                before = units;
                units.count(change);
            }
            units.flash(before)
        };
        let (available, sold) = (TicketStatus::Available, TicketStatus::Sold);
        assert_eq!(after(&[]), None);
        assert_eq!(after(&[change(1, 2, available)]), Some(Flash::Reserved));
        assert_eq!(after(&[change(1, 2, available), change(2, 3, available)]), Some(Flash::Released));
        assert_eq!(after(&[change(1, 2, available), sale(2, 2, available)]), Some(Flash::Sold));
        assert_eq!(after(&[change(1, 0, TicketStatus::Reserved), sale(2, 0, sold)]), Some(Flash::Sold));
        // Money given back for what stays sold.
        assert_eq!(after(&[sale(1, 2, available), sale(2, 2, available)]), None);
        // What came first may be what the page already shows.
        assert_eq!(after(&[change(1, 3, available)]), None);
    }
}
