//! payment.*: the order follows its money.

use common::events::PaymentState;
use messaging::Outcome;

use super::outcome;
use crate::state::AppState;

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
