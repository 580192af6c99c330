//! `If-None-Match`: whoever has an answer already is not sent it again.

use common::{api::TicketView, events::Event};
use serde_json::json;
use testkit::{Actor, Answer};

use crate::market::{Market, listing, order, sell};

async fn get_unless(actor: &Actor, path: &str, etag: &str) -> Answer {
    actor.send(actor.request("GET", path).header("if-none-match", etag)).await
}

/// Requires that `etag` names what `path` answers now.
async fn is_known(actor: &Actor, path: &str, etag: &str) {
    let spared = get_unless(actor, path, etag).await.expect(304);
    assert_eq!((spared.text.as_str(), spared.header("etag"), spared.header("content-type")), ("", etag, ""));
}

/// Requires that `path` answers something else than what `etag` names; returns its name.
async fn is_news(actor: &Actor, path: &str, etag: &str) -> String {
    let answer = get_unless(actor, path, etag).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let news = answer.header("etag").to_owned();
    assert!(news.starts_with('"') && news != etag, "{news} after {etag}");
    is_known(actor, path, &news).await;
    news
}

#[tokio::test]
async fn a_list_has_a_name_that_changes_with_it() {
    let market = Market::open().await;
    let (ada, eve) = (market.user("ada"), market.stranger());
    let path = "/api/tickets?limit=1";
    let empty = is_news(&eve, path, "\"something\"").await;
    let id = sell(&ada, listing("Hamlet", 20.0, json!({ "startsAt": "2027-02-01T20:00:00Z" }))).await.id;
    let one = is_news(&eve, path, &empty).await;
    assert_eq!(eve.get(path).await.header("cache-control"), "no-cache");
    // Another pod gives the same content the same name.
    is_known(&eve.at(&market.second_pod().await), path, &one).await;
    // The same page, but now there is a next one.
    sell(&ada, listing("Macbeth", 20.0, json!({ "startsAt": "2027-02-02T20:00:00Z" }))).await;
    let with_more = is_news(&eve, path, &one).await;
    let spared = get_unless(&eve, path, &format!("{one}, W/{with_more}")).await.expect(304);
    assert!(spared.header("link").ends_with("rel=\"next\""), "{}", spared.header("link"));
    // Sold out: what others see of it soon, who has just written sees at once.
    market.broker.publish(&Event::OrderCreated(order(id, 1, 1, 0))).await;
    market.until_available(id, 0).await;
    is_known(&eve, path, &with_more).await;
    is_news(&eve.clone().with_cookie("wrote=1"), path, &with_more).await;
    market.let_lists_grow_old();
    is_news(&eve, path, &with_more).await;
    market.close().await;
}

#[tokio::test]
async fn a_listing_has_a_name_that_changes_with_it() {
    let market = Market::open().await;
    let (ada, eve) = (market.user("ada"), market.stranger());
    let view: TicketView = sell(&ada, listing("Hamlet", 20.0, json!({ "quantity": 2 }))).await;
    let path = format!("/api/tickets/{}", view.id);
    let first = is_news(&eve, &path, "").await;
    let head = eve.send(eve.request("HEAD", &path)).await.expect(200);
    assert_eq!((head.header("etag"), head.header("cache-control")), (first.as_str(), "no-cache"));
    let _ = ada.put(&path, listing("Macbeth", 20.0, json!({}))).await.expect(200);
    let edited = is_news(&eve, &path, &first).await;
    // A change of what is available is none of the listing's version.
    market.broker.publish(&Event::OrderCreated(order(view.id, 1, 1, 0))).await;
    market.until_available(view.id, 1).await;
    is_news(&eve, &path, &edited).await;
    get_unless(&eve, "/api/tickets/6b49d2000102030405060708", "*").await.expect_problem(404, "not_found");
    market.close().await;
}

#[tokio::test]
async fn a_sellers_list_is_for_no_shared_cache() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let empty = is_news(&ada, "/api/tickets/mine", "").await;
    assert_eq!(ada.get("/api/tickets/mine").await.header("cache-control"), "private, no-cache");
    sell(&ada, listing("Hamlet", 20.0, json!({}))).await;
    is_news(&ada, "/api/tickets/mine", &empty).await;
    market.close().await;
}
