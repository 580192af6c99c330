//! How a change and its announcement become one commit, and how announcements are heard.
//!
//! A document other services care about is an [`Aggregate`]. It is written through [`Aggregates`], whose every
//! write takes the events to announce and stores them with the state in one commit; there is no other way to
//! publish. A relay sends what was stored, woken by the commit; a sweeper sends what a crash left behind.
//! On the other side [`Messaging::subscribe`] runs a handler for each event and acknowledges by its [`Outcome`],
//! in one place. Duplicates and reordering are normal: events carry whole states and versions. [`Messaging::follow`] tells
//! every process everything that happens in a stream, for what it keeps in memory.

mod aggregate;
mod bson_time;
mod bus;
mod command;
mod consumer;
mod dead_letter;
mod envelope;
mod error;
mod follow;
mod hearsay;
mod outbox;
mod relay;
mod republish;
mod revocations;
mod settings;
mod transaction;

pub use self::{
    aggregate::{Aggregate, Aggregates, Row},
    bson_time::{datetime, optional_timestamp, timestamp},
    bus::Messaging,
    command::{Command, DeadLetterCommand, OnceCommand, Republish},
    consumer::{Delivery, Outcome, Subscription},
    dead_letter::{DeadLetter, DeadLetters},
    error::{MaybeTransient, StoreError, WriteError},
    follow::{Began, Begin, Happened, News},
    hearsay::{look_patiently, may_be_on_its_way},
    revocations::follow_revocations,
    settings::MessagingSettings,
    transaction::{Attempts, Transaction},
};
