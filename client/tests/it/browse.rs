//! `GET /`

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    site::{SESSION, Site, TICKET, ticket, ticket_with},
    stub::Answer,
};

async fn site_with(listings: Value) -> Site {
    let site = Site::start().await;
    site.stub.on("GET /api/tickets", Answer::json(200, listings).with("etag", r#""v1""#));
    site
}

#[tokio::test]
async fn listings_are_shown_with_what_a_buyer_wants_to_know() {
    let site = site_with(json!([ticket()])).await;
    let page = site.get("/").await;
    page.is(200).has(&[
        &format!(r#"data-listing="{TICKET}""#),
        &format!(r#"href="/tickets/{TICKET}""#),
        ">Hamlet</a></h3>",
        r#"<b data-price="4950 usd">$49.50</b>"#,
        r#"<time datetime="2027-06-30T20:00:00Z" class="day">Wed <b>30</b> Jun 2027</time>"#,
        "20:00 UTC · Globe, London",
        "2 left",
        r#"<a href="/signin">Sign in</a>"#,
    ]);
    page.lacks(&["My orders", "Next page", r#"role="alert""#]);
    assert_eq!(page.html.matches("<h1").count(), 1);
}

#[tokio::test]
async fn times_are_the_venues() {
    let site = site_with(json!([ticket_with(json!({"timeZone": "America/New_York"}))])).await;
    site.get("/").await.is(200).has(&["16:00 EDT · Globe, London"]);
    let site = site_with(json!([ticket_with(json!({"timeZone": "Mars/Olympus"}))])).await;
    site.get("/").await.is(200).has(&["20:00 UTC · Globe, London"]);
}

#[tokio::test]
async fn filters_go_to_the_service_stay_in_the_form_and_can_be_taken_away() {
    let site = site_with(json!([])).await;
    let page = site
        .get("/?q=jazz+%26+more&category=Concert&city=K%C3%B6ln&from=2027-01-01&to=2027-01-31&minPrice=10.50&maxPrice=20&sort=cheapest")
        .await;
    page.is(200).has(&[
        "Nothing on sale matches these filters.",
        r#"value="jazz &amp; more""#,
        r#"value="Köln""#,
        r#"value="2027-01-31""#,
        r#"value="10.50""#,
        "Clear all filters",
        "“jazz &amp; more”",
        "City: Köln",
        r#"href="/?q=jazz+%26+more&amp;category=Concert&amp;from=2027-01-01&amp;to=2027-01-31&amp;minPrice=10.50&amp;maxPrice=20&amp;sort=cheapest""#,
        "<details open>",
    ]);
    let option = page.html.split(r#"<option value="cheapest""#).nth(1).unwrap();
    assert!(option.starts_with(" selected"), "{option}");
    let asked = site.stub.only("GET /api/tickets").query;
    assert_eq!(
        asked,
        "q=jazz+%26+more&category=Concert&city=K%C3%B6ln&from=2027-01-01&to=2027-01-31&minPrice=10.50&maxPrice=20&sort=cheapest&limit=50"
    );
}

#[tokio::test]
async fn a_category_is_asked_for_as_listings_have_it_in_whatever_language_it_is_typed() {
    let site = site_with(json!([])).await;
    let german = [("accept-language", "de")];
    for address in ["/?category=Konzert", "/?category=+concert"] {
        let page = site.send(Method::GET, address, &german, &[]).await;
        page.has(&[r#"value="Konzert""#, r#"href="/?category=Concert" aria-current="true""#]);
        assert_eq!(site.stub.seen("GET /api/tickets").pop().unwrap().query, "category=Concert&limit=50");
    }
    let page = site.get("/?category=Poetry+Slam").await;
    page.is(200).has(&[r#"value="Poetry Slam""#]);
    assert_eq!(site.stub.seen("GET /api/tickets").pop().unwrap().query, "category=Poetry+Slam&limit=50");
}

#[tokio::test]
async fn pages_lead_on_and_back_with_the_same_filters() {
    let site = Site::start().await;
    let link = r#"</api/tickets?q=x&cursor=a%2Bb>; rel="next""#;
    site.stub.on("GET /api/tickets", Answer::json(200, json!([ticket()])).with("link", link));
    site.get("/?q=ham").await.is(200).has(&[r#"rel="next" href="/?q=ham&amp;cursor=a%2Bb""#]);
    let page = site.get("/?q=ham&cursor=c2").await;
    page.is(200)
        .has(&[r#"rel="prev" href="/?q=ham""#, r#"rel="next" href="/?q=ham&amp;cursor=a%2Bb&amp;back=c2""#]);
    assert!(site.stub.seen("GET /api/tickets")[1].query.contains("cursor=c2"));
    let page = site.get("/?q=ham&cursor=c3&back=c2").await;
    page.is(200).has(&[r#"rel="prev" href="/?q=ham&amp;cursor=c2""#, r#"<a href="/?q=ham">First page</a>"#]);
}

#[tokio::test]
async fn a_place_that_is_none_any_more_leads_to_the_first_page() {
    let site = Site::start().await;
    let refusal = Answer::refusal(400, "invalid_input", "…", &[("cursor", "Cursor is not one of ours")]);
    site.stub.on("GET /api/tickets", refusal);
    assert_eq!(site.get("/?q=ham&cursor=old").await.location(), "/?q=ham");
}

#[tokio::test]
async fn a_refused_filter_is_named_and_kept() {
    let site = Site::start().await;
    let rule = "MinPrice must be a decimal number";
    let refusal = Answer::refusal(400, "invalid_input", rule, &[("minPrice", rule)]);
    site.stub.on("GET /api/tickets", refusal);
    let page = site.get("/?minPrice=cheap&q=ham").await;
    page.is(400).field_error("minPrice", "The lowest price must be a number such as 20 or 49.50");
    page.has(&[r#"value="cheap""#, r#"value="ham""#, r##"<a href="#field-minPrice">"##, "<details open>"]);
}

#[tokio::test]
async fn an_empty_market_says_so_and_knows_a_way_on() {
    let site = site_with(json!([])).await;
    let page = site.get("/").await;
    page.is(200).has(&["Nothing is on sale right now.", r#"<a href="/sell" class="button">"#]);
}

#[tokio::test]
async fn fifty_listings_are_a_light_page() {
    let listing = |number: u32| {
        ticket_with(json!({
            "id": format!("6b49d200010203040506{number:04x}"), "category": "Concert", "timeZone": "Europe/Berlin",
            "title": format!("The Midnight Owls: An Evening of Chamber Jazz and Songs, part {number}"),
            "venue": "Philharmonie, Großer Saal", "city": "Frankfurt am Main", "quantity": 100, "available": 97,
        }))
    };
    let site = site_with((0..50).map(listing).collect()).await;
    let page = site.get("/").await;
    page.is(200);
    assert_eq!(page.html.matches("data-listing=").count(), 50);
    let bytes = page.html.len();
    assert!(bytes <= 60 * 1024, "{bytes} bytes");
}

#[tokio::test]
async fn who_nobody_knows_gets_the_page_again_only_if_it_changed() {
    let site = site_with(json!([ticket()])).await;
    let page = site.get("/?q=ham").await;
    page.is(200);
    assert_eq!(page.headers["cache-control"], "private, no-cache");
    assert_eq!(page.headers["vary"], "cookie, accept-language");
    let tag = page.headers["etag"].to_str().unwrap().to_owned();
    let again = async |path: &str, headers: &[(&str, &str)]| {
        let known = [&[("if-none-match", tag.as_str())], headers].concat();
        site.send(Method::GET, path, &known, &[]).await
    };
    let same = again("/?q=ham", &[]).await;
    assert_eq!((same.status, same.html.as_str()), (304, ""));
    assert_eq!(same.headers["etag"], tag.as_str());
    // The page that was kept goes on with the policy that was kept with it.
    assert!(!same.headers.contains_key("content-security-policy"));
    for (path, headers) in [
        ("/?q=ha", vec![]),
        ("/?q=ham", vec![("accept-language", "de")]),
        ("/?q=ham", vec![("cookie", SESSION)]),
        ("/?q=ham", vec![("cookie", "basket=6b49d20001020304050607c1-1-4950")]),
    ] {
        assert_eq!(again(path, &headers).await.status, 200, "{path} {headers:?}");
    }
    let changed = Answer::json(200, json!([ticket_with(json!({"available": 1}))])).with("etag", r#""v2""#);
    site.stub.on("GET /api/tickets", changed);
    assert_eq!(again("/?q=ham", &[]).await.status, 200);
}

#[tokio::test]
async fn what_is_somebodys_own_is_not_kept() {
    let site = site_with(json!([ticket()])).await;
    for headers in [[("cookie", SESSION)], [("cookie", "basket=6b49d20001020304050607c1-1-4950")]] {
        let page = site.send(Method::GET, "/", &headers, &[]).await;
        assert_eq!(page.is(200).headers["cache-control"], "no-store");
        assert!(!page.headers.contains_key("etag"));
    }
}

#[tokio::test]
async fn a_page_does_not_wait_long_for_its_listings() {
    let site = Site::start().await;
    site.stub.on("GET /api/tickets", Answer::Hangs);
    let mut response = site.open("/?q=ham").await;
    assert_eq!(response.status(), 200);
    let mut html = String::new();
    while !html.contains("Listings are on their way") {
        let chunk = response.chunk().await.unwrap().expect("the frame comes before the listings");
        html.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    assert!(html.contains(r#"value="ham""#), "{html}");
    assert!(!html.contains("</html>") && !html.contains("not available"), "{html}");
    while let Some(chunk) = response.chunk().await.unwrap() {
        html.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    assert!(html.contains("Listings are not available right now.") && html.ends_with("</html>"), "{html}");
}

#[tokio::test]
async fn listings_that_come_late_are_in_the_readers_language() {
    let site = Site::start().await;
    let held = site.stub.hold("GET /api/tickets", Answer::json(200, json!([ticket()])));
    let german = [("accept-language", "de")];
    let mut response = site.open_with("/", &german).await;
    let mut html = String::new();
    while !html.contains("Die Angebote sind unterwegs") {
        let chunk = response.chunk().await.unwrap().expect("the frame comes before the listings");
        html.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    held.send(()).unwrap();
    while let Some(chunk) = response.chunk().await.unwrap() {
        html.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    for text in ["Hamlet", "49,50\u{a0}$", "Mi. <b>30</b> Juni 2027", "Theater</p>", "Noch 2", "Stand:"] {
        assert!(html.contains(text), "no {text:?} in {html}");
    }
    assert!(html.ends_with("</html>"), "{html}");
}
