//! Brings back into Redis what is in `MongoDB`.

use std::time::Duration;

use futures::TryStreamExt;
use messaging::StoreError;
use runtime::{Failure, Life};

use crate::{state::AppState, store::Due, timers::TimersError};

/// Deadlines added at a time.
const BATCH: usize = 500;
/// The pause after a round that failed; a shorter `RECONCILE_SECONDS` counts instead.
const RETRY: Duration = Duration::from_secs(2);

/// The loop that reconciles.
pub(crate) struct Reconciler {
    state: AppState,
    every: Duration,
    life: Life,
}

#[derive(Debug, thiserror::Error)]
enum ReconcileError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Timers(#[from] TimersError),
}

impl Reconciler {
    pub(crate) fn new(state: AppState, every: Duration, life: Life) -> Self {
        Self { state, every, life }
    }

    /// Reconciles at once, then every so often and whenever Redis seems to have lost something, until the process
    /// is to end.
    pub(crate) async fn run(self) -> Result<(), Failure> {
        while !self.life.is_stopping() {
            let pause = match self.reconcile().await {
                Ok(count) => {
                    tracing::debug!(count, "reconciled");
                    self.every
                }
                // Logged where the outage began.
                Err(ReconcileError::Timers(_)) => self.every.min(RETRY),
                Err(ReconcileError::Store(error)) => {
                    let error = Failure::from_error(error);
                    tracing::warn!(%error, "the timers could not be reconciled");
                    self.every.min(RETRY)
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.state.timers.seed_wanted() => {}
                () = self.life.stopping() => {}
            }
        }
        Ok(())
    }

    /// Adds every deadline that comes before the round after the next one: the later ones have time.
    async fn reconcile(&self) -> Result<usize, ReconcileError> {
        let horizon = self.state.clock.now() + self.every * 2;
        let waiting = self.state.deadlines.waiting(horizon).await?;
        let mut batches = std::pin::pin!(waiting.try_chunks(BATCH));
        let mut count = 0;
        while let Some(batch) = batches.try_next().await.map_err(|error| error.1)? {
            let batch: Vec<Due> = batch;
            self.state.timers.seed(&batch).await?;
            count += batch.len();
        }
        self.state.timers.mark_seeded().await?;
        Ok(count)
    }
}
