//! The expiration service against the real servers.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on panics")]

mod crashes;
mod events;
mod firing;
mod outages;
mod world;
