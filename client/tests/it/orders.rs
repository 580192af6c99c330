//! One's orders, and cancelling.

use serde_json::json;

use crate::{
    site::{ORDER, Site, TICKET, order_with},
    stub::Answer,
};

async fn site_with(changes: serde_json::Value) -> (Site, String) {
    let site = Site::start().await;
    site.stub.on(&format!("GET /api/orders/{ORDER}"), Answer::json(200, order_with(changes)));
    (site, format!("/orders/{ORDER}"))
}

#[tokio::test]
async fn a_reservation_shows_its_deadline_and_how_to_pay() {
    let (site, path) = site_with(json!({})).await;
    site.get_as_ada(&path).await.is(200).has(&[
        r#"<time datetime="2027-01-01T12:15:00Z">12:15:00 UTC</time>"#,
        "15 minutes left",
        "1 × $49.50",
        "Pay $49.50",
        r#"value="tok_visa" checked"#,
        "Cancel this order",
        &format!(r#"<a href="{path}">Refresh</a>"#),
    ]);
}

#[tokio::test]
async fn past_its_deadline_there_is_nothing_to_pay() {
    let (site, path) = site_with(json!({"expiresAt": "2027-01-01T11:59:59Z"})).await;
    site.get_as_ada(&path).await.is(200).has(&["The time to pay is over"]).lacks(&["/pay", "/cancel"]);
}

#[tokio::test]
async fn what_is_over_says_how_it_ended() {
    for (changes, words) in [
        (json!({"status": "complete"}), "The tickets are yours"),
        (json!({"status": "awaiting:payment"}), "Your payment is under way"),
        (json!({"status": "cancelled", "cancelReason": "buyer"}), "You cancelled this order"),
        (json!({"status": "cancelled", "cancelReason": "expired"}), "lapsed before it was paid"),
        (json!({"status": "cancelled", "cancelReason": "ticket_withdrawn"}), "seller withdrew"),
        (json!({"status": "cancelled", "cancelReason": "payment_failed"}), "would not release the money"),
    ] {
        let (site, path) = site_with(changes).await;
        site.get_as_ada(&path).await.is(200).has(&[words]).lacks(&["/pay\"", "/cancel\""]);
    }
}

#[tokio::test]
async fn cancelling_shows_the_cancelled_order() {
    let (site, path) = site_with(json!({})).await;
    let route = format!("DELETE /api/orders/{ORDER}");
    site.stub.on(&route, Answer::empty(204));
    assert_eq!(site.post_as_ada(&format!("{path}/cancel"), &[]).await.location(), path);
    site.stub.only(&route);
}

#[tokio::test]
async fn what_can_no_longer_be_cancelled_is_shown_as_it_is() {
    let (site, path) = site_with(json!({"status": "complete"})).await;
    let refusal = Answer::refusal(409, "order_not_open", "The order can no longer be cancelled", &[]);
    site.stub.on(&format!("DELETE /api/orders/{ORDER}"), refusal);
    let page = site.post_as_ada(&format!("{path}/cancel"), &[]).await;
    page.is(409).has(&["This order has moved on.", "The tickets are yours"]);
}

#[tokio::test]
async fn ones_orders_are_listed_newest_first_in_pages() {
    let site = Site::start().await;
    let link = r#"</api/orders?cursor=n>; rel="next""#;
    let over = order_with(json!({"id": "6b49d20001020304050607d2", "status": "complete"}));
    site.stub
        .on("GET /api/orders", Answer::json(200, json!([order_with(json!({})), over])).with("link", link));
    site.get_as_ada("/me/orders").await.is(200).has(&[
        &format!(r#"<a href="/orders/{ORDER}">Hamlet</a>"#),
        "15 minutes left",
        "Paid",
        "/me/orders?cursor=n",
    ]);
    site.get_as_ada("/me/orders?cursor=n").await.is(200).has(&["Back to the first page"]);
    assert_eq!(site.stub.seen("GET /api/orders")[1].query, "cursor=n");
    site.stub.on("GET /api/orders", Answer::json(200, json!([])));
    site.get_as_ada("/me/orders").await.is(200).has(&["You have no orders yet."]);
}

#[tokio::test]
async fn another_buyers_order_is_not_here() {
    let site = Site::start().await;
    site.get_as_ada(&format!("/orders/{ORDER}")).await.is(404).lacks(&[TICKET]);
    site.get_as_ada("/orders/x").await.is(404);
}

#[tokio::test]
async fn an_order_leads_through_sign_in_and_back() {
    let site = Site::start().await;
    let route = format!("GET /api/orders/{ORDER}");
    site.stub.on(&route, Answer::refusal(401, "not_signed_in", "Not authorized", &[]));
    let page = site.get(&format!("/orders/{ORDER}?payment=x")).await;
    assert_eq!(page.location(), format!("/signin?next=%2Forders%2F{ORDER}"));
}
