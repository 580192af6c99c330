//! The events this service heeds: a table.

mod order_changed;

use common::events::{Event, Stream};
use messaging::{Delivery, Outcome, Subscription};

use crate::state::AppState;

/// Every change of an order: any but its creation ends the need for a deadline.
pub(crate) const ORDERS: Subscription = Subscription {
    stream: Stream::Orders,
    types: &["order.created", "order.confirmed", "order.completed", "order.cancelled"],
};

/// Handles one event.
pub(crate) async fn handle(state: AppState, delivery: Delivery) -> Outcome {
    match delivery.event {
        Event::OrderCreated(order)
        | Event::OrderConfirmed(order)
        | Event::OrderCompleted(order)
        | Event::OrderCancelled(order) => order_changed::handle(&state, &order).await.into(),
        other => Outcome::Reject(format!("{} is nothing this service asked for", other.kind())),
    }
}
