//! Pure decisions: what may be reserved, and how an order moves between its states.

mod inventory;
mod line;
mod order;
mod reservation;

pub(crate) use self::{
    inventory::{Inventory, Units},
    line::{GivenBack, Line},
    order::{Idempotency, IllegalTransition, Order, Status, Transition, request_name},
    reservation::{Basket, MAX_LINES, Refusal, Terms, Wanted, reserve},
};

#[cfg(test)]
mod tests;
