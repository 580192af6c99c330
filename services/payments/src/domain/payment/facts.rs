//! What a payment tells of itself to whoever decides about it.

use std::time::Duration;

use common::{
    api::PaymentStatus,
    id::{OrderId, PaymentId, UserId},
    money::{Currency, Minor},
};
use jiff::Timestamp;

use super::{Movement, OtherGateway, Payment, State};
use crate::domain::{FeeRate, Line};

impl Payment {
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

    /// Which gateway has it.
    pub(crate) fn gateway(&self) -> &str {
        &self.gateway
    }

    /// Fails unless it was made through this gateway, which alone can be asked about it.
    pub(crate) fn was_made_through(&self, gateway: &'static str) -> Result<(), OtherGateway> {
        if self.gateway == gateway {
            return Ok(());
        }
        let made_through = self.gateway.clone();
        Err(OtherGateway { payment: self.id, made_through, runs_with: gateway })
    }

    /// What it is for; nothing where that is not known.
    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The market's share.
    pub(crate) fn fee_rate(&self) -> FeeRate {
        self.fee_rate
    }

    /// How long it has been as it is.
    pub(crate) fn unchanged_for(&self, now: Timestamp) -> Duration {
        Duration::try_from(now.duration_since(self.updated_at)).unwrap_or_default()
    }

    /// When it was last changed.
    pub(crate) fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    /// When the money was taken, if it was.
    pub(crate) fn captured_at(&self) -> Option<Timestamp> {
        if !matches!(self.status(), PaymentStatus::Captured | PaymentStatus::Refunded) {
            return None;
        }
        let captured = self.history.iter().find(|step| step.status == PaymentStatus::Captured);
        Some(captured.map_or(self.created_at, |step| step.at))
    }

    /// Where it stands.
    pub(crate) fn status(&self) -> PaymentStatus {
        match self.state {
            State::Processing { .. } => PaymentStatus::Processing,
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
            State::Processing { .. }
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

    /// The gateway's name for it, once known.
    pub(crate) fn gateway_ref(&self) -> Option<&str> {
        match &self.state {
            State::Processing { gateway_ref } | State::Failed { gateway_ref, .. } => gateway_ref.as_deref(),
            State::RequiresAction { gateway_ref, .. }
            | State::Authorized { gateway_ref }
            | State::Captured { gateway_ref }
            | State::Voided { gateway_ref, .. }
            | State::Refunded { gateway_ref, .. } => Some(gateway_ref),
        }
    }

    /// The movement of money that made this version, if one did.
    pub(crate) fn movement(&self) -> Option<&Movement> {
        self.moved.as_ref().filter(|moved| moved.version == self.version).map(|moved| &moved.what)
    }
}
