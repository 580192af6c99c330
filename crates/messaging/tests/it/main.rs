//! The crate against a real database and a real broker.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on panics")]

mod consumers;
mod dead_letters;
mod follow;
mod outages;
mod revocations;
mod streams;
mod sweeping;
mod traces;
mod transactions;
mod world;
mod writing;
