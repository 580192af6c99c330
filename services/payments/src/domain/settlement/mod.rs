//! What to do next about a payment, given where its order stands and what the gateway says.
//!
//! One decision serves all that can move a payment on: the request that made it, the order's events in any order,
//! and the reconciler. Whichever comes first acts; the others find it done.

use std::time::Duration;

use common::{api::PaymentStatus, id::RefundId, money::Minor};
use jiff::Timestamp;

use super::{IllegalTransition, NotPayable, Order, Payment, payment::Transition};

/// How long the gateway's answer is waited for.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// After this long without a recorded answer the gateway is asked what became of a payment.
pub(crate) const LOOK_UP_AFTER: Duration = Duration::from_secs(2);
/// After this long no request can still be on its way to the gateway.
const UNHEARD_AFTER: Duration = Duration::from_secs(8);

/// How often an order can be tried to be paid without waiting: a buyer has a few cards, a thief has thousands.
const FREE_ATTEMPTS: u32 = 20;
/// How long to wait before each further attempt.
const BETWEEN_ATTEMPTS: Duration = Duration::from_mins(1);

/// The gateway's agreement to a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Authorisation {
    /// The money is set aside.
    Authorised {
        /// The gateway's name for the payment.
        gateway_ref: String,
    },
    /// The buyer has to confirm first.
    RequiresAction {
        /// The gateway's name for the payment.
        gateway_ref: String,
        /// What the buyer's browser needs for that.
        client_secret: String,
    },
}

/// What came back when the gateway was asked to authorise a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It agreed.
    Agreed(Authorisation),
    /// It did not and never will.
    Refused {
        /// Why, in words for the buyer.
        reason: String,
    },
    /// Nothing came back: it may have agreed or not.
    Lost,
}

/// What a buyer's wish to pay comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NextAttempt {
    /// The attempt with this number is made.
    Begin(u32),
    /// This payment is under way, and is the answer.
    UnderWay(Payment),
    /// This payment waits for a confirmation that the buyer may be unable to give: it is given up first, and then
    /// the question asked again.
    Replace(Payment),
    /// So many were made that the next is made only after this long.
    Wait(Duration),
}

/// Where a payment stands with the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The gateway has never heard of it.
    Unheard,
    /// It was agreed to.
    Agreed(Authorisation),
    /// The money is taken.
    Captured {
        /// The gateway's name for the payment.
        gateway_ref: String,
        /// What was given back of it since.
        refunds: Vec<SeenRefund>,
        /// What was given back and has come back: the buyer's bank did not take it.
        returned: Vec<SeenRefund>,
    },
    /// It was declined.
    Declined {
        /// Why, in the gateway's words for the buyer.
        reason: String,
    },
    /// The authorisation is given back, or can never be made.
    Voided,
}

/// A refund as the gateway has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenRefund {
    /// Our id, if it was made by this service.
    pub(crate) id: Option<RefundId>,
    /// The gateway's name for it.
    pub(crate) gateway_ref: String,
    /// How much.
    pub(crate) amount: Minor,
}

/// What to do next about a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing, for now or for ever.
    Rest,
    /// Ask the gateway what became of it.
    LookUp,
    /// Take the money.
    Capture,
    /// Give back the authorisation.
    Void(&'static str),
    /// Record that all the money is to go back.
    Return(&'static str),
    /// Make this refund, which is recorded.
    Refund(RefundId),
    /// The order is complete with this payment: nobody needs to look at it again.
    Close,
}

/// What the gateway's word means for a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one at a time, and soon taken apart")]
pub(crate) enum Finding {
    /// Nothing new.
    Nothing,
    /// The payment as it is now, to be stored.
    Changed(Payment),
    /// The gateway does not know it and nobody will ask for it any more: to be barred there, then failed.
    NeverArrived,
}

impl From<Transition> for Finding {
    fn from(transition: Transition) -> Self {
        match transition {
            Transition::Changed(payment) => Self::Changed(payment),
            Transition::AlreadyThere(_) => Self::Nothing,
        }
    }
}

/// Decides what a wish to pay comes to, where `latest` is the last attempt at the order: the only one that can be
/// active.
pub(crate) fn next_attempt(
    order: &Order,
    latest: Option<Payment>,
    now: Timestamp,
) -> Result<NextAttempt, NotPayable> {
    order.payable(now)?;
    let Some(latest) = latest else { return Ok(NextAttempt::Begin(1)) };
    match latest.status() {
        PaymentStatus::Processing | PaymentStatus::Authorized => Ok(NextAttempt::UnderWay(latest)),
        PaymentStatus::RequiresAction => Ok(NextAttempt::Replace(latest)),
        PaymentStatus::Captured => Err(NotPayable::AlreadyPaid),
        PaymentStatus::Failed | PaymentStatus::Voided | PaymentStatus::Refunded => {
            let wait = if latest.attempt() < FREE_ATTEMPTS {
                Duration::ZERO
            } else {
                BETWEEN_ATTEMPTS.saturating_sub(latest.unchanged_for(now))
            };
            Ok(if wait.is_zero() {
                NextAttempt::Begin(latest.attempt() + 1)
            } else {
                NextAttempt::Wait(wait)
            })
        }
    }
}

/// Decides what the gateway's answer means for the payment it was asked to authorise.
pub(crate) fn after_answer(
    payment: Payment,
    answer: Answer,
    now: Timestamp,
) -> Result<Finding, IllegalTransition> {
    match answer {
        Answer::Agreed(Authorisation::Authorised { gateway_ref }) => {
            Ok(payment.authorize(gateway_ref, now)?.into())
        }
        Answer::Agreed(Authorisation::RequiresAction { gateway_ref, client_secret }) => {
            Ok(payment.require_action(gateway_ref, client_secret, now)?.into())
        }
        Answer::Refused { reason } => Ok(payment.fail(reason, now)?.into()),
        // Left to the reconciler, which asks what became of it.
        Answer::Lost => Ok(Finding::Nothing),
    }
}

/// Decides the next step.
pub(crate) fn next_step(payment: &Payment, order: Option<&Order>, now: Timestamp) -> Step {
    let released = order.and_then(|order| order.release_reason(payment.id()));
    let accepted = order.is_some_and(|order| order.is_paid_by(payment.id()));
    match payment.status() {
        PaymentStatus::Processing if payment.unchanged_for(now) < LOOK_UP_AFTER => Step::Rest,
        PaymentStatus::Processing => Step::LookUp,
        PaymentStatus::RequiresAction => released.map_or(Step::LookUp, Step::Void),
        PaymentStatus::Authorized if accepted => Step::Capture,
        PaymentStatus::Authorized => released.map_or(Step::Rest, Step::Void),
        PaymentStatus::Captured if payment.waits_to_return(now) => Step::Rest,
        PaymentStatus::Captured => match payment.pending_refund() {
            Some(refund) if refund.is_between_keys(now) => Step::Rest,
            Some(refund) => Step::Refund(refund.id()),
            None if accepted && order.is_some_and(Order::is_complete) => Step::Close,
            None => released.map_or(Step::Rest, Step::Return),
        },
        PaymentStatus::Failed | PaymentStatus::Voided | PaymentStatus::Refunded => Step::Rest,
    }
}

/// Decides what the gateway's word means for the payment.
///
/// A payment never skips a state: one found captured at once is taken to be authorised first, and asked about again.
/// A refund that was made past this service gets `new_refund` as its id.
pub(crate) fn after_look_up(
    payment: Payment,
    standing: Standing,
    new_refund: RefundId,
    now: Timestamp,
) -> Result<Finding, IllegalTransition> {
    const GONE: &str = "The payment was not completed";
    let status = payment.status();
    let open = matches!(status, PaymentStatus::Processing | PaymentStatus::RequiresAction);
    let changed = match standing {
        Standing::Unheard => {
            let over = status == PaymentStatus::Processing && payment.unchanged_for(now) >= UNHEARD_AFTER;
            return Ok(if over { Finding::NeverArrived } else { Finding::Nothing });
        }
        Standing::Agreed(Authorisation::RequiresAction { gateway_ref, client_secret }) if open => {
            payment.require_action(gateway_ref, client_secret, now)
        }
        Standing::Agreed(Authorisation::Authorised { gateway_ref })
        | Standing::Captured { gateway_ref, .. }
            if open =>
        {
            payment.authorize(gateway_ref, now)
        }
        Standing::Captured { refunds, returned, .. }
            if matches!(status, PaymentStatus::Captured | PaymentStatus::Refunded) =>
        {
            return after_refunds(payment, &refunds, &returned, new_refund, now);
        }
        Standing::Captured { .. } => payment.capture(now),
        // An agreement that is older than what is recorded.
        Standing::Agreed(_) => return Ok(Finding::Nothing),
        Standing::Declined { reason } => payment.fail(reason, now),
        // A payment that was declined is cancelled there afterwards.
        Standing::Voided if status == PaymentStatus::Failed => return Ok(Finding::Nothing),
        Standing::Voided if status == PaymentStatus::Processing => payment.fail(GONE, now),
        Standing::Voided => payment.void(GONE, now),
    };
    Ok(changed?.into())
}

/// Takes note of the first refund that is news; the others are noted when asked about again. Those that came back
/// first: they make room for those made in their place.
fn after_refunds(
    payment: Payment,
    refunds: &[SeenRefund],
    returned: &[SeenRefund],
    new_refund: RefundId,
    now: Timestamp,
) -> Result<Finding, IllegalTransition> {
    let mut payment = payment;
    for seen in returned {
        match payment.note_return(seen, now)? {
            Transition::Changed(changed) => return Ok(Finding::Changed(changed)),
            Transition::AlreadyThere(unchanged) => payment = unchanged,
        }
    }
    for seen in refunds {
        match payment.note_refund(seen, new_refund, now)? {
            Transition::Changed(changed) => return Ok(Finding::Changed(changed)),
            Transition::AlreadyThere(unchanged) => payment = unchanged,
        }
    }
    Ok(Finding::Nothing)
}

#[cfg(test)]
mod tests;
