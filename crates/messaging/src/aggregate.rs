//! Documents that announce their changes.

use std::{marker::PhantomData, time::Duration};

use bson::{Bson, Document, doc, serialize_to_bson};
use common::events::Event;
use futures::TryStreamExt;
use mongodb::{ClientSession, Collection, IndexModel, options::IndexOptions};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    Messaging, StoreError, WriteError,
    outbox::{Outbox, Pending},
    transaction::Transaction,
};

/// No listing is worth more of the database's time: the request that wants it is given up soon after.
const LONGEST_READ: Duration = Duration::from_secs(8);

/// A state other services hear about.
pub trait Aggregate: Serialize + DeserializeOwned + Send + Sync + Unpin + 'static {
    /// The collection its documents are in.
    const COLLECTION: &'static str;

    /// Its id, which is the document's `_id`.
    fn id(&self) -> String;

    /// One for a new aggregate, one more with every change.
    fn version(&self) -> u64;

    /// The event that tells the current state, for `republish`; `None` if nothing was ever announced of it.
    fn announcement(&self) -> Option<Event>;

    /// Fields derived from the state that only queries need. They are stored as `derived`.
    fn derived(&self) -> Document {
        Document::new()
    }
}

/// An aggregate as read: the document has more beside the state.
#[derive(Debug, Clone, Deserialize)]
pub struct Row<A> {
    /// The state.
    pub state: A,
}

/// The aggregates of one collection. Cheap to clone.
///
/// A document is `{_id, state, derived, outbox}`; the state has its `version`.
#[derive(Debug)]
pub struct Aggregates<A: Aggregate> {
    collection: Collection<Document>,
    outbox: Outbox,
    kind: PhantomData<fn() -> A>,
}

impl<A: Aggregate> Clone for Aggregates<A> {
    fn clone(&self) -> Self {
        Self { collection: self.collection.clone(), outbox: self.outbox.clone(), kind: PhantomData }
    }
}

impl<A: Aggregate> Aggregates<A> {
    /// Opens the collection, with these indexes besides the outbox's own. The relay serves it from now on.
    pub async fn open(messaging: &Messaging, indexes: Vec<IndexModel>) -> Result<Self, StoreError> {
        let collection = messaging.database().collection(A::COLLECTION);
        let unsent = IndexModel::builder()
            .keys(doc! { "outbox.id": 1 })
            .options(IndexOptions::builder().sparse(true).build())
            .build();
        collection
            .create_indexes(indexes.into_iter().chain([unsent]))
            .await
            .map_err(StoreError::during("creating indexes"))?;
        messaging.serve_collection(A::COLLECTION);
        Ok(Self { collection, outbox: messaging.outbox(), kind: PhantomData })
    }

    /// The collection, to read from in other ways than here, or to update fields that nobody is told of.
    pub fn collection<T: Send + Sync>(&self) -> Collection<T> {
        self.collection.clone_with_type()
    }

    /// The aggregate with this id.
    pub async fn get(&self, id: &str) -> Result<Option<A>, StoreError> {
        self.find_one(doc! { "_id": id }).await
    }

    /// An aggregate that matches.
    pub async fn find_one(&self, filter: Document) -> Result<Option<A>, StoreError> {
        let found = self.collection::<Row<A>>().find_one(filter).projection(doc! { "state": 1 }).await;
        Ok(found.map_err(StoreError::during("reading an aggregate"))?.map(|row| row.state))
    }

    /// The aggregate with this id, as the transaction sees it.
    pub async fn get_in(&self, tx: &mut Transaction, id: &str) -> Result<Option<A>, StoreError> {
        let found = self.collection::<Row<A>>().find_one(doc! { "_id": id }).session(tx.session()).await;
        Ok(found.map_err(StoreError::during("reading an aggregate"))?.map(|row| row.state))
    }

    /// At most `limit` aggregates that match, in this order; all of them if `limit` is 0.
    pub async fn find(&self, filter: Document, sort: Document, limit: i64) -> Result<Vec<A>, StoreError> {
        let during = StoreError::during("listing aggregates");
        let rows = self
            .collection::<Row<A>>()
            .find(filter)
            .projection(doc! { "state": 1 })
            .max_time(LONGEST_READ)
            .sort(sort)
            .limit(limit)
            .await
            .map_err(&during)?;
        rows.map_ok(|row| row.state).try_collect().await.map_err(during)
    }

    /// Stores a new aggregate and what to announce of it.
    pub async fn insert(&self, aggregate: &A, events: &[Event]) -> Result<(), WriteError> {
        let pending = self.insert_with(None, aggregate, events).await?;
        self.outbox.committed(pending);
        Ok(())
    }

    /// Stores a new aggregate and what to announce of it, as part of a transaction.
    pub async fn insert_in(
        &self,
        tx: &mut Transaction,
        aggregate: &A,
        events: &[Event],
    ) -> Result<(), WriteError> {
        let pending = self.insert_with(Some(tx.session()), aggregate, events).await?;
        tx.announce(pending);
        Ok(())
    }

    /// Replaces version `n − 1` by this version `n` and stores what to announce of it.
    ///
    /// Fails with [`WriteError::Stale`] if the stored version is another.
    pub async fn replace(&self, aggregate: &A, events: &[Event]) -> Result<(), WriteError> {
        self.replace_if(Document::new(), aggregate, events).await
    }

    /// Like [`Aggregates::replace`], and stale too if the stored document does not match `condition`.
    pub async fn replace_if(
        &self,
        condition: Document,
        aggregate: &A,
        events: &[Event],
    ) -> Result<(), WriteError> {
        let pending = self.replace_with(None, condition, aggregate, events).await?;
        self.outbox.committed(pending);
        Ok(())
    }

    /// Like [`Aggregates::replace`], as part of a transaction.
    pub async fn replace_in(
        &self,
        tx: &mut Transaction,
        aggregate: &A,
        events: &[Event],
    ) -> Result<(), WriteError> {
        let pending = self.replace_with(Some(tx.session()), Document::new(), aggregate, events).await?;
        tx.announce(pending);
        Ok(())
    }

    async fn insert_with(
        &self,
        session: Option<&mut ClientSession>,
        aggregate: &A,
        events: &[Event],
    ) -> Result<Pending, WriteError> {
        let during = StoreError::during("inserting an aggregate");
        let pending = self.pending(aggregate, events)?;
        let document = doc! {
            "_id": &pending.aggregate,
            "state": to_bson(aggregate)?,
            "derived": aggregate.derived(),
            "outbox": to_bson(&pending.entries)?,
        };
        let insert = self.collection.insert_one(document);
        let done = match session {
            Some(session) => insert.session(session).await,
            None => insert.await,
        };
        done.map_err(during).map_err(WriteError::from_store)?;
        Ok(pending)
    }

    async fn replace_with(
        &self,
        session: Option<&mut ClientSession>,
        condition: Document,
        aggregate: &A,
        events: &[Event],
    ) -> Result<Pending, WriteError> {
        let during = StoreError::during("replacing an aggregate");
        let pending = self.pending(aggregate, events)?;
        let before = i64::try_from(aggregate.version().saturating_sub(1)).unwrap_or(i64::MAX);
        let mut filter = doc! { "_id": &pending.aggregate, "state.version": before };
        filter.extend(condition);
        // The outbox is pushed to, never set: the relay prunes it at any time.
        let update = doc! {
            "$set": { "state": to_bson(aggregate)?, "derived": aggregate.derived() },
            "$push": { "outbox": { "$each": to_bson(&pending.entries)? } },
        };
        let update = self.collection.update_one(filter, update);
        let done = match session {
            Some(session) => update.session(session).await,
            None => update.await,
        };
        let result = done.map_err(during).map_err(WriteError::from_store)?;
        if result.matched_count == 1 { Ok(pending) } else { Err(WriteError::Stale) }
    }

    fn pending(&self, aggregate: &A, events: &[Event]) -> Result<Pending, StoreError> {
        Ok(Pending {
            collection: A::COLLECTION,
            aggregate: aggregate.id(),
            entries: self.outbox.entries(events)?,
        })
    }
}

fn to_bson<T: Serialize>(value: &T) -> Result<Bson, StoreError> {
    serialize_to_bson(value)
        .map_err(mongodb::error::Error::custom)
        .map_err(StoreError::during("encoding an aggregate"))
}
