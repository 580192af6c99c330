//! One listing, and reserving it.

use serde_json::json;

use crate::{
    site::{ADA, ORDER, Page, Site, TICKET, order_with, ticket, ticket_with},
    stub::Answer,
};

async fn site_with(ticket: serde_json::Value) -> (Site, String) {
    let site = Site::start().await;
    site.stub.on(&format!("GET /api/tickets/{TICKET}"), Answer::json(200, ticket));
    (site, format!("/tickets/{TICKET}"))
}

/// What is shown in one state only, and whether it is.
#[track_caller]
fn part<'a>(page: &'a Page, state: &str) -> (&'a str, bool) {
    let start = page.html.find(&format!(r#"data-when="{state}""#)).unwrap_or_else(|| panic!("{}", page.html));
    let open = page.html[..start].rfind('<').unwrap();
    let (tag, rest) = page.html[open..].split_once('>').unwrap();
    (rest.split("data-when=").next().unwrap(), !tag.contains(" hidden"))
}

#[tokio::test]
async fn a_guest_sees_the_listing_and_is_asked_to_sign_in() {
    let (site, path) = site_with(ticket()).await;
    let page = site.get(&path).await;
    page.is(200).has(&[
        ">Hamlet</h1>",
        "<title>Hamlet · Ticket Market</title>",
        "Row 3",
        "$49.50",
        "2 left",
        "Wed, 30 Jun 2027, 20:00 UTC",
        "Globe, London",
        &format!(r#"href="/signin?next=%2Ftickets%2F{TICKET}" class="button big full">Sign in to reserve"#),
        &format!(r#"action="/tickets/{TICKET}/basket""#),
    ]);
    page.lacks(&["/reserve"]);
    assert_eq!(page.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn reserving_sends_the_price_seen_and_the_pages_key() {
    let (site, path) = site_with(ticket()).await;
    site.stub.on("POST /api/orders", Answer::json(201, order_with(json!({}))));
    let page = site.get_as_ada(&path).await;
    page.is(200).has(&[
        ">1 ticket · $49.50</option>",
        ">2 tickets · $99.00</option>",
        "Reserve now",
        "until the time your order shows",
    ]);
    page.lacks(&["3 tickets ·"]);
    let (key, price) = (page.hidden("key"), page.hidden("price"));
    let form = [("quantity", "2"), ("key", key), ("price", price)];
    assert_eq!(
        site.post_as_ada(&format!("{path}/reserve"), &form).await.location(),
        format!("/orders/{ORDER}")
    );
    let seen = site.stub.only("POST /api/orders");
    assert_eq!(
        seen.body,
        format!(r#"{{"items":[{{"ticketId":"{TICKET}","quantity":2}}],"expectedTotal":99}}"#)
    );
    assert_eq!(seen.headers["idempotency-key"], key);
}

#[tokio::test]
async fn a_bad_quantity_is_named_and_nothing_is_sent() {
    let (site, path) = site_with(ticket()).await;
    for form in ["reserve", "basket"] {
        let page = site.post_as_ada(&format!("{path}/{form}"), &[("quantity", "0")]).await;
        page.is(400).field_error("quantity", "Quantity must be a whole number from 1 to 100");
    }
    assert!(site.stub.seen("POST /api/orders").is_empty());
}

#[tokio::test]
async fn every_conflict_is_explained_beside_the_listing_as_it_is_now() {
    let (site, path) = site_with(ticket()).await;
    for (code, words) in [
        ("ticket_unavailable", "Somebody was faster"),
        ("ticket_not_on_sale", "no longer on sale"),
        ("price_changed", "changed the price"),
        ("hold_limit", "more unpaid tickets than one buyer may"),
        ("idempotency_key_reused", "sent before with another choice"),
        ("conflict", "at the same moment"),
    ] {
        site.stub.on("POST /api/orders", Answer::refusal(409, code, "…", &[("ticketId", "…")]));
        let page = site.post_as_ada(&format!("{path}/reserve"), &[("quantity", "1")]).await;
        page.is(409).has(&[words, r#"role="alert""#, ">Hamlet</h1>"]);
    }
}

#[tokio::test]
async fn a_sold_out_listing_answers_with_what_is_left() {
    let (site, path) = site_with(ticket()).await;
    let rule = "Ticket is already reserved: only 1 left";
    site.stub.on("POST /api/orders", Answer::refusal(409, "ticket_unavailable", rule, &[("quantity", rule)]));
    let page = site.post_as_ada(&format!("{path}/reserve"), &[("quantity", "2")]).await;
    page.is(409).field_error("quantity", rule).has(&[r#"<option value="2" selected>"#]);
}

#[tokio::test]
async fn the_key_changes_after_a_no_and_stays_after_silence() {
    let (site, path) = site_with(ticket()).await;
    let key = "0123456789abcdef0123456789abcdef";
    let form = [("quantity", "1"), ("key", key)];
    site.stub.on("POST /api/orders", Answer::refusal(409, "ticket_unavailable", "…", &[]));
    let page = site.post_as_ada(&format!("{path}/reserve"), &form).await;
    assert_ne!(page.is(409).hidden("key"), key);
    site.stub.on("POST /api/orders", Answer::refusal(503, "timeout", "…", &[]));
    let page = site.post_as_ada(&format!("{path}/reserve"), &form).await;
    assert_eq!(page.is(503).hidden("key"), key);
    page.has(&["may have worked all the same", r#"<a href="/me/orders">"#]);
}

#[tokio::test]
async fn reserving_without_a_session_leads_through_sign_in_to_the_listing() {
    let (site, path) = site_with(ticket()).await;
    site.stub.on("POST /api/orders", Answer::refusal(401, "not_signed_in", "Not authorized", &[]));
    let page = site.post(&format!("{path}/reserve"), &[("quantity", "1")]).await;
    assert_eq!(page.location(), format!("/signin?next=%2Ftickets%2F{TICKET}"));
}

#[tokio::test]
async fn the_seller_gets_edit_and_withdraw_instead() {
    let (site, path) = site_with(ticket_with(json!({"userId": ADA}))).await;
    let page = site.get_as_ada(&path).await;
    page.is(200).has(&["This is your listing.", &format!("{path}/edit"), &format!("{path}/withdraw")]);
    page.lacks(&["/reserve", "Add to basket"]);
}

#[tokio::test]
async fn what_cannot_be_had_says_why_and_knows_a_way_on() {
    for (status, words) in
        [("reserved", "has a few minutes to pay"), ("sold", "sold out"), ("withdrawn", "has withdrawn")]
    {
        let (site, path) = site_with(ticket_with(json!({"status": status, "available": 0}))).await;
        let page = site.get_as_ada(&path).await;
        page.is(200);
        let (text, is_shown) = part(&page, status);
        assert!(is_shown && text.contains(words) && text.contains(r#"href="/?category=Theatre""#), "{text}");
        for other in ["available", "reserved", "sold", "withdrawn"] {
            assert_eq!(part(&page, other).1, other == status, "{other} while {status}");
        }
    }
}

#[tokio::test]
async fn what_has_begun_is_not_sold_any_more() {
    let (site, path) = site_with(ticket_with(json!({"startsAt": "2027-01-01T12:00:00Z"}))).await;
    site.get_as_ada(&path).await.is(200).has(&["This event has begun"]).lacks(&["/reserve"]);
}

#[tokio::test]
async fn no_such_listing_is_a_page_too() {
    let site = Site::start().await;
    site.get_as_ada(&format!("/tickets/{TICKET}")).await.is(404).has(&["ada@example.org"]);
    site.get("/tickets/nonsense").await.is(404);
    site.post_as_ada("/tickets/nonsense/reserve", &[]).await.is(404);
    site.post_as_ada("/tickets/nonsense/basket", &[]).await.is(404);
}
