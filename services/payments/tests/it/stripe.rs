//! What is asked of Stripe and what is made of its answers, with a stand-in that keeps what it was asked. The whole
//! market against a stateful emulator is in `tests/stripe`.

use std::{sync::atomic::Ordering, time::Duration};

use common::api::{
    BalanceView, CancelReason, MovementKind, MovementView, OrderStatus, PaymentStatus, PaymentView,
    RefundStatus,
};
use payments::{MoneyCommand, PayoutsCommand};
use serde_json::json;
use testkit::{eventually, holds};

use crate::{
    app::{App, cancelled, then, ticket},
    stand::{KEY, Stand, app, send, tell},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_opened_recorded_confirmed_and_captured() {
    let (stand, url) = Stand::open().await;
    let app = app(&url).await;
    let ada = app.buyer("ada");
    let (order, payment) = app.sold_to(&ada).await;
    let opened = &stand.asked("POST /v1/payment_intents")[0];
    for field in [
        "amount=4050",
        "currency=usd",
        "capture_method=manual",
        "payment_method_types%5B%5D=card",
        "payment_method_data%5Bcard%5D%5Btoken%5D=tok_visa",
        &format!("metadata%5Bpayment%5D={}", payment.id),
        &format!("metadata%5Border%5D={}", order.id),
    ] {
        assert!(opened.form.contains(field), "{field}: {}", opened.form);
    }
    let mut keys = Vec::new();
    for asked in stand.asked.lock().iter() {
        assert_eq!(asked.headers["authorization"], format!("Bearer {KEY}"));
        assert_eq!(asked.headers["stripe-version"], "2025-09-30.clover");
        if asked.what.starts_with("POST") {
            keys.push(asked.headers["idempotency-key"].to_str().unwrap().to_owned());
        }
    }
    let count = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), count, "every change has a key of its own");
    assert!(keys.iter().all(|key| key.starts_with(&payment.id.to_string())), "{keys:?}");
    app.audit().await.unwrap();
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stripe_refuses_is_told_apart() {
    let (stand, url) = Stand::open().await;
    let app = app(&url).await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    app.pay(&ada, &order, "pm_unheard_of").await.expect_problem(400, "unknown_payment_method");
    let mut cheap = app.new_order(&ada);
    cheap.total_minor = common::money::Minor::new(1).unwrap();
    app.tell(&cheap).await;
    let answer = app.pay(&ada, &cheap, "pm_card_visa").await.expect_problem(402, "card_declined");
    assert_eq!(answer.errors()[0].1, "Too small.");
    assert!(stand.asked("confirm").is_empty());
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_fails_is_soon_not_asked_any_more() {
    let (stand, url) = Stand::open().await;
    let app = app(&url).await;
    let ada = app.buyer("ada");
    stand.failing.store(500, Ordering::SeqCst);
    let order = app.order(&ada).await;
    for _ in 0..8 {
        let answer = app.pay(&ada, &order, "pm_card_visa").await.expect_problem(503, "unavailable");
        assert!(answer.header("retry-after").parse::<u32>().unwrap() >= 1);
    }
    assert_eq!(stand.asked("").len(), 5, "after five failures in a row nothing is asked for a while");
    assert!(stand.asked("confirm").is_empty(), "nothing that was not named is confirmed");
    let payments: Vec<PaymentView> =
        ada.get(&format!("/api/payments?orderId={}", order.id)).await.expect(200).read();
    assert!(payments.iter().all(|payment| payment.status == PaymentStatus::Failed), "{payments:?}");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_does_not_wait_for_a_gateway_that_is_down() {
    let (stand, url) = Stand::open().await;
    let app = app(&url).await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    let payment = app.paid(&ada, &order).await;
    stand.failing.store(500, Ordering::SeqCst);
    app.tell(&then(&order, OrderStatus::AwaitingPayment)).await;
    eventually("the capture to be tried", || async { stand.asked("capture").first().map(drop) }).await;
    holds("the event is not handled again", Duration::from_secs(1), || async {
        stand.asked("capture").len() == 1
    })
    .await;
    stand.failing.store(0, Ordering::SeqCst);
    app.wait_for_the_reconciler();
    app.becomes(&ada, payment.id, PaymentStatus::Captured).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_are_believed_only_when_signed_and_handled_once() {
    let (stand, url) = Stand::open().await;
    let app = app(&url).await;
    let ada = app.buyer("ada");
    let (_, payment) = app.sold_to(&ada).await;
    let object = json!({ "id": "pi_1" });
    let forged = json!({ "id": "evt_0", "type": "payment_intent.canceled", "data": { "object": object } });
    let time = app.clock.now().as_second();
    for signature in [String::new(), format!("t={time},v1={}", "00".repeat(32))] {
        send(&app, &signature, forged.to_string()).await.expect_problem(400, "invalid_input");
    }
    let before = stand.asked("").len();
    let _ = tell(&app, "evt_1", "payment_intent.succeeded", object.clone()).await.expect(200);
    assert!(stand.asked("").len() > before, "how it stands is asked");
    let asked = stand.asked("").len();
    let _ = tell(&app, "evt_1", "payment_intent.succeeded", object).await.expect(200);
    let _ = tell(&app, "evt_2", "customer.created", json!({ "id": "cus_1" })).await.expect(200);
    let _ = tell(&app, "evt_3", "payment_intent.succeeded", json!({ "id": "pi_other" })).await.expect(200);
    assert_eq!(stand.asked("").len(), asked, "repeated, of no interest, of somebody else");
    // A refund made at Stripe's own dashboard.
    stand.refunds.lock().push(json!({ "id": "re_9", "amount": 2050, "status": "succeeded" }));
    let charge = json!({ "id": "ch_1", "payment_intent": "pi_1" });
    let _ = tell(&app, "evt_4", "charge.refunded", charge).await.expect(200);
    let view = app.becomes(&ada, payment.id, PaymentStatus::Captured).await;
    assert_eq!(view.refunded.0.get(), 2050);
    app.audit().await.unwrap();
    // One that cannot be followed now is to be sent again.
    stand.failing.store(500, Ordering::SeqCst);
    let late = json!({ "id": "pi_1" });
    tell(&app, "evt_5", "payment_intent.succeeded", late.clone()).await.expect_problem(503, "unavailable");
    stand.failing.store(0, Ordering::SeqCst);
    let _ = tell(&app, "evt_5", "payment_intent.succeeded", late).await.expect(200);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_fails_afterwards_is_the_sellers_money_again() {
    let (stand, url) = Stand::open().await;
    let app = app(&url).await;
    let ada = app.buyer("ada");
    let (order, payment) = app.sold_to(&ada).await;
    for (id, amount, status, refunded) in
        [("re_8", 2000, "succeeded", 2000), ("re_9", 2050, "pending", 4050), ("re_9", 2050, "failed", 2000)]
    {
        stand.refunds.lock().retain(|refund| refund["id"] != id);
        stand.refunds.lock().push(json!({ "id": id, "amount": amount, "status": status }));
        let event = format!("evt_{id}_{status}");
        let object = json!({ "id": id, "payment_intent": "pi_1" });
        for _ in 0..2 {
            let _ = tell(&app, &event, "refund.updated", object.clone()).await.expect(200);
        }
        let expected = if refunded == 4050 { PaymentStatus::Refunded } else { PaymentStatus::Captured };
        let view = app.becomes(&ada, payment.id, expected).await;
        assert_eq!(view.refunded.0.get(), refunded);
        app.audit().await.unwrap();
    }
    let view = app.becomes(&ada, payment.id, PaymentStatus::Captured).await;
    assert_eq!(view.refunds[1].status, RefundStatus::Failed);
    let back: Vec<MovementView> = app.sue.get("/api/payments/movements").await.expect(200).read();
    let sums: Vec<_> = back.iter().map(|view| view.credit.0.get() - view.debit.0.get()).collect();
    assert_eq!(sums, [2050, -2050, 2050]);
    let refunded = "payment.refunded";
    app.tells(&order, &["payment.authorized", "payment.captured", refunded, refunded, refunded]).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_fails_at_once_is_refused() {
    let (stand, url) = Stand::open().await;
    let app = app(&url).await;
    let ada = app.buyer("ada");
    let (_, payment) = app.sold_to(&ada).await;
    "failed".clone_into(&mut stand.refunds_become.lock());
    let path = format!("/api/payments/{}/refunds", payment.id);
    let body = json!({ "ticketId": ticket(1), "amount": 5 });
    app.sam.post(&path, body).await.expect_problem(409, "not_refundable");
    let view = app.becomes(&ada, payment.id, PaymentStatus::Captured).await;
    assert_eq!((view.refunded.0.get(), view.refunds[0].status), (0, RefundStatus::Failed));
    app.audit().await.unwrap();
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_ended_order_is_owed_is_sent_again_when_it_comes_back() {
    let (stand, url) = Stand::open().await;
    let app = app(&url).await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    let payment = app.paid(&ada, &order).await;
    let confirmed = then(&order, OrderStatus::AwaitingPayment);
    app.tell(&confirmed).await;
    app.becomes(&ada, payment.id, PaymentStatus::Captured).await;
    let asked = async |times: usize| {
        eventually(format!("{times} refunds"), || async {
            (stand.asked("POST /v1/refunds").len() >= times).then_some(())
        })
        .await;
        app.clock.advance(Duration::from_mins(50));
        holds("no more for an hour", Duration::from_secs(3), || async {
            stand.asked("POST /v1/refunds").len() == times
        })
        .await;
    };
    "failed".clone_into(&mut stand.refunds_become.lock());
    app.tell(&cancelled(&confirmed, CancelReason::PaymentFailed)).await;
    // Once more at once, and then no more for an hour.
    eventually("both to have failed", || async {
        let view = app.becomes(&ada, payment.id, PaymentStatus::Captured).await;
        let failed = view.refunds.iter().filter(|refund| refund.status == RefundStatus::Failed);
        (failed.count() == 2).then_some(())
    })
    .await;
    asked(2).await;
    "succeeded".clone_into(&mut stand.refunds_become.lock());
    app.clock.advance(Duration::from_mins(11));
    let view = app.becomes(&ada, payment.id, PaymentStatus::Refunded).await;
    asked(3).await;
    assert_eq!((view.refunded.0.get(), view.refunds.len()), (4050, 3));
    app.audit().await.unwrap();
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_stripe_there_is_no_webhook() {
    let app = App::start().await;
    send(&app, "t=1,v1=00", "{}".to_owned()).await.expect_problem(404, "not_found");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_takes_the_money_from_the_seller_and_may_return_it() {
    let (_stand, url) = Stand::open().await;
    let app = app(&url).await;
    let ada = app.buyer("ada");
    let _ = app.sold_to(&ada).await;
    let dispute = json!({ "id": "dp_1", "payment_intent": "pi_1", "amount": 2500 });
    for (id, kind) in [
        ("evt_1", "charge.dispute.created"),
        ("evt_2", "charge.dispute.funds_withdrawn"),
        ("evt_3", "charge.dispute.funds_withdrawn"),
    ] {
        let _ = tell(&app, id, kind, dispute.clone()).await.expect(200);
    }
    let movements = async |seller: &testkit::Actor| {
        let views: Vec<MovementView> = seller.get("/api/payments/movements").await.expect(200).read();
        views.iter().map(|view| (view.kind, view.credit.0.get() - view.debit.0.get())).collect::<Vec<_>>()
    };
    assert_eq!(movements(&app.sam).await, [(MovementKind::Dispute, -2000), (MovementKind::Sale, 2000)]);
    assert_eq!(movements(&app.sue).await, [(MovementKind::Dispute, -500), (MovementKind::Sale, 2050)]);
    app.audit().await.unwrap();
    let _ = tell(&app, "evt_4", "charge.dispute.funds_reinstated", dispute).await.expect(200);
    assert_eq!(movements(&app.sam).await.iter().map(|(_, sum)| sum).sum::<i64>(), 2000);
    app.audit().await.unwrap();
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sellers_are_paid_to_their_connected_accounts() {
    let (stand, url) = Stand::open().await;
    let app = app(&url).await;
    let ada = app.buyer("ada");
    let _ = app.sold_to(&ada).await;
    let seller = app.sam.id();
    app.clock.advance(Duration::from_secs(1));
    app.run(MoneyCommand::Payouts(PayoutsCommand::Run)).await.unwrap();
    assert!(stand.asked("transfers").is_empty(), "nobody has said where to");
    let account = "acct_1".to_owned();
    app.run(MoneyCommand::Payouts(PayoutsCommand::Connect { seller, account })).await.unwrap();
    app.run(MoneyCommand::Payouts(PayoutsCommand::Run)).await.unwrap();
    let asked = stand.asked("POST /v1/transfers");
    assert_eq!(asked.len(), 1);
    for field in ["amount=2000", "currency=usd", "destination=acct_1", "transfer_group="] {
        assert!(asked[0].form.contains(field), "{field}: {}", asked[0].form);
    }
    let balances: Vec<BalanceView> = app.sam.get("/api/payments/balance").await.expect(200).read();
    assert_eq!((balances[0].available.0.get(), balances[0].paid_out.0.get()), (0, 2000));
    app.audit().await.unwrap();
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_whose_transfers_are_refused_is_not_paid_every_round() {
    let (stand, url) = Stand::open().await;
    let app = app(&url).await;
    let ada = app.buyer("ada");
    let _ = app.sold_to(&ada).await;
    let seller = app.sam.id();
    let connect = async |account: &str| {
        let account = account.to_owned();
        app.run(MoneyCommand::Payouts(PayoutsCommand::Connect { seller, account })).await.unwrap();
    };
    connect("acct_closed").await;
    app.clock.advance(Duration::from_secs(1));
    for (minutes, refused) in [(0, 1), (30, 1), (30, 2), (90, 2), (30, 3)] {
        app.clock.advance(Duration::from_mins(minutes));
        app.run(MoneyCommand::Payouts(PayoutsCommand::Run)).await.unwrap();
        assert_eq!(stand.asked("POST /v1/transfers").len(), refused);
        let balances: Vec<BalanceView> = app.sam.get("/api/payments/balance").await.expect(200).read();
        assert_eq!((balances[0].available.0.get(), balances[0].paid_out.0.get()), (2000, 0));
    }
    connect("acct_1").await;
    app.clock.advance(Duration::from_hours(4));
    app.run(MoneyCommand::Payouts(PayoutsCommand::Run)).await.unwrap();
    let balances: Vec<BalanceView> = app.sam.get("/api/payments/balance").await.expect(200).read();
    assert_eq!((balances[0].available.0.get(), balances[0].paid_out.0.get()), (0, 2000));
    app.audit().await.unwrap();
    app.finish().await;
}
