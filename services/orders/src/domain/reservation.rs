//! Whether a basket can be reserved, and the order it becomes.

use std::{collections::HashMap, time::Duration};

use common::{
    id::{OrderId, TicketId, UserId},
    money::{Currency, Minor},
    text::Quantity,
};
use jiff::Timestamp;

use super::{
    Inventory, Line,
    order::{Draft, Idempotency, Order},
};

/// The most listings one order can have.
pub(crate) const MAX_LINES: usize = 10;

/// The rules a deployment sets.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    /// How long an unpaid reservation lasts.
    pub(crate) reservation: Duration,
    /// Unpaid units one buyer can hold at once.
    pub(crate) max_held_units: u32,
    /// What prices are in.
    pub(crate) currency: Currency,
}

/// Some units of one listing, as asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) ticket_id: TicketId,
    pub(crate) quantity: Quantity,
}

/// What a buyer asks for: 1 to [`MAX_LINES`] different listings.
#[derive(Debug, Clone)]
pub(crate) struct Basket {
    pub(crate) buyer_id: UserId,
    pub(crate) wanted: Vec<Wanted>,
    /// The total the buyer saw.
    pub(crate) expected_total: Option<Minor>,
    pub(crate) idempotency: Option<Idempotency>,
}

/// Why a basket cannot be reserved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("ticket {0} is not known")]
    UnknownTicket(TicketId),
    #[error("ticket {0} is the buyer's own")]
    OwnTicket(TicketId),
    #[error("ticket {0} is not on sale any more")]
    NotOnSale(TicketId),
    #[error("ticket {ticket_id} has {available} units left")]
    NotEnough { ticket_id: TicketId, available: u32 },
    #[error("the total is {actual} now")]
    PriceChanged { actual: Minor },
    #[error("a buyer can hold at most {0} unpaid units")]
    HoldLimit(u32),
    #[error("the total is too large")]
    TotalTooLarge,
}

/// Decides on a basket, given what is known of its listings. The units are not taken yet: the commit does that,
/// on the condition that nothing this decision rests on has changed.
pub(crate) fn reserve(
    basket: &Basket,
    inventories: &HashMap<TicketId, Inventory>,
    terms: &Terms,
    id: OrderId,
    now: Timestamp,
) -> Result<Order, Refusal> {
    let units: u32 = basket.wanted.iter().map(|wanted| wanted.quantity.get()).sum();
    if units > terms.max_held_units {
        return Err(Refusal::HoldLimit(terms.max_held_units));
    }
    let lines = basket
        .wanted
        .iter()
        .map(|wanted| line(basket, *wanted, inventories, now))
        .collect::<Result<Vec<_>, _>>()?;
    let total = lines
        .iter()
        .try_fold(Minor::default(), |sum, line| sum.checked_add(line.total()))
        .ok_or(Refusal::TotalTooLarge)?;
    if basket.expected_total.is_some_and(|expected| expected != total) {
        return Err(Refusal::PriceChanged { actual: total });
    }
    Ok(Order::new(Draft {
        id,
        buyer_id: basket.buyer_id,
        created_at: now,
        expires_at: now.checked_add(terms.reservation).unwrap_or(Timestamp::MAX),
        total,
        currency: terms.currency.clone(),
        lines,
        idempotency: basket.idempotency.clone(),
    }))
}

fn line(
    basket: &Basket,
    wanted: Wanted,
    inventories: &HashMap<TicketId, Inventory>,
    now: Timestamp,
) -> Result<Line, Refusal> {
    let Wanted { ticket_id, quantity } = wanted;
    let inventory = inventories.get(&ticket_id).ok_or(Refusal::UnknownTicket(ticket_id))?;
    if inventory.seller_id == basket.buyer_id {
        return Err(Refusal::OwnTicket(ticket_id));
    }
    if !inventory.listed || inventory.starts_at.is_some_and(|starts_at| starts_at <= now) {
        return Err(Refusal::NotOnSale(ticket_id));
    }
    if inventory.available < quantity.get() {
        return Err(Refusal::NotEnough { ticket_id, available: inventory.available });
    }
    Ok(Line {
        ticket_id,
        title: inventory.title.clone(),
        price: inventory.price,
        ticket_version: inventory.ticket_version,
        quantity: quantity.get(),
        seller_id: Some(inventory.seller_id),
        starts_at: inventory.starts_at,
        returned: 0,
        refunded: Minor::default(),
        units: inventory.units(),
    })
}
