//! The last line against orders that outlive their deadline: if no timer ever says so, this does.

use runtime::{Failure, Life};

use crate::state::AppState;

/// Expires what is overdue by more than the grace, until the process ends.
pub(crate) async fn run(state: AppState, life: Life) -> Result<(), Failure> {
    while !life.is_stopping() {
        if let Err(failure) = sweep(&state).await {
            tracing::warn!(%failure, "sweeping overdue orders failed");
        }
        tokio::select! {
            () = tokio::time::sleep(state.sweep.every) => {}
            () = life.stopping() => {}
        }
    }
    Ok(())
}

async fn sweep(state: &AppState) -> Result<(), Failure> {
    let now = state.clock.now();
    let Ok(limit) = now.checked_sub(state.sweep.grace) else { return Ok(()) };
    for order in state.store.overdue_since(limit).await? {
        metrics::counter!("orders_swept_total").increment(1);
        tracing::warn!(%order, "no timer came for an overdue order");
        // One that cannot be expired must not stand in the way of the others.
        if let Err(error) = state.store.change(order, |order| Ok(order.expire(now))).await {
            tracing::error!(%order, error = %Failure::from_error(error), "an overdue order could not be expired");
        }
    }
    Ok(())
}
