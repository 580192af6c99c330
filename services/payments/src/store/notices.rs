//! Which of the gateway's webhooks were handled, in the collection `webhook_events`.

use std::time::Duration;

use bson::{Document, doc};
use jiff::Timestamp;
use messaging::{StoreError, WriteError};
use mongodb::{Collection, Database, IndexModel, options::IndexOptions};

/// How long an event is remembered: far longer than Stripe sends one again.
const REMEMBERED: Duration = Duration::from_hours(30 * 24);

/// Events that were handled. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Notices {
    collection: Collection<Document>,
}

impl Notices {
    pub(crate) async fn open(database: &Database) -> Result<Self, StoreError> {
        let collection = database.collection("webhook_events");
        let forgotten = IndexOptions::builder().expire_after(REMEMBERED).build();
        let index = IndexModel::builder().keys(doc! { "at": 1 }).options(forgotten).build();
        collection.create_index(index).await.map_err(StoreError::during("creating indexes"))?;
        Ok(Self { collection })
    }

    /// Whether the event was handled. What is done about one is harmless twice, so two of a kind that come at once may
    /// both hear no.
    pub(crate) async fn is_handled(&self, id: &str) -> Result<bool, StoreError> {
        let found = self.collection.find_one(doc! { "_id": id }).await;
        Ok(found.map_err(StoreError::during("reading a webhook"))?.is_some())
    }

    /// Remembers an event, once what it asked for is done.
    pub(crate) async fn handled(&self, id: &str, kind: &str, now: Timestamp) -> Result<(), StoreError> {
        let event = doc! { "_id": id, "type": kind, "at": messaging::datetime(now) };
        let inserted =
            self.collection.insert_one(event).await.map_err(StoreError::during("keeping a webhook"));
        match inserted.map_err(WriteError::from_store) {
            Ok(_) | Err(WriteError::Duplicate(_) | WriteError::Stale) => Ok(()),
            Err(WriteError::Store(error)) => Err(error),
        }
    }
}
