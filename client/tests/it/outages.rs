//! Services that are down, slow or broken: a page says what is missing and keeps the rest.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::{
    site::{ORDER, Site, TICKET, order_with, ticket},
    stub::Answer,
};

#[tokio::test]
async fn without_listings_the_form_and_the_visitor_stay() {
    let site = Site::without(&["TICKETS_URL"]).await;
    let page = site.get_as_ada("/?q=ham").await;
    page.is(503).has(&["Listings are not available right now.", "ada@example.org", r#"value="ham""#]);
    let page = site.get_as_ada(&format!("/tickets/{TICKET}")).await;
    page.is(503).has(&["Listings are not available right now.", "ada@example.org"]);
    assert_eq!(page.headers["retry-after"], "2");
}

#[tokio::test]
async fn without_accounts_one_can_still_look() {
    let site = Site::without(&["AUTH_URL"]).await;
    site.stub.on("GET /api/tickets", Answer::json(200, json!([ticket()])));
    site.get_as_ada("/").await.is(200).has(&["Hamlet"]).lacks(&["Sign in", "Sign out"]);
    let page = site.post("/signin", &[("email", "ada@example.org"), ("password", "s3cret")]).await;
    page.is(503).has(&["Signing in and out is not available right now.", "ada@example.org"]);
    page.lacks(&["s3cret"]);
    let page = site.get_as_ada("/account").await;
    page.is(503).has(&[
        "Signing in and out is not available right now.",
        r#"href="/account" class="button">Try again</a>"#,
    ]);
    site.post_as_ada("/signout", &[]).await.is(503);
}

#[tokio::test]
async fn without_orders_nothing_else_suffers() {
    let site = Site::without(&["ORDERS_URL"]).await;
    site.stub.on(&format!("GET /api/tickets/{TICKET}"), Answer::json(200, ticket()));
    let page = site.get_as_ada("/me/orders").await;
    page.is(503).has(&["Orders are not available right now.", "<h1>My orders</h1>", "ada@example.org"]);
    page.lacks(&["You have no orders"]);
    let page = site.post_as_ada(&format!("/tickets/{TICKET}/reserve"), &[("quantity", "2")]).await;
    page.is(503).has(&["Orders are not available right now.", ">Hamlet</h1>", r#"value="2""#]);
    // Nobody was there to hear it, so it cannot have been done.
    page.lacks(&["may have worked"]);
}

#[tokio::test]
async fn without_payments_the_order_is_still_shown() {
    let site = Site::without(&["PAYMENTS_URL"]).await;
    site.stub.on(&format!("GET /api/orders/{ORDER}"), Answer::json(200, order_with(json!({}))));
    let page = site.get_as_ada(&format!("/orders/{ORDER}")).await;
    page.is(200).has(&["cannot be shown right now", "15 minutes left"]);
    let page = site.post_as_ada(&format!("/orders/{ORDER}/pay"), &[("card", "tok_visa")]).await;
    page.is(503).has(&["Payments are not available right now.", "15 minutes left"]);
}

#[tokio::test]
async fn listings_that_hang_cost_an_order_no_more_than_a_moment() {
    let site = Site::start().await;
    site.stub
        .on(&format!("GET /api/orders/{ORDER}"), Answer::json(200, order_with(json!({}))))
        .on("GET /api/payments", Answer::json(200, json!([])))
        .on(&format!("GET /api/tickets/{TICKET}"), Answer::Hangs);
    let began = Instant::now();
    site.get_as_ada(&format!("/orders/{ORDER}")).await.is(200).has(&["Hamlet", "15 minutes left"]);
    // Less than a page waits for what it cannot do without.
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_service_that_hangs_is_given_up_on() {
    let site = Site::start().await;
    site.stub.on("GET /api/tickets", Answer::Hangs).on("GET /api/users/currentuser", Answer::Hangs);
    site.stub.on(&format!("GET /api/tickets/{TICKET}"), Answer::Hangs);
    let began = Instant::now();
    // The first of them is under way by the time it is known.
    let path = format!("/tickets/{TICKET}");
    let (home, listing) = tokio::join!(site.get_as_ada("/"), site.get_as_ada(&path));
    home.is(200).has(&["Listings are not available right now."]);
    listing.is(503).has(&["Listings are not available right now."]);
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_form_that_hangs_says_that_it_may_have_worked_and_comes_back_in_time() {
    let site = Site::start().await;
    site.stub.on("POST /api/orders", Answer::Hangs);
    site.stub.on(&format!("GET /api/tickets/{TICKET}"), Answer::json(200, ticket()));
    let page = site.post_as_ada(&format!("/tickets/{TICKET}/reserve"), &[("quantity", "1")]).await;
    page.is(503).has(&["may have worked all the same", ">Hamlet</h1>"]);
}

#[tokio::test]
async fn what_makes_no_sense_is_an_outage_not_a_crash() {
    let site = Site::start().await;
    for answer in [
        Answer::json(200, json!({"not": "a list"})),
        Answer::json(200, json!([{"id": 5}])),
        Answer::empty(200),
        Answer::empty(502),
        Answer::refusal(500, "internal", "secret details", &[]),
    ] {
        site.stub.on("GET /api/tickets", answer);
        site.get("/").await.is(503).lacks(&["secret details"]);
    }
}

#[tokio::test]
async fn a_service_that_is_busy_says_for_how_long() {
    let site = Site::start().await;
    let busy = Answer::refusal(503, "unavailable", "Busy", &[]).with("retry-after", "7");
    site.stub.on("GET /api/tickets", busy);
    let page = site.get("/").await;
    assert_eq!(page.is(503).headers["retry-after"], "7");
}
