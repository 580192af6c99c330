//! Captured money that goes back: refunds, and what a buyer's bank takes.

use common::{
    api::RefundStatus,
    id::{RefundId, TicketId},
    money::Minor,
};
use jiff::Timestamp;

use super::{Dispute, IllegalTransition, Movement, Payment, State, Transition};
use crate::domain::{AskedBy, Refund, RefundRequest, SeenRefund, Share};

/// Why a refund cannot be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotRefundable {
    /// No money was taken, or all of it was given back.
    #[error("there is no captured money to refund")]
    NothingLeft,
    /// The payment is not for this listing.
    #[error("the payment is not for this listing")]
    UnknownLine,
    /// More than is left of the line.
    #[error("only {0} is left to refund")]
    TooLarge(Minor),
    /// More units would go back on sale than are left of the line.
    #[error("only {0} units are left to put on sale again")]
    TooManyUnits(u32),
    /// Nothing would be given back.
    #[error("a refund gives something back")]
    Nothing,
}

impl Payment {
    /// The refunds, oldest first.
    pub(crate) fn refunds(&self) -> &[Refund] {
        &self.refunds
    }

    /// The disputes.
    pub(crate) fn disputes(&self) -> &[Dispute] {
        &self.disputes
    }

    /// The refund with this id.
    pub(crate) fn refund(&self, id: RefundId) -> Option<&Refund> {
        self.refunds.iter().find(|refund| refund.id() == id)
    }

    /// A refund that was asked for and has not come to its end.
    pub(crate) fn pending_refund(&self) -> Option<&Refund> {
        self.refunds.iter().find(|refund| refund.status() == RefundStatus::Pending)
    }

    /// What has been given back.
    pub(crate) fn refunded(&self) -> Minor {
        self.sum_of(|refund| refund.status() == RefundStatus::Done)
    }

    /// What has been or is being given back of one line: amount and units.
    pub(crate) fn spoken_for(&self, ticket: TicketId) -> (Minor, u32) {
        self.given_back(ticket, |refund| refund.status() != RefundStatus::Failed)
    }

    /// What has been given back of one line, by refunds that `counts` names: amount and units.
    pub(crate) fn given_back(&self, ticket: TicketId, counts: impl Fn(&Refund) -> bool) -> (Minor, u32) {
        let shares = self.refunds.iter().filter(|refund| counts(refund)).flat_map(Refund::shares);
        shares.filter(|share| share.ticket_id == ticket).fold(
            (Minor::default(), 0),
            |(amount, units), share| {
                // Cannot overflow: it is a part of the payment's amount.
                (amount.checked_add(share.amount).unwrap_or(amount), units.saturating_add(share.units))
            },
        )
    }

    /// What is left of the payment, line by line, once every refund under way is done.
    pub(crate) fn left(&self) -> Vec<Share> {
        let left = self.lines.iter().map(|line| {
            let (spoken_for, _) = self.spoken_for(line.ticket_id);
            let amount = line.total.checked_sub(spoken_for).unwrap_or_default();
            Share { ticket_id: line.ticket_id, amount, units: 0 }
        });
        left.filter(|share| share.amount > Minor::default()).collect()
    }

    /// A refund is to be made: recorded before the gateway is asked.
    pub(crate) fn request_refund(
        self,
        request: RefundRequest,
        now: Timestamp,
    ) -> Result<Transition, NotRefundable> {
        if self.refund(request.id).is_some() {
            return Ok(Transition::AlreadyThere(self));
        }
        if !matches!(self.state, State::Captured { .. }) || self.amount_left() == Minor::default() {
            return Err(NotRefundable::NothingLeft);
        }
        for share in &request.shares {
            self.check(share)?;
        }
        let amount = sum(request.shares.iter().map(|share| share.amount));
        if amount == Minor::default() {
            return Err(NotRefundable::Nothing);
        }
        Ok(Transition::Changed(self.with(Refund::new(request, amount, now), now)))
    }

    /// All that is left is to go back.
    pub(crate) fn return_all(
        self,
        id: RefundId,
        reason: &str,
        now: Timestamp,
    ) -> Result<Transition, IllegalTransition> {
        let amount = self.amount_left();
        if !matches!(self.state, State::Captured { .. }) || amount == Minor::default() {
            return Err(self.illegal("be given back"));
        }
        let request = RefundRequest {
            id,
            shares: self.left(),
            reason: reason.to_owned(),
            asked_by: AskedBy::Order,
            key: None,
        };
        Ok(Transition::Changed(self.with(Refund::new(request, amount, now), now)))
    }

    /// The gateway has made a refund: one that was asked for here, or one that was made past this service.
    pub(crate) fn note_refund(
        self,
        seen: &SeenRefund,
        id_if_new: RefundId,
        now: Timestamp,
    ) -> Result<Transition, IllegalTransition> {
        let known = self.refunds.iter().find(|refund| {
            Some(refund.id()) == seen.id || refund.gateway_ref() == Some(seen.gateway_ref.as_str())
        });
        let (id, payment) = match known.map(|refund| (refund.id(), refund.status())) {
            Some((_, RefundStatus::Done)) => return Ok(Transition::AlreadyThere(self)),
            Some((id, RefundStatus::Pending | RefundStatus::Failed)) => (id, self),
            None => {
                if !matches!(self.state, State::Captured { .. }) || seen.amount > self.amount_left() {
                    return Err(self.illegal("be refunded"));
                }
                let request = RefundRequest {
                    id: id_if_new,
                    shares: self.allocate(seen.amount),
                    reason: "Refunded by the payment provider".to_owned(),
                    asked_by: AskedBy::Gateway,
                    key: None,
                };
                let refund = Refund::new(request, seen.amount, now);
                (id_if_new, Self { refunds: [self.refunds.clone(), vec![refund]].concat(), ..self })
            }
        };
        payment.finish_refund(id, seen.gateway_ref.clone(), now)
    }

    /// The money of a refund is on its way to the buyer.
    pub(crate) fn finish_refund(
        self,
        id: RefundId,
        gateway_ref: String,
        now: Timestamp,
    ) -> Result<Transition, IllegalTransition> {
        match self.refund(id).map(Refund::status) {
            None => return Err(self.illegal("finish a refund it does not have")),
            Some(RefundStatus::Done) => return Ok(Transition::AlreadyThere(self)),
            Some(RefundStatus::Pending | RefundStatus::Failed) => {}
        }
        let State::Captured { gateway_ref: of_payment } = &self.state else {
            return Err(self.illegal("be refunded"));
        };
        let of_payment = of_payment.clone();
        let after = self
            .update(id, |refund| refund.done(gateway_ref.clone(), now))
            .moves(Movement::Refund { id }, now);
        if after.refunded() < after.amount {
            return Ok(Transition::Changed(after));
        }
        let reason = after.refund(id).map(|refund| refund.reason().to_owned()).unwrap_or_default();
        Ok(Transition::Changed(after.becomes(State::Refunded { gateway_ref: of_payment, reason }, now)))
    }

    /// The gateway refuses for good to make a refund.
    pub(crate) fn fail_refund(
        self,
        id: RefundId,
        failure: String,
        now: Timestamp,
    ) -> Result<Transition, IllegalTransition> {
        match self.refund(id) {
            Some(refund) if refund.status() == RefundStatus::Failed => Ok(Transition::AlreadyThere(self)),
            Some(refund) if refund.status() == RefundStatus::Pending && refund.may_fail() => {
                let after = self.update(id, |refund| refund.failed(failure.clone(), now)).changes(now);
                Ok(Transition::Changed(after))
            }
            _ => Err(self.illegal("fail to be refunded")),
        }
    }

    /// What the buyer's bank did about a dispute.
    pub(crate) fn dispute(self, told: &Dispute, now: Timestamp) -> Result<Transition, IllegalTransition> {
        if !matches!(self.state, State::Captured { .. } | State::Refunded { .. }) {
            return Err(self.illegal("be disputed"));
        }
        let mut payment = self;
        let known = payment.disputes.iter().position(|dispute| dispute.id == told.id);
        let index = known.unwrap_or(payment.disputes.len());
        if known.is_none() {
            payment.disputes.push(Dispute { withdrawn: false, reinstated: false, ..told.clone() });
        }
        let known = &mut payment.disputes[index];
        let id = told.id.clone();
        let movement = if told.withdrawn && !known.withdrawn {
            known.withdrawn = true;
            Movement::Dispute { id }
        } else if told.reinstated && !known.reinstated {
            known.reinstated = true;
            Movement::DisputeReversed { id }
        } else {
            return Ok(Transition::AlreadyThere(payment));
        };
        Ok(Transition::Changed(payment.moves(movement, now)))
    }

    /// Spreads an amount over what is left of the lines, in their order.
    pub(crate) fn allocate(&self, amount: Minor) -> Vec<Share> {
        let mut rest = amount;
        let shares = self.left().into_iter().map(|left| {
            let amount = left.amount.min(rest);
            rest = rest.checked_sub(amount).unwrap_or_default();
            Share { amount, ..left }
        });
        shares.filter(|share| share.amount > Minor::default()).collect()
    }

    fn amount_left(&self) -> Minor {
        let spoken_for = self.sum_of(|refund| refund.status() != RefundStatus::Failed);
        self.amount.checked_sub(spoken_for).unwrap_or_default()
    }

    fn sum_of(&self, counts: impl Fn(&Refund) -> bool) -> Minor {
        sum(self.refunds.iter().filter(|refund| counts(refund)).map(Refund::amount))
    }

    fn check(&self, share: &Share) -> Result<(), NotRefundable> {
        let line = self.lines.iter().find(|line| line.ticket_id == share.ticket_id);
        let line = line.ok_or(NotRefundable::UnknownLine)?;
        let (amount, units) = self.spoken_for(share.ticket_id);
        let left = line.total.checked_sub(amount).unwrap_or_default();
        if share.amount > left {
            return Err(NotRefundable::TooLarge(left));
        }
        let units = line.quantity.saturating_sub(units);
        if share.units > units {
            return Err(NotRefundable::TooManyUnits(units));
        }
        Ok(())
    }

    fn with(self, refund: Refund, now: Timestamp) -> Self {
        let mut after = self.changes(now);
        after.refunds.push(refund);
        after
    }

    fn update(mut self, id: RefundId, change: impl Fn(Refund) -> Refund) -> Self {
        let changed = |refund: Refund| if refund.id() == id { change(refund) } else { refund };
        self.refunds = self.refunds.into_iter().map(changed).collect();
        self
    }
}

/// Cannot overflow: parts of one payment's amount.
fn sum(amounts: impl Iterator<Item = Minor>) -> Minor {
    amounts.fold(Minor::default(), |sum, amount| sum.checked_add(amount).unwrap_or(sum))
}
