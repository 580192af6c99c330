//! The events this service follows: a table.

mod order_changed;

use common::events::{Event, Stream};
use messaging::{Delivery, Outcome, Subscription};

use crate::state::AppState;

/// What is subscribed to.
pub(crate) const SUBSCRIPTIONS: &[Subscription] = &[Subscription {
    stream: Stream::Orders,
    types: &["order.created", "order.confirmed", "order.completed", "order.cancelled"],
}];

/// Hands an event to its handler.
pub(crate) async fn handle(state: AppState, delivery: Delivery) -> Outcome {
    match delivery.event {
        Event::OrderCreated(order)
        | Event::OrderConfirmed(order)
        | Event::OrderCompleted(order)
        | Event::OrderCancelled(order) => order_changed::handle(&state, order).await,
        other => Outcome::Reject(format!("{} is not followed", other.kind())),
    }
}
