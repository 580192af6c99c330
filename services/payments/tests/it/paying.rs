//! What each payment method comes to.

use std::time::Duration;

use bson::{Document, doc};
use common::{
    api::{OrderStatus, PaymentStatus, PaymentView},
    events::{Event, Stream},
    id::PaymentId,
};
use serde_json::json;

use crate::app::{App, then};

#[tokio::test(flavor = "multi_thread")]
async fn good_cards_set_the_money_aside() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    for method in ["tok_visa", "tok_mastercard", "tok_amex"] {
        let order = app.order(&ada).await;
        let answer = app.pay(&ada, &order, method).await.expect(201);
        let view: PaymentView = answer.read();
        assert_eq!((view.status, view.order_id), (PaymentStatus::Authorized, order.id), "{method}");
        assert_eq!(answer.json()["amount"], json!(40.5));
        assert_eq!(answer.json()["currency"], "usd");
        app.tells(&order, &["payment.authorized"]).await;
        let (_, told) = app.told(&order).await.remove(0);
        assert_eq!((told.id, told.version, told.gateway.as_str()), (view.id, 3, "sandbox"));
        assert!(told.gateway_ref.is_some());
    }
    for method in ["pm_card_visa", "pm_card_mastercard"] {
        let order = app.order(&ada).await;
        let body = json!({ "orderId": order.id, "paymentMethodId": method });
        let _ = ada.post("/api/payments", body).await.expect(201);
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_card_leaves_the_order_payable() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    for (method, reason) in [
        ("tok_chargeDeclined", "Your card was declined."),
        ("pm_card_chargeDeclined", "Your card was declined."),
        ("tok_chargeDeclinedInsufficientFunds", "Your card has insufficient funds."),
        ("tok_chargeDeclinedExpiredCard", "Your card has expired."),
    ] {
        let answer = app.pay(&ada, &order, method).await.expect_problem(402, "card_declined");
        assert_eq!(answer.errors(), [(String::new(), reason.to_owned())]);
    }
    app.paid(&ada, &order).await;
    let failed = "payment.failed";
    app.tells(&order, &[failed, failed, failed, failed, "payment.authorized"]).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_many_declined_cards_the_next_has_to_wait() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    for _ in 0..20 {
        app.pay(&ada, &order, "tok_chargeDeclined").await.expect_problem(402, "card_declined");
    }
    let answer = app.pay(&ada, &order, "tok_visa").await.expect_problem(429, "too_many_requests");
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((60..=61).contains(&wait), "{wait}");
    app.clock.advance(Duration::from_secs(wait));
    app.paid(&ada, &order).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_bank_is_waited_for() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    let view: PaymentView = app.pay(&ada, &order, "tok_slow").await.expect(201).read();
    assert_eq!(view.status, PaymentStatus::Authorized);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_buyer_confirms_where_the_bank_asks() {
    let app = App::start().await;
    let (ada, eve) = (app.buyer("ada"), app.buyer("eve"));
    for method in ["tok_threeDSecure2Required", "pm_card_authenticationRequired"] {
        let order = app.order(&ada).await;
        let view: PaymentView = app.pay(&ada, &order, method).await.expect(202).read();
        assert_eq!(view.status, PaymentStatus::RequiresAction);
        assert!(view.client_secret.is_some());
        let path = format!("/api/payments/{}/confirm", view.id);
        eve.post(&path, json!({})).await.expect_problem(404, "not_found");
        app.stranger().post(&path, json!({})).await.expect_problem(401, "not_signed_in");
        let confirmed: PaymentView = ada.post(&path, json!({})).await.expect(200).read();
        assert_eq!((confirmed.status, confirmed.client_secret), (PaymentStatus::Authorized, None));
        let twice: PaymentView = ada.post(&path, json!({})).await.expect(200).read();
        assert_eq!(twice.version, confirmed.version);
        app.tells(&order, &["payment.authorized"]).await;
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_who_cannot_confirm_uses_another_card() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    let card = "tok_threeDSecure2Required";
    let first: PaymentView = app.pay(&ada, &order, card).await.expect(202).read();
    let second: PaymentView = app.pay(&ada, &order, card).await.expect(202).read();
    let third = app.paid(&ada, &order).await;
    for given_up in [&first, &second] {
        app.becomes(&ada, given_up.id, PaymentStatus::Voided).await;
        assert_eq!(app.at_the_gateway(given_up.id).await.as_deref(), Some("voided"));
        let path = format!("/api/payments/{}/confirm", given_up.id);
        ada.post(&path, json!({})).await.expect_problem(409, "conflict");
    }
    app.tell(&then(&order, OrderStatus::AwaitingPayment)).await;
    app.becomes(&ada, third.id, PaymentStatus::Captured).await;
    let path = format!("/api/payments/{}/confirm", first.id);
    ada.post(&path, json!({})).await.expect_problem(409, "conflict");
    app.tells(&order, &["payment.voided", "payment.voided", "payment.authorized", "payment.captured"]).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_who_has_just_confirmed_needs_no_other_card() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    for standing in [doc! { "status": "authorised", "captureFails": false }, doc! { "status": "captured" }] {
        let order = app.order(&ada).await;
        let open: PaymentView = app.pay(&ada, &order, "tok_threeDSecure2Required").await.expect(202).read();
        // On the bank's own page, which tells this service nothing.
        let ledger = app.database.collection::<Document>("sandbox_gateway");
        let entry = doc! { "_id": open.id.to_string() };
        ledger.update_one(entry, doc! { "$set": standing }).await.unwrap();
        let view = app.paid(&ada, &order).await;
        assert_eq!((view.id, view.status), (open.id, PaymentStatus::Authorized));
        app.tells(&order, &["payment.authorized"]).await;
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_card_may_still_be_declined() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    let method = "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds";
    let view: PaymentView = app.pay(&ada, &order, method).await.expect(202).read();
    let path = format!("/api/payments/{}/confirm", view.id);
    ada.post(&path, json!({})).await.expect_problem(402, "card_declined");
    app.tells(&order, &["payment.failed"]).await;
    app.paid(&ada, &order).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_heard_of_late_is_waited_for() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    let order = app.new_order(&ada);
    let (answer, ()) = tokio::join!(app.pay(&ada, &order, "tok_visa"), app.tell(&order));
    let _ = answer.expect(201);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_shown_to_its_payer_alone() {
    let app = App::start().await;
    let (ada, eve) = (app.buyer("ada"), app.buyer("eve"));
    let order = app.order(&ada).await;
    let view = app.paid(&ada, &order).await;
    let path = format!("/api/payments/{}", view.id);
    assert_eq!(ada.get(&path).await.expect(200).read::<PaymentView>(), view);
    eve.get(&path).await.expect_problem(404, "not_found");
    app.stranger().get(&path).await.expect_problem(401, "not_signed_in");
    ada.get("/api/payments/nonsense").await.expect_problem(400, "invalid_input");
    let unknown: PaymentId = "0123456789abcdef01234567".parse().unwrap();
    ada.get(&format!("/api/payments/{unknown}")).await.expect_problem(404, "not_found");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_payment_can_be_announced_again() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    let (captured, waiting, declined) = (app.order(&ada).await, app.order(&ada).await, app.order(&ada).await);
    let view = app.paid(&ada, &captured).await;
    app.tell(&then(&captured, OrderStatus::AwaitingPayment)).await;
    app.becomes(&ada, view.id, PaymentStatus::Captured).await;
    let _ = app.pay(&ada, &waiting, "tok_threeDSecure2Required").await.expect(202);
    app.pay(&ada, &declined, "tok_chargeDeclined").await.expect_problem(402, "card_declined");
    app.tells(&captured, &["payment.authorized", "payment.captured"]).await;
    app.tells(&declined, &["payment.failed"]).await;
    let before = app.broker.events(Stream::Payments).await.len();
    assert_eq!(
        app.republish().await,
        2,
        "one that is decided has something to tell, one that is not has not"
    );
    let mut told = app.broker.events(Stream::Payments).await.split_off(before);
    told.sort_by_key(Event::kind);
    let kinds: Vec<_> = told.iter().map(Event::kind).collect();
    assert_eq!(kinds, ["payment.captured", "payment.failed"]);
    app.finish().await;
}
