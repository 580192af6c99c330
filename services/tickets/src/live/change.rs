//! What an event means to who looks at listings.

use common::{
    api::{
        TicketStatus,
        live::{AvailabilityChange, ListingChange, TicketEvent},
    },
    events::{Event, OrderItemState, TicketState},
    id::TicketId,
    money::Major,
};

/// A change of one listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) subject: Subject,
    /// Of two changes of the same subject, the one with the higher number is the newer one, whichever came first.
    pub(super) fence: u64,
    pub(super) event: TicketEvent,
}

/// What a change is about: a newer one about the same makes an older one worthless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Subject {
    pub(super) listing: TicketId,
    aspect: Aspect,
}

impl Subject {
    /// What is left of a listing.
    pub(super) fn units(listing: TicketId) -> Self {
        Self { listing, aspect: Aspect::Units }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Aspect {
    /// That there is such a listing: told also where it was edited since.
    Listed,
    /// What its seller says of it.
    Terms,
    /// What is left of it.
    Units,
}

/// The changes an event tells, none if it tells nothing to lookers.
pub(super) fn changes(event: &Event) -> Vec<Change> {
    match event {
        Event::OrderCreated(order)
        | Event::OrderConfirmed(order)
        | Event::OrderCompleted(order)
        | Event::OrderCancelled(order) => order.items.iter().map(units).collect(),
        Event::TicketCreated(ticket) => vec![terms(ticket, Aspect::Listed, TicketEvent::Listed)],
        Event::TicketUpdated(ticket) => vec![terms(ticket, Aspect::Terms, TicketEvent::Edited)],
        Event::TicketWithdrawn(ticket) => vec![terms(ticket, Aspect::Terms, TicketEvent::Withdrawn)],
        _ => Vec::new(),
    }
}

fn units(item: &OrderItemState) -> Change {
    let taken = item.held.saturating_add(item.sold);
    let available = item.quantity_listed.saturating_sub(taken);
    let status = match (available, item.held) {
        (0, 0) => TicketStatus::Sold,
        (0, _) => TicketStatus::Reserved,
        _ => TicketStatus::Available,
    };
    let change = AvailabilityChange {
        id: item.ticket_id,
        seq: item.seq,
        available,
        quantity: item.quantity_listed,
        sold: Some(item.sold),
        status,
    };
    Change {
        subject: Subject::units(item.ticket_id),
        fence: item.seq,
        event: TicketEvent::Availability(change),
    }
}

fn terms(ticket: &TicketState, aspect: Aspect, event: fn(ListingChange) -> TicketEvent) -> Change {
    let change = ListingChange {
        id: ticket.id,
        version: ticket.version,
        title: ticket.title.clone(),
        price: Major(ticket.price_minor.minor()),
        currency: ticket.currency.as_str().to_owned(),
        quantity: ticket.quantity,
    };
    Change { subject: Subject { listing: ticket.id, aspect }, fence: ticket.version, event: event(change) }
}

#[cfg(test)]
mod tests {
    use common::{
        id::Id,
        money::{Minor, Price},
    };
    use jiff::Timestamp;

    use super::*;

    fn told(quantity_listed: u32, held: u32, sold: u32) -> (u32, TicketStatus) {
        let item = OrderItemState {
            ticket_id: TicketId::generate(Timestamp::UNIX_EPOCH, [1; 8]),
            seller_id: None,
            starts_at: None,
            quantity: 1,
            returned: 0,
            refunded_minor: Minor::default(),
            price_minor: Price::try_from(Minor::new(100).unwrap()).unwrap(),
            seq: 9,
            held,
            sold,
            quantity_listed,
            takings_minor: None,
        };
        match units(&item) {
            Change { fence: 9, event: TicketEvent::Availability(change), .. } => {
                (change.available, change.status)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_status_follows_the_units() {
        assert_eq!(told(3, 1, 1), (1, TicketStatus::Available));
        assert_eq!(told(3, 1, 2), (0, TicketStatus::Reserved));
        assert_eq!(told(3, 0, 3), (0, TicketStatus::Sold));
        assert_eq!(told(2, 3, 0), (0, TicketStatus::Reserved), "a cut that came too late leaves nothing");
    }
}
