//! What payments decides: pure functions of a state, an input and the time. No I/O.

mod backoff;
mod fee;
mod ledger;
mod line;
mod method;
mod order;
mod payment;
mod payout;
mod refund;
mod settlement;

pub(crate) use self::{
    fee::FeeRate,
    ledger::{Account, Entry},
    line::Line,
    method::PaymentMethod,
    order::{NotPayable, Order},
    payment::{
        Attempt, Dispute, IllegalTransition, MAX_PARTS, Movement, NotRefundable, OtherGateway, Payment,
        Transition,
    },
    payout::{Due, Payout},
    refund::{AskedBy, Refund, RefundRequest, Share},
    settlement::{
        ANSWER_WITHIN, Answer, Authorisation, Finding, LOOK_UP_AFTER, NextAttempt, SeenRefund, Standing,
        Step, after_answer, after_look_up, next_attempt, next_step,
    },
};
