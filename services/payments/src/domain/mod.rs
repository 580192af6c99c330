//! What payments decides: pure functions of a state, an input and the time. No I/O.

mod method;
mod order;
mod payment;
mod settlement;

pub(crate) use self::{
    method::PaymentMethod,
    order::{NotPayable, Order},
    payment::{Attempt, IllegalTransition, Payment},
    settlement::{
        AUTHORISE_DEADLINE, Authorisation, Finding, LOOK_UP_AFTER, Standing, Step, after_look_up, next_step,
    },
};
