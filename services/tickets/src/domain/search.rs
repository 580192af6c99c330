//! What a list is asked for, parsed: filters, order, and the place to go on from.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use common::{
    id::{TicketId, UserId},
    money::Minor,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Ticket;

/// The key, in milliseconds since 1970, of listings without a date among dated ones: the end of the year 9999,
/// which is later than any date that can be typed.
pub(crate) const UNDATED: i64 = 253_402_300_799_999;

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Sort {
    /// By the event's date; those without one come last.
    #[default]
    Soonest,
    /// The newest listing first.
    Newest,
    /// By price.
    Cheapest,
}

impl std::str::FromStr for Sort {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "soonest" => Ok(Self::Soonest),
            "newest" => Ok(Self::Newest),
            "cheapest" => Ok(Self::Cheapest),
            _ => Err("must be soonest, newest or cheapest"),
        }
    }
}

/// A text that is no cursor of ours, or one of another order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one that a Link header gave")]
pub(crate) struct InvalidCursor;

/// The last listing of a page, by which the next one is found however many are added or removed meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cursor {
    sort: Sort,
    /// What the list is sorted by, as a number; zero where the id alone decides.
    key: i64,
    id: TicketId,
}

impl Cursor {
    /// The place behind `last` in a list of this order.
    pub(crate) fn behind(last: &Ticket, sort: Sort) -> Self {
        let key = match sort {
            Sort::Soonest => last.starts_key(),
            Sort::Newest => 0,
            Sort::Cheapest => last.details().price.minor().get(),
        };
        Self { sort, key, id: last.ticket_id() }
    }

    /// Milliseconds or minor units, by the order.
    pub(crate) fn key(&self) -> i64 {
        self.key
    }

    /// The listing's id.
    pub(crate) fn id(&self) -> TicketId {
        self.id
    }

    /// The cursor as clients pass it around: opaque to them.
    pub(crate) fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads a cursor for a list of this order.
    pub(crate) fn decode(text: &str, sort: Sort) -> Result<Self, InvalidCursor> {
        let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidCursor)?;
        let cursor: Self = serde_json::from_slice(&json).map_err(|_| InvalidCursor)?;
        if cursor.sort == sort { Ok(cursor) } else { Err(InvalidCursor) }
    }
}

/// A list that is asked for. What is not given does not restrict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Search {
    /// Folded words; each must begin some word of the listing.
    pub(crate) words: Vec<String>,
    /// The folded category.
    pub(crate) category: Option<String>,
    /// The folded city.
    pub(crate) city: Option<String>,
    /// Begins then or later; undated listings do not.
    pub(crate) from: Option<Timestamp>,
    /// Begins then or earlier; undated listings do not.
    pub(crate) to: Option<Timestamp>,
    /// Costs this or more.
    pub(crate) min_price: Option<Minor>,
    /// Costs this or less.
    pub(crate) max_price: Option<Minor>,
    /// Is sold by this user.
    pub(crate) seller: Option<UserId>,
    /// In this order.
    pub(crate) sort: Sort,
    /// At most so many.
    pub(crate) limit: u16,
    /// Behind this place.
    pub(crate) after: Option<Cursor>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undated_listings_come_after_every_date_that_can_be_typed() {
        assert!(Timestamp::MAX.as_millisecond() < UNDATED);
    }

    #[test]
    fn a_cursor_reads_back_only_for_its_own_order() {
        let id = "6b49d2000102030405060708".parse().unwrap();
        let cursor = Cursor { sort: Sort::Cheapest, key: 1999, id };
        let text = cursor.encode();
        assert_eq!(Cursor::decode(&text, Sort::Cheapest), Ok(cursor));
        assert_eq!(Cursor::decode(&text, Sort::Newest), Err(InvalidCursor));
        for text in ["", "x", "e30", "bnVsbA", "{}", "é", &"A".repeat(10_000)] {
            assert_eq!(Cursor::decode(text, Sort::Soonest), Err(InvalidCursor), "{text}");
        }
    }
}
