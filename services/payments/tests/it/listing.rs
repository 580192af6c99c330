//! `GET /api/payments?orderId=…`.

use bson::{Document, doc};
use common::{
    api::{CancelReason, PaymentStatus, PaymentView},
    events::OrderState,
};
use serde_json::json;
use testkit::Actor;

use crate::app::{App, cancelled};

async fn payments(payer: &Actor, order: &OrderState) -> Vec<PaymentView> {
    payer.get(&format!("/api/payments?orderId={}", order.id)).await.expect(200).read()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_attempt_at_an_order_is_shown_newest_first() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    let (order, other) = (app.order(&ada).await, app.order(&ada).await);
    assert_eq!(payments(&ada, &order).await, []);
    let declined = "tok_chargeDeclinedInsufficientFunds";
    app.pay(&ada, &order, declined).await.expect_problem(402, "card_declined");
    let asked: PaymentView = app.pay(&ada, &order, "tok_threeDSecure2Required").await.expect(202).read();
    assert!(asked.client_secret.is_some());
    let paid = app.paid(&ada, &order).await;
    app.paid(&ada, &other).await;

    let shown = payments(&ada, &order).await;
    let seen: Vec<_> = shown.iter().map(|payment| (payment.status, payment.reason.as_deref())).collect();
    let [(last, _), (PaymentStatus::Voided, Some(_)), first] = seen[..] else { panic!("{seen:?}") };
    assert_eq!(last, PaymentStatus::Authorized);
    assert_eq!(first, (PaymentStatus::Failed, Some("Your card has insufficient funds.")));
    assert_eq!(shown[0], paid);
    assert_eq!(shown[1].id, asked.id);
    assert!(shown.iter().all(|payment| payment.order_id == order.id));

    // What is given back is shown as such, under the same id.
    app.tell(&cancelled(&order, CancelReason::Expired)).await;
    let voided = app.becomes(&ada, paid.id, PaymentStatus::Voided).await;
    assert_eq!(payments(&ada, &order).await[0], voided);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_peoples_payments_are_not_shown() {
    let app = App::start().await;
    let (ada, eve) = (app.buyer("ada"), app.buyer("eve"));
    let order = app.order(&ada).await;
    app.paid(&ada, &order).await;
    assert_eq!(payments(&eve, &order).await, []);
    let path = format!("/api/payments?orderId={}", order.id);
    app.stranger().get(&path).await.expect_problem(401, "not_signed_in");
    app.stranger().get("/api/payments").await.expect_problem(401, "not_signed_in");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_must_be_named_by_its_id() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    for (query, rule) in [
        ("", "OrderId must be provided"),
        ("?orderId=", "OrderId must be provided"),
        ("?order=6b49d2000102030405060708", "OrderId must be provided"),
        ("?orderId=x", "OrderId must be an id of 24 hexadecimal digits"),
    ] {
        let answer = ada.get(&format!("/api/payments{query}")).await.expect_problem(400, "invalid_input");
        assert_eq!(answer.errors(), [("orderId".to_owned(), rule.to_owned())], "{query}");
    }
    ada.get("/api/payments?orderId=x&orderId=y").await.expect_problem(400, "invalid_input");
    assert_eq!(ada.get("/api/payments?orderId=6b49d2000102030405060708").await.expect(200).json(), json!([]));
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_a_walk_along_an_index() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    app.paid(&ada, &order).await;
    let query = doc! {
        "find": "payments",
        "filter": { "state.orderId": order.id.to_string(), "state.payerId": ada.id().to_string() },
        "sort": { "state.attempt": -1 },
    };
    let explained: Document = app.database.run_command(doc! { "explain": query }).await.unwrap();
    let plan = explained.to_string();
    assert!(plan.contains("state.orderId_1_state.attempt_1"), "{plan}");
    assert!(!plan.contains("COLLSCAN"), "{plan}");
    app.finish().await;
}
