//! What holds for every answer: headers, pages instead of problem documents, where forms come from.

use reqwest::Method;
use serde_json::json;

use crate::{
    site::{SESSION, Site, TICKET, ticket},
    stub::Answer,
};

#[tokio::test]
async fn every_answer_forbids_what_these_pages_never_do() {
    let site = Site::start().await;
    site.stub.on("GET /api/tickets", Answer::json(200, json!([])));
    for path in ["/", "/nowhere", "/signout", "/tickets/x"] {
        let page = site.get(path).await;
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        for part in ["default-src 'none'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'"]
        {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
        assert_eq!(page.headers["referrer-policy"], "same-origin");
        assert_eq!(page.headers["cache-control"], "no-store");
        assert!(page.headers.contains_key("x-request-id"), "{path}");
        page.lacks(&["style=\"", " onclick"]);
        // The only script is our own, which carries this response's mark.
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
        assert_eq!(page.html.matches("<script").count(), 1, "{}", page.html);
        assert!(page.html.contains(&format!(r#"<script type="module" nonce="{nonce}">"#)), "{}", page.html);
    }
}

#[tokio::test]
async fn the_stylesheet_is_found_and_kept() {
    let site = Site::start().await;
    site.stub.on("GET /api/tickets", Answer::json(200, json!([])));
    let page = site.get("/").await;
    let path = page.html.split(r#"<link rel="stylesheet" href=""#).nth(1).unwrap().split('"').next().unwrap();
    let sheet = site.get(path).await;
    assert_eq!(sheet.status, 200);
    assert_eq!(sheet.headers["content-type"], "text/css");
    assert!(sheet.headers["cache-control"].to_str().unwrap().contains("immutable"));
    // Another build's file may be there in a moment, so that it is not here is not kept.
    let missing = site.get("/assets/0000000000000000.css").await;
    assert_eq!(missing.status, 404);
    assert_eq!(missing.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn unknown_addresses_are_pages_with_the_visitors_header() {
    let site = Site::start().await;
    site.get("/nowhere/at/all").await.is(404).has(&["Not here", "Sign in", r#"role="search""#]);
    site.get_as_ada("/nowhere").await.is(404).has(&["ada@example.org"]);
    site.post("/nowhere", &[]).await.is(404);
}

#[tokio::test]
async fn a_wrong_method_is_a_page() {
    let site = Site::start().await;
    let page = site.get("/signout").await;
    page.is(405).has(&["Not like that"]);
    assert_eq!(page.headers["allow"], "POST");
}

#[tokio::test]
async fn troubles_are_told_in_the_readers_language() {
    let site = Site::start().await;
    let german = [("accept-language", "de-AT,de;q=0.9")];
    for (path, status, text) in [
        ("/nowhere", 404, "Diese Seite gibt es nicht"),
        ("/signout", 405, "Diese Seite lässt sich so nicht benutzen."),
        ("/?q=a&q=b", 400, "war nicht zu verstehen"),
    ] {
        let page = site.send(Method::GET, path, &german, &[]).await;
        assert_eq!(page.status, status);
        page.has(&[r#"<html lang="de">"#, text]).lacks(&["Not here", "try again"]);
    }
}

#[tokio::test]
async fn forms_of_other_sites_are_refused_with_and_without_a_cookie() {
    let site = Site::start().await;
    let cross = ("sec-fetch-site", "cross-site");
    let evil = ("origin", "https://evil.test");
    let headers: [&[(&str, &str)]; 4] =
        [&[cross], &[cross, ("cookie", SESSION)], &[evil], &[evil, ("cookie", SESSION)]];
    for headers in headers {
        for path in ["/signin", "/signout", "/sell", "/nowhere"] {
            let page =
                site.send(Method::POST, path, headers, &[("email", "a@b.co"), ("password", "x")]).await;
            page.is(403).has(&["sent by another site"]);
        }
    }
    assert!(site.stub.seen("POST /api/users/signin").is_empty());
    assert!(site.stub.seen("POST /api/users/signout").is_empty());
}

#[tokio::test]
async fn too_much_or_unreadable_input_is_a_page() {
    let site = Site::start().await;
    let long = "x".repeat(70_000);
    site.post_as_ada("/sell", &[("title", &long)]).await.is(413).has(&["shorten it"]);
    let page = site.post_as_ada("/sell", &[("title", "a"), ("title", "b")]).await;
    page.is(400).has(&["could not be understood"]);
    site.get("/?q=a&q=b").await.is(400).has(&["could not be understood"]);
}

#[tokio::test]
async fn services_get_the_visitors_cookie_the_requests_id_and_its_trace() {
    let site = Site::start().await;
    site.stub.on(&format!("GET /api/tickets/{TICKET}"), Answer::json(200, ticket()));
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let headers = [("cookie", SESSION), ("x-request-id", "r-1"), ("traceparent", trace)];
    let page = site.send(Method::GET, &format!("/tickets/{TICKET}"), &headers, &[]).await;
    assert_eq!(page.is(200).headers["x-request-id"], "r-1");
    for route in [format!("GET /api/tickets/{TICKET}"), "GET /api/users/currentuser".to_owned()] {
        let seen = site.stub.only(&route);
        assert_eq!(seen.headers["cookie"], SESSION);
        assert_eq!(seen.headers["x-request-id"], "r-1");
        assert_eq!(seen.headers["sec-fetch-site"], "same-origin");
        let passed_on = seen.headers["traceparent"].to_str().unwrap();
        assert!(passed_on.starts_with("00-0af7651916cd43dd8448eb211c80319c-"), "{passed_on}");
    }
}

#[tokio::test]
async fn without_a_session_nobody_is_asked_who_it_is() {
    let site = Site::start().await;
    site.stub.on("GET /api/tickets", Answer::json(200, json!([])));
    site.send(Method::GET, "/", &[("cookie", "theme=dark")], &[]).await.is(200);
    assert!(site.stub.seen("GET /api/users/currentuser").is_empty());
}

#[tokio::test]
async fn programmers_find_the_services_descriptions() {
    let site = Site::start().await;
    let page = site.get("/api/docs").await;
    page.is(200);
    for service in ["auth", "tickets", "orders", "payments"] {
        page.has(&[&format!(r#"href="/api/{service}/openapi.json""#)]);
    }
    page.has(&[r#"href="/api/docs/events.json""#]);
    let events = site.get("/api/docs/events.json").await;
    assert_eq!((events.status, &events.headers["content-type"]), (200, &"application/json".parse().unwrap()));
    events.has(&[r#""asyncapi":"3.0.0""#, r#""order.created""#]);
}
