//! What is kept: payments, and a copy of every order.

mod orders;
mod payments;

pub(crate) use self::{orders::Orders, payments::Payments};
