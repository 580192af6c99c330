//! A line of an order: some units of one listing, and what of them was given back.

use common::{
    api::{OrderItemView, OrderedTicket},
    events::{OrderItemState, RefundedLine},
    id::{TicketId, UserId},
    money::{Major, Minor, Price},
    text::Title,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Units;

/// Some units of one listing, as reserved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    pub(crate) ticket_id: TicketId,
    pub(crate) title: Title,
    pub(crate) price: Price,
    pub(crate) ticket_version: u64,
    pub(crate) quantity: u32,
    /// Who sells it. Not known of an order from before this was noted.
    #[serde(default)]
    pub(crate) seller_id: Option<UserId>,
    /// When the event begins, as announced when reserved.
    #[serde(default, with = "messaging::optional_timestamp")]
    pub(crate) starts_at: Option<Timestamp>,
    /// Units of it that were refunded and are on sale again.
    #[serde(default)]
    pub(crate) returned: u32,
    /// What was given back of its total.
    #[serde(default)]
    pub(crate) refunded: Minor,
    /// The inventory as the order's last change left it.
    pub(crate) units: Units,
}

/// What goes back of a line: units to the market, money to the buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct GivenBack {
    pub(crate) units: u32,
    pub(crate) amount: Minor,
}

impl Line {
    /// What its units cost together.
    pub(crate) fn total(&self) -> Minor {
        self.price.times(self.quantity)
    }

    /// The line with as much given back of it as is announced, over all refunds. What an older announcement tells is
    /// known already. Says what the line cannot do if that is more than there is to give back.
    pub(super) fn refunded_to(&self, announced: &RefundedLine) -> Result<Self, &'static str> {
        if announced.amount_minor > self.total() {
            return Err("give back more than a line of it cost");
        }
        if announced.units > self.quantity {
            return Err("return more units than a line of it has");
        }
        Ok(Self {
            returned: self.returned.max(announced.units),
            refunded: self.refunded.max(announced.amount_minor),
            ..self.clone()
        })
    }

    /// What was given back of it since it was `before`.
    pub(crate) fn given_back_since(&self, before: &Self) -> GivenBack {
        GivenBack {
            units: self.returned.saturating_sub(before.returned),
            amount: self.refunded.checked_sub(before.refunded).unwrap_or_default(),
        }
    }

    /// The listing as it was reserved.
    pub(super) fn ordered(&self) -> OrderedTicket {
        OrderedTicket {
            id: self.ticket_id,
            title: self.title.clone(),
            price: Major(self.price.minor()),
            version: self.ticket_version,
        }
    }

    /// The line as its buyer sees it.
    pub(super) fn view(&self) -> OrderItemView {
        OrderItemView {
            ticket: self.ordered(),
            quantity: self.quantity,
            price: Major(self.price.minor()),
            returned: self.returned,
            refunded: Major(self.refunded),
        }
    }

    /// The line as events tell it.
    pub(super) fn public_state(&self) -> OrderItemState {
        OrderItemState {
            ticket_id: self.ticket_id,
            seller_id: self.seller_id,
            starts_at: self.starts_at,
            quantity: self.quantity,
            returned: self.returned,
            price_minor: self.price,
            refunded_minor: self.refunded,
            seq: self.units.seq,
            held: self.units.held,
            sold: self.units.sold,
            takings_minor: self.units.takings,
            quantity_listed: self.units.quantity_listed,
        }
    }
}
