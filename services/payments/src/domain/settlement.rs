//! What to do next about a payment, given where its order stands and what the gateway says.
//!
//! One decision serves all that can move a payment on: the request that made it, the order's events in any order,
//! and the reconciler. Whichever comes first acts; the others find it done.

use std::time::Duration;

use common::api::{OrderStatus, PaymentStatus};
use jiff::Timestamp;

use super::{IllegalTransition, Order, Payment, payment::Transition};

/// How long a request waits for the gateway's answer to an authorisation.
pub(crate) const AUTHORISE_DEADLINE: Duration = Duration::from_secs(5);
/// After this long without a recorded answer the gateway is asked what became of a payment.
pub(crate) const LOOK_UP_AFTER: Duration = Duration::from_secs(2);
/// After this long no request can still be on its way to the gateway.
const UNHEARD_AFTER: Duration = Duration::from_secs(8);

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
    },
    /// It was declined.
    Declined {
        /// Why, in the gateway's words for the buyer.
        reason: String,
    },
    /// The authorisation is given back, or can never be made.
    Voided,
    /// The money is given back.
    Refunded,
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
    /// Give back the money.
    Refund(&'static str),
    /// The order is complete with this payment: nobody needs to look at it again.
    Close,
}

/// What the gateway's word means for a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// Decides the next step.
pub(crate) fn next_step(payment: &Payment, order: Option<&Order>, now: Timestamp) -> Step {
    let released = order.and_then(Order::release_reason);
    match payment.status() {
        PaymentStatus::Processing if payment.unchanged_for(now) < LOOK_UP_AFTER => Step::Rest,
        PaymentStatus::Processing => Step::LookUp,
        PaymentStatus::RequiresAction => released.map_or(Step::LookUp, Step::Void),
        PaymentStatus::Authorized => match order.map(Order::status) {
            Some(OrderStatus::AwaitingPayment | OrderStatus::Complete) => Step::Capture,
            _ => released.map_or(Step::Rest, Step::Void),
        },
        PaymentStatus::Captured if order.is_some_and(|order| order.status() == OrderStatus::Complete) => {
            Step::Close
        }
        PaymentStatus::Captured => released.map_or(Step::Rest, Step::Refund),
        PaymentStatus::Failed | PaymentStatus::Voided | PaymentStatus::Refunded => Step::Rest,
    }
}

/// Decides what the gateway's word means for the payment.
///
/// A payment never skips a state: one found captured at once is taken to be authorised first, and asked about again.
pub(crate) fn after_look_up(
    payment: Payment,
    standing: Standing,
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
        Standing::Agreed(Authorisation::Authorised { gateway_ref }) | Standing::Captured { gateway_ref }
            if open =>
        {
            payment.authorize(gateway_ref, now)
        }
        Standing::Captured { .. } => payment.capture(now),
        // An agreement that is older than what is recorded.
        Standing::Agreed(_) => return Ok(Finding::Nothing),
        Standing::Declined { reason } => payment.fail(reason, now),
        Standing::Refunded if status == PaymentStatus::Captured => payment.refund(GONE, now),
        Standing::Voided | Standing::Refunded if status == PaymentStatus::Processing => {
            payment.fail(GONE, now)
        }
        Standing::Voided | Standing::Refunded => payment.void(GONE, now),
    };
    Ok(changed?.into())
}
