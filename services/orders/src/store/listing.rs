//! Reading a buyer's orders, page by page.

use bson::{Document, doc};
use common::id::{OrderId, UserId};
use messaging::StoreError;

use super::Store;
use crate::domain::Order;

impl Store {
    /// A buyer's newest orders: at most `limit`, older than `before`.
    pub(crate) async fn orders_of(
        &self,
        buyer: UserId,
        before: Option<OrderId>,
        limit: u32,
    ) -> Result<Vec<Order>, StoreError> {
        let mut filter: Document = doc! { "state.buyerId": buyer.to_string() };
        if let Some(before) = before {
            filter.insert("_id", doc! { "$lt": before.to_string() });
        }
        self.orders.find(filter, doc! { "_id": -1 }, limit.into()).await
    }

    /// The order with this id, if this buyer made it.
    pub(crate) async fn order_of(&self, buyer: UserId, id: OrderId) -> Result<Option<Order>, StoreError> {
        Ok(self.orders.get(&id.to_string()).await?.filter(|order| order.buyer_id() == buyer))
    }
}
