//! Telling a Redis outage once when it begins and once when it ends.

use std::sync::atomic::{AtomicBool, Ordering};

use redis::RedisError;

/// Whether Redis is out of reach.
#[derive(Debug, Default)]
pub(crate) struct Outage(AtomicBool);

impl Outage {
    pub(crate) fn is_on(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Takes note of a failed command.
    pub(crate) fn began(&self, operation: &'static str, error: &RedisError) {
        if !self.0.swap(true, Ordering::SeqCst) {
            metrics::gauge!("expiration_redis_up").set(0.0);
            tracing::warn!(%error, operation, "Redis is out of reach; deadlines are looked for in MongoDB");
        }
    }

    /// Takes note of a command that worked. True if an outage ended with it.
    pub(crate) fn ended(&self) -> bool {
        let ended = self.is_on() && self.0.swap(false, Ordering::SeqCst);
        if ended {
            metrics::gauge!("expiration_redis_up").set(1.0);
            tracing::info!("Redis is back");
        }
        ended
    }
}
