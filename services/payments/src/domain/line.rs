//! What an order's money is for: its lines, and whose they are.

use common::{
    events::OrderItemState,
    id::{TicketId, UserId},
    money::Minor,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    /// The listing; an order has each only once.
    pub(crate) ticket_id: TicketId,
    /// Who sells it. Not known of an order from before this was announced.
    pub(crate) seller_id: Option<UserId>,
    /// Units.
    pub(crate) quantity: u32,
    /// What they cost together.
    #[serde(rename = "totalMinor")]
    pub(crate) total: Minor,
    /// When the event begins.
    #[serde(with = "messaging::optional_timestamp")]
    pub(crate) starts_at: Option<Timestamp>,
}

impl Line {
    /// When what it brought in is certain: once the money was taken and the event has begun.
    pub(crate) fn matures(&self, captured_at: Timestamp) -> Timestamp {
        self.starts_at.map_or(captured_at, |starts_at| starts_at.max(captured_at))
    }
}

impl From<&OrderItemState> for Line {
    fn from(item: &OrderItemState) -> Self {
        Self {
            ticket_id: item.ticket_id,
            seller_id: item.seller_id,
            quantity: item.quantity,
            total: item.price_minor.times(item.quantity),
            starts_at: item.starts_at,
        }
    }
}
