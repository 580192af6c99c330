//! What is refused, and that nothing is changed by it.

use common::{
    api::{CancelReason, OrderStatus, PaymentStatus},
    events::{Event, RevokedSessions, SessionRevoked},
    id::{Id, OrderId},
};
use serde_json::json;
use testkit::eventually;

use crate::app::{App, cancelled, then};

async fn nothing_was_begun(app: &App) {
    let payments = app.database.collection::<bson::Document>("payments");
    assert_eq!(payments.count_documents(bson::doc! {}).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_bodies_name_every_bad_field() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    let id = order.id.to_string();
    for (body, expected) in [
        (json!({}), vec![("orderId", "OrderId must be provided"), ("token", "Token must be provided")]),
        (
            json!({ "orderId": 7, "token": ["tok_visa"] }),
            vec![("orderId", "must be a text"), ("token", "Token must be a text")],
        ),
        (
            json!({ "orderId": "x", "token": "tok_visa" }),
            vec![("orderId", "must be an id of 24 hexadecimal digits")],
        ),
        (json!({ "orderId": id, "token": null }), vec![("token", "Token must be provided")]),
        (
            json!({ "orderId": id, "paymentMethodId": "a b" }),
            vec![("paymentMethodId", "Token must be the name of a payment method")],
        ),
        (
            json!({ "orderId": id, "token": "tok_visa", "paymentMethodId": "pm_card_visa" }),
            vec![("paymentMethodId", "Give either a token or a paymentMethodId")],
        ),
    ] {
        let answer = ada.post("/api/payments", body.clone()).await.expect_problem(400, "invalid_input");
        let expected: Vec<_> =
            expected.iter().map(|(field, rule)| ((*field).to_owned(), (*rule).to_owned())).collect();
        assert_eq!(answer.errors(), expected, "{body}");
    }
    for body in ["", "{", "[]", "7", "null", "{\"orderId\":}"] {
        ada.send_raw("POST", "/api/payments", body).await.expect_problem(400, "malformed_body");
    }
    let huge = json!({ "orderId": id, "token": "x".repeat(100_000) }).to_string();
    ada.send_raw("POST", "/api/payments", &huge).await.expect_problem(413, "body_too_large");
    let form = ada.request("POST", "/api/payments").body("orderId=1").header("content-type", "text/plain");
    ada.send(form).await.expect_problem(415, "unsupported_media_type");
    nothing_was_begun(&app).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_unknown_to_the_gateway_is_told_on_its_field() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    let answer = app.pay(&ada, &order, "tok_nonsense").await;
    let answer = answer.expect_problem(400, "unknown_payment_method");
    assert_eq!(answer.errors(), [("token".to_owned(), "Unknown payment method".to_owned())]);
    let body = json!({ "orderId": order.id, "paymentMethodId": "pm_nonsense" });
    let answer = ada.post("/api/payments", body).await.expect_problem(400, "unknown_payment_method");
    assert_eq!(answer.errors()[0].0, "paymentMethodId");
    app.paid(&ada, &order).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_buyer_can_pay_and_strangers_learn_nothing() {
    let app = App::start().await;
    let (ada, eve) = (app.buyer("ada"), app.buyer("eve"));
    let order = app.order(&ada).await;
    let others = app.pay(&eve, &order, "tok_visa").await.expect_problem(404, "not_found");
    let mut unknown = app.new_order(&eve);
    unknown.id = OrderId::generate(jiff::Timestamp::UNIX_EPOCH, [7; 8]);
    let missing = app.pay(&eve, &unknown, "tok_visa").await.expect_problem(404, "not_found");
    assert_eq!(others.text, missing.text);
    // One so young is waited for, in vain.
    let young = app.new_order(&eve);
    app.pay(&eve, &young, "tok_visa").await.expect_problem(404, "not_found");
    let stranger = app.stranger();
    app.pay(&stranger, &order, "tok_visa").await.expect_problem(401, "not_signed_in");
    let cross = ada.request("POST", "/api/payments").header("sec-fetch-site", "cross-site");
    let cross = cross.json(&json!({ "orderId": order.id, "token": "tok_visa" }));
    ada.send(cross).await.expect_problem(403, "cross_site");
    nothing_was_begun(&app).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_not_open_cannot_be_paid() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    for (reason, code) in [
        (CancelReason::Buyer, "order_not_open"),
        (CancelReason::TicketWithdrawn, "order_not_open"),
        (CancelReason::Expired, "order_expired"),
    ] {
        let order = app.order(&ada).await;
        app.tell(&cancelled(&order, reason)).await;
        app.pay(&ada, &order, "tok_visa").await.expect_problem(409, code);
    }
    let order = app.order(&ada).await;
    app.tell(&then(&order, OrderStatus::AwaitingPayment)).await;
    app.pay(&ada, &order, "tok_visa").await.expect_problem(409, "already_paid");
    let order = app.order(&ada).await;
    app.tell(&then(&order, OrderStatus::Complete)).await;
    app.pay(&ada, &order, "tok_visa").await.expect_problem(409, "already_paid");
    // The deadline counts even before anybody has said that it passed.
    let order = app.order(&ada).await;
    app.clock.advance(std::time::Duration::from_mins(15));
    app.pay(&ada, &order, "tok_visa").await.expect_problem(409, "order_expired");
    nothing_was_begun(&app).await;
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_captured_payment_is_not_made_again() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    let view = app.paid(&ada, &order).await;
    let confirmed = then(&order, OrderStatus::AwaitingPayment);
    app.tell(&confirmed).await;
    app.becomes(&ada, view.id, PaymentStatus::Captured).await;
    app.pay(&ada, &order, "tok_visa").await.expect_problem(409, "already_paid");
    app.tell(&then(&confirmed, OrderStatus::Complete)).await;
    app.pay(&ada, &order, "tok_visa").await.expect_problem(409, "already_paid");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_is_refused_in_the_common_form() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    ada.get("/api/payments/x/y").await.expect_problem(404, "not_found");
    ada.delete("/api/payments").await.expect_problem(405, "method_not_allowed");
    ada.post("/api/payments/nonsense/confirm", json!({})).await.expect_problem(400, "invalid_input");
    let missing = "/api/payments/0123456789abcdef01234567/confirm";
    ada.post(missing, json!({})).await.expect_problem(404, "not_found");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ended_elsewhere_cannot_pay() {
    let app = App::with_replicas(2).await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    let now = app.clock.now();
    let scope = RevokedSessions::AllOf { user_id: ada.id(), issued_before: now, except: None };
    let expires_at = now + jiff::Span::new().hours(12);
    app.broker.publish(&Event::SessionRevoked(SessionRevoked { scope, expires_at })).await;
    for replica in 0..2 {
        let ada = ada.at(&app.url(replica));
        eventually("the session to end", || async {
            (app.pay(&ada, &order, "tok_nonsense").await.status == 401).then_some(())
        })
        .await;
    }
    app.finish().await;
}
