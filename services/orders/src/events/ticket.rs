//! ticket.created, ticket.updated, ticket.withdrawn: keeping the replica of the listing.

use common::events::TicketState;
use messaging::Outcome;

use crate::{state::AppState, store::ChangeError};

/// Takes over the listing's state.
pub(super) async fn replicate(state: &AppState, ticket: &TicketState) -> Result<Outcome, ChangeError> {
    // Fifty of one currency must never be sold as fifty of another.
    if ticket.currency != state.terms.currency {
        let (theirs, ours) = (ticket.currency.as_str(), state.terms.currency.as_str());
        return Ok(Outcome::Reject(format!("the listing is in {theirs}, and this service sells in {ours}")));
    }
    Ok(if state.store.replicate(ticket).await? { Outcome::Done } else { Outcome::AlreadyDone })
}

/// Takes the listing off sale and cancels the unpaid orders that have units of it.
///
/// Nothing can be reserved from it once the replica says so; what was reserved before is found after. The search
/// runs at every delivery, so a crash between the two steps is made good by the next.
pub(super) async fn withdraw(state: &AppState, ticket: &TicketState) -> Result<Outcome, ChangeError> {
    let news = state.store.replicate(ticket).await?;
    let unpaid = state.store.unpaid_with(ticket.id).await?;
    let now = state.clock.now();
    let nothing_to_do = !news && unpaid.is_empty();
    for order in unpaid {
        state.store.change(order, |order| Ok(order.withdraw_ticket(now))).await?;
    }
    Ok(if nothing_to_do { Outcome::AlreadyDone } else { Outcome::Done })
}
