//! expiration.completed: a reservation's time is over.

use common::events::ExpirationCompleted;
use messaging::Outcome;

use super::outcome;
use crate::{domain::Transition, state::AppState};

/// Cancels the order if it is still unpaid. It names an order, never a ticket, so it cannot free what another
/// order has since reserved.
pub(super) async fn handle(state: &AppState, expired: &ExpirationCompleted) -> Outcome {
    let now = state.clock.now();
    let changed = state.store.change(expired.order_id, |order| Ok(order.expire(now))).await;
    match changed {
        // Clocks differ a little between machines; ours decides.
        Ok(Transition::AlreadyThere(order)) if order.is_waiting(now) => {
            Outcome::Retry("by our clock the reservation's time is not over yet".to_owned())
        }
        changed => outcome(changed),
    }
}
