//! Lists are shared for half a second; a seller sees an own change at once.

use std::time::Duration;

use common::{api::TicketView, events::Event};
use serde_json::json;

use crate::market::{Market, listing, order, sell};

const COOKIE: &str = "wrote=1; Max-Age=2; Path=/; HttpOnly; SameSite=Lax";

#[tokio::test]
async fn a_write_sets_the_cookie_and_an_answer_without_success_does_not() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let created = ada.post("/api/tickets", listing("Hamlet", 20.0, json!({}))).await.expect(201);
    assert_eq!(created.header("set-cookie"), COOKIE);
    let path = format!("/api/tickets/{}", created.read::<TicketView>().id);
    let edited = ada.put(&path, listing("Macbeth", 20.0, json!({}))).await.expect(200);
    assert_eq!(edited.header("set-cookie"), COOKIE);
    assert_eq!(ada.delete(&path).await.expect(204).header("set-cookie"), COOKIE);
    let refused = ada.put(&path, listing("Macbeth", 20.0, json!({}))).await.expect(409);
    assert_eq!(refused.header("set-cookie"), "");
    assert_eq!(market.stranger().get("/api/tickets").await.header("set-cookie"), "");
    market.close().await;
}

#[tokio::test]
async fn others_see_a_change_after_half_a_second_and_who_wrote_at_once() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let id = sell(&ada, listing("Hamlet", 20.0, json!({}))).await.id;
    assert_eq!(market.titles("/api/tickets").await, ["Hamlet"]);
    // Reserved meanwhile: the shared answer does not know, one with the cookie does.
    market.broker.publish(&Event::OrderCreated(order(id, 1, 1, 0))).await;
    market.until_available(id, 0).await;
    assert_eq!(market.titles("/api/tickets").await, ["Hamlet"]);
    let wrote = market.stranger().with_cookie("a=b; wrote=1");
    assert_eq!(wrote.get("/api/tickets").await.expect(200).json(), json!([]));
    market.clock.advance(Duration::from_millis(499));
    assert_eq!(market.titles("/api/tickets").await, ["Hamlet"]);
    market.clock.advance(Duration::from_millis(1));
    assert_eq!(market.titles("/api/tickets").await, Vec::<String>::new());
    market.close().await;
}

#[tokio::test]
async fn a_write_is_seen_at_once_in_its_own_pod_and_soon_in_others() {
    let market = Market::open().await;
    let other_pod = market.second_pod().await;
    let ada = market.user("ada");
    let elsewhere = market.stranger().at(&other_pod);
    assert_eq!(elsewhere.get("/api/tickets").await.expect(200).json(), json!([]));
    assert_eq!(market.titles("/api/tickets").await, Vec::<String>::new());
    sell(&ada, listing("Hamlet", 20.0, json!({}))).await;
    assert_eq!(market.titles("/api/tickets").await, ["Hamlet"]);
    assert_eq!(elsewhere.get("/api/tickets").await.expect(200).json(), json!([]));
    let seller = ada.at(&other_pod).with_cookie("wrote=1");
    assert_eq!(seller.get("/api/tickets").await.expect(200).json().as_array().map(Vec::len), Some(1));
    market.let_lists_grow_old();
    assert_eq!(elsewhere.get("/api/tickets").await.expect(200).json().as_array().map(Vec::len), Some(1));
    market.close().await;
}

#[tokio::test]
async fn different_queries_never_share_an_answer() {
    let market = Market::open().await;
    let ada = market.user("ada");
    for price in [1.0, 2.0] {
        sell(&ada, listing("Hamlet", price, json!({ "city": "q=x" }))).await;
    }
    let mut seen = Vec::new();
    for query in
        ["", "limit=1", "limit=2&sort=newest", "maxPrice=1", "minPrice=1", "q=x&city=", "q=&city=q%3Dx"]
    {
        let page = market.stranger().get(&format!("/api/tickets?{query}")).await.expect(200);
        seen.push((page.json().as_array().map(Vec::len), page.header("link").is_empty()));
    }
    let two = (Some(2), true);
    assert_eq!(seen, [two, (Some(1), false), two, (Some(1), true), two, two, two]);
    market.close().await;
}
