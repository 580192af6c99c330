//! The same order paid for by several requests at once.

use std::collections::HashSet;

use common::api::{PaymentStatus, PaymentView};
use serde_json::json;
use testkit::Actor;

use crate::app::App;

#[tokio::test(flavor = "multi_thread")]
async fn many_clicks_on_two_replicas_are_one_payment() {
    let app = App::with_replicas(2).await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    let clicks: Vec<Actor> = (0..12).map(|click| ada.at(&app.url(click % 2))).collect();
    let body = json!({ "orderId": order.id, "token": "tok_slow" });
    let mut clicking = tokio::task::JoinSet::new();
    for click in clicks {
        let body = body.clone();
        clicking.spawn(async move { click.post("/api/payments", body).await });
    }
    let mut payments = HashSet::new();
    for answer in clicking.join_all().await {
        payments.insert(answer.expect(201).read::<PaymentView>().id);
    }
    assert_eq!(payments.len(), 1);
    app.tells(&order, &["payment.authorized"]).await;
    let ledger = app.database.collection::<bson::Document>("sandbox_gateway");
    assert_eq!(ledger.count_documents(bson::doc! {}).await.unwrap(), 1);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_on_a_stuck_payment_is_not_kept_waiting() {
    let app = App::start().await;
    let ada = app.buyer("ada");
    let order = app.order(&ada).await;
    let first: PaymentView = app.pay(&ada, &order, "tok_timeoutThenSucceeded").await.expect(202).read();
    let second: PaymentView = app.pay(&ada, &order, "tok_visa").await.expect(202).read();
    assert_eq!((second.id, second.status), (first.id, PaymentStatus::Processing));
    app.finish().await;
}
