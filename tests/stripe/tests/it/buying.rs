//! Paying with ordinary cards.

use std::collections::BTreeSet;

use common::api::{OrderStatus, PaymentStatus, PaymentView, SaleView};
use futures::{future::join_all, join};
use stripe::{Call, Stage, VISA, play};

#[test]
fn cards_pay_or_are_declined() {
    play(async |stage| {
        join!(
            a_card_pays(stage),
            a_declined_card_leaves_the_order_to_another(stage),
            an_impatient_buyer_pays_once(stage),
            an_unknown_card_is_the_buyers_mistake(stage),
        );
    });
}

async fn a_card_pays(stage: &Stage) {
    let purchase = stage.purchase("Hamlet", 45, 2).await;
    let payment: PaymentView = purchase.pay(VISA).await.expect(201).read();
    assert!(
        [PaymentStatus::Authorized, PaymentStatus::Captured].contains(&payment.status),
        "the answer says where it stands: {payment:?}"
    );
    purchase.completes().await;
    purchase.payment(payment.id, "to be captured", |seen| seen.status == PaymentStatus::Captured).await;
    let intent = stage.only_intent(purchase.order).await;
    assert_eq!((intent.status.as_str(), intent.captured, intent.refunded), ("succeeded", 90_00, 0));
    for call in [Call::CREATE, Call::CONFIRM] {
        assert_eq!(stage.bank.asked(call, purchase.order).len(), 1, "{call:?}");
    }
    purchase.pay(VISA).await.expect_problem(409, "already_paid");

    let sale = stripe::patiently("the sale to be shown to its seller", async || {
        let sales: Vec<SaleView> =
            purchase.seller.actor().get("/api/payments/sales").await.expect(200).read();
        sales.into_iter().find(|sale| sale.order_id == purchase.order)
    })
    .await;
    assert_eq!((sale.payment_id, sale.quantity), (payment.id, 2));
    // The default fee is five per cent.
    assert_eq!((sale.amount.0.get(), sale.fee.0.get(), sale.refunded.0.get()), (90_00, 4_50, 0));
}

async fn a_declined_card_leaves_the_order_to_another(stage: &Stage) {
    let purchase = stage.purchase("Macbeth", 30, 1).await;
    purchase.pay("pm_card_chargeCustomerFail").await.expect_problem(402, "card_declined");
    assert_eq!(purchase.buyer.order(purchase.order).await.status, OrderStatus::Created);
    let declined = purchase.payments().await;
    assert_eq!(declined.len(), 1);
    assert_eq!(declined[0].status, PaymentStatus::Failed);
    assert!(declined[0].reason.as_deref().is_some_and(|reason| reason.contains("declined")), "{declined:?}");
    purchase.pay(VISA).await.expect(201);
    purchase.completes().await;
    assert_eq!(stage.moved(purchase.order).await, (30_00, 0));
}

async fn an_impatient_buyer_pays_once(stage: &Stage) {
    let purchase = stage.purchase("Eager", 25, 1).await;
    let clicks = join_all((0..5).map(|_| purchase.pay(VISA))).await;
    let paid = clicks.iter().filter(|answer| answer.status < 300);
    let paid: BTreeSet<_> = paid.map(|answer| answer.read::<PaymentView>().id.to_string()).collect();
    assert_eq!(paid.len(), 1, "{clicks:?}");
    for refused in clicks.iter().filter(|answer| answer.status >= 300) {
        refused.clone().expect_problem(409, "already_paid");
    }
    purchase.completes().await;
    // Clicks that came together may each have had an intent named; one alone was confirmed.
    assert_eq!(stage.moved(purchase.order).await, (25_00, 0));
    let asked = stage.bank.asked(Call::CONFIRM, purchase.order);
    let keys: BTreeSet<_> = asked.iter().filter_map(|request| request.idempotency_key()).collect();
    assert_eq!(keys.len(), 1, "a second charge was asked for");
}

async fn an_unknown_card_is_the_buyers_mistake(stage: &Stage) {
    let purchase = stage.purchase("Nobody's", 25, 1).await;
    purchase.pay("pm_thereIsNoSuchCard").await.expect_problem(400, "unknown_payment_method");
    assert_eq!(stage.moved(purchase.order).await, (0, 0));
    purchase.pay(VISA).await.expect(201);
    purchase.completes().await;
}
