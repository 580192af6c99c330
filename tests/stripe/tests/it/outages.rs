//! The gateway as a whole is gone, or slow: the rest of the market is not.

use std::time::{Duration, Instant};

use common::api::{PaymentView, RefundStatus, RefundView};
use futures::{future::join_all, join};
use serde_json::json;
use stripe::{Outage, Purchase, Stage, VISA, play_alone};
use testkit::Answer;

/// What may be asked without the gateway takes no longer than this, on a busy machine.
const AT_ONCE: Duration = Duration::from_secs(1);

#[test]
fn nobody_listens_for_a_while() {
    play_alone(async |stage| is_survived(stage, Outage::Refuses).await);
}

#[test]
fn nobody_answers_for_a_while() {
    play_alone(async |stage| is_survived(stage, Outage::Silent).await);
}

async fn is_survived(stage: &Stage, outage: Outage) {
    let (paid, first, second) = join!(
        stage.purchase("Paid before", 50, 1),
        stage.purchase("Paid meanwhile", 50, 1),
        stage.purchase("Paid meanwhile too", 50, 1),
    );
    let payment: PaymentView = paid.pay(VISA).await.expect(201).read();
    paid.completes().await;

    let outage = stage.bank.fails(outage);
    let (one, two, refund, ()) = join!(
        first.pay(VISA),
        second.pay(VISA),
        paid.refund(payment.id, json!({ "amount": 10 })),
        the_rest_goes_on(stage, &paid, &payment),
    );
    for answer in [one, two] {
        is_honest(&answer);
    }
    assert_eq!(refund.status, 202, "it is noted and will be made: {refund:?}");
    let refund: RefundView = refund.read();
    assert_eq!(refund.status, RefundStatus::Pending);
    the_rest_goes_on(stage, &paid, &payment).await;
    assert_eq!(stage.moved(paid.order).await, (50_00, 0));
    drop(outage);

    join!(first.pays_in_the_end(), second.pays_in_the_end());
    for purchase in [&first, &second] {
        assert_eq!(stage.moved(purchase.order).await, (50_00, 0));
    }
    let seen = paid
        .payment(payment.id, "to have its refund", |seen| {
            seen.refunds.iter().any(|seen| seen.id == refund.id && seen.status == RefundStatus::Done)
        })
        .await;
    assert_eq!((seen.refunded.0.get(), seen.refunds.len()), (10_00, 1));
    assert_eq!(stage.moved(paid.order).await, (50_00, 10_00));
}

/// Either "later", with when, or "under way".
fn is_honest(answer: &Answer) {
    match answer.status {
        202 => {}
        503 => {
            let wait = answer.header("retry-after");
            assert!(wait.parse::<u32>().is_ok_and(|seconds| seconds > 0), "Retry-After: {wait:?}");
        }
        _ => panic!("{answer:?}"),
    }
}

/// Reading and reserving take no notice.
async fn the_rest_goes_on(stage: &Stage, paid: &Purchase, payment: &PaymentView) {
    let paths = [
        format!("/api/payments/{}", payment.id),
        format!("/api/payments?orderId={}", paid.order),
        format!("/api/orders/{}", paid.order),
        format!("/api/tickets/{}", paid.ticket),
        "/api/tickets".to_owned(),
    ];
    for _ in 0..5 {
        for path in &paths {
            let began = Instant::now();
            paid.buyer.actor().get(path).await.expect(200);
            assert!(began.elapsed() < AT_ONCE, "{path} took {:?}", began.elapsed());
        }
        for path in ["/api/payments/sales", "/api/payments/balance", "/api/payments/movements"] {
            let began = Instant::now();
            paid.seller.actor().get(path).await.expect(200);
            assert!(began.elapsed() < AT_ONCE, "{path} took {:?}", began.elapsed());
        }
    }
    stage.purchase("Reserved meanwhile", 50, 1).await;
}

#[test]
fn a_slow_bank_is_only_slow() {
    play_alone(async |stage| {
        let purchases = join_all((0..4).map(|_| stage.purchase("Slowly", 50, 1))).await;
        let fast = stage.purchase("Beside", 50, 1).await;
        let payment: PaymentView = fast.pay(VISA).await.expect(201).read();
        fast.completes().await;
        stage.bank.takes(Duration::from_millis(700));
        let (answers, ()) = join!(
            join_all(purchases.iter().map(|purchase| purchase.pay(VISA))),
            the_rest_goes_on(stage, &fast, &payment),
        );
        for answer in answers {
            answer.expect(201);
        }
        join_all(purchases.iter().map(Purchase::completes)).await;
        stage.bank.takes(Duration::ZERO);
    });
}
