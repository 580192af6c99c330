//! A whole market of real processes, the people in it, and the invariants it must keep.
//!
//! Nothing here links a service: people talk HTTP through the ingress, and [`Invariants`] reads the databases.
#![expect(clippy::missing_panics_doc, clippy::expect_used, reason = "a test that cannot go on panics")]

mod invariants;
mod market;
mod people;
mod tally;
mod trade;

pub use self::{
    invariants::Invariants,
    market::{Departure, Market},
    people::{Person, listing},
    tally::Tally,
    trade::Trade,
};
