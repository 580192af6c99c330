//! [`Wish`]: a line of the basket, and what has become of its listing.

use common::{
    api::{TicketStatus, TicketView},
    id::TicketId,
    money::{Major, Minor},
    text::Quantity,
};
use islands::t;
use jiff::Timestamp;

use super::standing;
use crate::{
    backend::{CallError, Outage},
    basket::{Basket, Line},
    caller::Viewer,
};

/// A line of the basket and its listing as it is now.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub(crate) line: Line,
    found: Found,
}

/// What was found where the listing should be.
#[derive(Debug, Clone)]
enum Found {
    Listed(Box<TicketView>),
    /// Nothing: there is no such listing.
    Gone,
    /// It cannot be found out.
    Unknown(Outage),
}

/// Why a line cannot be reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hindrance {
    Gone,
    Unknown,
    Own,
    Begun,
    Reserved,
    Sold,
    Withdrawn,
}

impl Wish {
    /// Of a line, and the answer to asking for its listing.
    pub(crate) fn of(line: Line, answer: Result<TicketView, CallError>) -> Self {
        let found = match answer {
            Ok(ticket) => Found::Listed(Box::new(ticket)),
            Err(CallError::Refused(_)) => Found::Gone,
            Err(CallError::Missing(outage)) => Found::Unknown(outage),
        };
        Self { line, found }
    }

    /// The listing, if it is known.
    pub(crate) fn listing(&self) -> Option<&TicketView> {
        match &self.found {
            Found::Listed(ticket) => Some(ticket),
            Found::Gone | Found::Unknown(_) => None,
        }
    }

    /// Why it is not known, if that is for want of an answer.
    pub(crate) fn outage(&self) -> Option<Outage> {
        match self.found {
            Found::Unknown(outage) => Some(outage),
            Found::Listed(_) | Found::Gone => None,
        }
    }

    /// What stands in the way, if anything does.
    pub(crate) fn hindrance(&self, viewer: &Viewer, now: Timestamp) -> Option<Hindrance> {
        let ticket = match &self.found {
            Found::Listed(ticket) => ticket,
            Found::Gone => return Some(Hindrance::Gone),
            Found::Unknown(_) => return Some(Hindrance::Unknown),
        };
        match ticket.status {
            TicketStatus::Withdrawn => Some(Hindrance::Withdrawn),
            _ if viewer.is(ticket.user_id) => Some(Hindrance::Own),
            _ if standing::has_begun(ticket, now) => Some(Hindrance::Begun),
            TicketStatus::Sold => Some(Hindrance::Sold),
            TicketStatus::Reserved => Some(Hindrance::Reserved),
            TicketStatus::Available => None,
        }
    }

    /// How many can be had of those wanted, given the listing.
    pub(crate) fn units(&self, ticket: &TicketView) -> u32 {
        self.line.quantity.get().min(ticket.available)
    }

    /// The price when it was last seen, if it is another one now.
    pub(crate) fn old_price(&self) -> Option<Major> {
        let seen = self.line.seen.minor();
        self.listing().filter(|ticket| ticket.price.0 != seen).map(|_| Major(seen))
    }

    /// What the line costs now; `None` if it cannot be had.
    fn sum(&self, viewer: &Viewer, now: Timestamp) -> Option<Minor> {
        let ticket = self.listing().filter(|_| self.hindrance(viewer, now).is_none())?;
        ticket.price.0.times(self.units(ticket))
    }
}

/// What is to be said of a hindrance, and what may still happen.
pub(crate) fn why(hindrance: Hindrance) -> String {
    match hindrance {
        Hindrance::Gone => t!("wish-gone"),
        Hindrance::Unknown => t!("wish-unknown"),
        Hindrance::Own => t!("wish-own"),
        Hindrance::Begun => t!("wish-begun"),
        Hindrance::Reserved => t!("wish-reserved"),
        Hindrance::Sold => t!("wish-sold"),
        Hindrance::Withdrawn => t!("wish-withdrawn"),
    }
}

/// What reserving all that can be had comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) units: u32,
    pub(crate) total: Major,
    pub(crate) currency: String,
}

/// The sum of all lines that can be reserved; `None` if none can.
pub(crate) fn sum(wishes: &[Wish], viewer: &Viewer, now: Timestamp) -> Option<Sum> {
    let mut found: Option<Sum> = None;
    for wish in wishes {
        let (Some(ticket), Some(minor)) = (wish.listing(), wish.sum(viewer, now)) else { continue };
        let before = found.as_ref().map_or((0, Minor::default()), |sum| (sum.units, sum.total.0));
        found = Some(Sum {
            units: before.0 + wish.units(ticket),
            total: Major(before.1.checked_add(minor)?),
            currency: ticket.currency.clone(),
        });
    }
    found
}

/// The basket with other quantities and prices for some of its lines, and without new ones.
pub(crate) fn merged(basket: &Basket, sent: &Basket) -> Basket {
    let mut merged = basket.clone();
    for line in sent.lines().iter().filter(|line| basket.units_of(line.ticket).is_some()) {
        // Its place is taken already, so there is room.
        let _ = merged.put(*line);
    }
    merged
}

/// What an order asks for.
pub(crate) fn wanted(basket: &Basket) -> impl Iterator<Item = (TicketId, Quantity)> {
    basket.lines().iter().map(|line| (line.ticket, line.quantity))
}

#[cfg(test)]
mod tests {
    use common::money::Price;

    use super::*;

    const SELLER: &str = "6b49d1ff1112131415161718";

    fn wish(status: &str, available: u32, wanted: u32) -> Wish {
        let json = format!(
            r#"{{"id":"6b49d2000102030405060708","title":"Hamlet","price":20,"currency":"usd","quantity":40,
            "startsAt":"2027-06-30T20:00:00Z","available":{available},"status":"{status}",
            "userId":"{SELLER}","version":3}}"#
        );
        let ticket: TicketView = serde_json::from_str(&json).unwrap();
        let quantity = wanted.try_into().unwrap();
        let line = Line { ticket: ticket.id, quantity, seen: Price::parse("19.50").unwrap() };
        Wish::of(line, Ok(ticket))
    }

    fn seller() -> Viewer {
        let json = format!(r#"{{"id":"{SELLER}","email":"sam@example.org","iat":1}}"#);
        Viewer::User(serde_json::from_str(&json).unwrap())
    }

    const BEFORE: &str = "2027-06-30T19:00:00Z";

    #[test]
    fn only_what_can_be_had_is_counted_and_no_more_than_is_there() {
        let now = BEFORE.parse().unwrap();
        let wishes =
            [wish("available", 2, 3), wish("sold", 0, 1), wish("available", 40, 4), wish("reserved", 0, 1)];
        let sum = sum(&wishes, &Viewer::Guest, now).unwrap();
        assert_eq!((sum.units, sum.total.0.get()), (6, 12_000));
        assert_eq!(super::sum(&wishes[1..2], &Viewer::Guest, now), None);
    }

    #[test]
    fn each_line_says_what_stands_in_its_way() {
        let now: Timestamp = BEFORE.parse().unwrap();
        for (status, hindrance) in [
            ("available", None),
            ("reserved", Some(Hindrance::Reserved)),
            ("sold", Some(Hindrance::Sold)),
            ("withdrawn", Some(Hindrance::Withdrawn)),
        ] {
            assert_eq!(wish(status, 1, 1).hindrance(&Viewer::Guest, now), hindrance);
        }
        let wish = wish("available", 1, 1);
        assert_eq!(wish.hindrance(&seller(), now), Some(Hindrance::Own));
        let later = "2027-06-30T20:00:00Z".parse().unwrap();
        assert_eq!(wish.hindrance(&Viewer::Guest, later), Some(Hindrance::Begun));
    }

    #[test]
    fn a_price_is_called_out_only_when_it_is_another() {
        let mut wish = wish("available", 1, 1);
        assert_eq!(wish.old_price().unwrap().0.get(), 1950);
        wish.line.seen = Price::parse("20").unwrap();
        assert_eq!(wish.old_price(), None);
    }

    #[test]
    fn a_form_changes_lines_and_adds_none() {
        let line =
            |quantity: u32| Line { quantity: quantity.try_into().unwrap(), ..wish("available", 1, 1).line };
        let (mut basket, mut sent) = (Basket::default(), Basket::default());
        sent.put(line(4)).unwrap();
        assert!(merged(&basket, &sent).is_empty());
        basket.put(line(1)).unwrap();
        assert_eq!(merged(&basket, &sent).units(), 4);
    }
}
