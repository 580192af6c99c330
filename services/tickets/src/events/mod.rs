//! Everything this service listens to.

mod project_availability;

use common::events::{Event, Stream};
use messaging::{Delivery, Outcome, Subscription};

use crate::state::AppState;

pub(crate) const SUBSCRIPTIONS: &[Subscription] = &[Subscription {
    stream: Stream::Orders,
    types: &["order.created", "order.confirmed", "order.completed", "order.cancelled"],
}];

pub(crate) async fn handle(state: AppState, delivery: Delivery) -> Outcome {
    match delivery.event {
        Event::OrderCreated(order)
        | Event::OrderConfirmed(order)
        | Event::OrderCompleted(order)
        | Event::OrderCancelled(order) => project_availability::handle(&state, &order).await,
        other => Outcome::Reject(format!("{} is not for this service", other.kind())),
    }
}
