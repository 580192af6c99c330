//! payment.*: the order follows its money.

use common::events::PaymentState;
use messaging::Outcome;

use super::{count, outcome};
use crate::{domain::Transition, state::AppState, store::ChangeError};

/// The seat is certain from here on, or the order is gone and payments will give the authorisation back.
pub(super) async fn authorized(state: &AppState, payment: &PaymentState) -> Outcome {
    let now = state.clock.now();
    outcome(state.store.change(payment.order_id, |order| order.confirm(payment.id, now)).await)
}

/// The money is taken: held units become sold ones.
pub(super) async fn captured(state: &AppState, payment: &PaymentState) -> Outcome {
    let now = state.clock.now();
    outcome(state.store.change(payment.order_id, |order| order.complete(payment.id, now)).await)
}

/// A declined attempt leaves the order payable; an authorised payment that came to nothing ends it.
pub(super) async fn failed(state: &AppState, payment: &PaymentState) -> Outcome {
    let now = state.clock.now();
    outcome(state.store.change(payment.order_id, |order| order.fail_payment(payment.id, now)).await)
}

/// An authorisation was given back, perhaps before it was told of here.
pub(super) async fn voided(state: &AppState, payment: &PaymentState) -> Outcome {
    let now = state.clock.now();
    outcome(state.store.change(payment.order_id, |order| order.void_payment(payment.id, now)).await)
}

/// Captured money went back to the buyer. Of a cancelled order's money nothing is to be noted; of a complete one's it is
/// noted by line, and units that the seller wants back are on sale again.
pub(super) async fn refunded(state: &AppState, payment: &PaymentState) -> Outcome {
    let (now, lines) = (state.clock.now(), &payment.refunded_lines);
    let mut caught_up = false;
    // Without lines it is not about a sale.
    if !lines.is_empty() {
        // Only what was captured can be refunded, so this event may have overtaken the one that told of the capture.
        match state.store.change(payment.order_id, |order| Ok(order.catch_up(payment.id, now))).await {
            Ok(transition) => caught_up = matches!(transition, Transition::Changed(_)),
            Err(error) => return outcome(Err(error)),
        }
    }
    match state.store.change(payment.order_id, |order| order.refund(payment.id, lines)).await {
        Ok(Transition::AlreadyThere(_)) if caught_up => Outcome::Done,
        // No order of events leads here: the two services disagree about money, and somebody has to look at it.
        Err(ChangeError::Illegal(illegal)) => {
            count(&illegal);
            Outcome::Reject(illegal.to_string())
        }
        changed => outcome(changed),
    }
}
