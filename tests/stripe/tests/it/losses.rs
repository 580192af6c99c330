//! Answers that are wrong, late or never come, to each thing that is asked.

use std::collections::BTreeSet;

use common::api::{OrderStatus, PaymentStatus, PaymentView, RefundStatus, RefundView};
use futures::join;
use serde_json::json;
use stripe::{Call, Fault, Purchase, Stage, VISA, play_alone};

use crate::confirmation::{CONFIRMED, Waiting};

#[test]
fn a_bank_that_fails_after_having_done_it_is_not_asked_to_do_it_twice() {
    is_survived(Fault::ServerError, false);
}

#[test]
fn a_bank_that_does_it_and_never_answers_is_asked_what_it_did() {
    is_survived(Fault::NoAnswer, false);
}

#[test]
fn a_bank_that_hangs_up_is_asked_again() {
    is_survived(Fault::HangUp, true);
}

/// Everything there is to ask, all at the same time, fails once or again and again. Alone, because the market stops asking a bank that
/// fails too often in a row, which buyers elsewhere would notice.
fn is_survived(fault: Fault, repeatedly: bool) {
    play_alone(async move |stage| {
        let failing = Failing { fault, repeatedly };
        let (create, confirm, capture, given_up, returned) = join!(
            stage.purchase("Opened", 35, 1),
            stage.purchase("Authorised", 35, 1),
            stage.purchase("Captured", 35, 1),
            Undecided::make(stage),
            Returnable::make(stage),
        );
        join!(
            failing.paying(stage, &create, Call::CREATE),
            failing.paying(stage, &confirm, Call::CONFIRM),
            failing.paying(stage, &capture, Call::CAPTURE),
            failing.giving_up(stage, &given_up),
            failing.refunding(stage, &returned),
        );
    });
}

/// A buyer who has been asked to confirm.
struct Undecided {
    purchase: Purchase,
    waiting: Waiting,
}

/// Money that was taken.
struct Returnable {
    purchase: Purchase,
    payment: PaymentView,
}

impl Undecided {
    async fn make(stage: &Stage) -> Self {
        let purchase = stage.purchase("Given up", 35, 1).await;
        let waiting = Waiting::with_card(stage, &purchase, CONFIRMED).await;
        Self { purchase, waiting }
    }
}

impl Returnable {
    async fn make(stage: &Stage) -> Self {
        let purchase = stage.purchase("Returned", 35, 2).await;
        let payment: PaymentView = purchase.pay(VISA).await.expect(201).read();
        purchase.completes().await;
        Self { purchase, payment }
    }
}

struct Failing {
    fault: Fault,
    repeatedly: bool,
}

impl Failing {
    fn arm(&self, stage: &Stage, call: Call, purchase: &Purchase) {
        // An intent that was not confirmed is given up, which takes 8 s: once will do.
        let times = if self.repeatedly && call != Call::CONFIRM { 3 } else { 1 };
        stage.bank.arm(call, purchase.order, times, self.fault.clone());
    }

    async fn paying(&self, stage: &Stage, purchase: &Purchase, call: Call) {
        self.arm(stage, call, purchase);
        purchase.pays_in_the_end().await;
        assert_eq!(stage.moved(purchase.order).await, (35_00, 0), "{call:?} {:?}", self.fault);
        let charged = stage.bank.asked(Call::CAPTURE, purchase.order);
        let charged: BTreeSet<_> = charged.iter().map(|request| request.path.as_str()).collect();
        assert_eq!(charged.len(), 1, "{call:?} {:?}: two charges were to be captured", self.fault);
    }

    async fn giving_up(&self, stage: &Stage, Undecided { purchase, waiting }: &Undecided) {
        self.arm(stage, Call::CANCEL, purchase);
        purchase.buyer.cancel(purchase.order).await.expect(204);
        purchase.buyer_sees(OrderStatus::Cancelled).await;
        let voided = |seen: &PaymentView| seen.status == PaymentStatus::Voided;
        purchase.payment(waiting.payment.id, "to be voided", voided).await;
        assert_eq!(stage.bank.intent(&waiting.intent).await["status"], "canceled", "{:?}", self.fault);
    }

    async fn refunding(&self, stage: &Stage, Returnable { purchase, payment }: &Returnable) {
        self.arm(stage, Call::REFUND, purchase);
        let wanted = json!({ "amount": 12.5, "reason": "Row 3 is closed" });
        let answer = purchase.refund(payment.id, wanted).await;
        assert!([201, 202].contains(&answer.status), "{answer:?}");
        let refund: RefundView = answer.read();
        let seen = purchase
            .payment(payment.id, "to have its refund", |seen| {
                seen.refunds.iter().any(|seen| seen.id == refund.id && seen.status == RefundStatus::Done)
            })
            .await;
        assert_eq!((seen.refunded.0.get(), seen.refunds.len()), (12_50, 1));
        assert_eq!(stage.moved(purchase.order).await, (70_00, 12_50), "{:?}", self.fault);
    }
}
