//! Queueing up within this process for a listing many want at once.
//!
//! The database decides who gets a unit, with or without these locks, and between processes it alone does. But
//! buyers who meet there abort each other's transactions; those of one process can as well wait in line.

use std::{
    hash::{BuildHasher, RandomState},
    sync::Arc,
};

use common::id::TicketId;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Different listings rarely share one of so many locks, and it is harmless if they do.
const STRIPES: usize = 1024;

/// The locks. Cheap to clone; all clones are one.
#[derive(Debug, Clone)]
pub(super) struct TicketLocks {
    stripes: Arc<[Arc<Mutex<()>>]>,
    /// Its own in each process: nobody outside can tell which listings share a lock.
    hasher: RandomState,
}

/// A place at the head of the line; given up when dropped.
pub(super) struct Place {
    guards: Vec<OwnedMutexGuard<()>>,
    /// Whether somebody was there before.
    pub(super) waited: bool,
}

impl Default for TicketLocks {
    fn default() -> Self {
        Self { stripes: (0..STRIPES).map(|_| Arc::default()).collect(), hasher: RandomState::new() }
    }
}

impl TicketLocks {
    /// Waits for the locks of all these listings; taken in one order, so that baskets never wait for each other in
    /// a circle.
    pub(super) async fn acquire(&self, tickets: &[TicketId]) -> Place {
        let mut stripes: Vec<usize> = tickets.iter().map(|ticket| self.stripe(ticket)).collect();
        stripes.sort_unstable();
        stripes.dedup();
        let mut place = Place { guards: Vec::with_capacity(stripes.len()), waited: false };
        for stripe in stripes {
            let lock = &self.stripes[stripe];
            let guard = if let Ok(guard) = Arc::clone(lock).try_lock_owned() {
                guard
            } else {
                place.waited = true;
                Arc::clone(lock).lock_owned().await
            };
            place.guards.push(guard);
        }
        place
    }

    fn stripe(&self, ticket: &TicketId) -> usize {
        let stripes = u64::try_from(STRIPES).unwrap_or(u64::MAX);
        usize::try_from(self.hasher.hash_one(ticket) % stripes).unwrap_or_default()
    }
}
