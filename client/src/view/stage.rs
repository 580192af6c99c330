//! Where a purchase stands, from its order and its payment together.

use common::api::{CancelReason, OrderStatus, OrderView, PaymentStatus, PaymentView};
use jiff::Timestamp;

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
    /// Paid.
    Complete,
    /// Given up.
    Cancelled,
}

impl Stage {
    /// Decides it. A payment for another order is no news about this one.
    pub(crate) fn of(order: &OrderView, payment: Option<&PaymentView>, now: Timestamp) -> Self {
        let payment = payment.filter(|payment| payment.order_id == order.id).map(|payment| payment.status);
        match (order.status, payment) {
            (OrderStatus::Complete, _) => Self::Complete,
            (OrderStatus::Cancelled, _) => Self::Cancelled,
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

    /// Whether the buyer may still give the reservation up.
    pub(crate) fn can_cancel(self) -> bool {
        matches!(self, Self::ToPay | Self::ToConfirm)
    }
}

/// One or two words for a label.
pub(crate) fn label(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Created => "Reserved",
        OrderStatus::AwaitingPayment => "Payment under way",
        OrderStatus::Complete => "Paid",
        OrderStatus::Cancelled => "Cancelled",
    }
}

/// Why an order ended.
pub(crate) fn cancelled(reason: Option<CancelReason>) -> &'static str {
    match reason {
        Some(CancelReason::Buyer) => "You cancelled this order, and the tickets are on sale again.",
        Some(CancelReason::Expired) => {
            "The reservation lapsed before it was paid, and the tickets are on sale again. If they are still \
             available, you can reserve them once more."
        }
        Some(CancelReason::TicketWithdrawn) => "The seller withdrew the listing before this order was paid.",
        Some(CancelReason::PaymentFailed) => {
            "The bank authorised your payment and then would not release the money. You can reserve again and \
             pay with another card."
        }
        None => "This order was cancelled.",
    }
}

/// What became of the money.
pub(crate) fn money(payment: PaymentStatus) -> &'static str {
    match payment {
        PaymentStatus::Processing => "Your payment is being processed.",
        PaymentStatus::RequiresAction => "Your payment waits for your confirmation.",
        PaymentStatus::Authorized => "The amount is set aside on your card and not taken yet.",
        PaymentStatus::Captured => "Your card was charged.",
        PaymentStatus::Failed => "The payment was declined. Nothing was taken.",
        PaymentStatus::Voided => {
            "The payment came too late and was given back: the amount set aside on your card is free again."
        }
        PaymentStatus::Refunded => "The payment was refunded in full.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(status: &str) -> OrderView {
        let ticket = r#"{"id":"6b49d2000102030405060708","title":"Hamlet","price":20,"version":0}"#;
        let json = format!(
            r#"{{"id":"6b49d2000102030405060709","userId":"6b49d2000102030405060701","status":"{status}",
            "expiresAt":"2027-01-01T00:15:00Z","total":20,"currency":"usd","ticket":{ticket},
            "items":[{{"ticket":{ticket},"quantity":1,"price":20}}],"version":0}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    fn payment(status: PaymentStatus, order: &str) -> PaymentView {
        let json = format!(
            r#"{{"id":"6b49d2000102030405060710","orderId":"{order}","status":"processing","amount":20,
            "currency":"usd","version":0}}"#
        );
        PaymentView { status, ..serde_json::from_str(&json).unwrap() }
    }

    fn stage(status: &str, paying: Option<PaymentStatus>, now: &str) -> Stage {
        let payment = paying.map(|status| payment(status, "6b49d2000102030405060709"));
        Stage::of(&order(status), payment.as_ref(), now.parse().unwrap())
    }

    const BEFORE: &str = "2027-01-01T00:14:59Z";
    const AFTER: &str = "2027-01-01T00:15:00Z";

    #[test]
    fn a_reservation_can_be_paid_until_its_deadline() {
        assert_eq!(stage("created", None, BEFORE), Stage::ToPay);
        assert_eq!(stage("created", None, AFTER), Stage::Lapsing);
        assert_eq!(stage("created", Some(PaymentStatus::Failed), BEFORE), Stage::ToPay);
        assert_eq!(stage("created", Some(PaymentStatus::RequiresAction), BEFORE), Stage::ToConfirm);
        assert_eq!(stage("created", Some(PaymentStatus::RequiresAction), AFTER), Stage::Lapsing);
    }

    #[test]
    fn a_payment_under_way_hides_the_form_even_before_the_order_knows() {
        for status in [PaymentStatus::Processing, PaymentStatus::Authorized, PaymentStatus::Captured] {
            assert_eq!(stage("created", Some(status), BEFORE), Stage::UnderWay);
            assert_eq!(stage("created", Some(status), AFTER), Stage::UnderWay);
        }
        assert_eq!(stage("awaiting:payment", None, AFTER), Stage::UnderWay);
    }

    #[test]
    fn what_is_final_stays_final() {
        assert_eq!(stage("complete", Some(PaymentStatus::Failed), AFTER), Stage::Complete);
        assert_eq!(stage("cancelled", Some(PaymentStatus::Authorized), BEFORE), Stage::Cancelled);
    }

    #[test]
    fn another_orders_payment_says_nothing() {
        let foreign = payment(PaymentStatus::Captured, "6b49d20001020304050607ff");
        let stage = Stage::of(&order("created"), Some(&foreign), BEFORE.parse().unwrap());
        assert_eq!(stage, Stage::ToPay);
    }
}
