//! The copies of orders, in the collection `orders`.

use std::collections::HashMap;

use bson::doc;
use common::id::OrderId;
use futures::{TryStreamExt, stream::BoxStream};
use jiff::Timestamp;
use messaging::{StoreError, WriteError, look_patiently, may_be_on_its_way};
use mongodb::Collection;

use crate::domain::Order;

/// The copies of orders. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Orders {
    collection: Collection<Order>,
}

impl Orders {
    pub(crate) fn open(database: &mongodb::Database) -> Self {
        Self { collection: database.collection("orders") }
    }

    /// The newest state heard of.
    pub(crate) async fn get(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        let found = self.collection.find_one(doc! { "_id": id.to_string() }).await;
        found.map_err(StoreError::during("reading an order"))
    }

    /// The newest states heard of these.
    pub(crate) async fn among(
        &self,
        ids: impl Iterator<Item = OrderId>,
    ) -> Result<HashMap<OrderId, Order>, StoreError> {
        let during = StoreError::during("reading orders");
        let ids: Vec<_> = ids.map(|id| id.to_string()).collect();
        let found = self.collection.find(doc! { "_id": { "$in": ids } }).await.map_err(&during)?;
        found.map_ok(|order| (order.id(), order)).try_collect().await.map_err(during)
    }

    /// Every complete order, in no order.
    pub(crate) async fn complete(&self) -> Result<BoxStream<'static, Result<Order, StoreError>>, StoreError> {
        let during = StoreError::during("listing orders");
        let found = self.collection.find(doc! { "status": "complete" }).await.map_err(during)?;
        Ok(Box::pin(found.map_err(StoreError::during("listing orders"))))
    }

    /// Like [`Orders::get`], but waits a little for an order so young that word of it may be on its way.
    pub(crate) async fn get_or_await(
        &self,
        id: OrderId,
        now: Timestamp,
    ) -> Result<Option<Order>, StoreError> {
        look_patiently(|| self.get(id), |found| found.is_none() && may_be_on_its_way(&id, now)).await
    }

    /// Keeps a state if it is newer than the one kept. Says whether it was.
    pub(crate) async fn apply(&self, order: &Order) -> Result<bool, StoreError> {
        match self.replace_older(order).await {
            // Either a newer state is kept, or another first state came in between: the second try tells.
            Err(WriteError::Duplicate(_)) => match self.replace_older(order).await {
                Ok(()) => Ok(true),
                Err(WriteError::Duplicate(_) | WriteError::Stale) => Ok(false),
                Err(WriteError::Store(error)) => Err(error),
            },
            Ok(()) => Ok(true),
            Err(WriteError::Stale) => Ok(false),
            Err(WriteError::Store(error)) => Err(error),
        }
    }

    /// One conditional write. Where a state is kept that is not older, the upsert meets the taken `_id`.
    async fn replace_older(&self, order: &Order) -> Result<(), WriteError> {
        let version = i64::try_from(order.version()).unwrap_or(i64::MAX);
        let filter = doc! { "_id": order.id().to_string(), "version": { "$lt": version } };
        let replaced = self.collection.replace_one(filter, order).upsert(true).await;
        let during = StoreError::during("keeping an order");
        replaced.map(|_| ()).map_err(during).map_err(WriteError::from_store)
    }
}
