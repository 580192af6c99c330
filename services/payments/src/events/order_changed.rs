//! order.*: the money follows the order.
//!
//! Confirmed: it is taken. Cancelled: it is given back. All four events take the same path, because they may arrive
//! in any order: the copy keeps the newest state, and what is done depends on that state alone.

use common::events::OrderState;
use messaging::Outcome;
use runtime::Failure;

use crate::{
    domain::{Order, Payment},
    settle::{SettleError, settle},
    state::{AppState, Money},
};

/// Keeps the order's state if it is news, and moves its payment on.
pub(super) async fn handle(state: &AppState, order: OrderState) -> Outcome {
    match follow(&state.money, order.into()).await {
        Ok(true) => Outcome::Done,
        Ok(false) => Outcome::AlreadyDone,
        Err(error @ SettleError::Illegal(_)) => Outcome::Reject(Failure::from_error(error).to_string()),
        Err(error) => Outcome::Retry(Failure::from_error(error).to_string()),
    }
}

async fn follow(state: &Money, order: Order) -> Result<bool, SettleError> {
    let news = state.orders.apply(&order).await?;
    // Also for an old event: the attempt that applied the news may have died before it moved the payment on.
    let latest = state.payments.latest_for(order.id()).await?;
    let Some(payment) = latest.filter(Payment::is_active) else { return Ok(news) };
    let version = payment.version();
    match settle(state, payment).await {
        // The copy is kept, so the reconciler goes on from it: an event must not wait for a gateway to recover or to be
        // configured again, and least of all end as a dead letter.
        Err(error @ (SettleError::Gateway(_) | SettleError::Elsewhere(_))) => {
            let error = Failure::from_error(error);
            tracing::warn!(order = %order.id(), %error, "left to the reconciler");
            Ok(news)
        }
        settled => Ok(news || settled?.version() != version),
    }
}
