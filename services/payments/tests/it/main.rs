//! The whole service over HTTP, with a real database and broker; the tests play the orders service and the buyers.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod app;
mod documents;
mod double_click;
mod listing;
mod orders_events;
mod paying;
mod reconciler;
mod refunds;
mod refusals;
mod stand;
mod stripe;
