//! Captured money that goes back: refunds, and what a buyer's bank takes.

use std::time::Duration;

use common::{api::RefundStatus, id::RefundId, money::Minor};
use jiff::Timestamp;

use super::{Dispute, IllegalTransition, Movement, Payment, State, Transition, shares::spread};
use crate::domain::{AskedBy, Refund, RefundRequest, SeenRefund, Share, backoff::pause_after};

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
    /// It was refunded in so many parts that its seller can ask for no more.
    #[error("the payment was refunded in {MAX_PARTS} parts already")]
    TooMany,
}

/// How many refunds a payment may have before a seller can ask for no more: they are all in its document.
pub(crate) const MAX_PARTS: usize = 100;

/// Why a refund failed that was never made.
const NOTHING_LEFT: &str = "All of the money was given back already";
/// Why a refund failed that the gateway had made.
const CAME_BACK: &str = "The buyer's bank returned the money";

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
        self.refunds.iter().find(|refund| is_pending(refund))
    }

    /// What has been given back.
    pub(crate) fn refunded(&self) -> Minor {
        self.sum_of(is_done)
    }

    /// What has not been given back.
    pub(crate) fn kept(&self) -> Minor {
        self.amount.checked_sub(self.refunded()).unwrap_or_default()
    }

    /// What went back and was returned by the buyer's bank, over all refunds.
    pub(crate) fn returned(&self) -> Minor {
        self.sum_of(Refund::was_returned)
    }

    /// Whether a refund may end without the money having gone back. What an ended order is owed may not, unless less
    /// than that is left by now: then what is left is asked for instead.
    pub(crate) fn may_fail(&self, refund: &Refund) -> bool {
        *refund.asked_by() != AskedBy::Order || refund.amount() > self.kept()
    }

    /// Whether what an ended order is owed has failed to go back so often that it is not asked for again yet.
    pub(crate) fn waits_to_return(&self, now: Timestamp) -> bool {
        let owed = self.refunds.iter().filter(|refund| *refund.asked_by() == AskedBy::Order);
        let failed: Vec<_> = owed.filter(|refund| refund.status() == RefundStatus::Failed).collect();
        let Some(last) = failed.last().and_then(|refund| refund.settled_at()) else { return false };
        // The first time it is asked for again at once: a refund made past this service may have left less of it.
        let refusals = u32::try_from(failed.len() - 1).unwrap_or(u32::MAX);
        let rested = Duration::try_from(now.duration_since(last)).unwrap_or_default();
        self.pending_refund().is_none() && rested < pause_after(refusals)
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
        if matches!(request.asked_by, AskedBy::Seller(_)) && self.refunds.len() >= MAX_PARTS {
            return Err(NotRefundable::TooMany);
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
        let (id, payment) = match self.known(seen).map(|refund| (refund.id(), refund.status())) {
            Some((_, RefundStatus::Done)) => return Ok(Transition::AlreadyThere(self)),
            Some((id, RefundStatus::Pending | RefundStatus::Failed)) => (id, self),
            None => {
                // One of ours that is only asked for takes nothing from it: whichever comes too late is refused there.
                if !matches!(self.state, State::Captured { .. }) || seen.amount > self.kept() {
                    return Err(self.illegal("be refunded"));
                }
                let request = RefundRequest {
                    id: id_if_new,
                    shares: spread(seen.amount, self.left_after(is_done)),
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

    /// The gateway has made a refund, and it has failed since: the buyer's bank did not take it.
    pub(crate) fn note_return(
        self,
        seen: &SeenRefund,
        now: Timestamp,
    ) -> Result<Transition, IllegalTransition> {
        let Some((id, status)) = self.known(seen).map(|refund| (refund.id(), refund.status())) else {
            return Ok(Transition::AlreadyThere(self));
        };
        let (State::Captured { gateway_ref } | State::Refunded { gateway_ref, .. }) = &self.state else {
            return Err(self.illegal("have a refund returned"));
        };
        let captured = State::Captured { gateway_ref: gateway_ref.clone() };
        let came_back = || CAME_BACK.to_owned();
        Ok(match status {
            RefundStatus::Failed => Transition::AlreadyThere(self),
            // Nobody was told that it was made.
            RefundStatus::Pending => {
                let after = self.update(id, |refund| refund.failed(came_back(), now));
                Transition::Changed(after.changes(now))
            }
            RefundStatus::Done => {
                let after =
                    self.update(id, |refund| refund.returned(seen.gateway_ref.clone(), came_back(), now));
                Transition::Changed(after.moves(Movement::RefundReturned { id }, now).becomes(captured, now))
            }
        })
    }

    /// The refund that the gateway speaks of.
    fn known(&self, seen: &SeenRefund) -> Option<&Refund> {
        self.refunds.iter().find(|refund| {
            Some(refund.id()) == seen.id || refund.gateway_ref() == Some(seen.gateway_ref.as_str())
        })
    }

    /// The money of a refund is on its way to the buyer.
    pub(crate) fn finish_refund(
        self,
        id: RefundId,
        gateway_ref: String,
        now: Timestamp,
    ) -> Result<Transition, IllegalTransition> {
        let shares = match self.refund(id) {
            None => return Err(self.illegal("finish a refund it does not have")),
            Some(refund) if refund.was_returned() || is_done(refund) => {
                return Ok(Transition::AlreadyThere(self));
            }
            Some(refund) if refund.amount() > self.kept() => {
                return Err(self.illegal("give back more than is left"));
            }
            Some(refund) => self.fitted(refund),
        };
        let State::Captured { gateway_ref: of_payment } = &self.state else {
            return Err(self.illegal("be refunded"));
        };
        let of_payment = of_payment.clone();
        let after = self
            .update(id, |refund| refund.done(gateway_ref.clone(), shares.clone(), now))
            .moves(Movement::Refund { id }, now);
        if after.refunded() < after.amount {
            return Ok(Transition::Changed(after));
        }
        let reason = after.refund(id).map(|refund| refund.reason().to_owned()).unwrap_or_default();
        // Refunds that were made past this service may leave nothing for those that are only asked for.
        let pending: Vec<_> =
            after.refunds.iter().filter(|refund| is_pending(refund)).map(Refund::id).collect();
        let after = pending
            .into_iter()
            .fold(after, |after, id| after.update(id, |refund| refund.failed(NOTHING_LEFT.to_owned(), now)));
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
            Some(refund) if is_pending(refund) && self.may_fail(refund) => {
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

fn is_pending(refund: &Refund) -> bool {
    refund.status() == RefundStatus::Pending
}

pub(super) fn is_done(refund: &Refund) -> bool {
    refund.status() == RefundStatus::Done
}

/// Cannot overflow: parts of one payment's amount.
pub(super) fn sum(amounts: impl Iterator<Item = Minor>) -> Minor {
    amounts.fold(Minor::default(), |sum, amount| sum.checked_add(amount).unwrap_or(sum))
}
