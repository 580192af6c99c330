//! What payments knows of an order.

use common::{
    api::{CancelReason, OrderStatus},
    events::OrderState,
    id::{OrderId, PaymentId, UserId},
    money::{Currency, Minor},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Line;

/// The newest state of an order that was heard of. The orders service owns the order; this is a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Order {
    #[serde(rename = "_id")]
    id: OrderId,
    version: u64,
    buyer_id: UserId,
    status: OrderStatus,
    #[serde(with = "messaging::timestamp")]
    expires_at: Timestamp,
    #[serde(rename = "totalMinor")]
    total: Minor,
    currency: Currency,
    cancel_reason: Option<CancelReason>,
    /// The payment that was accepted for it. Not known of an order heard of before this was told.
    #[serde(default)]
    payment_id: Option<PaymentId>,
    /// What it is for. Not known of an order heard of before this was kept.
    #[serde(default)]
    lines: Vec<Line>,
}

/// Why no payment can be begun for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotPayable {
    /// It was given up, for another reason than its time.
    #[error("the order is cancelled")]
    Cancelled,
    /// The reservation has lapsed.
    #[error("the order has expired")]
    Expired,
    /// It is paid, or an authorised payment was accepted for it.
    #[error("the order is already paid")]
    AlreadyPaid,
}

impl Order {
    /// The order's id.
    pub(crate) fn id(&self) -> OrderId {
        self.id
    }

    /// The order's version; a copy is replaced only by a newer one.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Who reserved, and so who pays.
    pub(crate) fn buyer(&self) -> UserId {
        self.buyer_id
    }

    /// Where the order stands.
    pub(crate) fn status(&self) -> OrderStatus {
        self.status
    }

    /// What is to be paid.
    pub(crate) fn total(&self) -> Minor {
        self.total
    }

    /// The currency of the total.
    pub(crate) fn currency(&self) -> &Currency {
        &self.currency
    }

    /// What is to be paid for.
    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Whether this payment was accepted for it, so that its money is to be taken and kept.
    pub(crate) fn is_paid_by(&self, payment: PaymentId) -> bool {
        matches!(self.status, OrderStatus::AwaitingPayment | OrderStatus::Complete)
            && self.payment_id.is_none_or(|accepted| accepted == payment)
    }

    /// Whether a payment may be begun now.
    pub(crate) fn payable(&self, now: Timestamp) -> Result<(), NotPayable> {
        match self.status {
            OrderStatus::Cancelled if self.cancel_reason == Some(CancelReason::Expired) => {
                Err(NotPayable::Expired)
            }
            OrderStatus::Cancelled => Err(NotPayable::Cancelled),
            OrderStatus::AwaitingPayment | OrderStatus::Complete => Err(NotPayable::AlreadyPaid),
            // The order may not have heard yet that its time is over.
            OrderStatus::Created if now >= self.expires_at => Err(NotPayable::Expired),
            OrderStatus::Created => Ok(()),
        }
    }

    /// Whether it is paid.
    pub(crate) fn is_complete(&self) -> bool {
        self.status == OrderStatus::Complete
    }

    /// Why this payment's money is given back, in words for the buyer; `None` while it may still be taken, or kept.
    pub(crate) fn release_reason(&self, payment: PaymentId) -> Option<&'static str> {
        match self.status {
            OrderStatus::Cancelled => {}
            OrderStatus::Complete if !self.is_paid_by(payment) => {
                return Some("The order was paid by another payment");
            }
            OrderStatus::Created | OrderStatus::AwaitingPayment | OrderStatus::Complete => return None,
        }
        Some(match self.cancel_reason {
            Some(CancelReason::Expired) => "The reservation lapsed before the payment was complete",
            Some(CancelReason::TicketWithdrawn) => "The seller withdrew the listing",
            Some(CancelReason::PaymentFailed) => "The payment could not be completed",
            Some(CancelReason::Buyer) | None => "The order was cancelled",
        })
    }
}

impl From<OrderState> for Order {
    fn from(state: OrderState) -> Self {
        Self {
            id: state.id,
            version: state.version,
            buyer_id: state.buyer_id,
            status: state.status,
            expires_at: state.expires_at,
            total: state.total_minor,
            currency: state.currency,
            cancel_reason: state.cancel_reason,
            payment_id: state.payment_id,
            lines: state.items.iter().map(Line::from).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use common::id::Id;

    use super::*;

    fn order(status: OrderStatus, cancel_reason: Option<CancelReason>) -> Order {
        let start = Timestamp::from_second(1_800_000_000).unwrap();
        Order {
            id: OrderId::generate(start, [1; 8]),
            version: 1,
            buyer_id: UserId::generate(start, [2; 8]),
            status,
            expires_at: Timestamp::from_second(1_800_000_900).unwrap(),
            total: Minor::new(2000).unwrap(),
            currency: "usd".parse().unwrap(),
            cancel_reason,
            payment_id: None,
            lines: Vec::new(),
        }
    }

    #[test]
    fn only_an_open_order_before_its_deadline_can_be_paid() {
        let (early, late) = (1_800_000_899, 1_800_000_900);
        for (status, reason, second, expected) in [
            (OrderStatus::Created, None, early, Ok(())),
            (OrderStatus::Created, None, late, Err(NotPayable::Expired)),
            (OrderStatus::AwaitingPayment, None, late, Err(NotPayable::AlreadyPaid)),
            (OrderStatus::Complete, None, early, Err(NotPayable::AlreadyPaid)),
            (OrderStatus::Cancelled, Some(CancelReason::Buyer), late, Err(NotPayable::Cancelled)),
            (OrderStatus::Cancelled, Some(CancelReason::Expired), late, Err(NotPayable::Expired)),
        ] {
            let now = Timestamp::from_second(second).unwrap();
            assert_eq!(order(status, reason).payable(now), expected, "{status:?} {reason:?} {second}");
        }
    }

    #[test]
    fn only_a_cancelled_order_gives_a_reason_to_give_money_back() {
        let payment = PaymentId::generate(Timestamp::UNIX_EPOCH, [3; 8]);
        assert_eq!(order(OrderStatus::Complete, None).release_reason(payment), None);
        assert_eq!(
            order(OrderStatus::Cancelled, Some(CancelReason::Expired)).release_reason(payment),
            Some("The reservation lapsed before the payment was complete")
        );
    }

    #[test]
    fn only_the_payment_that_was_accepted_is_taken() {
        let [accepted, other] = [3, 4].map(|byte| PaymentId::generate(Timestamp::UNIX_EPOCH, [byte; 8]));
        for status in [OrderStatus::AwaitingPayment, OrderStatus::Complete] {
            let order = Order { payment_id: Some(accepted), ..order(status, None) };
            assert!(order.is_paid_by(accepted) && !order.is_paid_by(other), "{status:?}");
            assert_eq!(order.release_reason(accepted), None);
            // While the order waits for one, that may yet fail and end the order, and with it this.
            assert_eq!(order.release_reason(other).is_some(), status == OrderStatus::Complete);
        }
        // As told before it was said which.
        assert!(order(OrderStatus::AwaitingPayment, None).is_paid_by(other));
        assert!(!order(OrderStatus::Created, None).is_paid_by(other));
    }
}
