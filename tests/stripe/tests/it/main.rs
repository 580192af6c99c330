//! What people do with a gateway outside of the market, and what the gateway does to them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod bank;
mod buying;
mod confirmation;
mod crashes;
mod lapses;
mod losses;
mod outages;
mod refunds;
mod webhooks;
