//! What others are told of a payment.

use std::time::Duration;

use common::{
    api::{PaymentStatus, PaymentStep, PaymentView, RefundStatus, SaleView},
    events::{Event, PaymentState, RefundedLine},
    id::{Id, UserId},
    money::{Major, Minor},
};
use jiff::Timestamp;

use super::{Movement, Payment, State, Step};
use crate::domain::{Line, Refund};

impl Payment {
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
            refunded: Major(self.refunded()),
            refunds: self.refunds.iter().map(|refund| refund.view(self.id, &self.currency)).collect(),
            history: self
                .steps()
                .iter()
                .map(|Step { status, at, .. }| PaymentStep { status: *status, at: *at })
                .collect(),
            version: self.version,
        }
    }

    /// The lines that this seller sold with it, if its money was taken. What is certain is held back for `hold` more.
    pub(crate) fn sales_of(&self, seller: UserId, hold: Duration) -> Vec<SaleView> {
        let Some(at) = self.captured_at() else { return Vec::new() };
        let own = self.lines.iter().filter(|line| line.seller_id == Some(seller));
        let sale = |line: &Line| {
            let (refunded, returned) = self.spoken_for(line.ticket_id);
            let kept = line.total.checked_sub(refunded).unwrap_or_default();
            SaleView {
                payment_id: self.id,
                order_id: self.order_id,
                ticket_id: line.ticket_id,
                quantity: line.quantity,
                returned,
                amount: Major(line.total),
                fee: Major(self.fee_rate.of(kept)),
                refunded: Major(refunded),
                currency: self.currency.as_str().to_owned(),
                at,
                due_at: line.matures(at).checked_add(hold).unwrap_or(Timestamp::MAX),
            }
        };
        own.map(sale).collect()
    }

    /// What this version has to be announced with: nothing unless the state or what is refunded has changed.
    pub(crate) fn news(&self) -> Option<Event> {
        let became = self.history.last().is_some_and(|step| step.version == self.version);
        let refunded =
            matches!(self.movement(), Some(Movement::Refund { .. } | Movement::RefundReturned { .. }));
        if became || refunded { self.announcement() } else { None }
    }

    /// The event that tells its state; none before the gateway has decided.
    pub(crate) fn announcement(&self) -> Option<Event> {
        let told = match self.state {
            State::Processing { .. } | State::RequiresAction { .. } => return None,
            State::Authorized { .. } => Event::PaymentAuthorized,
            State::Captured { .. } if self.refunded() > Minor::default() => Event::PaymentRefunded,
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
            refunded_minor: self.refunded(),
            refunded_lines: self.refunded_lines(),
        }))
    }

    fn refunded_lines(&self) -> Vec<RefundedLine> {
        let done = |refund: &Refund| refund.status() == RefundStatus::Done;
        let lines = self.lines.iter().map(|line| {
            let (amount_minor, units) = self.given_back(line.ticket_id, done);
            RefundedLine { ticket_id: line.ticket_id, amount_minor, units }
        });
        lines.filter(|line| line.amount_minor > Minor::default()).collect()
    }

    /// The states it has been in as far as they are known.
    fn steps(&self) -> Vec<Step> {
        if !self.history.is_empty() {
            return self.history.clone();
        }
        let begun = Step { version: 1, status: PaymentStatus::Processing, at: self.id.created_at() };
        let now = Step { version: self.version, status: self.status(), at: self.updated_at };
        if now.status == begun.status { vec![begun] } else { vec![begun, now] }
    }
}
