//! What has happened to an order and what comes next, from its history and its payments.

use common::{
    api::{CancelReason, OrderStatus, OrderView, PaymentStatus, PaymentView, RefundStatus, RefundView},
    id::Id as _,
};
use islands::t;
use jiff::Timestamp;

use super::{
    money,
    stage::{Stage, reserved_at},
    time,
};

/// A step on the way from reserving to the end of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    what: What,
    /// Since when; not known of what is to come, and of some steps of old orders.
    pub(crate) at: Option<Timestamp>,
    pub(crate) state: State,
}

/// How a step is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Done,
    /// It went wrong, or ended the order.
    Failed,
    /// It is going on.
    Now,
    /// It is still to come.
    Next,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Came(OrderStatus, Option<CancelReason>),
    Payment {
        status: PaymentStatus,
        /// The order was given up, so the money goes back.
        returns: bool,
        /// A bank's reason to decline.
        reason: Option<String>,
    },
    Refund {
        refund: RefundView,
        /// All that was paid goes back at once.
        whole: bool,
    },
    PayBy(Timestamp),
    GoesBack,
    Yours,
}

/// All steps, oldest first; what is to come last.
pub(crate) fn steps(order: &OrderView, payments: &[PaymentView], stage: Stage) -> Vec<Step> {
    let mut steps: Vec<Step> = came(order);
    let start = reserved_at(order);
    let returns = order.status == OrderStatus::Cancelled;
    // Newest first, as they came.
    let told = payments.iter().rev().filter(|payment| is_news(order.status, stage, payment));
    steps.extend(told.map(|payment| Step {
        what: What::Payment {
            status: payment.status,
            returns,
            reason: payment.reason.clone().filter(|_| payment.status == PaymentStatus::Failed),
        },
        at: Some(since(payment).max(start)),
        state: payment_state(payment.status),
    }));
    for payment in payments.iter().rev() {
        // That the money of an order that was given up is on its way, its payment tells.
        let told = payment.refunds.iter().filter(|refund| !returns || refund.status != RefundStatus::Pending);
        steps.extend(told.map(|refund| Step {
            what: What::Refund { refund: refund.clone(), whole: refund.amount >= payment.amount },
            at: Some(refund.at),
            state: refund_state(refund.status),
        }));
    }
    // Stable: at the same moment the order's own step comes first. What has no time is the latest.
    steps.sort_by_key(|step| step.at.unwrap_or(Timestamp::MAX));
    let to_come = |what, state| Step { what, at: None, state };
    match stage {
        Stage::ToPay => {
            steps.push(to_come(What::PayBy(order.expires_at), State::Now));
            steps.push(to_come(What::Yours, State::Next));
        }
        Stage::ToConfirm | Stage::UnderWay => steps.push(to_come(What::Yours, State::Next)),
        Stage::Lapsing => steps.push(to_come(What::GoesBack, State::Now)),
        Stage::Complete | Stage::Refunded | Stage::Cancelled(_) => {}
    }
    steps
}

/// When a payment came to its state. Of an old one only its beginning is known, from its id and to the second.
fn since(payment: &PaymentView) -> Timestamp {
    let came = payment.history.iter().rev().find(|step| step.status == payment.status);
    came.map_or_else(|| payment.id.created_at(), |step| step.at)
}

/// The states the order has been in.
fn came(order: &OrderView) -> Vec<Step> {
    let step = |status, at| Step {
        what: What::Came(status, order.cancel_reason),
        at,
        state: match status {
            OrderStatus::AwaitingPayment if order.status == status => State::Now,
            OrderStatus::Created | OrderStatus::AwaitingPayment | OrderStatus::Complete => State::Done,
            OrderStatus::Cancelled => State::Failed,
        },
    };
    let mut steps: Vec<_> = order.history.iter().map(|known| step(known.status, Some(known.at))).collect();
    let knows = |status| order.history.iter().any(|known| known.status == status);
    if !knows(OrderStatus::Created) {
        steps.insert(0, step(OrderStatus::Created, Some(reserved_at(order))));
    }
    if order.status != OrderStatus::Created && !knows(order.status) {
        steps.push(step(order.status, None));
    }
    steps
}

/// Whether a payment tells something that the order's own steps do not.
fn is_news(order: OrderStatus, stage: Stage, payment: &PaymentView) -> bool {
    match (order, payment.status) {
        // While there is time the buyer is asked; an answer that never came is nothing that happened.
        (_, PaymentStatus::RequiresAction) => stage == Stage::ToConfirm,
        (
            OrderStatus::AwaitingPayment | OrderStatus::Complete,
            PaymentStatus::Authorized | PaymentStatus::Captured,
        ) => false,
        // Its refunds tell it, with what each was of.
        (_, PaymentStatus::Refunded) => payment.refunds.is_empty(),
        _ => true,
    }
}

fn payment_state(payment: PaymentStatus) -> State {
    match payment {
        PaymentStatus::Failed => State::Failed,
        PaymentStatus::Voided | PaymentStatus::Refunded => State::Done,
        // Of an order that was given up this is the money's way back.
        PaymentStatus::Processing
        | PaymentStatus::RequiresAction
        | PaymentStatus::Authorized
        | PaymentStatus::Captured => State::Now,
    }
}

fn refund_state(refund: RefundStatus) -> State {
    match refund {
        RefundStatus::Pending => State::Now,
        RefundStatus::Done => State::Done,
        RefundStatus::Failed => State::Failed,
    }
}

/// Somebody's own words in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason<'a> {
    /// A bank's, which are in English.
    Bank(&'a str),
    /// A seller's, in whatever language they chose.
    Seller(&'a str),
}

impl Step {
    /// In words.
    pub(crate) fn text(&self) -> String {
        match &self.what {
            What::Came(OrderStatus::Created, _) => t!("step-reserved"),
            What::Came(OrderStatus::AwaitingPayment, _) if self.state == State::Now => t!("step-taking"),
            What::Came(OrderStatus::AwaitingPayment, _) => t!("step-accepted"),
            What::Came(OrderStatus::Complete, _) => t!("step-complete"),
            What::Came(OrderStatus::Cancelled, reason) => cancelled(*reason),
            What::Payment { status, returns, .. } => paid(*status, *returns),
            What::Refund { refund, whole } => refunded(refund, *whole),
            What::PayBy(deadline) => t!("step-pay", time = time::clock(*deadline)),
            What::GoesBack => t!("step-lapsing"),
            What::Yours => t!("step-yours"),
        }
    }

    /// Why, if somebody has said so.
    pub(crate) fn reason(&self) -> Option<Reason<'_>> {
        match &self.what {
            What::Payment { reason, .. } => reason.as_deref().map(Reason::Bank),
            What::Refund { refund, .. } => match refund.status {
                RefundStatus::Failed => refund.failure.as_deref().map(Reason::Bank),
                RefundStatus::Pending | RefundStatus::Done => {
                    Some(refund.reason.as_str()).filter(|reason| !reason.is_empty()).map(Reason::Seller)
                }
            },
            What::Came(..) | What::PayBy(_) | What::GoesBack | What::Yours => None,
        }
    }
}

fn cancelled(reason: Option<CancelReason>) -> String {
    match reason {
        Some(CancelReason::Buyer) => t!("step-cancelled-buyer"),
        Some(CancelReason::Expired) => t!("step-cancelled-expired"),
        Some(CancelReason::TicketWithdrawn) => t!("step-cancelled-withdrawn"),
        Some(CancelReason::PaymentFailed) => t!("step-cancelled-payment"),
        None => t!("step-cancelled"),
    }
}

fn refunded(refund: &RefundView, whole: bool) -> String {
    let amount = money::amount(refund.amount, &refund.currency);
    match refund.status {
        RefundStatus::Pending => t!("step-refund-pending", amount = amount),
        RefundStatus::Done if whole => t!("step-refund-whole", amount = amount),
        RefundStatus::Done => t!("step-refund-part", amount = amount),
        RefundStatus::Failed => t!("step-refund-failed", amount = amount),
    }
}

fn paid(status: PaymentStatus, returns: bool) -> String {
    match status {
        PaymentStatus::Processing => t!("step-asked"),
        PaymentStatus::RequiresAction => t!("step-confirm"),
        PaymentStatus::Authorized if returns => t!("step-releasing"),
        PaymentStatus::Authorized => t!("step-set-aside"),
        PaymentStatus::Captured if returns => t!("step-refunding"),
        PaymentStatus::Captured => t!("step-charged"),
        PaymentStatus::Failed => t!("step-declined"),
        PaymentStatus::Voided => t!("step-released"),
        PaymentStatus::Refunded => t!("step-refunded"),
    }
}

#[cfg(test)]
pub(crate) mod tests;
