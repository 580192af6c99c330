//! What is kept: payments, a copy of every order, the ledger, payouts, and which webhooks were handled.

mod ledger;
mod notices;
mod orders;
mod payments;
mod payouts;

pub(crate) use self::{
    ledger::{Ledger, Position},
    notices::Notices,
    orders::Orders,
    payments::{Payments, Sold},
    payouts::Payouts,
};
