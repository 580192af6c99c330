//! One's orders, and cancelling.

use serde_json::{Value, json};

use crate::{
    site::{ORDER, PAYMENT, Site, TICKET, order_with, payment, ticket_with},
    stub::Answer,
};

const OTHER: &str = "6b49d20001020304050607c2";

async fn site_with(changes: Value) -> (Site, String) {
    let site = Site::start().await;
    site.stub
        .on(&format!("GET /api/orders/{ORDER}"), Answer::json(200, order_with(changes)))
        .on("GET /api/payments", Answer::json(200, json!([])));
    (site, format!("/orders/{ORDER}"))
}

#[tokio::test]
async fn a_reservation_shows_its_deadline_and_how_to_pay() {
    let (site, path) = site_with(json!({})).await;
    let page = site.get_as_ada(&path).await;
    page.is(200).has(&[
        "Your order is reserved",
        "Reserved for you until 12:15:00 UTC",
        r#"datetime="2027-01-01T12:15:00Z""#,
        "15 minutes left",
        "1 × $49.50",
        "Pay $49.50",
        r#"value="tok_visa" checked"#,
        "Cancel this order",
        &format!(r#"action="{path}/pay""#),
        &format!(r#"action="{path}/cancel""#),
        // For whom nothing is updated: when this was true, and how to see it anew.
        "As of 12:00:00 UTC",
        &format!(r#"<a href="{path}">Refresh</a>"#),
    ]);
    assert_eq!(page.html.matches("<h1>").count(), 1, "{}", page.html);
    assert_eq!(site.stub.only("GET /api/payments").query, format!("orderId={ORDER}"));
}

#[tokio::test]
async fn what_the_browser_changes_by_itself_is_marked() {
    let (site, path) = site_with(json!({"version": 3})).await;
    let page = site.get_as_ada(&path).await;
    // What comes when the time is up is there already, and hidden.
    page.is(200).has(&[
        r#"data-swap="order" data-version="3""#,
        "data-reservation",
        r#"<span data-when="running">Your order is reserved</span>"#,
        r#"<span data-when="lapsed" hidden>The time to pay is over</span>"#,
        r#"<div data-when="running" class="stack"><form"#,
        r#"<div data-when="lapsed" hidden><div class="again"><a href="/tickets/"#,
    ]);
    page.lacks(&["data-waiting"]);
    for passing in [json!({"status": "awaiting:payment"}), json!({"expiresAt": "2027-01-01T12:00:00Z"})] {
        let (site, path) = site_with(passing).await;
        let page = site.get_as_ada(&path).await;
        page.is(200).has(&["data-waiting"]).lacks(&["data-reservation", "data-when"]);
    }
}

#[tokio::test]
async fn past_its_deadline_there_is_nothing_to_pay() {
    let (site, path) = site_with(json!({"expiresAt": "2027-01-01T11:59:59Z"})).await;
    let page = site.get_as_ada(&path).await;
    page.is(200).has(&["The time to pay is over", "Back to the listing", "The tickets go back on sale"]);
    page.lacks(&["/pay\"", "/cancel\""]);
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
        (json!({"status": "cancelled"}), "This order was cancelled"),
    ] {
        let (site, path) = site_with(changes).await;
        site.get_as_ada(&path).await.is(200).has(&[words]).lacks(&["/pay\"", "/cancel\""]);
    }
}

#[tokio::test]
async fn a_paid_order_says_what_next_and_its_story() {
    let history = json!([
        {"status": "created", "at": "2027-01-01T11:58:00.25Z"},
        {"status": "awaiting:payment", "at": "2027-01-01T11:59:00Z"},
        {"status": "complete", "at": "2027-01-01T11:59:01Z"},
    ]);
    let (site, path) = site_with(json!({"status": "complete", "history": history})).await;
    let page = site.get_as_ada(&path).await;
    page.is(200).has(&[
        "Your order is paid: $49.50.",
        "What happens next",
        r#"<li class="done"><p>Reserved for you</p>"#,
        r#"datetime="2027-01-01T11:58:00.25Z">Fri, 1 Jan 2027, 11:58 UTC</time>"#,
        r#"<li class="done"><p>Payment accepted</p>"#,
        r#"<li class="done"><p>Paid, the tickets are yours</p>"#,
        &format!(r#"<dd class="number">{ORDER}</dd>"#),
    ]);
    page.lacks(&["You were not charged", "step\""]);
}

#[tokio::test]
async fn an_order_of_several_listings_tells_each_with_its_event_at_the_venues_time() {
    let line = |id: &str, title: &str, quantity: u32| json!({"ticket": {"id": id, "title": title, "price": 49.5, "version": 0}, "quantity": quantity, "price": 49.5});
    let items = json!([line(TICKET, "Hamlet", 2), line(OTHER, "Macbeth", 1)]);
    let cancelled = json!({"status": "cancelled", "cancelReason": "expired", "total": 148.5, "items": items});
    let (site, path) = site_with(cancelled).await;
    let listing = ticket_with(json!({"timeZone": "Europe/Berlin"}));
    site.stub.on(&format!("GET /api/tickets/{TICKET}"), Answer::json(200, listing));
    // Of the other nothing is known now, which costs the order nothing.
    let page = site.get_as_ada(&path).await;
    page.is(200).has(&[
        "2 × $49.50",
        "<strong>$99.00</strong>",
        "<strong>$148.50</strong>",
        "Wed, 30 Jun 2027, 22:00 CEST",
        "Globe, London",
        "Back to “Hamlet”",
        "Back to “Macbeth”",
    ]);
    let sold = ticket_with(json!({"status": "sold", "available": 0}));
    site.stub.on(&format!("GET /api/tickets/{TICKET}"), Answer::json(200, sold));
    site.get_as_ada(&path).await.is(200).has(&["Back to “Macbeth”"]).lacks(&["Back to “Hamlet”"]);
}

#[tokio::test]
async fn what_cannot_be_had_any_more_is_not_offered_again() {
    for status in ["sold", "withdrawn"] {
        let (site, path) = site_with(json!({"status": "cancelled", "cancelReason": "buyer"})).await;
        let gone = ticket_with(json!({"status": status, "available": 0}));
        site.stub.on(&format!("GET /api/tickets/{TICKET}"), Answer::json(200, gone));
        let page = site.get_as_ada(&path).await;
        page.is(200).has(&["Browse tickets"]).lacks(&["Back to the listing"]);
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
    page.is(409).has(&["This order has moved on.", "The tickets are yours", "<title>Please check: "]);
}

#[tokio::test]
async fn ones_orders_are_listed_newest_first_in_pages() {
    let site = Site::start().await;
    let link = r#"</api/orders?cursor=n>; rel="next""#;
    let history = json!([{"status": "created", "at": "2027-01-01T11:59:59Z"}]);
    let open = order_with(json!({"history": history}));
    let over = order_with(json!({"id": "6b49d20001020304050607d2", "status": "complete"}));
    site.stub.on("GET /api/orders", Answer::json(200, json!([open, over])).with("link", link));
    site.get_as_ada("/me/orders").await.is(200).has(&[
        &format!(r#"<a href="/orders/{ORDER}">Hamlet</a>"#),
        "1 ticket, reserved Fri, 1 Jan 2027, 11:59 UTC",
        r#"<span data-when="running" class="label warn">Reserved</span>"#,
        r#"<span data-when="lapsed" hidden class="label">Time is up</span>"#,
        "15 minutes left",
        r#"aria-label="Pay now: Hamlet""#,
        r#"<span class="label good">Paid</span>"#,
        "/me/orders?cursor=n",
        r#"As of 12:00:00 UTC</span> <a href="/me/orders">Refresh</a>"#,
    ]);
    site.get_as_ada("/me/orders?cursor=n").await.is(200).has(&["First page"]);
    assert_eq!(site.stub.seen("GET /api/orders")[1].query, "cursor=n");
    site.stub.on("GET /api/orders", Answer::json(200, json!([])));
    site.get_as_ada("/me/orders").await.is(200).has(&["You have no orders yet"]);
    site.get_as_ada("/me/orders?cursor=n").await.is(200).has(&["There are no further orders."]);
    // The list needs nobody but orders.
    assert!(site.stub.seen("GET /api/payments").is_empty());
}

#[tokio::test]
async fn a_list_names_the_first_listing_and_counts_the_others_and_what_has_lapsed() {
    let site = Site::start().await;
    let mut order = order_with(json!({"expiresAt": "2027-01-01T12:00:00Z"}));
    let line = order["items"][0].clone();
    order["items"] = json!([line, line, line]);
    site.stub.on("GET /api/orders", Answer::json(200, json!([order])));
    let page = site.get_as_ada("/me/orders").await;
    page.is(200)
        .has(&["Hamlet and 2 more", "3 tickets", ">Time is up</span>"])
        .lacks(&["Pay now", "left</time>"]);
}

#[tokio::test]
async fn an_order_is_told_in_the_readers_language() {
    let (site, path) = site_with(json!({})).await;
    let mut declined = payment("failed");
    declined["reason"] = json!("Your card was declined.");
    site.stub.on("GET /api/payments", Answer::json(200, json!([declined])));
    let german = [("cookie", "session=t.o.k; language=de")];
    let page = site.send(reqwest::Method::GET, &path, &german, &[]).await;
    assert_eq!(page.status, 200);
    page.has(&["Ihre Bestellung ist reserviert", "49,50\u{a0}$ bezahlen", "Karte abgelehnt"]);
    // The bank speaks English, and is not put into words it did not say.
    page.has(&[r#"<q lang="en">Your card was declined.</q>"#]);
}

#[tokio::test]
async fn an_old_address_with_a_payment_still_leads_to_the_order() {
    let (site, path) = site_with(json!({})).await;
    for old in [PAYMENT, "x", ""] {
        site.get_as_ada(&format!("{path}?payment={old}")).await.is(200).has(&["Your order is reserved"]);
    }
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
    site.stub.on("GET /api/orders", Answer::refusal(401, "not_signed_in", "Not authorized", &[]));
    assert_eq!(site.get("/me/orders").await.location(), "/signin?next=%2Fme%2Forders");
}
