//! `GET /api/tickets/mine`.

use common::{api::TicketView, events::Event};
use serde_json::json;

use crate::market::{Market, listing, order, sell};

#[tokio::test]
async fn a_seller_sees_all_own_listings_newest_first() {
    let market = Market::open().await;
    let (ada, bob) = (market.user("ada"), market.user("bob"));
    let mut views = Vec::new();
    for title in ["sold", "withdrawn", "open"] {
        views.push(sell(&ada, listing(title, 20.0, json!({}))).await);
        market.clock.advance(std::time::Duration::from_secs(1));
    }
    sell(&bob, listing("other", 20.0, json!({}))).await;
    let _ = ada.delete(&format!("/api/tickets/{}", views[1].id)).await.expect(204);
    market.broker.publish(&Event::OrderCompleted(order(views[0].id, 2, 0, 1))).await;
    market.until_available(views[0].id, 0).await;

    let mine: Vec<TicketView> = ada.get("/api/tickets/mine").await.expect(200).read();
    let seen: Vec<_> = mine.iter().map(|view| view.title.as_str()).collect();
    assert_eq!(seen, ["open", "withdrawn", "sold"]);
    let first = ada.get("/api/tickets/mine?limit=2").await.expect(200);
    assert_eq!(first.json().as_array().map(Vec::len), Some(2));
    let link = first.header("link").to_owned();
    let next = link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap();
    assert!(next.starts_with("/api/tickets/mine?limit=2&cursor="), "{next}");
    let rest: Vec<TicketView> = ada.get(next).await.expect(200).read();
    assert_eq!(rest.iter().map(|view| view.title.as_str()).collect::<Vec<_>>(), ["sold"]);
    market.close().await;
}

#[tokio::test]
async fn strangers_have_no_listings() {
    let market = Market::open().await;
    market.stranger().get("/api/tickets/mine").await.expect_problem(401, "not_signed_in");
    let ada = market.user("ada");
    let answer = ada.get("/api/tickets/mine?limit=0&cursor=x").await.expect_problem(400, "invalid_input");
    let fields: Vec<_> = answer.errors().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["limit", "cursor"]);
    market.close().await;
}
