//! `GET /`

use serde_json::json;

use crate::{
    site::{Site, TICKET, ticket, ticket_with},
    stub::Answer,
};

#[tokio::test]
async fn listings_are_shown_with_what_a_buyer_wants_to_know() {
    let site = Site::start().await;
    site.stub.on("GET /api/tickets", Answer::json(200, json!([ticket()])));
    let page = site.get("/").await;
    page.is(200).has(&[
        &format!(r#"<a href="/tickets/{TICKET}">Hamlet</a>"#),
        "$49.50",
        "Wed 30 Jun 2027, 20:00 UTC",
        "Globe, London",
        "2 tickets",
        r#"<a href="/signin">Sign in</a>"#,
    ]);
    page.lacks(&["My orders", "Next page", r#"role="alert""#]);
}

#[tokio::test]
async fn filters_go_to_the_service_and_stay_in_the_form() {
    let site = Site::start().await;
    site.stub.on("GET /api/tickets", Answer::json(200, json!([])));
    let page = site
        .get("/?q=jazz+%26+more&category=Concert&city=K%C3%B6ln&from=2027-01-01&to=2027-01-31&minPrice=10.50&maxPrice=20&sort=cheapest")
        .await;
    page.is(200).has(&[
        "Nothing on sale matches these filters.",
        r#"value="jazz &amp; more""#,
        r#"value="Köln""#,
        r#"value="2027-01-31""#,
        r#"value="10.50""#,
        "Clear filters",
    ]);
    let option = page.html.split(r#"<option value="cheapest""#).nth(1).unwrap();
    assert!(option.starts_with(" selected"), "{option}");
    let asked = site.stub.only("GET /api/tickets").query;
    assert_eq!(
        asked,
        "q=jazz+%26+more&category=Concert&city=K%C3%B6ln&from=2027-01-01&to=2027-01-31&minPrice=10.50&maxPrice=20&sort=cheapest&limit=24"
    );
}

#[tokio::test]
async fn the_next_page_is_a_link_with_the_same_filters() {
    let site = Site::start().await;
    let link = r#"</api/tickets?q=x&cursor=a%2Bb>; rel="next""#;
    site.stub.on("GET /api/tickets", Answer::json(200, json!([ticket()])).with("link", link));
    site.get("/?q=ham").await.is(200).has(&[r#"rel="next" href="/?q=ham&amp;cursor=a%2Bb""#]);
    let page = site.get("/?q=ham&cursor=a%2Bb").await;
    page.is(200).has(&[r#"<a href="/?q=ham">Back to the first page</a>"#]);
    assert!(site.stub.seen("GET /api/tickets")[1].query.contains("cursor=a%2Bb"));
}

#[tokio::test]
async fn a_refused_filter_is_named_and_kept() {
    let site = Site::start().await;
    let rule = "MinPrice must be a decimal number";
    let refusal = Answer::refusal(400, "invalid_input", rule, &[("minPrice", rule)]);
    site.stub.on("GET /api/tickets", refusal);
    let page = site.get("/?minPrice=cheap&q=ham").await;
    page.is(400).field_error("minPrice", rule);
    page.has(&[r#"value="cheap""#, r#"value="ham""#, r##"<a href="#field-minPrice">"##]);
}

#[tokio::test]
async fn an_empty_market_says_so() {
    let site = Site::start().await;
    site.stub.on("GET /api/tickets", Answer::json(200, json!([])));
    site.get("/").await.is(200).has(&["Nothing is on sale right now."]);
}

#[tokio::test]
async fn partly_sold_listings_say_what_is_left() {
    let site = Site::start().await;
    let left = ticket_with(json!({"quantity": 10, "available": 3}));
    site.stub.on("GET /api/tickets", Answer::json(200, json!([left])));
    site.get("/").await.is(200).has(&["3 of 10 left"]);
}
