//! The orders service, over HTTP and events, on a real database and broker.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod actors;
mod late;
mod lifecycle;
mod order_events;
mod races;
mod refunds;
mod refusals;
mod replays;
mod takings;
