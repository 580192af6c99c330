//! One attempt to pay for an order.

use std::time::Duration;

use common::{
    api::{PaymentStatus, PaymentView},
    events::{Event, PaymentState},
    id::{OrderId, PaymentId, UserId},
    money::{Currency, Major, Minor},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Order;

/// One attempt to pay for an order. Its id is the idempotency key of everything asked of the gateway.
///
/// ```text
/// processing → requires_action → authorized → captured → refunded
/// processing → authorized        authorized → voided
/// any of the first three → failed             requires_action → voided
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Payment {
    id: PaymentId,
    version: u64,
    order_id: OrderId,
    attempt: u32,
    payer_id: UserId,
    #[serde(rename = "amountMinor")]
    amount: Minor,
    currency: Currency,
    gateway: String,
    #[serde(with = "messaging::timestamp")]
    created_at: Timestamp,
    #[serde(with = "messaging::timestamp")]
    updated_at: Timestamp,
    #[serde(flatten)]
    state: State,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
enum State {
    /// The gateway was or is about to be asked; its answer is not recorded.
    Processing,
    RequiresAction {
        gateway_ref: String,
        client_secret: String,
    },
    Authorized {
        gateway_ref: String,
    },
    Captured {
        gateway_ref: String,
    },
    Failed {
        gateway_ref: Option<String>,
        reason: String,
    },
    Voided {
        gateway_ref: String,
        reason: String,
    },
    Refunded {
        gateway_ref: String,
        reason: String,
    },
}

/// What a payment begins with, besides its order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt {
    /// The payment's id.
    pub(crate) id: PaymentId,
    /// Which attempt at the order it is, counted from 1.
    pub(crate) number: u32,
    /// Which gateway will be asked.
    pub(crate) gateway: &'static str,
}

/// What a change came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Transition {
    /// The payment after the change, to be stored.
    Changed(Payment),
    /// It had been made before.
    AlreadyThere(Payment),
}

/// A change the payment's state does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("payment {payment} is {was:?} and cannot {tried}")]
pub(crate) struct IllegalTransition {
    /// The payment.
    pub(crate) payment: PaymentId,
    /// The state it was in.
    pub(crate) was: PaymentStatus,
    /// What was tried.
    pub(crate) tried: &'static str,
}

impl Payment {
    /// An attempt to pay the order in full, before the gateway is asked.
    pub(crate) fn begin(attempt: Attempt, order: &Order, now: Timestamp) -> Self {
        Self {
            id: attempt.id,
            version: 1,
            order_id: order.id(),
            attempt: attempt.number,
            payer_id: order.buyer(),
            amount: order.total(),
            currency: order.currency().clone(),
            gateway: attempt.gateway.to_owned(),
            created_at: now,
            updated_at: now,
            state: State::Processing,
        }
    }

    /// The bank wants the buyer to confirm.
    pub(crate) fn require_action(
        self,
        gateway_ref: String,
        client_secret: String,
        now: Timestamp,
    ) -> Result<Transition, IllegalTransition> {
        match &self.state {
            State::Processing => {
                Ok(self.become_state(State::RequiresAction { gateway_ref, client_secret }, now))
            }
            State::RequiresAction { .. } => Ok(Transition::AlreadyThere(self)),
            _ => Err(self.illegal("require the buyer's action")),
        }
    }

    /// The money is set aside.
    pub(crate) fn authorize(
        self,
        gateway_ref: String,
        now: Timestamp,
    ) -> Result<Transition, IllegalTransition> {
        match &self.state {
            State::Processing | State::RequiresAction { .. } => {
                Ok(self.become_state(State::Authorized { gateway_ref }, now))
            }
            State::Authorized { .. } => Ok(Transition::AlreadyThere(self)),
            _ => Err(self.illegal("be authorised")),
        }
    }

    /// The money is taken.
    pub(crate) fn capture(self, now: Timestamp) -> Result<Transition, IllegalTransition> {
        match &self.state {
            State::Authorized { gateway_ref } => {
                let gateway_ref = gateway_ref.clone();
                Ok(self.become_state(State::Captured { gateway_ref }, now))
            }
            State::Captured { .. } => Ok(Transition::AlreadyThere(self)),
            _ => Err(self.illegal("be captured")),
        }
    }

    /// No money was or will be taken.
    pub(crate) fn fail(
        self,
        reason: impl Into<String>,
        now: Timestamp,
    ) -> Result<Transition, IllegalTransition> {
        let gateway_ref = match &self.state {
            State::Processing => None,
            State::RequiresAction { gateway_ref, .. } | State::Authorized { gateway_ref } => {
                Some(gateway_ref.clone())
            }
            State::Failed { .. } => return Ok(Transition::AlreadyThere(self)),
            _ => return Err(self.illegal("fail")),
        };
        Ok(self.become_state(State::Failed { gateway_ref, reason: reason.into() }, now))
    }

    /// The authorisation was given back.
    pub(crate) fn void(
        self,
        reason: impl Into<String>,
        now: Timestamp,
    ) -> Result<Transition, IllegalTransition> {
        match &self.state {
            State::RequiresAction { gateway_ref, .. } | State::Authorized { gateway_ref } => {
                let gateway_ref = gateway_ref.clone();
                Ok(self.become_state(State::Voided { gateway_ref, reason: reason.into() }, now))
            }
            State::Voided { .. } => Ok(Transition::AlreadyThere(self)),
            _ => Err(self.illegal("be voided")),
        }
    }

    /// The captured money was given back.
    pub(crate) fn refund(
        self,
        reason: impl Into<String>,
        now: Timestamp,
    ) -> Result<Transition, IllegalTransition> {
        match &self.state {
            State::Captured { gateway_ref } => {
                let gateway_ref = gateway_ref.clone();
                Ok(self.become_state(State::Refunded { gateway_ref, reason: reason.into() }, now))
            }
            State::Refunded { .. } => Ok(Transition::AlreadyThere(self)),
            _ => Err(self.illegal("be refunded")),
        }
    }

    /// The payment's id.
    pub(crate) fn id(&self) -> PaymentId {
        self.id
    }

    /// One for a new payment, one more with every change.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// The order it pays for.
    pub(crate) fn order(&self) -> OrderId {
        self.order_id
    }

    /// Which attempt at the order it is, counted from 1. An attempt is only ever made once the one before it has ended,
    /// so numbering them leaves room for one active payment.
    pub(crate) fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Who pays.
    pub(crate) fn payer(&self) -> UserId {
        self.payer_id
    }

    /// How much.
    pub(crate) fn amount(&self) -> Minor {
        self.amount
    }

    /// In which currency.
    pub(crate) fn currency(&self) -> &Currency {
        &self.currency
    }

    /// How long it has been as it is.
    pub(crate) fn unchanged_for(&self, now: Timestamp) -> Duration {
        Duration::try_from(now.duration_since(self.updated_at)).unwrap_or_default()
    }

    /// Where it stands.
    pub(crate) fn status(&self) -> PaymentStatus {
        match self.state {
            State::Processing => PaymentStatus::Processing,
            State::RequiresAction { .. } => PaymentStatus::RequiresAction,
            State::Authorized { .. } => PaymentStatus::Authorized,
            State::Captured { .. } => PaymentStatus::Captured,
            State::Failed { .. } => PaymentStatus::Failed,
            State::Voided { .. } => PaymentStatus::Voided,
            State::Refunded { .. } => PaymentStatus::Refunded,
        }
    }

    /// Whether the order's money is, or may soon be, with this payment: an order has one such payment at most.
    pub(crate) fn is_active(&self) -> bool {
        match self.state {
            State::Processing
            | State::RequiresAction { .. }
            | State::Authorized { .. }
            | State::Captured { .. } => true,
            State::Failed { .. } | State::Voided { .. } | State::Refunded { .. } => false,
        }
    }

    /// Why it failed or was given back.
    pub(crate) fn reason(&self) -> Option<&str> {
        match &self.state {
            State::Failed { reason, .. } | State::Voided { reason, .. } | State::Refunded { reason, .. } => {
                Some(reason)
            }
            _ => None,
        }
    }

    /// The payment as its payer sees it.
    pub(crate) fn view(&self) -> PaymentView {
        PaymentView {
            id: self.id,
            order_id: self.order_id,
            status: self.status(),
            amount: Major(self.amount),
            currency: self.currency.as_str().to_owned(),
            reason: self.reason().map(str::to_owned),
            client_secret: match &self.state {
                State::RequiresAction { client_secret, .. } => Some(client_secret.clone()),
                _ => None,
            },
            refunded: Major::default(),
            refunds: Vec::new(),
            history: Vec::new(),
            version: self.version,
        }
    }

    /// The event that tells its state; none before the gateway has decided.
    pub(crate) fn announcement(&self) -> Option<Event> {
        let told = match self.state {
            State::Processing | State::RequiresAction { .. } => return None,
            State::Authorized { .. } => Event::PaymentAuthorized,
            State::Captured { .. } => Event::PaymentCaptured,
            State::Failed { .. } => Event::PaymentFailed,
            State::Voided { .. } => Event::PaymentVoided,
            State::Refunded { .. } => Event::PaymentRefunded,
        };
        Some(told(PaymentState {
            id: self.id,
            version: self.version,
            order_id: self.order_id,
            status: self.status(),
            amount_minor: self.amount,
            currency: self.currency.clone(),
            gateway: self.gateway.clone(),
            gateway_ref: self.gateway_ref().map(str::to_owned),
            reason: self.reason().map(str::to_owned),
            refunded_minor: Minor::default(),
            refunded_lines: Vec::new(),
        }))
    }

    fn gateway_ref(&self) -> Option<&str> {
        match &self.state {
            State::Processing => None,
            State::Failed { gateway_ref, .. } => gateway_ref.as_deref(),
            State::RequiresAction { gateway_ref, .. }
            | State::Authorized { gateway_ref }
            | State::Captured { gateway_ref }
            | State::Voided { gateway_ref, .. }
            | State::Refunded { gateway_ref, .. } => Some(gateway_ref),
        }
    }

    fn become_state(self, state: State, now: Timestamp) -> Transition {
        Transition::Changed(Self { version: self.version + 1, updated_at: now, state, ..self })
    }

    fn illegal(&self, tried: &'static str) -> IllegalTransition {
        IllegalTransition { payment: self.id, was: self.status(), tried }
    }
}

#[cfg(test)]
mod tests;
