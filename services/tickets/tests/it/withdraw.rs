//! `DELETE /api/tickets/{id}`.

use common::{api::TicketStatus, events::Event};
use serde_json::json;

use crate::market::{Market, listing, order, sell};

#[tokio::test]
async fn a_withdrawn_listing_is_off_the_market_and_still_readable() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let view = sell(&ada, listing("Hamlet", 20.0, json!({ "quantity": 3 }))).await;
    let path = format!("/api/tickets/{}", view.id);
    assert_eq!(market.titles("/api/tickets").await, ["Hamlet"]);
    assert_eq!(ada.delete(&path).await.expect(204).text, "");
    assert_eq!(market.titles("/api/tickets").await, Vec::<String>::new());
    let seen = market.look(view.id).await;
    assert_eq!((seen.status, seen.available, seen.version), (TicketStatus::Withdrawn, 0, 2));
    let announced = market.until_announced(view.id, 2).await;
    assert_eq!((announced[1].0, announced[1].1.version), ("ticket.withdrawn", 2));

    let _ = ada.delete(&path).await.expect(204);
    let body = listing("Hamlet", 20.0, json!({ "quantity": 3 }));
    ada.put(&path, body).await.expect_problem(409, "ticket_not_on_sale");
    assert_eq!(market.look(view.id).await.version, 2);
    market.close().await;
}

#[tokio::test]
async fn only_the_seller_may_withdraw() {
    let market = Market::open().await;
    let view = sell(&market.user("ada"), listing("Hamlet", 20.0, json!({}))).await;
    let path = format!("/api/tickets/{}", view.id);
    market.user("eve").delete(&path).await.expect_problem(403, "not_allowed");
    market.stranger().delete(&path).await.expect_problem(401, "not_signed_in");
    assert_eq!(market.look(view.id).await, view);
    market.close().await;
}

#[tokio::test]
async fn a_reserved_listing_cannot_be_withdrawn() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let view = sell(&ada, listing("Hamlet", 20.0, json!({ "quantity": 2 }))).await;
    market.broker.publish(&Event::OrderCreated(order(view.id, 1, 1, 0))).await;
    market.until_available(view.id, 1).await;
    let path = format!("/api/tickets/{}", view.id);
    ada.delete(&path).await.expect_problem(409, "ticket_reserved");
    market.broker.publish(&Event::OrderCompleted(order(view.id, 2, 0, 1))).await;
    testkit::eventually("the unit to be sold", || async {
        let answer = ada.delete(&path).await;
        (answer.status == 204).then_some(())
    })
    .await;
    market.close().await;
}
