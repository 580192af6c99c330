//! Where a purchase stands, from its order and its payments together.

use common::{
    api::{CancelReason, OrderStatus, OrderView, PaymentStatus, PaymentView},
    id::{Id as _, PaymentId},
};
use islands::t;
use jiff::Timestamp;

use super::bill::{Returned, Sums};

/// What the order page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The buyer can pay now.
    ToPay,
    /// The bank wants the buyer to confirm.
    ToConfirm,
    /// A payment is on its way; nothing to do but wait.
    UnderWay,
    /// The deadline has passed, and the tickets are about to be given back.
    Lapsing,
    /// Paid, and at most a part of the money went back.
    Complete,
    /// Paid, and all of the money went back.
    Refunded,
    /// Given up.
    Cancelled(Option<CancelReason>),
}

impl Stage {
    /// Decides it.
    pub(crate) fn of(order: &OrderView, payments: &[PaymentView], now: Timestamp) -> Self {
        match (order.status, active(payments).map(|payment| payment.status)) {
            (OrderStatus::Complete, _) => match Returned::of(order, payments) {
                Returned::Nothing | Returned::Part => Self::Complete,
                Returned::All => Self::Refunded,
            },
            (OrderStatus::Cancelled, _) => Self::Cancelled(order.cancel_reason),
            (OrderStatus::AwaitingPayment, _)
            | (
                OrderStatus::Created,
                Some(PaymentStatus::Processing | PaymentStatus::Authorized | PaymentStatus::Captured),
            ) => Self::UnderWay,
            (OrderStatus::Created, _) if now >= order.expires_at => Self::Lapsing,
            (OrderStatus::Created, Some(PaymentStatus::RequiresAction)) => Self::ToConfirm,
            (OrderStatus::Created, _) => Self::ToPay,
        }
    }

    /// The same once the buyer has answered the bank of this payment, which has yet to tell.
    pub(crate) fn once_answered(self, payments: &[PaymentView], answered: Option<PaymentId>) -> Self {
        let waits = self == Self::ToConfirm && active(payments).map(|payment| payment.id) == answered;
        if waits { Self::UnderWay } else { self }
    }

    /// Whether the deadline still counts: the buyer may pay, and may give the reservation up.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::ToPay | Self::ToConfirm)
    }

    /// Whether it will change by itself within moments.
    pub(crate) fn is_passing(self) -> bool {
        matches!(self, Self::UnderWay | Self::Lapsing)
    }

    /// The page's heading.
    pub(crate) fn title(self) -> String {
        match self {
            Self::ToPay => t!("stage-pay"),
            Self::ToConfirm => t!("stage-confirm"),
            Self::UnderWay => t!("stage-under-way"),
            Self::Lapsing => t!("stage-lapsing"),
            Self::Complete => t!("stage-complete"),
            Self::Refunded => t!("stage-refunded"),
            Self::Cancelled(Some(CancelReason::Buyer)) => t!("cancelled-buyer"),
            Self::Cancelled(Some(CancelReason::Expired)) => t!("cancelled-expired"),
            Self::Cancelled(Some(CancelReason::TicketWithdrawn)) => t!("cancelled-withdrawn"),
            Self::Cancelled(Some(CancelReason::PaymentFailed)) => t!("cancelled-payment"),
            Self::Cancelled(None) => t!("cancelled-unknown"),
        }
    }

    /// What that means for the buyer, in a sentence or two.
    pub(crate) fn lead(self, payments: &[PaymentView], sums: &Sums) -> String {
        match self {
            Self::ToPay => t!("stage-pay-lead"),
            Self::ToConfirm => t!("stage-confirm-lead"),
            Self::UnderWay => match active(payments).map(|payment| payment.status) {
                Some(PaymentStatus::Processing) => t!("stage-under-way-asked"),
                Some(PaymentStatus::Authorized) => t!("stage-under-way-set-aside"),
                Some(PaymentStatus::RequiresAction) => t!("stage-under-way-answered"),
                _ => t!("stage-under-way-lead"),
            },
            Self::Lapsing => t!("stage-lapsing-lead"),
            Self::Complete => match &sums.refunded {
                Some(refunded) => {
                    t!("stage-complete-lead-part", amount = sums.paid.as_str(), refunded = refunded.as_str())
                }
                None => t!("stage-complete-lead", amount = sums.paid.as_str()),
            },
            Self::Refunded => t!("stage-refunded-lead", amount = sums.paid.as_str()),
            Self::Cancelled(Some(CancelReason::Buyer)) => t!("cancelled-buyer-lead"),
            Self::Cancelled(Some(CancelReason::Expired)) => t!("cancelled-expired-lead"),
            Self::Cancelled(Some(CancelReason::TicketWithdrawn)) => t!("cancelled-withdrawn-lead"),
            Self::Cancelled(Some(CancelReason::PaymentFailed)) => t!("cancelled-payment-lead"),
            Self::Cancelled(None) => t!("cancelled-unknown-lead"),
        }
    }
}

/// The payment that may still become, or has become, the order's: there is one at most.
pub(crate) fn active(payments: &[PaymentView]) -> Option<&PaymentView> {
    payments.iter().find(|payment| {
        !matches!(payment.status, PaymentStatus::Failed | PaymentStatus::Voided | PaymentStatus::Refunded)
    })
}

/// When the order was made. Its id tells if its history does not.
pub(crate) fn reserved_at(order: &OrderView) -> Timestamp {
    let first = order.history.iter().find(|step| step.status == OrderStatus::Created);
    first.map_or_else(|| order.id.created_at(), |step| step.at)
}

/// An order's state in one or two words, and their look.
pub(crate) fn label(order: &OrderView, payments: &[PaymentView]) -> (String, &'static str) {
    match order.status {
        OrderStatus::Created => (t!("label-reserved"), "label warn"),
        OrderStatus::AwaitingPayment => (t!("label-payment"), "label calm"),
        OrderStatus::Complete => match Returned::of(order, payments) {
            Returned::Nothing => (t!("label-paid"), "label good"),
            Returned::Part => (t!("label-refunded-part"), "label calm"),
            Returned::All => (t!("label-refunded"), "label calm"),
        },
        OrderStatus::Cancelled => (t!("label-cancelled"), "label"),
    }
}

/// What became of the money of an order that was given up. Several payments may have been tried; what was taken or
/// set aside counts more than what was not.
pub(crate) fn money(payments: &[PaymentView]) -> String {
    let any = |status| payments.iter().any(|payment| payment.status == status);
    if any(PaymentStatus::Captured) {
        t!("money-refunding")
    } else if any(PaymentStatus::Authorized) {
        t!("money-releasing")
    } else if any(PaymentStatus::Processing) {
        t!("money-unsure")
    } else if any(PaymentStatus::Refunded) {
        t!("money-refunded")
    } else if any(PaymentStatus::Voided) {
        t!("money-released")
    } else {
        t!("money-none")
    }
}

#[cfg(test)]
mod tests {
    use islands::words::Language;

    use super::*;
    use crate::{
        render::said_in,
        view::timeline::tests::{order, payment},
    };

    fn stage(status: &str, paying: &[PaymentStatus], now: &str) -> Stage {
        let payments: Vec<_> = paying.iter().map(|status| payment(*status, 0)).collect();
        Stage::of(&order(status), &payments, now.parse().unwrap())
    }

    const BEFORE: &str = "2027-01-01T00:14:59Z";
    const AFTER: &str = "2027-01-01T00:15:00Z";

    #[test]
    fn a_reservation_can_be_paid_until_its_deadline() {
        assert_eq!(stage("created", &[], BEFORE), Stage::ToPay);
        assert_eq!(stage("created", &[], AFTER), Stage::Lapsing);
        for given_back in [PaymentStatus::Failed, PaymentStatus::Voided, PaymentStatus::Refunded] {
            assert_eq!(stage("created", &[given_back], BEFORE), Stage::ToPay);
        }
        assert_eq!(stage("created", &[PaymentStatus::RequiresAction], BEFORE), Stage::ToConfirm);
        assert_eq!(stage("created", &[PaymentStatus::RequiresAction], AFTER), Stage::Lapsing);
    }

    #[test]
    fn a_payment_under_way_hides_the_form_even_before_the_order_knows() {
        for status in [PaymentStatus::Processing, PaymentStatus::Authorized, PaymentStatus::Captured] {
            for now in [BEFORE, AFTER] {
                assert_eq!(stage("created", &[status], now), Stage::UnderWay);
                assert_eq!(stage("created", &[PaymentStatus::Failed, status], now), Stage::UnderWay);
            }
        }
        assert_eq!(stage("awaiting:payment", &[], AFTER), Stage::UnderWay);
    }

    #[test]
    fn a_bank_that_was_answered_is_waited_for_until_it_has_told() {
        let asks = [payment(PaymentStatus::RequiresAction, 0)];
        let stage = Stage::of(&order("created"), &asks, BEFORE.parse().unwrap());
        assert_eq!(stage.once_answered(&asks, Some(asks[0].id)), Stage::UnderWay);
        assert_eq!(stage.once_answered(&asks, None), Stage::ToConfirm);
        let other = payment(PaymentStatus::RequiresAction, 9);
        assert_eq!(stage.once_answered(&asks, Some(other.id)), Stage::ToConfirm);
        assert_eq!(Stage::ToPay.once_answered(&[], None), Stage::ToPay);
        assert_eq!(Stage::Lapsing.once_answered(&asks, Some(asks[0].id)), Stage::Lapsing);
    }

    #[test]
    fn what_is_final_stays_final() {
        assert_eq!(stage("complete", &[PaymentStatus::Failed], AFTER), Stage::Complete);
        assert_eq!(stage("complete", &[PaymentStatus::Refunded], AFTER), Stage::Refunded);
        assert_eq!(stage("cancelled", &[PaymentStatus::Authorized], BEFORE), Stage::Cancelled(None));
    }

    #[test]
    fn money_that_moved_is_never_called_untouched() {
        use PaymentStatus::{Authorized, Captured, Failed, RequiresAction, Voided};
        let told = |statuses: &[PaymentStatus]| {
            let payments: Vec<_> = statuses.iter().map(|status| payment(*status, 0)).collect();
            said_in(Language::English, || money(&payments))
        };
        for untouched in [&[][..], &[Failed], &[Failed, RequiresAction]] {
            assert_eq!(told(untouched), "You were not charged.", "{untouched:?}");
        }
        assert!(told(&[Failed, Captured]).contains("a refund of the full amount is under way"));
        assert!(told(&[PaymentStatus::Refunded, Failed]).contains("refunded in full"));
        assert!(told(&[Authorized]).contains("is being released"));
        assert!(told(&[Voided, Failed]).contains("free again"));
        assert!(told(&[Voided, Captured]).contains("refund"));
        assert!(told(&[PaymentStatus::Processing]).contains("has not answered"));
    }
}
