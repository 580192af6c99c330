//! An order was created or went on: its deadline is set or taken back.

use common::{api::OrderStatus, events::OrderState};
use messaging::{Attempts, Outcome, WriteError};

use crate::{
    domain::{Deadline, Heard},
    state::AppState,
    store::Due,
    worker::POLL,
};

/// How often a lost race is run again before the event is left to a later delivery.
const ATTEMPTS: u32 = 5;

pub(super) async fn handle(state: &AppState, order: &OrderState) -> Result<Outcome, WriteError> {
    // A created order is almost always new: try the insert without looking first.
    let mut known = match order.status {
        OrderStatus::Created => None,
        _ => state.deadlines.get(&order.id.to_string()).await?,
    };
    let mut attempts = Attempts::of(ATTEMPTS);
    loop {
        let (written, deadline) = match Deadline::hear(known, order, state.clock.now()) {
            Heard::AlreadyKnown => return Ok(Outcome::AlreadyDone),
            Heard::New(deadline) => (state.deadlines.insert(&deadline).await, deadline),
            Heard::Changed(deadline) => (state.deadlines.replace(&deadline).await, deadline),
        };
        match written {
            Ok(()) => {
                follow(state, &deadline).await;
                return Ok(Outcome::Done);
            }
            // Another event about the same order came first, or this one did before: decide again.
            Err(WriteError::Stale | WriteError::Duplicate(_)) if attempts.again(&WriteError::Stale).await => {
                known = state.deadlines.get(&order.id.to_string()).await?;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Brings the timer to the deadline just stored.
async fn follow(state: &AppState, deadline: &Deadline) {
    let due = Due::from(deadline);
    if deadline.is_waiting() {
        let soon = due.expires_at <= state.clock.now() + POLL;
        state.timers.arm(&due, soon).await;
    } else {
        state.timers.disarm(&[due.id]).await;
    }
}
