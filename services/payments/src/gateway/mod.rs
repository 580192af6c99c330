//! Whoever moves the money.
//!
//! A gateway is a remote party: it decides by itself, its answers may be lost, and it may be asked again by another
//! replica or after a restart. So everything asked of it is idempotent under the payment's id, and
//! [`Gateway::look_up`] tells what it decided.

mod deadline;
mod sandbox;
mod stripe;

use std::{error::Error, time::Duration};

use common::{
    id::{OrderId, PaymentId, PayoutId, RefundId},
    money::{Currency, Minor},
};
use futures::future::BoxFuture;
use jiff::Timestamp;

#[cfg(test)]
pub(crate) use self::sandbox::{Entry, Verdict};
pub(crate) use self::{
    deadline::{Punctual, answered},
    sandbox::Sandbox,
    stripe::{Notice, Stripe, StripeSettings, WebhookError, Webhooks, What},
};
use crate::domain::{Answer, Authorisation, Payment, PaymentMethod, Payout, Refund, Standing};

/// What the gateway is asked to move: the same at every request about one payment.
#[derive(Debug, Clone)]
pub(crate) struct Charge {
    /// The payment: the idempotency key of every request about it.
    pub(crate) id: PaymentId,
    /// What it pays for.
    pub(crate) order: OrderId,
    /// How much.
    pub(crate) amount: Minor,
    /// In which currency.
    pub(crate) currency: Currency,
    /// The gateway's name for it, once it has been opened.
    pub(crate) gateway_ref: Option<String>,
}

impl From<&Payment> for Charge {
    fn from(payment: &Payment) -> Self {
        Self {
            id: payment.id(),
            order: payment.order(),
            amount: payment.amount(),
            currency: payment.currency().clone(),
            gateway_ref: payment.gateway_ref().map(str::to_owned),
        }
    }
}

/// What is to be given back of a captured charge.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MoneyBack {
    /// The refund: the idempotency key.
    pub(crate) id: RefundId,
    /// How much.
    pub(crate) amount: Minor,
    /// How many hours ago it was asked for: a failure may be saved under a key, so each has another.
    pub(crate) hours: u64,
}

impl MoneyBack {
    /// What this refund gives back.
    pub(crate) fn of(refund: &Refund, now: Timestamp) -> Self {
        Self { id: refund.id(), amount: refund.amount(), hours: refund.hours(now) }
    }
}

/// What is to be sent to a seller.
#[derive(Debug, Clone)]
pub(crate) struct Transfer {
    /// The payout: the idempotency key.
    pub(crate) id: PayoutId,
    /// How much.
    pub(crate) amount: Minor,
    /// In which currency.
    pub(crate) currency: Currency,
    /// The seller's account with the gateway, if one is known.
    pub(crate) destination: Option<String>,
}

impl Transfer {
    /// A payout to this account of its seller's.
    pub(crate) fn of(payout: &Payout, destination: Option<String>) -> Self {
        Self { id: payout.id(), amount: payout.amount(), currency: payout.currency().clone(), destination }
    }
}

/// Why a gateway did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GatewayError {
    /// The bank said no, in words for the buyer.
    #[error("declined: {reason}")]
    Declined {
        /// Why.
        reason: String,
    },
    /// There is no such payment method.
    #[error("unknown payment method")]
    UnknownMethod,
    /// No answer came. It may or may not have been done: look it up, or ask the same again.
    #[error("the gateway gave no answer")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// It was not even asked: it has been failing, or too much is being asked of it already.
    #[error("the gateway is not asked for another {} ms", retry_after.as_millis())]
    NotAsked {
        /// When to try again.
        retry_after: Duration,
    },
    /// It was not done and never will be.
    #[error("refused for good: {reason}")]
    Final {
        /// Why, in words for the buyer.
        reason: String,
    },
}

impl From<Result<Authorisation, GatewayError>> for Answer {
    fn from(asked: Result<Authorisation, GatewayError>) -> Self {
        match asked {
            Ok(agreed) => Self::Agreed(agreed),
            Err(GatewayError::Declined { reason } | GatewayError::Final { reason }) => {
                Self::Refused { reason }
            }
            Err(error @ GatewayError::UnknownMethod) => Self::Refused { reason: error.to_string() },
            // Nothing was asked, so nothing can come of it.
            Err(GatewayError::NotAsked { .. }) => Self::Refused { reason: UNREACHABLE.to_owned() },
            Err(GatewayError::Unavailable(_)) => Self::Lost,
        }
    }
}

/// Why a payment failed that its gateway was never asked to decide.
pub(crate) const UNREACHABLE: &str = "The bank could not be reached";

/// What a gateway's promise comes as.
pub(crate) type Reply<'a, T> = BoxFuture<'a, Result<T, GatewayError>>;

/// A payment gateway. It may take any time to answer: the service asks it through [`Punctual`] alone.
pub(crate) trait Gateway: Send + Sync + 'static {
    /// Its name, as in events.
    fn name(&self) -> &'static str;

    /// Fails with [`GatewayError::NotAsked`] while it makes no sense to begin a payment.
    fn admits(&self) -> Result<(), GatewayError> {
        Ok(())
    }

    /// Sets the metrics that tell how it is: asked for every now and then, also while nothing is asked of it.
    fn measure(&self) {}

    /// Lets the gateway make a name for the charge. No money moves: what comes of a lost answer is never used.
    fn open<'a>(&'a self, charge: &'a Charge, method: &'a PaymentMethod) -> Reply<'a, String>;

    /// Sets the money aside, for a charge whose name is recorded. Asked again, it answers the same, whatever the method.
    fn authorise<'a>(&'a self, charge: &'a Charge, method: &'a PaymentMethod) -> Reply<'a, Authorisation>;

    /// Takes the money that was set aside. Asked again, it succeeds again.
    fn capture<'a>(&'a self, charge: &'a Charge) -> Reply<'a, ()>;

    /// Gives back what was set aside, and bars the charge: once this has succeeded, an authorisation still on its
    /// way can never succeed, even if the gateway had not heard of the charge. Refused for good once captured.
    fn void<'a>(&'a self, charge: &'a Charge) -> Reply<'a, ()>;

    /// Gives back money that was taken, and tells the gateway's name for that. Asked again, it succeeds again.
    fn refund<'a>(&'a self, charge: &'a Charge, back: MoneyBack) -> Reply<'a, String>;

    /// Tells where the charge stands.
    fn look_up<'a>(&'a self, charge: &'a Charge) -> Reply<'a, Standing>;

    /// Whether sellers are paid through it, and whether each needs an account with it for that; `None` if they are not.
    fn pays_out(&self) -> Option<NeedsAccount>;

    /// Sends money to a seller, and tells the gateway's name for that. Asked again, it succeeds again.
    fn pay_out<'a>(&'a self, transfer: &'a Transfer) -> Reply<'a, String>;
}

/// Whether a seller must have an account with the gateway to be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NeedsAccount {
    /// Without one nothing is paid out.
    Yes,
    /// Nobody needs one.
    No,
}
