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
        ANSWER_WITHIN, Answer, Authorisation, Finding, LOOK_UP_AFTER, NextAttempt, Standing, Step,
        after_answer, after_look_up, next_attempt, next_step,
    },
};
