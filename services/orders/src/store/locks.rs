//! Queueing up within this process for a listing many want at once.
//!
//! The database decides who gets a unit, with or without these locks, and between processes it alone does. But
//! buyers who meet there abort each other's transactions; those of one process can as well wait in line.

use std::sync::Arc;

use common::id::TicketId;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Different listings rarely share one of so many locks, and it is harmless if they do.
const STRIPES: usize = 1024;

/// The locks. Cheap to clone; all clones are one.
#[derive(Debug, Clone)]
pub(super) struct TicketLocks(Arc<[Arc<Mutex<()>>]>);

impl Default for TicketLocks {
    fn default() -> Self {
        Self((0..STRIPES).map(|_| Arc::default()).collect())
    }
}

impl TicketLocks {
    /// Waits for the locks of all these listings; taken in one order, so that baskets never wait for each other in
    /// a circle.
    pub(super) async fn acquire(&self, tickets: &[TicketId]) -> Vec<OwnedMutexGuard<()>> {
        let mut stripes: Vec<usize> = tickets.iter().map(stripe).collect();
        stripes.sort_unstable();
        stripes.dedup();
        let mut guards = Vec::with_capacity(stripes.len());
        for stripe in stripes {
            guards.push(Arc::clone(&self.0[stripe]).lock_owned().await);
        }
        guards
    }
}

fn stripe(ticket: &TicketId) -> usize {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    ticket.hash(&mut hasher);
    let stripes = u64::try_from(STRIPES).unwrap_or(u64::MAX);
    usize::try_from(hasher.finish() % stripes).unwrap_or_default()
}
