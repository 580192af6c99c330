//! One attempt to pay for an order.

mod facts;
mod money_back;
mod shares;
mod told;

use common::{
    api::PaymentStatus,
    id::{OrderId, PaymentId, RefundId, UserId},
    money::{Currency, Minor},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub(crate) use self::money_back::{MAX_PARTS, NotRefundable};
use super::{FeeRate, Line, Order, Refund};

/// One attempt to pay for an order. Its id is the idempotency key of everything asked of the gateway.
///
/// ```text
/// processing → requires_action → authorized → captured → refunded
/// processing → authorized        authorized → voided
/// any of the first three → failed             requires_action → voided
/// ```
///
/// While captured it may have refunds of a part. A refunded one is captured again once a refund has come back.
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
    /// What the money is for. Not known of a payment from before it was noted.
    #[serde(default)]
    lines: Vec<Line>,
    /// The market's share, as it was when the payment was begun.
    #[serde(default, rename = "feeBasisPoints")]
    fee_rate: FeeRate,
    #[serde(default)]
    refunds: Vec<Refund>,
    #[serde(default)]
    disputes: Vec<Dispute>,
    #[serde(default)]
    moved: Option<Moved>,
    /// The states it has been in, oldest first. A payment from before they were noted begins with none.
    #[serde(default)]
    history: Vec<Step>,
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
    /// Nothing is known yet of what the gateway decided. It is asked to decide only once its name for the payment is
    /// recorded here.
    Processing {
        #[serde(default)]
        gateway_ref: Option<String>,
    },
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

/// A state a payment came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Step {
    /// The version that it made.
    version: u64,
    status: PaymentStatus,
    #[serde(with = "messaging::timestamp")]
    at: Timestamp,
}

/// The last movement of money, and the version that it made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Moved {
    version: u64,
    #[serde(flatten)]
    what: Movement,
}

/// A movement of a payment's money: what the ledger has an entry for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Movement {
    /// It was taken from the buyer.
    Capture,
    /// Some of it was given back.
    Refund {
        /// By this refund.
        id: RefundId,
    },
    /// What was given back has come back.
    RefundReturned {
        /// By this refund.
        id: RefundId,
    },
    /// The buyer's bank took some of it back.
    Dispute {
        /// In this dispute.
        id: String,
    },
    /// The buyer's bank returned what it had taken.
    DisputeReversed {
        /// In this dispute.
        id: String,
    },
}

/// A buyer's objection, made through the bank. What the bank does about it may be heard of in any order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Dispute {
    /// The gateway's name for it.
    pub(crate) id: String,
    /// How much it is about.
    #[serde(rename = "amountMinor")]
    pub(crate) amount: Minor,
    /// Whether the bank took the money back.
    pub(crate) withdrawn: bool,
    /// Whether the bank returned it.
    pub(crate) reinstated: bool,
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
    /// The market's share.
    pub(crate) fee_rate: FeeRate,
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

/// A payment that another gateway has than the one the service runs with: nobody here can ask about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("payment {payment} was made through {made_through}; this service runs with {runs_with}")]
pub(crate) struct OtherGateway {
    /// The payment.
    pub(crate) payment: PaymentId,
    /// The gateway that has it.
    pub(crate) made_through: String,
    /// The one that could be asked.
    pub(crate) runs_with: &'static str,
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
            lines: order.lines().to_vec(),
            fee_rate: attempt.fee_rate,
            refunds: Vec::new(),
            disputes: Vec::new(),
            moved: None,
            history: vec![Step { version: 1, status: PaymentStatus::Processing, at: now }],
            created_at: now,
            updated_at: now,
            state: State::Processing { gateway_ref: None },
        }
    }

    /// The gateway has a name for it. Only now may it be asked to decide: whatever it decides can be found again.
    pub(crate) fn open(self, gateway_ref: String, now: Timestamp) -> Result<Transition, IllegalTransition> {
        match &self.state {
            State::Processing { gateway_ref: None } => {
                Ok(self.become_state(State::Processing { gateway_ref: Some(gateway_ref) }, now))
            }
            State::Processing { gateway_ref: Some(known) } if *known == gateway_ref => {
                Ok(Transition::AlreadyThere(self))
            }
            _ => Err(self.illegal("be opened")),
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
            State::Processing { .. } => {
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
            State::Processing { .. } | State::RequiresAction { .. } => {
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
                let captured = State::Captured { gateway_ref: gateway_ref.clone() };
                Ok(Transition::Changed(self.moves(Movement::Capture, now).becomes(captured, now)))
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
            State::Processing { gateway_ref } => gateway_ref.clone(),
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

    fn become_state(self, state: State, now: Timestamp) -> Transition {
        Transition::Changed(self.changes(now).becomes(state, now))
    }

    /// The next version, otherwise as it is.
    fn changes(self, now: Timestamp) -> Self {
        Self { version: self.version + 1, updated_at: now, ..self }
    }

    /// The next version, made by this movement.
    fn moves(self, what: Movement, now: Timestamp) -> Self {
        let next = self.changes(now);
        Self { moved: Some(Moved { version: next.version, what }), ..next }
    }

    /// The same version in another state.
    fn becomes(mut self, state: State, now: Timestamp) -> Self {
        let before = self.status();
        self.state = state;
        if self.status() != before {
            // Clocks differ a little between machines; the order of the steps does not.
            let at = self.history.last().map_or(now, |last| now.max(last.at));
            self.history.push(Step { version: self.version, status: self.status(), at });
        }
        self
    }

    fn illegal(&self, tried: &'static str) -> IllegalTransition {
        IllegalTransition { payment: self.id, was: self.status(), tried }
    }
}

#[cfg(test)]
mod tests;
