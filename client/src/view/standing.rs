//! A listing's standing in words.

use common::api::{TicketStatus, TicketView};

/// One or two words for a label.
pub(crate) fn label(status: TicketStatus) -> &'static str {
    match status {
        TicketStatus::Available => "Available",
        TicketStatus::Reserved => "Reserved",
        TicketStatus::Sold => "Sold out",
        TicketStatus::Withdrawn => "Withdrawn",
    }
}

/// How many can be had.
pub(crate) fn availability(ticket: &TicketView) -> String {
    match (ticket.status, ticket.available, ticket.quantity) {
        (TicketStatus::Available, 1, 1) => "1 ticket".to_owned(),
        (TicketStatus::Available, available, quantity) if available == quantity => {
            format!("{available} tickets")
        }
        (TicketStatus::Available, available, quantity) => format!("{available} of {quantity} left"),
        (status, ..) => label(status).to_owned(),
    }
}

/// Why a listing cannot be reserved now, and what may still happen.
pub(crate) fn unavailable(status: TicketStatus) -> Option<&'static str> {
    match status {
        TicketStatus::Available => None,
        TicketStatus::Reserved => Some(
            "Somebody has reserved the last of these and has a few minutes to pay. If they do not, the tickets \
             are on sale again: come back shortly.",
        ),
        TicketStatus::Sold => Some("These tickets are sold out."),
        TicketStatus::Withdrawn => Some("The seller has withdrawn this listing."),
    }
}

/// The most units one form can ask for: what is there, and no more than one buyer may usually hold.
pub(crate) fn most(ticket: &TicketView) -> u32 {
    ticket.available.clamp(1, 10)
}
