//! What was paid for an order and what of it came back, from the order and its payments together.

use common::{
    api::{OrderView, PaymentStatus, PaymentView, RefundStatus, RefundView},
    id::PaymentId,
    money::{Major, Minor},
};
use jiff::Timestamp;

use super::money;

/// The money of a complete order, as its receipt tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bill {
    /// The payment that took the money, as far as payments can be asked.
    pub(crate) payment: Option<PaymentId>,
    /// When it was taken; not known of old payments.
    pub(crate) paid_at: Option<Timestamp>,
    /// What goes back to the buyer or has gone, oldest first.
    pub(crate) refunds: Vec<RefundView>,
    /// What has gone back.
    pub(crate) refunded: Major,
    /// What the order has cost after that.
    pub(crate) remains: Major,
}

impl Bill {
    /// Of an order, and of all attempts to pay it.
    pub(crate) fn of(order: &OrderView, payments: &[PaymentView]) -> Self {
        let payment = taken(payments);
        let refunded = given_back(order, payments);
        let captured = |payment: &PaymentView| {
            payment.history.iter().find(|step| step.status == PaymentStatus::Captured).map(|step| step.at)
        };
        let refunds = payment.map(|payment| payment.refunds.clone()).unwrap_or_default();
        Self {
            payment: payment.map(|payment| payment.id),
            paid_at: payment.and_then(captured),
            refunds: refunds.into_iter().filter(|refund| refund.status != RefundStatus::Failed).collect(),
            refunded: Major(refunded),
            remains: Major(order.total.0.checked_sub(refunded).unwrap_or_default()),
        }
    }
}

/// The payment that took an order's money.
fn taken(payments: &[PaymentView]) -> Option<&PaymentView> {
    let of = |status| payments.iter().find(|payment| payment.status == status);
    of(PaymentStatus::Captured)
        .or_else(|| of(PaymentStatus::Refunded))
        .or_else(|| of(PaymentStatus::Authorized))
}

/// What has gone back of what a complete order cost. Orders hear of it a moment after payments, and where payments cannot
/// be asked they are who knows.
pub(crate) fn given_back(order: &OrderView, payments: &[PaymentView]) -> Minor {
    let lines = order.items.iter().map(|item| item.refunded.0);
    let by_lines = lines.fold(Minor::default(), |sum, line| sum.checked_add(line).unwrap_or(sum));
    let by_payment = taken(payments).map(|payment| match payment.status {
        // Of a payment from before amounts were noted only this is known.
        PaymentStatus::Refunded => payment.amount.0.max(payment.refunded.0),
        PaymentStatus::Processing
        | PaymentStatus::RequiresAction
        | PaymentStatus::Authorized
        | PaymentStatus::Captured
        | PaymentStatus::Failed
        | PaymentStatus::Voided => payment.refunded.0,
    });
    by_lines.max(by_payment.unwrap_or_default()).min(order.total.0)
}

/// How much of an order's price has gone back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Returned {
    Nothing,
    Part,
    All,
}

impl Returned {
    pub(crate) fn of(order: &OrderView, payments: &[PaymentView]) -> Self {
        match given_back(order, payments) {
            nothing if nothing == Minor::default() => Self::Nothing,
            back if back < order.total.0 => Self::Part,
            _ => Self::All,
        }
    }
}

/// The sums of a complete order as its reader writes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) paid: String,
    /// What of it has gone back, if anything.
    pub(crate) refunded: Option<String>,
}

impl Sums {
    pub(crate) fn of(order: &OrderView, payments: &[PaymentView]) -> Self {
        let told = |amount| money::amount(amount, &order.currency);
        let refunded = given_back(order, payments);
        let refunded = (refunded > Minor::default()).then(|| told(Major(refunded)));
        Self { paid: told(order.total), refunded }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use common::api::PaymentStep;

    use super::*;
    use crate::view::timeline::tests::{order, payment};

    /// A refund of so many minor units, asked for this many seconds after midnight.
    pub(crate) fn refund(status: RefundStatus, minor: i64, second: i64) -> RefundView {
        let json = r#"{"id":"6b49d2000102030405060711","paymentId":"6b49d2000102030405060710","status":"done",
            "amount":1,"currency":"usd","lines":[],"reason":"Fewer seats","at":"2027-01-01T00:00:00Z"}"#;
        let base: RefundView = serde_json::from_str(json).unwrap();
        let at = Timestamp::from_second(base.at.as_second() + second).unwrap();
        RefundView { status, amount: amount(minor), at, ..base }
    }

    fn amount(minor: i64) -> Major {
        Major(Minor::new(minor).unwrap())
    }

    fn captured(refunded: i64, refunds: Vec<RefundView>) -> PaymentView {
        let at = "2027-01-01T00:01:00Z".parse().unwrap();
        let history = vec![PaymentStep { status: PaymentStatus::Captured, at }];
        PaymentView { refunded: amount(refunded), refunds, history, ..payment(PaymentStatus::Captured, 30) }
    }

    #[test]
    fn a_bill_tells_when_it_was_paid_and_what_is_left_of_it() {
        let refunds = vec![
            refund(RefundStatus::Done, 500, 90),
            refund(RefundStatus::Failed, 700, 95),
            refund(RefundStatus::Pending, 300, 99),
        ];
        let payments = [payment(PaymentStatus::Failed, 10), captured(500, refunds)];
        let bill = Bill::of(&order("complete"), &payments);
        assert_eq!(bill.payment, Some(payments[1].id));
        assert_eq!(bill.paid_at, Some("2027-01-01T00:01:00Z".parse().unwrap()));
        assert_eq!((bill.refunded, bill.remains), (amount(500), amount(1500)));
        // What the bank refused never went back.
        let told: Vec<_> = bill.refunds.iter().map(|refund| refund.amount).collect();
        assert_eq!(told, [amount(500), amount(300)]);
    }

    #[test]
    fn what_only_the_order_knows_counts_too() {
        let mut order = order("complete");
        order.items[0].refunded = amount(250);
        let bill = Bill::of(&order, &[]);
        assert_eq!((bill.payment, bill.paid_at), (None, None));
        assert_eq!((bill.refunded, bill.remains), (amount(250), amount(1750)));
        assert_eq!(Bill::of(&order, &[captured(500, vec![])]).refunded, amount(500));
    }

    #[test]
    fn all_is_more_than_a_part() {
        let order = order("complete");
        let returned = |payments: &[PaymentView]| Returned::of(&order, payments);
        assert_eq!(returned(&[]), Returned::Nothing);
        assert_eq!(returned(&[captured(1999, vec![])]), Returned::Part);
        assert_eq!(returned(&[captured(2000, vec![])]), Returned::All);
        assert_eq!(returned(&[payment(PaymentStatus::Refunded, 30)]), Returned::All);
        // Given back before it was ever taken for the order, so it is not the order's.
        assert_eq!(returned(&[payment(PaymentStatus::Voided, 30)]), Returned::Nothing);
    }
}
