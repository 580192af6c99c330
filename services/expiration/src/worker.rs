//! Fires deadlines when they are due.

use std::time::Duration;

use futures::{StreamExt, stream};
use jiff::Timestamp;
use messaging::{Attempts, StoreError, WriteError};
use runtime::{Failure, Life, entropy, fault_point};

use crate::{
    domain::Firing,
    state::AppState,
    store::Due,
    timers::{CLAIM, Claim},
};

/// The longest pause between two looks into Redis: what another replica armed is found by then.
pub(crate) const POLL: Duration = Duration::from_millis(250);
/// The longest pause between two looks into `MongoDB` while Redis is out of reach.
const FALLBACK_POLL: Duration = Duration::from_secs(1);
/// Deadlines fired at once.
const CONCURRENCY: usize = 16;
/// How often a lost race is run again.
const ATTEMPTS: u32 = 5;

/// The loop that fires. Every replica runs one; the write to the document decides between them.
pub(crate) struct Worker {
    state: AppState,
    life: Life,
}

/// What became of one due deadline.
enum Fate {
    /// It needs nothing more.
    Settled,
    /// Its time comes later.
    Later(Due),
}

impl Worker {
    pub(crate) fn new(state: AppState, life: Life) -> Self {
        Self { state, life }
    }

    /// Runs until the process is to end.
    pub(crate) async fn run(self) -> Result<(), Failure> {
        while !self.life.is_stopping() {
            let now = self.state.clock.now();
            let pause = match self.state.timers.claim(now).await {
                Ok(claim) => self.serve(claim, now).await,
                Err(_) => self.fall_back(now).await,
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.state.timers.armed() => {}
                () = self.life.stopping() => {}
            }
        }
        Ok(())
    }

    /// Fires what was claimed. Returns how long to wait for more.
    async fn serve(&self, claim: Claim, now: Timestamp) -> Duration {
        if !claim.seeded {
            self.state.timers.want_seed();
        }
        if claim.lapsed > 0 {
            metrics::counter!("expiration_leases_lapsed_total").increment(claim.lapsed);
            tracing::warn!(count = claim.lapsed, "leases lapsed: a worker died or could not finish");
        }
        let full = claim.due.len() == CLAIM;
        if !claim.due.is_empty() {
            fault_point("expiration.after_claim");
            let settled = self.fire_all(claim.due).await;
            self.state.timers.release(&settled).await;
        }
        if full { Duration::ZERO } else { until(claim.next, now).min(jittered(POLL)) }
    }

    /// Fires what `MongoDB` says is overdue. Returns how long to wait before trying Redis again.
    async fn fall_back(&self, now: Timestamp) -> Duration {
        let limit = i64::try_from(CLAIM).unwrap_or(i64::MAX);
        match self.state.deadlines.overdue(now, limit).await {
            Ok(overdue) => {
                let ids: Vec<String> = overdue.into_iter().map(|due| due.id).collect();
                let full = ids.len() == CLAIM;
                let settled = self.fire_all(ids).await;
                if full && !settled.is_empty() { Duration::ZERO } else { jittered(FALLBACK_POLL) }
            }
            Err(error) => {
                let error = Failure::from_error(error);
                tracing::warn!(%error, "neither Redis nor MongoDB can say what is due");
                jittered(FALLBACK_POLL)
            }
        }
    }

    /// Fires these and returns those that need nothing more. A failure leaves the lease to lapse.
    async fn fire_all(&self, ids: Vec<String>) -> Vec<String> {
        let fates = stream::iter(ids).map(async |id| (self.fire(&id).await, id));
        let fates: Vec<_> = fates.buffer_unordered(CONCURRENCY).collect().await;
        let mut settled = Vec::with_capacity(fates.len());
        for (fate, id) in fates {
            match fate {
                Ok(Fate::Settled) => settled.push(id),
                Ok(Fate::Later(due)) => self.state.timers.arm(&due, false).await,
                Err(error) => {
                    let error = Failure::from_error(error);
                    tracing::warn!(%error, order = id, "a deadline could not be fired; it will be tried again");
                }
            }
        }
        settled
    }

    async fn fire(&self, id: &str) -> Result<Fate, WriteError> {
        let mut attempts = Attempts::of(ATTEMPTS);
        loop {
            match self.try_fire(id).await {
                Err(error @ WriteError::Stale) if attempts.again(&error).await => {}
                outcome => return outcome,
            }
        }
    }

    async fn try_fire(&self, id: &str) -> Result<Fate, WriteError> {
        let found: Result<_, StoreError> = self.state.deadlines.get(id).await;
        let Some(deadline) = found? else { return Ok(Fate::Settled) };
        let now = self.state.clock.now();
        let due = Due::from(&deadline);
        match deadline.fire(now) {
            Firing::Fired(fired) => {
                self.state.deadlines.replace(&fired).await?;
                fault_point("expiration.after_fire");
                let late = now.duration_since(due.expires_at).as_secs_f64();
                metrics::histogram!("expiration_lateness_seconds").record(late);
                tracing::info!(order = id, milliseconds_late = late * 1000.0, "a reservation's time is over");
                Ok(Fate::Settled)
            }
            Firing::NotBefore(_) => Ok(Fate::Later(due)),
            Firing::Over => Ok(Fate::Settled),
        }
    }
}

/// How long from `now` until `next`; forever without one.
fn until(next: Option<Timestamp>, now: Timestamp) -> Duration {
    next.map_or(Duration::MAX, |next| Duration::try_from(next.duration_since(now)).unwrap_or_default())
}

/// Between three quarters of `longest` and all of it, so that replicas do not knock together.
fn jittered(longest: Duration) -> Duration {
    let share = f64::from(u16::from_be_bytes(entropy())) / f64::from(u16::MAX);
    longest.mul_f64(0.75 + share / 4.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_ends_with_the_next_deadline() {
        let at = |ms| Timestamp::from_millisecond(ms).unwrap();
        assert_eq!(until(Some(at(1200)), at(1000)), Duration::from_millis(200));
        assert_eq!(until(Some(at(900)), at(1000)), Duration::ZERO);
        assert_eq!(until(None, at(1000)), Duration::MAX);
    }

    #[test]
    fn jitter_never_lengthens_a_pause() {
        for _ in 0..100 {
            let pause = jittered(POLL);
            assert!(pause <= POLL && pause >= POLL.mul_f64(0.74), "{pause:?}");
        }
    }
}
