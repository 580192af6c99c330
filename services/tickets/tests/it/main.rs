//! The tickets service over HTTP and the broker, with a real database and a real broker.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod browse;
mod cache;
mod conditional;
mod contract;
mod create;
mod edit;
mod hostile;
mod market;
mod mine;
mod paging;
mod process;
mod projection;
mod race;
mod repetition;
mod republish;
mod ticket_events;
mod withdraw;
