//! The announcements stored with a state, and the way they are handed to the relay after the commit.

use bson::DateTime;
use common::{clock::Clock, events::Event};
use runtime::{TraceParent, entropy};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::{StoreError, datetime};

/// An announcement that waits in its aggregate's document until the broker has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// `UUIDv7`, so entries sort by age; also what the broker recognises duplicates by.
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) subject: String,
    pub(crate) at: DateTime,
    pub(crate) trace: String,
    pub(crate) data: String,
}

/// What one commit left to announce.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) collection: &'static str,
    pub(crate) aggregate: String,
    pub(crate) entries: Vec<Entry>,
}

/// Makes entries, and wakes the relay once they are committed. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Outbox {
    clock: Clock,
    relay: mpsc::Sender<Pending>,
}

impl Outbox {
    pub(crate) fn new(clock: Clock, relay: mpsc::Sender<Pending>) -> Self {
        Self { clock, relay }
    }

    /// Entries for these events, in the current trace.
    pub(crate) fn entries(&self, events: &[Event]) -> Result<Vec<Entry>, StoreError> {
        let trace = TraceParent::current().to_string();
        let now = self.clock.now();
        let entry = |event: &Event| {
            Ok(Entry {
                id: event_id(now.as_millisecond()).to_string(),
                kind: event.kind().to_owned(),
                subject: event.subject(),
                at: datetime(now),
                trace: trace.clone(),
                data: event.to_json().map_err(mongodb::error::Error::custom)?,
            })
        };
        events.iter().map(entry).collect::<Result<_, _>>().map_err(StoreError::during("encoding an event"))
    }

    /// Hands entries to the relay, right after the commit that made them.
    pub(crate) fn committed(&self, pending: Pending) {
        runtime::fault_point("outbox.after_commit");
        self.wake(pending);
    }

    /// Hands committed entries to the relay. If it is too far behind, the sweeper will find them.
    pub(crate) fn wake(&self, pending: Pending) {
        if !pending.entries.is_empty() && self.relay.try_send(pending).is_err() {
            metrics::counter!("outbox_left_to_sweeper_total").increment(1);
        }
    }
}

/// A `UUIDv7` for this moment.
pub(crate) fn event_id(milliseconds: i64) -> Uuid {
    let milliseconds = u64::try_from(milliseconds).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(milliseconds, &entropy()).into_uuid()
}

/// The smallest id an entry made at this moment can have: entries below it are older.
pub(crate) fn oldest_id_at(milliseconds: i64) -> String {
    let milliseconds = u64::try_from(milliseconds).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(milliseconds, &[0; 10]).into_uuid().to_string()
}
