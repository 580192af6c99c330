//! Reading a buyer's orders, page by page.

use bson::{Document, doc};
use common::id::{OrderId, UserId};
use messaging::StoreError;

use super::Store;
use crate::domain::Order;

/// One page, and where the next one begins.
#[derive(Debug)]
pub(crate) struct OrderPage {
    pub(crate) orders: Vec<Order>,
    /// The last id of this page, if there are more.
    pub(crate) next: Option<OrderId>,
}

impl Store {
    /// A buyer's orders, newest first, after `cursor`.
    pub(crate) async fn orders_of(
        &self,
        buyer: UserId,
        cursor: Option<OrderId>,
        limit: u32,
    ) -> Result<OrderPage, StoreError> {
        let mut filter: Document = doc! { "state.buyerId": buyer.to_string() };
        if let Some(cursor) = cursor {
            filter.insert("_id", doc! { "$lt": cursor.to_string() });
        }
        let mut orders = self.orders.find(filter, doc! { "_id": -1 }, i64::from(limit) + 1).await?;
        let more = orders.len() > usize::try_from(limit).unwrap_or(usize::MAX);
        orders.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = orders.last().filter(|_| more).map(Order::id);
        Ok(OrderPage { orders, next })
    }

    /// The order with this id, if this buyer made it.
    pub(crate) async fn order_of(&self, buyer: UserId, id: OrderId) -> Result<Option<Order>, StoreError> {
        Ok(self.orders.get(&id.to_string()).await?.filter(|order| order.buyer_id() == buyer))
    }
}
