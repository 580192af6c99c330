//! [`Listing`]: what is known of a listing while its page is open, and what of that the page does not show yet.

use common::api::{
    TicketView,
    live::{AvailabilityChange, ListingChange},
};

use crate::{Cost, Units};

/// What a page says of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Its units.
    pub units: Units,
    /// What it is called.
    pub title: String,
    /// What one unit costs.
    pub price: Cost,
}

impl Facts {
    /// Of a listing as a service gave it.
    pub fn of(ticket: &TicketView) -> Self {
        let (units, price) = (Units::of(ticket), Cost::of_one(ticket));
        Self { units, title: ticket.title.to_string(), price }
    }
}

/// A listing on an open page. What takes news says whether the page has something else to show now.
#[derive(Debug)]
pub struct Listing {
    known: Facts,
    shown: Facts,
    /// Changes were missed, and it was not read again since.
    is_missed: bool,
    /// Its units were told since changes were missed.
    is_counted: bool,
}

impl Listing {
    /// As the page says when it is opened.
    pub fn new(shown: Facts) -> Self {
        Self { known: shown.clone(), shown, is_missed: false, is_counted: false }
    }

    /// The latest of it.
    pub fn known(&self) -> &Facts {
        &self.known
    }

    /// Takes note that the page shows the latest; gives what it showed before.
    pub fn show(&mut self) -> Facts {
        std::mem::replace(&mut self.shown, self.known.clone())
    }

    /// Takes a change of units.
    pub fn count(&mut self, change: &AvailabilityChange) -> bool {
        self.is_counted = true;
        self.known.units.count(change)
    }

    /// Takes an edit by the seller.
    pub fn edit(&mut self, change: &ListingChange) -> bool {
        let is_news = self.known.units.edit(change);
        if is_news {
            self.known.title = change.title.to_string();
            self.known.price = Cost::new(change.price, &change.currency);
        }
        is_news
    }

    /// Takes the end of the listing.
    pub fn withdraw(&mut self, change: &ListingChange) -> bool {
        self.known.units.withdraw(change)
    }

    /// Changes were missed: it has to be read again. What is told from here on is newer.
    pub fn miss(&mut self) {
        self.is_missed = true;
        self.is_counted = false;
    }

    /// Whether it has to be read again.
    pub fn is_missed(&self) -> bool {
        self.is_missed
    }

    /// Takes it as it was read again.
    pub fn read(&mut self, read: Facts) -> bool {
        self.is_missed = false;
        // Else an edit was told meanwhile, which is newer.
        if read.units.version >= self.known.units.version {
            self.known.units.read_again(read.units, self.is_counted);
            self.known.title = read.title;
            self.known.price = read.price;
        }
        self.known != self.shown
    }
}

#[cfg(test)]
mod tests {
    use common::{
        api::TicketStatus,
        id::{Id as _, TicketId},
        money::{Major, Minor},
    };
    use jiff::Timestamp;

    use super::*;

    fn facts(units: &str, title: &str, price: &str) -> Facts {
        Facts { units: units.parse().unwrap(), title: title.to_owned(), price: price.parse().unwrap() }
    }

    fn hamlet() -> Listing {
        Listing::new(facts("3 3 1 available", "Hamlet", "4950 usd"))
    }

    fn id() -> TicketId {
        TicketId::generate(Timestamp::UNIX_EPOCH, [7; 8])
    }

    fn edit(version: u64, title: &str, minor: i64) -> ListingChange {
        let (title, price) = (title.parse().unwrap(), Major(Minor::new(minor).unwrap()));
        ListingChange { id: id(), version, title, price, currency: "usd".to_owned(), quantity: 3 }
    }

    fn count(seq: u64, available: u32) -> AvailabilityChange {
        let (quantity, status) = (3, TicketStatus::Available);
        AvailabilityChange { id: id(), seq, available, quantity, sold: Some(0), status }
    }

    fn said(listing: &Listing) -> (u32, &str, String) {
        let Facts { units, title, price } = listing.known();
        (units.available, title, price.to_string())
    }

    #[test]
    fn an_edit_is_shown_once() {
        let mut listing = hamlet();
        assert!(listing.edit(&edit(2, "Faust", 2000)));
        assert!(!listing.edit(&edit(2, "Hamlet", 4950)));
        assert_eq!(listing.show(), facts("3 3 1 available", "Hamlet", "4950 usd"));
        assert_eq!(listing.show(), facts("3 3 2 available", "Faust", "2000 usd"));
    }

    #[test]
    fn an_edit_that_was_missed_is_shown_once_it_is_read() {
        let mut listing = hamlet();
        listing.miss();
        assert!(listing.is_missed());
        assert!(listing.read(facts("2 3 2 available", "Faust", "2000 usd")));
        assert!(!listing.is_missed());
        assert_eq!(said(&listing), (2, "Faust", "2000 usd".to_owned()));
        listing.show();
        listing.miss();
        assert!(!listing.read(facts("2 3 2 available", "Faust", "2000 usd")), "nothing is new");
    }

    #[test]
    fn what_is_told_while_it_is_read_is_newer() {
        let mut listing = hamlet();
        // From before changes were missed, so it says nothing of them.
        listing.count(&count(1, 3));
        listing.miss();
        listing.count(&count(2, 1));
        assert!(listing.read(facts("3 3 2 available", "Faust", "2000 usd")));
        assert_eq!(said(&listing), (1, "Faust", "2000 usd".to_owned()));
        assert_eq!(listing.known().units.version, 2);

        let mut listing = hamlet();
        listing.miss();
        listing.edit(&edit(3, "Medea", 1000));
        listing.read(facts("2 3 2 available", "Faust", "2000 usd"));
        assert_eq!(said(&listing), (3, "Medea", "1000 usd".to_owned()));
        assert!(!listing.is_missed());
    }

    #[test]
    fn a_withdrawal_that_was_missed_counts_whatever_was_told_of_units() {
        let mut listing = hamlet();
        listing.miss();
        listing.count(&count(2, 1));
        listing.read(facts("0 3 2 withdrawn", "Hamlet", "4950 usd"));
        assert_eq!(listing.known().units.status, TicketStatus::Withdrawn);
    }
}
