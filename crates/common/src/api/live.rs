//! What pages are told while they are open: the events of the streams `GET /api/tickets/events` and
//! `GET /api/orders/{id}/events`.
//!
//! What is told twice, or late, is harmless: [`AvailabilityChange`] is fenced by `seq` and the others by `version`, so a page
//! applies only what is newer than what it has.

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{OrderView, TicketStatus};
use crate::{id::TicketId, money::Major, text::Title};

/// Units of a listing were reserved, released or sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AvailabilityChange {
    /// The listing.
    pub id: TicketId,
    /// Rises with every such change of the listing; only a higher one is news.
    pub seq: u64,
    /// Units that can be reserved now.
    pub available: u32,
    /// Units listed, as the orders service counts with them: an edit may be a moment ahead of it.
    pub quantity: u32,
    /// Units that are paid for. A service of an older version does not tell.
    #[serde(default)]
    pub sold: Option<u32>,
    /// What the units say. A listing that is known to be withdrawn stays so, also when units of it are released.
    pub status: TicketStatus,
}

/// A listing was put on the market, edited or withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ListingChange {
    /// The listing.
    pub id: TicketId,
    /// Its version after the change; only a higher one is news.
    pub version: u64,
    /// What is for sale.
    pub title: Title,
    /// Price of one unit, in major units.
    pub price: Major,
    /// The deployment's currency.
    pub currency: String,
    /// Units listed. Those that were taken before stay taken.
    pub quantity: u32,
}

/// An order as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderChange {
    /// The order, as `GET /api/orders/{id}` gives it.
    pub order: OrderView,
    /// The server's time: what is left of a reservation is `order.expiresAt` less this, whatever the reader's clock says.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub now: Timestamp,
}

/// An event of the stream of listings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketEvent {
    /// `availability`: units changed hands.
    Availability(AvailabilityChange),
    /// `listed`: a new listing.
    Listed(ListingChange),
    /// `edited`: a listing was changed by its seller.
    Edited(ListingChange),
    /// `withdrawn`: a listing was taken off the market, for good.
    Withdrawn(ListingChange),
    /// `reset`: changes were missed. Read again what is shown; what events tell from here on is newer.
    Reset,
}

/// An event is not one of its stream's.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// It has a name that is not known here.
    #[error("unknown event `{0}`")]
    Unknown(String),
    /// Its data does not have its name's shape.
    #[error("the data of `{name}` is not readable")]
    Data {
        /// The event's name.
        name: String,
        /// What the parser found.
        source: serde_json::Error,
    },
}

impl TicketEvent {
    /// The name of every event of the stream.
    pub const NAMES: [&str; 5] = ["availability", "listed", "edited", "withdrawn", "reset"];

    /// The name it is sent under.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Availability(_) => "availability",
            Self::Listed(_) => "listed",
            Self::Edited(_) => "edited",
            Self::Withdrawn(_) => "withdrawn",
            Self::Reset => "reset",
        }
    }

    /// Its data.
    pub fn data(&self) -> Result<String, serde_json::Error> {
        match self {
            Self::Availability(change) => serde_json::to_string(change),
            Self::Listed(change) | Self::Edited(change) | Self::Withdrawn(change) => {
                serde_json::to_string(change)
            }
            Self::Reset => Ok("{}".to_owned()),
        }
    }

    /// Reads an event as it was sent.
    pub fn read(name: &str, data: &str) -> Result<Self, LiveError> {
        match name {
            "availability" => read(name, data).map(Self::Availability),
            "listed" => read(name, data).map(Self::Listed),
            "edited" => read(name, data).map(Self::Edited),
            "withdrawn" => read(name, data).map(Self::Withdrawn),
            "reset" => Ok(Self::Reset),
            other => Err(LiveError::Unknown(other.to_owned())),
        }
    }
}

impl OrderChange {
    /// The name of the stream's only event.
    pub const NAME: &str = "order";

    /// Reads an event as it was sent.
    pub fn read(name: &str, data: &str) -> Result<Self, LiveError> {
        if name == Self::NAME { read(name, data) } else { Err(LiveError::Unknown(name.to_owned())) }
    }
}

fn read<T: DeserializeOwned>(name: &str, data: &str) -> Result<T, LiveError> {
    serde_json::from_str(data).map_err(|source| LiveError::Data { name: name.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{id::Id, money::Minor};

    #[test]
    fn every_event_reads_back_as_sent() {
        let id = TicketId::generate(Timestamp::UNIX_EPOCH, [7; 8]);
        let units = AvailabilityChange {
            id,
            seq: 3,
            available: 1,
            quantity: 2,
            sold: Some(1),
            status: TicketStatus::Available,
        };
        let listing = ListingChange {
            id,
            version: 2,
            title: "Hamlet".parse().unwrap(),
            price: Major(Minor::new(4950).unwrap()),
            currency: "usd".to_owned(),
            quantity: 2,
        };
        let events = [
            TicketEvent::Availability(units),
            TicketEvent::Listed(listing.clone()),
            TicketEvent::Edited(listing.clone()),
            TicketEvent::Withdrawn(listing),
            TicketEvent::Reset,
        ];
        assert_eq!(events.each_ref().map(TicketEvent::name), TicketEvent::NAMES);
        for event in events {
            let data = event.data().unwrap();
            assert!(
                !data.contains('\n') && TicketEvent::read(event.name(), &data).unwrap() == event,
                "{data}"
            );
        }
        assert_eq!(
            TicketEvent::read("availability", r#"{"id":"000000000707070707070707","seq":3,"available":1,"quantity":2,"status":"available","more":1}"#)
                .unwrap()
                .name(),
            "availability"
        );
        assert!(matches!(TicketEvent::read("sold", "{}"), Err(LiveError::Unknown(_))));
        assert!(matches!(TicketEvent::read("listed", "{}"), Err(LiveError::Data { .. })));
    }
}
