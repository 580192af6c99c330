//! What has to be true.

use common::api::{OrderStatus, PaymentStatus};

use super::World;
use crate::domain::{Account, Payment, Standing};

impl World {
    /// True at every moment, whatever happened.
    pub(super) fn check_always(&self) {
        let captured: Vec<_> = self
            .payments
            .iter()
            .filter(|payment| matches!(self.bank.standing(payment.id()), Standing::Captured { .. }))
            .collect();
        assert!(captured.len() <= 1, "captured twice");
        if let Some(payment) = captured.first() {
            assert_eq!(self.orders.state.payment_id, Some(payment.id()));
            assert_ne!(self.orders.state.status, OrderStatus::Cancelled);
        }
        assert!(self.payments.iter().filter(|payment| payment.is_active()).count() <= 1);
    }

    /// True once everything has come to its end.
    pub(super) fn check_at_rest(&self) {
        let complete = self.orders.state.status == OrderStatus::Complete;
        assert!(complete || self.orders.state.status == OrderStatus::Cancelled, "{:?}", self.orders.state);
        let captured = self.payments.iter().filter(|payment| payment.captured_at().is_some());
        let refunded: i64 = self.payments.iter().map(|payment| payment.refunded().get()).sum();
        let captured: i64 = captured.map(|payment| payment.amount().get()).sum();
        // The two sums: taken for the complete order its total, once; kept for a cancelled one nothing.
        if complete {
            assert_eq!(captured, self.orders.state.total_minor.get());
        } else {
            assert_eq!(captured, refunded);
        }
        let at_the_bank: i64 = self.payments.iter().map(|payment| self.kept_at_the_bank(payment)).sum();
        assert_eq!(at_the_bank, captured - refunded);
        let on = |account| {
            let sums = self.ledger.iter().map(|entry| entry.on(account));
            sums.map(|(credit, debit)| debit.get() - credit.get()).sum::<i64>()
        };
        assert_eq!(on(Account::Gateway), at_the_bank, "the ledger differs from the bank");
        assert_eq!(on(Account::Buyer(self.orders.state.buyer_id)), 0);
        for payment in &self.payments {
            let standing = self.bank.standing(payment.id());
            assert!(payment.pending_refund().is_none(), "{payment:?}");
            let agreed = match payment.status() {
                PaymentStatus::Captured | PaymentStatus::Refunded => {
                    matches!(standing, Standing::Captured { .. })
                }
                PaymentStatus::Failed => {
                    matches!(standing, Standing::Declined { .. } | Standing::Voided | Standing::Unheard)
                }
                PaymentStatus::Voided => matches!(standing, Standing::Declined { .. } | Standing::Voided),
                PaymentStatus::Processing | PaymentStatus::RequiresAction | PaymentStatus::Authorized => {
                    false
                }
            };
            assert!(agreed, "{payment:?} is {standing:?} at the gateway");
        }
    }

    fn kept_at_the_bank(&self, payment: &Payment) -> i64 {
        match self.bank.standing(payment.id()) {
            Standing::Captured { refunds, .. } => {
                payment.amount().get() - refunds.iter().map(|refund| refund.amount.get()).sum::<i64>()
            }
            _ => 0,
        }
    }
}
