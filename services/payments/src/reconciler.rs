//! The last line: whatever was left half-way is brought to its end without a person.
//!
//! Several replicas may do this at once. Everything asked of the gateway is idempotent, and of two that record the
//! same change one finds it made.

use std::time::Duration;

use futures::{StreamExt, stream};
use messaging::StoreError;
use runtime::{Failure, Life};
use tokio::time::{Instant, sleep};

use crate::{
    domain::{LOOK_UP_AFTER, Payment, Step, next_step},
    gateway::Gateway,
    settle::{SettleError, settle},
    state::Money,
};

/// Payments read at a time: few, so that nobody who pays meanwhile stands behind them for long.
const BATCH: i64 = 20;
/// How many times as long as they took to read the others go first.
const GIVE_WAY: u32 = 3;
/// Payments looked at together.
const CONCURRENCY: usize = 8;

/// Looks at every unsettled payment again and again until the process ends.
pub(crate) async fn run(state: Money, every: Duration, life: Life) -> Result<(), Failure> {
    loop {
        tokio::select! {
            () = sleep(every) => {}
            () = life.stopping() => return Ok(()),
        }
        if let Err(error) = round(&state).await {
            tracing::warn!(error = %Failure::from_error(error), "reconciling was interrupted");
        }
    }
}

async fn round(state: &Money) -> Result<(), StoreError> {
    let mut last = None;
    let (mut overdue, mut stuck) = (0_u32, 0_u32);
    loop {
        // A fresh change is still in the hands of the request or event that made it.
        let (began, now) = (Instant::now(), state.clock.now());
        let mut batch = state.payments.unsettled(last, now - LOOK_UP_AFTER, BATCH).await?;
        let Some(end) = batch.last() else { break };
        last = Some(end.id());
        batch.retain(|payment| payment.unchanged_for(now) >= LOOK_UP_AFTER);
        let count = |counts: &dyn Fn(&Payment) -> bool| {
            u32::try_from(batch.iter().filter(|payment| counts(payment)).count()).unwrap_or(u32::MAX)
        };
        overdue = overdue.saturating_add(count(&|_| true));
        // Of another gateway's payment nothing can come however long it is waited for.
        stuck = stuck.saturating_add(count(&|payment| {
            payment.unchanged_for(now) >= state.stuck_after
                || payment.was_made_through(state.gateway.name()).is_err()
        }));
        // While orders is away, thousands may wait for its word: they cost two reads a batch, and nobody's patience.
        let orders = state.orders.among(batch.iter().map(Payment::order)).await?;
        let took = began.elapsed();
        batch.retain(|payment| next_step(payment, orders.get(&payment.order()), now) != Step::Rest);
        stream::iter(batch).for_each_concurrent(CONCURRENCY, |payment| reconcile(state, payment)).await;
        sleep(took * GIVE_WAY).await;
    }
    metrics::gauge!("payments_unsettled").set(overdue);
    // What somebody should be told about: a buyer who does not confirm is only waited for as long as a reservation lasts.
    metrics::gauge!("payments_stuck").set(stuck);
    state.gateway.measure();
    Ok(())
}

async fn reconcile(state: &Money, payment: Payment) {
    let (id, before) = (payment.id(), payment.status());
    match settle(state, payment).await {
        Ok(payment) if payment.status() == before => {}
        Ok(payment) => tracing::info!(payment = %id, ?before, after = ?payment.status(), "reconciled"),
        Err(error @ SettleError::Illegal(_)) => {
            metrics::counter!("payments_contradicted_total").increment(1);
            tracing::error!(payment = %id, error = %Failure::from_error(error), "the gateway contradicts our record");
        }
        Err(SettleError::Elsewhere(error)) => tracing::error!(%error, "it is left as it is"),
        Err(error) => {
            tracing::warn!(payment = %id, error = %Failure::from_error(error), "will be looked at again");
        }
    }
}
