//! Answers that are wrong, late or never come, to each thing that is asked.

use std::collections::BTreeSet;

use common::api::{OrderStatus, PaymentStatus, PaymentView, RefundStatus, RefundView};
use futures::join;
use serde_json::json;
use stripe::{Call, Fault, Stage, VISA, play};

use crate::confirmation::{CONFIRMED, Waiting};

#[test]
fn a_bank_that_fails_after_having_done_it_is_not_asked_to_do_it_twice() {
    play(async |stage| {
        join!(
            paying_survives(stage, Call::CREATE, 1, &Fault::ServerError),
            paying_survives(stage, Call::CONFIRM, 1, &Fault::ServerError),
            paying_survives(stage, Call::CAPTURE, 1, &Fault::ServerError),
            giving_up_survives(stage, &Fault::ServerError),
            refunding_survives(stage, &Fault::ServerError),
        );
    });
}

#[test]
fn a_bank_that_does_it_and_never_answers_is_asked_what_it_did() {
    play(async |stage| {
        join!(
            paying_survives(stage, Call::CREATE, 1, &Fault::NoAnswer),
            paying_survives(stage, Call::CONFIRM, 1, &Fault::NoAnswer),
            paying_survives(stage, Call::CAPTURE, 1, &Fault::NoAnswer),
            giving_up_survives(stage, &Fault::NoAnswer),
            refunding_survives(stage, &Fault::NoAnswer),
        );
    });
}

#[test]
fn a_bank_that_hangs_up_is_asked_again() {
    play(async |stage| {
        join!(
            paying_survives(stage, Call::CREATE, 2, &Fault::HangUp),
            paying_survives(stage, Call::CONFIRM, 2, &Fault::HangUp),
            paying_survives(stage, Call::CAPTURE, 3, &Fault::HangUp),
            giving_up_survives(stage, &Fault::HangUp),
            refunding_survives(stage, &Fault::HangUp),
        );
    });
}

async fn paying_survives(stage: &Stage, call: Call, times: usize, fault: &Fault) {
    let purchase = stage.purchase("Paid once", 35, 1).await;
    stage.bank.arm(call, purchase.order, times, fault.clone());
    purchase.pays_in_the_end().await;
    assert_eq!(stage.moved(purchase.order).await, (35_00, 0), "{call:?} {fault:?}");
    let charged = stage.bank.asked(Call::CAPTURE, purchase.order);
    let charged: BTreeSet<_> = charged.iter().map(|request| request.path.as_str()).collect();
    assert_eq!(charged.len(), 1, "{call:?} {fault:?}: two charges were to be captured");
}

async fn giving_up_survives(stage: &Stage, fault: &Fault) {
    let purchase = stage.purchase("Given up", 35, 1).await;
    let waiting = Waiting::with_card(stage, &purchase, CONFIRMED).await;
    stage.bank.arm(Call::CANCEL, purchase.order, 1, fault.clone());
    purchase.buyer.cancel(purchase.order).await.expect(204);
    purchase.buyer_sees(OrderStatus::Cancelled).await;
    purchase.payment(waiting.payment.id, "to be voided", |seen| seen.status == PaymentStatus::Voided).await;
    assert_eq!(stage.bank.intent(&waiting.intent).await["status"], "canceled", "{fault:?}");
}

async fn refunding_survives(stage: &Stage, fault: &Fault) {
    let purchase = stage.purchase("Returned", 35, 2).await;
    let payment: PaymentView = purchase.pay(VISA).await.expect(201).read();
    purchase.completes().await;
    stage.bank.arm(Call::REFUND, purchase.order, 1, fault.clone());
    let answer = purchase.refund(payment.id, json!({ "amount": 12.5, "reason": "Row 3 is closed" })).await;
    assert!([201, 202].contains(&answer.status), "{answer:?}");
    let refund: RefundView = answer.read();
    let seen = purchase
        .payment(payment.id, "to have its refund", |seen| {
            seen.refunds.iter().any(|seen| seen.id == refund.id && seen.status == RefundStatus::Done)
        })
        .await;
    assert_eq!((seen.refunded.0.get(), seen.refunds.len()), (12_50, 1));
    assert_eq!(stage.moved(purchase.order).await, (70_00, 12_50), "{fault:?}");
}
