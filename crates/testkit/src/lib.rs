//! For the services' own tests: a fresh namespace in real servers, named actors, the other services' voices,
//! and waiting for conditions instead of sleeping.
//!
//! The servers are named by `TEST_MONGODB_URI`, `TEST_NATS_URL` and `TEST_REDIS_URL`, which `cargo xtask test` sets.
#![expect(clippy::missing_panics_doc, clippy::expect_used, reason = "a test that cannot go on panics")]

mod actor;
mod broker;
mod event_stream;
mod identity;
mod namespace;
mod wait;

pub use self::{
    actor::{Actor, Answer},
    broker::Broker,
    event_stream::{EventStream, SentEvent},
    identity::Identity,
    namespace::Namespace,
    wait::{eventually, holds},
};
