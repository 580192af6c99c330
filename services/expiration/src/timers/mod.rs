//! Which deadline comes next: an index in Redis of what `MongoDB` holds.
//!
//! Two sorted sets: `due` by deadline, and `leased` by the end of the lease for what a worker has in hand. A third
//! key, `seeded`, is gone when Redis has lost its data, which tells the reconciler to hurry. Everything here may
//! be lost or stale at any time; the worker believes only the document.

mod outage;

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use redis::{
    Client, Pipeline, RedisError, RedisResult, Script,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use runtime::Failure;
use tokio::sync::Notify;

use self::outage::Outage;
use crate::store::Due;

/// How long a command may take. Nothing here blocks, so a later answer is as good as none.
const ANSWER_WITHIN: Duration = Duration::from_millis(500);
const CONNECT_WITHIN: Duration = Duration::from_secs(1);
/// Members claimed at a time.
pub(crate) const CLAIM: usize = 64;

/// Redis could not do what was asked. The outage is logged where it begins and ends, not with every command.
#[derive(Debug, thiserror::Error)]
#[error("{operation} failed")]
pub(crate) struct TimersError {
    operation: &'static str,
    source: RedisError,
}

/// The timer index. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Timers {
    connection: ConnectionManager,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    keys: Keys,
    claim: Script,
    seed: Script,
    lease: Duration,
    outage: Outage,
    /// A deadline was armed that may come before the next one the worker knows.
    armed: Notify,
    /// The index has lost something.
    seed_wanted: Notify,
}

#[derive(Debug)]
struct Keys {
    due: String,
    leased: String,
    seeded: String,
}

/// What a claim found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    /// Orders whose time is over. The lease on them runs.
    pub(crate) due: Vec<String>,
    /// How many leases had lapsed.
    pub(crate) lapsed: u64,
    /// When the next one is due.
    pub(crate) next: Option<Timestamp>,
    /// Whether the index is whole since the last reconciliation.
    pub(crate) seeded: bool,
}

impl Timers {
    /// An index whose keys begin with `namespace`. Connects at first use, and again whenever it has to.
    pub(crate) fn new(client: &Client, namespace: &str, lease: Duration) -> Result<Self, Failure> {
        // One attempt a command: the worker's next round is the next attempt.
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(0)
            .set_connection_timeout(Some(CONNECT_WITHIN))
            .set_response_timeout(Some(ANSWER_WITHIN));
        // The braces keep the keys of one script on one node of a cluster.
        let key = |name| format!("{{{namespace}}}:deadlines:{name}");
        let shared = Shared {
            keys: Keys { due: key("due"), leased: key("leased"), seeded: key("seeded") },
            claim: Script::new(include_str!("claim.lua")),
            seed: Script::new(include_str!("seed.lua")),
            lease,
            outage: Outage::default(),
            armed: Notify::new(),
            seed_wanted: Notify::new(),
        };
        Ok(Self { connection: client.get_connection_manager_lazy(config)?, shared: Arc::new(shared) })
    }

    /// Puts a deadline into the index. Best effort: the reconciler adds what is missing.
    pub(crate) async fn arm(&self, due: &Due, soon: bool) {
        let Shared { keys, .. } = &*self.shared;
        let mut pipeline = redis::pipe();
        pipeline.zadd(&keys.due, &due.id, due.expires_at.as_millisecond()).ignore();
        pipeline.zrem(&keys.leased, &due.id).ignore();
        self.best_effort("arming a timer", &pipeline).await;
        if soon {
            self.shared.armed.notify_one();
        }
    }

    /// Takes deadlines out of the index. Best effort: the worker finds that those left over need nothing.
    pub(crate) async fn disarm(&self, ids: &[String]) {
        if ids.is_empty() {
            return;
        }
        let Shared { keys, .. } = &*self.shared;
        let mut pipeline = redis::pipe();
        pipeline.zrem(&keys.due, ids).ignore();
        pipeline.zrem(&keys.leased, ids).ignore();
        self.best_effort("disarming timers", &pipeline).await;
    }

    /// Ends the lease on deadlines that were seen to.
    pub(crate) async fn release(&self, ids: &[String]) {
        if ids.is_empty() {
            return;
        }
        let mut pipeline = redis::pipe();
        pipeline.zrem(&self.shared.keys.leased, ids).ignore();
        self.best_effort("releasing timers", &pipeline).await;
    }

    /// Leases what is due at `now`, and what was leased to someone who did not finish in time.
    pub(crate) async fn claim(&self, now: Timestamp) -> Result<Claim, TimersError> {
        let Shared { keys, claim, lease, .. } = &*self.shared;
        let now = now.as_millisecond();
        let until = now.saturating_add(i64::try_from(lease.as_millis()).unwrap_or(i64::MAX));
        let mut call = claim.prepare_invoke();
        call.key(&keys.due).key(&keys.leased).key(&keys.seeded).arg(now).arg(until).arg(CLAIM);
        let claimed: RedisResult<(Vec<String>, u64, i64, bool)> =
            call.invoke_async(&mut self.connection.clone()).await;
        let (due, lapsed, next, seeded) = self.settle("claiming timers", claimed)?;
        let next = Timestamp::from_millisecond(next).ok().filter(|_| next >= 0);
        Ok(Claim { due, lapsed, next, seeded })
    }

    /// Adds what may be missing.
    pub(crate) async fn seed(&self, waiting: &[Due]) -> Result<(), TimersError> {
        let Shared { keys, seed, .. } = &*self.shared;
        let mut call = seed.prepare_invoke();
        call.key(&keys.due).key(&keys.leased);
        for due in waiting {
            call.arg(&due.id).arg(due.expires_at.as_millisecond());
        }
        let seeded: RedisResult<u64> = call.invoke_async(&mut self.connection.clone()).await;
        self.settle("seeding timers", seeded).map(drop)
    }

    /// Notes that nothing is missing.
    pub(crate) async fn mark_seeded(&self) -> Result<(), TimersError> {
        let mut pipeline = redis::pipe();
        pipeline.set(&self.shared.keys.seeded, 1).ignore();
        self.settle("marking the timers as seeded", self.run(&pipeline).await)
    }

    /// Asks for a reconciliation at once.
    pub(crate) fn want_seed(&self) {
        self.shared.seed_wanted.notify_one();
    }

    /// Resolves when a reconciliation is wanted.
    pub(crate) async fn seed_wanted(&self) {
        self.shared.seed_wanted.notified().await;
    }

    /// Resolves when a deadline was armed that comes soon.
    pub(crate) async fn armed(&self) {
        self.shared.armed.notified().await;
    }

    async fn best_effort(&self, operation: &'static str, pipeline: &Pipeline) {
        // In an outage only the worker knocks, so that no handler waits for a Redis that does not answer. A change
        // passed over here is in the database by now, where the reconciliation after the outage finds it.
        if !self.shared.outage.is_on() {
            let _ = self.settle(operation, self.run(pipeline).await);
        }
    }

    async fn run(&self, pipeline: &Pipeline) -> RedisResult<()> {
        pipeline.query_async(&mut self.connection.clone()).await
    }

    fn settle<T>(&self, operation: &'static str, result: RedisResult<T>) -> Result<T, TimersError> {
        match result {
            Ok(value) => {
                if self.shared.outage.ended() {
                    self.want_seed();
                }
                Ok(value)
            }
            Err(source) => {
                self.shared.outage.began(operation, &source);
                Err(TimersError { operation, source })
            }
        }
    }
}
