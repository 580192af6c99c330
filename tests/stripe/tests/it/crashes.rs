//! The payments service dies at its worst moments.

use common::api::{PaymentStatus, PaymentView, RefundStatus};
use futures::future::join_all;
use serde_json::json;
use stack::Service;
use stripe::{Purchase, Stage, VISA, patiently, play_alone};
use testkit::eventually;

/// Between the bank and the record of what it said. Each leaves something to be made good, which passes none of the points
/// after it in this list.
const WHILE_PAYING: [&str; 4] = [
    "payments.after_capture",
    "payments.after_authorise",
    "payments.before_authorise",
    "payments.after_open",
];

#[test]
fn a_crash_while_paying_takes_the_money_once() {
    play_alone(async |stage| {
        let mut purchases = Vec::new();
        for point in WHILE_PAYING {
            restart(stage, point).await;
            let purchase = stage.purchase(&format!("Paid through {point}"), 65, 1).await;
            // Lost with the process, or given just before its end.
            let answer = purchase.pay(VISA).await;
            assert!([201, 202, 502, 503, 504].contains(&answer.status), "{answer:?}");
            died(stage, point).await;
            purchases.push(purchase);
        }
        restart(stage, "").await;
        join_all(purchases.iter().map(Purchase::pays_in_the_end)).await;
        for (purchase, point) in purchases.iter().zip(WHILE_PAYING) {
            assert_eq!(stage.moved(purchase.order).await, (65_00, 0), "{point}");
        }
    });
}

#[test]
fn a_crash_while_refunding_gives_the_money_back_once() {
    play_alone(async |stage| {
        let point = "payments.after_refund";
        let purchase = stage.purchase("Given back once", 45, 2).await;
        let payment: PaymentView = purchase.pay(VISA).await.expect(201).read();
        purchase.completes().await;
        restart(stage, point).await;
        let answer = purchase.refund(payment.id, json!({ "amount": 45, "relistUnits": 1 })).await;
        assert!([201, 202, 502, 503, 504].contains(&answer.status), "{answer:?}");
        died(stage, point).await;
        restart(stage, "").await;
        let seen = settled(&purchase, &payment).await;
        assert_eq!((seen.refunded.0.get(), seen.status), (45_00, PaymentStatus::Captured));
        assert_eq!(stage.moved(purchase.order).await, (90_00, 45_00));
        purchase.buyer.ticket_when_available(purchase.ticket, 4).await;
    });
}

/// The payment once its one refund is done.
async fn settled(purchase: &Purchase, payment: &PaymentView) -> PaymentView {
    purchase
        .payment(payment.id, "to have its refund", |seen| {
            seen.refunds.len() == 1 && seen.refunds[0].status == RefundStatus::Done
        })
        .await
}

async fn died(stage: &Stage, point: &str) {
    eventually(format!("payments to die at {point}"), async || {
        stage.market.fleet.process(Service::Payments, 0).exited().map(|_| ())
    })
    .await;
}

/// Restarts payments, to die at this point if it is one.
async fn restart(stage: &Stage, point: &str) {
    stage.market.fleet.restart_with(Service::Payments, 0, &[("FAULT_POINT", point)]).await.unwrap();
    // The ingress gives one that was down a moment's rest.
    patiently("payments to answer through the ingress", async || {
        let answer = stage.market.stranger().get("/api/payments/openapi.json").await;
        (answer.status == 200).then_some(())
    })
    .await;
}
