//! How many units of a listing there are, and whose they are.

use common::{
    events::{ListingStatus, TicketState},
    id::{TicketId, UserId},
    money::{Minor, Price},
    text::Title,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A listing as the orders service knows it, and the units it has given away.
///
/// The listing's own fields are a replica fenced by `ticket_version`; `held`, `sold`, `takings` and `seq` are decided
/// here and nowhere else.
///
/// A seller may cut the quantity at the very moment units of it are reserved. The reservation wins for as long as it
/// lasts: `quantity` is always `max(announced_quantity, held + sold)`, and `available` is `quantity − held − sold`,
/// stored so that an update can be conditional on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Inventory {
    #[serde(rename = "_id")]
    pub(crate) ticket_id: TicketId,
    pub(crate) ticket_version: u64,
    pub(crate) seller_id: UserId,
    pub(crate) title: Title,
    pub(crate) price: Price,
    pub(crate) listed: bool,
    #[serde(with = "messaging::optional_timestamp")]
    pub(crate) starts_at: Option<Timestamp>,
    pub(crate) announced_quantity: u32,
    pub(crate) quantity: u32,
    pub(crate) available: u32,
    pub(crate) held: u32,
    pub(crate) sold: u32,
    /// What the sold units were paid with. A document from before this was counted begins at zero, whatever it has sold.
    #[serde(default)]
    pub(crate) takings: Minor,
    pub(crate) seq: u64,
}

/// An inventory's numbers right after a change, as events carry them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Units {
    pub(crate) seq: u64,
    pub(crate) held: u32,
    pub(crate) sold: u32,
    /// Not known of a change from before takings were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) takings: Option<Minor>,
    pub(crate) quantity_listed: u32,
}

impl Inventory {
    /// The inventory of a listing nobody has reserved from yet.
    pub(crate) fn of_new(ticket: &TicketState) -> Self {
        Self {
            ticket_id: ticket.id,
            ticket_version: ticket.version,
            seller_id: ticket.seller_id,
            title: ticket.title.clone(),
            price: ticket.price_minor,
            listed: ticket.status == ListingStatus::Listed,
            starts_at: ticket.starts_at,
            announced_quantity: ticket.quantity,
            quantity: ticket.quantity,
            available: ticket.quantity,
            held: 0,
            sold: 0,
            takings: Minor::default(),
            seq: 0,
        }
    }

    /// The numbers.
    pub(crate) fn units(&self) -> Units {
        Units {
            seq: self.seq,
            held: self.held,
            sold: self.sold,
            takings: Some(self.takings),
            quantity_listed: self.quantity,
        }
    }
}
