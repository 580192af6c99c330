//! Whoever moves the money.
//!
//! A gateway is a remote party: it decides by itself, its answers may be lost, and it may be asked again by another
//! replica or after a restart. So everything asked of it is idempotent under the payment's id, and
//! [`Gateway::look_up`] tells what it decided.

mod deadline;
mod sandbox;

use std::error::Error;

use common::{
    id::PaymentId,
    money::{Currency, Minor},
};
use futures::future::BoxFuture;

#[cfg(test)]
pub(crate) use self::sandbox::{Entry, Verdict};
pub(crate) use self::{
    deadline::{Punctual, answered},
    sandbox::Sandbox,
};
use crate::domain::{Answer, Authorisation, Payment, PaymentMethod, Standing};

/// What the gateway is asked to move: the same at every request about one payment.
#[derive(Debug, Clone)]
pub(crate) struct Charge {
    /// The payment: the idempotency key of every request about it.
    pub(crate) id: PaymentId,
    /// How much.
    pub(crate) amount: Minor,
    /// In which currency.
    pub(crate) currency: Currency,
}

impl From<&Payment> for Charge {
    fn from(payment: &Payment) -> Self {
        Self { id: payment.id(), amount: payment.amount(), currency: payment.currency().clone() }
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
            Err(GatewayError::Unavailable(_)) => Self::Lost,
        }
    }
}

/// What a gateway's promise comes as.
pub(crate) type Reply<'a, T> = BoxFuture<'a, Result<T, GatewayError>>;

/// A payment gateway. It may take any time to answer: the service asks it through [`Punctual`] alone.
pub(crate) trait Gateway: Send + Sync + 'static {
    /// Its name, as in events.
    fn name(&self) -> &'static str;

    /// Sets the money aside. Asked again, it answers the same, whatever the method.
    fn authorise<'a>(&'a self, charge: &'a Charge, method: &'a PaymentMethod) -> Reply<'a, Authorisation>;

    /// Takes the money that was set aside. Asked again, it succeeds again.
    fn capture<'a>(&'a self, charge: &'a Charge) -> Reply<'a, ()>;

    /// Gives back what was set aside, and bars the charge: once this has succeeded, an authorisation still on its
    /// way can never succeed, even if the gateway had not heard of the charge. Refused for good once captured.
    fn void<'a>(&'a self, charge: &'a Charge) -> Reply<'a, ()>;

    /// Gives back the money that was taken. Asked again, it succeeds again.
    fn refund<'a>(&'a self, charge: &'a Charge) -> Reply<'a, ()>;

    /// Tells where the charge stands.
    fn look_up<'a>(&'a self, charge: &'a Charge) -> Reply<'a, Standing>;
}
