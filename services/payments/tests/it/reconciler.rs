//! What was left half-way comes to its end by itself.

use std::time::Duration;

use bson::{Document, doc};
use common::{
    api::{CancelReason, OrderStatus, PaymentStatus, PaymentView},
    events::OrderState,
    id::{Id, PaymentId},
};
use payments::{MoneyCommand, PayoutsCommand};
use runtime::entropy;
use serde_json::json;
use testkit::{Actor, holds};

use crate::app::{App, cancelled, then, ticket};

/// A payment as a process leaves it that dies before it has asked the gateway.
async fn left_behind(app: &App, buyer: &Actor, order: &OrderState) -> PaymentId {
    let now = app.clock.now();
    let id = PaymentId::generate(now, entropy());
    let document = doc! {
        "_id": id.to_string(),
        "state": {
            "id": id.to_string(),
            "version": 1_i64,
            "orderId": order.id.to_string(),
            "attempt": 1_i64,
            "payerId": buyer.id().to_string(),
            "amountMinor": order.total_minor.get(),
            "currency": "usd",
            "gateway": "sandbox",
            "createdAt": messaging::datetime(now),
            "updatedAt": messaging::datetime(now),
            "status": "processing",
        },
        "derived": { "unsettled": true },
        "outbox": [],
    };
    app.database.collection::<Document>("payments").insert_one(document).await.unwrap();
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_looked_up() {
    let app = App::with_replicas(2).await;
    let ada = app.buyer("ada");
    for (method, status, told) in [
        ("tok_timeoutThenSucceeded", PaymentStatus::Authorized, "payment.authorized"),
        ("tok_timeoutThenFailed", PaymentStatus::Failed, "payment.failed"),
    ] {
        let order = app.order(&ada).await;
        let view: PaymentView = app.pay(&ada, &order, method).await.expect(202).read();
        assert_eq!(view.status, PaymentStatus::Processing);
        app.wait_for_the_reconciler();
        let settled = app.becomes(&ada, view.id, status).await;
        assert_eq!(settled.version, 3);
        app.tells(&order, &[told]).await;
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_for_an_order_that_is_gone_is_voided() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    let view: PaymentView = app.pay(&ada, &order, "tok_timeoutThenSucceeded").await.expect(202).read();
    app.tell(&cancelled(&order, CancelReason::Expired)).await;
    app.wait_for_the_reconciler();
    app.becomes(&ada, view.id, PaymentStatus::Voided).await;
    assert_eq!(app.at_the_gateway(view.id).await.as_deref(), Some("voided"));
    app.tells(&order, &["payment.authorized", "payment.voided"]).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_the_gateway_never_heard_of_fails_and_is_barred() {
    let app = App::with_replicas(2).await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    let id = left_behind(&app, &ada, &order).await;
    app.wait_for_the_reconciler();
    let failed = app.becomes(&ada, id, PaymentStatus::Failed).await;
    assert_eq!(failed.reason.as_deref(), Some("The payment did not reach the bank"));
    assert_eq!(app.at_the_gateway(id).await.as_deref(), Some("voided"));
    app.tells(&order, &["payment.failed"]).await;
    app.paid(&ada, &order).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_event_asked_for_is_done_even_if_the_event_was_lost_half_way() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    for (status, expected) in [
        (OrderStatus::AwaitingPayment, PaymentStatus::Captured),
        (OrderStatus::Cancelled, PaymentStatus::Voided),
    ] {
        let order = app.order(&ada).await;
        let view = app.paid(&ada, &order).await;
        // The copy is written, and then the process dies.
        let later = then(&order, status);
        let status = serde_json::to_value(later.status).unwrap();
        let update = doc! { "$set": { "status": status.as_str().unwrap(), "version": 2_i64 } };
        let orders = app.database.collection::<Document>("orders");
        orders.update_one(doc! { "_id": order.id.to_string() }, update).await.unwrap();
        app.wait_for_the_reconciler();
        app.becomes(&ada, view.id, expected).await;
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_another_gateways_payment_nothing_is_asked() {
    let app = App::start().await;
    let (ada, sam) = (app.buyer("ada"), &app.sam);
    let order = app.order(&ada).await;
    let view = app.paid(&ada, &order).await;
    let payments = app.database.collection::<Document>("payments");
    let through = async |gateway: &str| {
        let made = doc! { "$set": { "state.gateway": gateway } };
        payments.update_one(doc! { "_id": view.id.to_string() }, made).await.unwrap();
    };
    through("stripe").await;
    app.tell(&then(&order, OrderStatus::AwaitingPayment)).await;
    app.wait_for_the_reconciler();
    holds("nothing is taken through this one", Duration::from_secs(3), || async {
        app.at_the_gateway(view.id).await.as_deref() == Some("authorised")
    })
    .await;
    app.becomes(&ada, view.id, PaymentStatus::Authorized).await;
    ada.post(&format!("/api/payments/{}/confirm", view.id), json!({})).await.expect_problem(404, "not_found");

    through("sandbox").await;
    app.becomes(&ada, view.id, PaymentStatus::Captured).await;
    app.tell(&then(&then(&order, OrderStatus::AwaitingPayment), OrderStatus::Complete)).await;
    through("stripe").await;
    let refused = app.run(MoneyCommand::Payouts(PayoutsCommand::Run)).await.unwrap_err();
    assert!(refused.contains("was made through stripe; this service runs with sandbox"), "{refused}");
    let path = format!("/api/payments/{}/refunds", view.id);
    sam.post(&path, json!({ "ticketId": ticket(1) })).await.expect_problem(503, "unavailable");
    assert_eq!(app.refunded_at_the_gateway(view.id).await, 0);
    through("sandbox").await;
    app.run(MoneyCommand::Payouts(PayoutsCommand::Run)).await.unwrap();
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_who_never_confirms_costs_nothing() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    let view: PaymentView = app.pay(&ada, &order, "tok_threeDSecure2Required").await.expect(202).read();
    app.wait_for_the_reconciler();
    app.tell(&cancelled(&order, CancelReason::Expired)).await;
    app.becomes(&ada, view.id, PaymentStatus::Voided).await;
    app.finish().await;
}
