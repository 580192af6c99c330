//! The market with a payment gateway outside of it.
//!
//! The gateway is localstripe, a program that plays Stripe, behind a [proxy](Bank) that adds what Stripe does and
//! localstripe does not (idempotency keys), and the failures that a remote party has: answers that are lost, late or
//! wrong, and none at all. What became of the money is read from localstripe itself, never from the market.
#![expect(clippy::missing_panics_doc, clippy::expect_used, reason = "a test that cannot go on panics")]

mod audit;
mod bank;
mod books;
mod front;
mod purchase;
mod stage;
mod webhook;

pub use self::{
    bank::{Bank, SECRET_KEY, WEBHOOK_SECRET},
    books::Intent,
    front::{Call, Fault, Hold, Outage, OutageInForce, Request},
    purchase::{Purchase, VISA},
    stage::{Stage, patiently, play, play_alone},
    webhook::{Webhook, signature},
};
