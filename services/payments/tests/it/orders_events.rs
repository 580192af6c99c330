//! The money follows the order, in whatever order and number its events arrive.

use std::time::Duration;

use common::{
    api::{CancelReason, OrderStatus, PaymentStatus, PaymentView},
    events::OrderState,
};
use serde_json::json;
use testkit::{eventually, holds};

use crate::app::{App, cancelled, event_of, then};

/// The order of a payment's whole life: created, confirmed, completed.
fn life_of(order: &OrderState) -> [OrderState; 3] {
    let confirmed = then(order, OrderStatus::AwaitingPayment);
    let completed = then(&confirmed, OrderStatus::Complete);
    [order.clone(), confirmed, completed]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_order_takes_the_money_and_a_complete_one_is_closed() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    let view = app.paid(&ada, &order).await;
    let [_, confirmed, completed] = life_of(&order);
    app.tell(&confirmed).await;
    app.becomes(&ada, view.id, PaymentStatus::Captured).await;
    assert_eq!(app.at_the_gateway(view.id).await.as_deref(), Some("captured"));
    app.tell(&completed).await;
    eventually("nobody to look at the payment again", || async {
        let payments = app.database.collection::<bson::Document>("payments");
        let unsettled = payments.count_documents(bson::doc! { "derived.unsettled": true }).await.unwrap();
        (unsettled == 0).then_some(())
    })
    .await;
    app.tells(&order, &["payment.authorized", "payment.captured"]).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_twice_and_in_reverse_change_nothing_more() {
    let app = App::with_replicas(2).await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    let view = app.paid(&ada, &order).await;
    let life = life_of(&order);
    for state in life.iter().rev().chain(&life).chain(life.iter().rev()) {
        app.broker.publish(&event_of(state)).await;
    }
    let captured = app.becomes(&ada, view.id, PaymentStatus::Captured).await;
    assert_eq!(captured.version, 4);
    app.tells(&order, &["payment.authorized", "payment.captured"]).await;
    // The event that brought the capture need not be the last one handled.
    let complete = || async {
        let complete = bson::doc! { "_id": order.id.to_string(), "status": "complete" };
        app.database.collection::<bson::Document>("orders").find_one(complete).await.unwrap().map(drop)
    };
    eventually("the order to be complete", complete).await;
    holds("the order is complete", Duration::from_millis(300), || async { complete().await.is_some() }).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complete_order_that_is_told_again_moves_no_money() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    let view = app.paid(&ada, &order).await;
    let [_, confirmed, completed] = life_of(&order);
    app.tell(&confirmed).await;
    let captured = app.becomes(&ada, view.id, PaymentStatus::Captured).await;
    // It is told again with each of its refunds; here the second overtakes the first.
    let refunded = then(&completed, OrderStatus::Complete);
    let again = then(&refunded, OrderStatus::Complete);
    for state in [&completed, &again, &refunded, &again, &completed] {
        app.broker.publish(&event_of(state)).await;
    }
    let version = i64::try_from(again.version).unwrap();
    let newest = bson::doc! { "_id": order.id.to_string(), "status": "complete", "version": version };
    let copies = app.database.collection::<bson::Document>("orders");
    eventually("the newest state", || async { copies.find_one(newest.clone()).await.unwrap().map(drop) })
        .await;
    holds("the newest state", Duration::from_millis(300), || async {
        copies.find_one(newest.clone()).await.unwrap().is_some()
    })
    .await;
    assert_eq!(app.becomes(&ada, view.id, PaymentStatus::Captured).await, captured);
    assert_eq!(app.at_the_gateway(view.id).await.as_deref(), Some("captured"));
    app.tells(&order, &["payment.authorized", "payment.captured"]).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_order_heard_of_in_reverse_stays_cancelled() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    let order = app.new_order(&ada);
    app.tell(&cancelled(&order, CancelReason::Buyer)).await;
    app.broker.publish(&event_of(&order)).await;
    app.broker.publish(&event_of(&order)).await;
    // A later order's event, handled, says that the earlier ones were fetched; the copy must not move.
    app.order(&ada).await;
    holds("the order is cancelled", Duration::from_millis(300), || async {
        app.pay(&ada, &order, "tok_visa").await.code() == "order_not_open"
    })
    .await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_cancelled_after_the_authorisation_gives_the_money_back() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    for (method, told) in [
        ("tok_visa", &["payment.authorized", "payment.voided"][..]),
        ("tok_threeDSecure2Required", &["payment.voided"]),
    ] {
        let order = app.order(&ada).await;
        let view: PaymentView = app.pay(&ada, &order, method).await.read();
        let gone = cancelled(&order, CancelReason::Expired);
        app.tell(&gone).await;
        app.broker.publish(&event_of(&gone)).await;
        app.broker.publish(&event_of(&order)).await;
        let voided = app.becomes(&ada, view.id, PaymentStatus::Voided).await;
        assert_eq!(voided.reason.as_deref(), Some("The reservation lapsed before the payment was complete"));
        assert_eq!(app.at_the_gateway(view.id).await.as_deref(), Some("voided"));
        app.tells(&order, told).await;
        // Confirming what is gone brings nothing back.
        let path = format!("/api/payments/{}/confirm", view.id);
        ada.post(&path, json!({})).await.expect_problem(409, "order_expired");
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_cancelled_while_the_bank_thinks_is_voided_and_the_buyer_told() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    for (reason, code) in [(CancelReason::Expired, "order_expired"), (CancelReason::Buyer, "order_not_open")]
    {
        let order = app.order(&ada).await;
        let gone = cancelled(&order, reason);
        let meanwhile = async {
            eventually("the bank to think", || async {
                let ledger = app.database.collection::<bson::Document>("sandbox_gateway");
                let thinking = bson::doc! { "status": "authorised" };
                (ledger.count_documents(thinking).await.unwrap() == 1).then_some(())
            })
            .await;
            app.tell(&gone).await;
        };
        let (answer, ()) = tokio::join!(app.pay(&ada, &order, "tok_slow"), meanwhile);
        let answer = answer.expect_problem(409, code);
        assert!(answer.json()["detail"].as_str().unwrap().ends_with("You keep your money."));
        app.tells(&order, &["payment.authorized", "payment.voided"]).await;
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn captured_money_of_a_cancelled_order_is_refunded() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    let view = app.paid(&ada, &order).await;
    let confirmed = then(&order, OrderStatus::AwaitingPayment);
    app.tell(&confirmed).await;
    app.becomes(&ada, view.id, PaymentStatus::Captured).await;
    let gone = cancelled(&confirmed, CancelReason::PaymentFailed);
    app.tell(&gone).await;
    app.broker.publish(&event_of(&gone)).await;
    app.becomes(&ada, view.id, PaymentStatus::Refunded).await;
    assert_eq!(app.refunded_at_the_gateway(view.id).await, order.total_minor.get());
    app.tells(&order, &["payment.authorized", "payment.captured", "payment.refunded"]).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_cannot_be_taken_is_freed_and_the_order_told() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    let view: PaymentView = app.pay(&ada, &order, "tok_captureFails").await.expect(201).read();
    let confirmed = then(&order, OrderStatus::AwaitingPayment);
    app.tell(&confirmed).await;
    app.broker.publish(&event_of(&confirmed)).await;
    let failed = app.becomes(&ada, view.id, PaymentStatus::Failed).await;
    assert_eq!(failed.reason.as_deref(), Some("Your bank withdrew its agreement to the payment."));
    assert_eq!(app.at_the_gateway(view.id).await.as_deref(), Some("voided"));
    app.tell(&cancelled(&confirmed, CancelReason::PaymentFailed)).await;
    app.tells(&order, &["payment.authorized", "payment.failed"]).await;
    app.finish().await;
}
