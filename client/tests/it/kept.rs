//! Pages that are kept: made once, and never somebody else's or of another time.

use std::time::Duration;

use futures::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::{
    site::{Page, SESSION, Site, ticket, ticket_with},
    stub::Answer,
};

const LISTINGS: &str = "GET /api/tickets";
const BASKET: &str = "basket=6b49d20001020304050607c1-1-4950";

/// A site whose start page was asked for once, and whose service says from then on that nothing has changed.
async fn warm_site() -> Site {
    let site = Site::start().await;
    site.stub.on(LISTINGS, Answer::json(200, json!([ticket()])).with("etag", r#""v1""#));
    site.get("/").await.is(200).has(&["Hamlet"]);
    site.stub.on(LISTINGS, Answer::empty(304).with("etag", r#""v1""#));
    site
}

/// The mark in a page's policy.
fn nonce(page: &Page) -> &str {
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap()
}

#[tokio::test]
async fn a_page_is_made_of_the_kept_answer_only_while_the_service_says_it_is_the_same() {
    let site = warm_site().await;
    site.get("/").await.is(200).has(&["Hamlet", "2 left"]);
    let asked = site.stub.seen(LISTINGS);
    assert_eq!(asked.len(), 2);
    assert!(!asked[0].headers.contains_key("if-none-match"));
    assert_eq!(asked[1].headers["if-none-match"], r#""v1""#);
    // A change is seen by the next who asks, and what was true before by nobody any more.
    let changed = json!([ticket_with(json!({"title": "Macbeth", "available": 1}))]);
    site.stub.on(LISTINGS, Answer::json(200, changed).with("etag", r#""v2""#));
    site.get("/").await.is(200).has(&["Macbeth", "1 left"]).lacks(&["Hamlet"]);
    site.stub.on(LISTINGS, Answer::empty(304).with("etag", r#""v2""#));
    site.get("/").await.is(200).has(&["Macbeth"]).lacks(&["Hamlet"]);
    assert_eq!(site.stub.seen(LISTINGS)[3].headers["if-none-match"], r#""v2""#);
    // What was kept is no answer where there is none.
    site.stub.on(LISTINGS, Answer::refusal(503, "unavailable", "…", &[]));
    site.get("/").await.is(503).lacks(&["Macbeth"]);
}

#[tokio::test]
async fn every_response_has_a_mark_of_its_own_everywhere() {
    let site = warm_site().await;
    let (one, other) = (site.get("/").await, site.get("/").await);
    assert_ne!(nonce(&one), nonce(&other));
    for page in [&one, &other] {
        let marked = format!(r#"nonce="{}""#, nonce(page));
        assert_eq!(page.html.matches(&marked).count(), 2, "{}", page.html);
        assert_eq!(page.html.matches("nonce=").count(), 2, "{}", page.html);
    }
    // Nothing else of it is another.
    assert_eq!(one.html.replace(nonce(&one), ""), other.html.replace(nonce(&other), ""));
}

#[tokio::test]
async fn nobody_sees_anothers_page() {
    let site = warm_site().await;
    for _ in 0..2 {
        site.get("/")
            .await
            .is(200)
            .has(&["Sign in", "2 left"])
            .lacks(&["ada@example.org", "class=\"count\""]);
        let page = site.get_as_ada("/").await;
        page.is(200).has(&["ada@example.org", "Sign out", "2 left", "Hamlet"]).lacks(&["Sign in"]);
        let german = site.send(Method::GET, "/", &[("accept-language", "de")], &[]).await;
        german.has(&[r#"<html lang="de">"#, "Anmelden", "Noch 2", "49,50"]).lacks(&["Sign in", "2 left"]);
        let headers = [("accept-language", "de"), ("cookie", SESSION)];
        let german = site.send(Method::GET, "/", &headers, &[]).await;
        german.has(&[r#"<html lang="de">"#, "ada@example.org", "Noch 2"]).lacks(&["Anmelden", "2 left"]);
        let chosen = site.send(Method::GET, "/", &[("cookie", "language=de")], &[]).await;
        chosen.has(&[r#"<html lang="de">"#, "Anmelden", "Noch 2"]);
        let buyer = site.send(Method::GET, "/", &[("cookie", BASKET)], &[]).await;
        buyer.is(200).has(&["Sign in", r#"<span class="count">1"#, "2 left"]).lacks(&["ada@example.org"]);
        let both = format!("{SESSION}; {BASKET}");
        let buyer = site.send(Method::GET, "/", &[("cookie", &both)], &[]).await;
        buyer.is(200).has(&["ada@example.org", r#"<span class="count">1"#]);
    }
}

#[tokio::test]
async fn searches_that_find_the_same_stay_apart() {
    let site = Site::start().await;
    let link = r#"</api/tickets?cursor=c2>; rel="next""#;
    let found = Answer::json(200, json!([ticket()])).with("etag", r#""v1""#).with("link", link);
    site.stub.on(LISTINGS, found);
    let long = "x".repeat(3_000);
    let odd = format!("/?q={long}");
    for _ in 0..2 {
        for (path, has, lacks) in [
            ("/", r#"href="/?cursor=c2""#, "Clear all filters"),
            ("/?q=ham", r#"href="/?q=ham&amp;cursor=c2""#, "“let”"),
            ("/?q=let", r#"href="/?q=let&amp;cursor=c2""#, "“ham”"),
            ("/?cursor=c1", r#"rel="prev" href="/""#, "“ham”"),
            // Too long to come back to, so the address it would be kept under is another page's.
            (&odd, &long, "“ham”"),
            ("/", r#"href="/signin""#, &long),
            ("/?q=ham", r#"href="/signin?next=%2F%3Fq%3Dham""#, &long),
        ] {
            site.get(path).await.is(200).has(&[has, "Hamlet"]).lacks(&[lacks]);
        }
    }
}

#[tokio::test]
async fn a_kept_page_says_when_it_was_asked_for() {
    let site = warm_site().await;
    site.get("/").await.has(&["As of 12:00:00 UTC", "2027-01-01T12:00:00Z"]);
    site.clock.advance(Duration::from_secs(5));
    let page = site.get("/").await;
    page.has(&["As of 12:00:05 UTC", "2027-01-01T12:00:05Z"]).lacks(&["12:00:00"]);
    let german = site.send(Method::GET, "/", &[("accept-language", "de")], &[]).await;
    german.has(&["Stand: 12:00:05 UTC"]).lacks(&["As of", "12:00:00"]);
}

#[tokio::test]
async fn who_has_just_written_asks_for_himself() {
    let site = warm_site().await;
    let headers = [("cookie", "language=en; wrote=1")];
    let visits = (0..8).map(|_| site.send(Method::GET, "/", &headers, &[]));
    for page in join_all(visits).await {
        page.is(200).has(&["Hamlet"]);
    }
    let asked = site.stub.seen(LISTINGS);
    let own = asked.iter().filter(|seen| seen.headers.get("cookie").is_some_and(|it| it == headers[0].1));
    assert_eq!(own.count(), 8, "{asked:?}");
}

#[tokio::test]
async fn many_who_come_at_once_all_get_their_page() {
    let site = warm_site().await;
    let german = [("accept-language", "de")];
    let visits = [true, false].repeat(20).into_iter().map(async |is_german| {
        let headers: &[_] = if is_german { &german } else { &[] };
        (is_german, site.send(Method::GET, "/", headers, &[]).await)
    });
    let mut marks = Vec::new();
    for (is_german, page) in join_all(visits).await {
        page.has(&["Hamlet", if is_german { "Noch 2" } else { "2 left" }]);
        marks.push(nonce(&page).to_owned());
    }
    marks.sort_unstable();
    marks.dedup();
    assert_eq!(marks.len(), 40);
}
