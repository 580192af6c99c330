//! The basket: filled, shown, changed and reserved, all of it in the visitor's own cookie.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    site::{ADA, ORDER, Page, SESSION, Site, TICKET, order_with, ticket, ticket_with},
    stub::Answer,
};

const OTHER: &str = "6b49d20001020304050607c2";

/// A market with two listings, at 49.50 and at 20.
async fn site() -> Site {
    let site = Site::start().await;
    listing(&site, TICKET, ticket());
    listing(&site, OTHER, ticket_with(json!({"id": OTHER, "title": "Faust", "price": 20, "available": 1})));
    site
}

fn listing(site: &Site, id: &str, ticket: Value) {
    site.stub.on(&format!("GET /api/tickets/{id}"), Answer::json(200, ticket));
}

/// The basket that a response leaves in the browser.
#[track_caller]
fn kept(page: &Page) -> String {
    let cookie = page.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.ends_with("; HttpOnly; SameSite=Lax") && cookie.contains("; Path=/; "), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

fn both() -> String {
    format!("basket={TICKET}-2-4950.{OTHER}-1-2000")
}

async fn get(site: &Site, cookie: &str) -> Page {
    site.send(Method::GET, "/basket", &[("cookie", cookie)], &[]).await
}

async fn get_as_ada(site: &Site, basket: &str) -> Page {
    get(site, &format!("{SESSION}; {basket}")).await
}

async fn post(site: &Site, path: &str, cookie: &str, form: &[(&str, &str)]) -> Page {
    site.send(Method::POST, path, &[("sec-fetch-site", "same-origin"), ("cookie", cookie)], form).await
}

/// The form of a basket with both listings.
fn form<'a>(names: &'a [String; 4], key: &'a str, quantities: [&'a str; 2]) -> [(&'a str, &'a str); 5] {
    [
        ("key", key),
        (&names[0], quantities[0]),
        (&names[1], "49.5"),
        (&names[2], quantities[1]),
        (&names[3], "20"),
    ]
}

fn names() -> [String; 4] {
    [
        format!("quantity-{TICKET}"),
        format!("price-{TICKET}"),
        format!("quantity-{OTHER}"),
        format!("price-{OTHER}"),
    ]
}

const KEY: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn a_guest_fills_a_basket_and_sending_the_form_twice_is_harmless() {
    let site = site().await;
    let add = format!("/tickets/{TICKET}/basket");
    let wish = [("quantity", "2"), ("price", "49.5"), ("key", KEY)];
    let page = site.post(&add, &wish).await;
    assert_eq!(page.location(), "/basket");
    let first = kept(&page);
    assert_eq!(first, format!("basket={TICKET}-2-4950"));
    assert_eq!(kept(&post(&site, &add, &first, &wish).await), first);
    let wish = [("quantity", "1"), ("price", "20")];
    let page = post(&site, &format!("/tickets/{OTHER}/basket"), &first, &wish).await;
    assert_eq!(kept(&page), both());
}

#[tokio::test]
async fn a_form_that_does_not_say_what_it_showed_takes_the_price_of_now() {
    let site = site().await;
    let page = site.post(&format!("/tickets/{OTHER}/basket"), &[("quantity", "1")]).await;
    assert_eq!(kept(&page), format!("basket={OTHER}-1-2000"));
}

#[tokio::test]
async fn a_full_basket_says_so() {
    let site = site().await;
    let lines: Vec<_> = (0..10).map(|number| format!("6b49d2000102030405060{number:03}-1-100")).collect();
    let cookie = format!("basket={}", lines.join("."));
    let page =
        post(&site, &format!("/tickets/{TICKET}/basket"), &cookie, &[("quantity", "1"), ("price", "1")])
            .await;
    page.is(400).field_error("quantity", "Your basket is full: it takes 10 different listings");
}

#[tokio::test]
async fn an_empty_basket_leads_on() {
    let site = site().await;
    site.get("/basket").await.is(200).has(&["Your basket is empty.", r#"<a href="/" class="button">"#]);
    get(&site, "basket=junk.<script>").await.is(200).has(&["Your basket is empty."]).lacks(&["<script>"]);
}

#[tokio::test]
async fn the_basket_shows_each_listing_as_it_is_now_and_the_sum() {
    let site = site().await;
    let page = get_as_ada(&site, &both()).await;
    page.is(200).has(&[
        ">Hamlet</a></h2>",
        ">Faust</a></h2>",
        &format!(r#"data-listing="{OTHER}""#),
        // What the page's program reckons with when a price or a quantity changes.
        r#"<b data-price="4950 usd">$49.50</b>"#,
        r#"<strong data-total="">$99.00</strong>"#,
        r#"<span data-count="">3 tickets</span> <b data-sum="">$119.00</b>"#,
        "Reserve everything",
        "Update quantities",
    ]);
    page.lacks(&["Price changed", "You wanted"]);
    assert!(page.html.contains(r#"class="count">3<"#), "{}", page.html);
}

#[tokio::test]
async fn what_changed_meanwhile_is_called_out_and_what_is_gone_left_out() {
    let site = site().await;
    listing(&site, TICKET, ticket_with(json!({"available": 1, "price": 60})));
    let page = get_as_ada(&site, &both()).await;
    page.is(200).has(&["Price changed: it was $49.50", "You wanted 2, and 1 is left.", "$80.00"]);
    assert_eq!(page.hidden(&format!("price-{TICKET}")), "60");
    for (changes, words) in [
        (json!({"status": "sold", "available": 0}), "There are none left."),
        (json!({"status": "reserved", "available": 0}), "Reserved by somebody else just now."),
        (json!({"status": "withdrawn"}), "The seller has withdrawn it."),
        (json!({"userId": ADA}), "your own listing"),
        (json!({"startsAt": "2027-01-01T11:00:00Z"}), "The event has begun"),
    ] {
        listing(&site, TICKET, ticket_with(changes));
        let page = get_as_ada(&site, &both()).await;
        page.is(200).has(&[words, "$20.00", "Reserve what is there", "stays in your basket"]);
        page.lacks(&[&format!("quantity-{TICKET}")]);
    }
    site.stub.on(&format!("GET /api/tickets/{TICKET}"), Answer::refusal(404, "not_found", "…", &[]));
    get_as_ada(&site, &both()).await.is(200).has(&["This listing is no longer there.", "$20.00"]);
}

#[tokio::test]
async fn quantities_are_changed_and_lines_taken_out() {
    let site = site().await;
    let names = names();
    let page = post(&site, "/basket", &both(), &form(&names, KEY, ["1", "4"])).await;
    assert_eq!(page.location(), "/basket");
    assert_eq!(kept(&page), format!("basket={TICKET}-1-4950.{OTHER}-4-2000"));
    let page = post(&site, "/basket/remove", &both(), &[("ticket", TICKET)]).await;
    assert_eq!((page.location(), kept(&page)), ("/basket", format!("basket={OTHER}-1-2000")));
    let page = post(&site, "/basket/remove", &kept(&page), &[("ticket", OTHER)]).await;
    assert!(page.headers["set-cookie"].to_str().unwrap().starts_with("basket=; Path=/; Max-Age=0"));
    // A form of a basket that was emptied elsewhere fills it with nothing.
    let page = post(&site, "/basket", "", &form(&names, KEY, ["1", "1"])).await;
    assert_eq!(kept(&page), "basket=");
}

#[tokio::test]
async fn taking_a_line_out_keeps_what_was_chosen_for_the_others() {
    let site = site().await;
    let page = get_as_ada(&site, &both()).await;
    page.has(&[&format!(r#"formaction="/basket/remove" name="ticket" value="{OTHER}""#)]);
    let names = names();
    for (chosen, stays) in [(["4", "1"], 4), (["0", "1"], 2)] {
        let mut form = form(&names, KEY, chosen).to_vec();
        form.push(("ticket", OTHER));
        let page = post(&site, "/basket/remove", &both(), &form).await;
        assert_eq!((page.location(), kept(&page)), ("/basket", format!("basket={TICKET}-{stays}-4950")));
    }
}

#[tokio::test]
async fn a_bad_quantity_is_named_at_its_line() {
    let site = site().await;
    let names = names();
    for path in ["/basket", "/basket/reserve"] {
        let page = post(&site, path, &format!("{SESSION}; {}", both()), &form(&names, KEY, ["0", "4"])).await;
        page.is(400).field_error(&names[0], "Quantity must be a whole number from 1 to 100");
        // What was chosen for the others is not lost.
        page.has(&["You wanted 4, and 1 is left."]);
        page.has(&[&format!(r##"<a href="#field-{}">"##, names[0])]);
    }
    assert!(site.stub.seen("POST /api/orders").is_empty());
}

#[tokio::test]
async fn everything_becomes_one_order_and_leaves_the_basket() {
    let site = site().await;
    site.stub.on("POST /api/orders", Answer::json(201, order_with(json!({}))));
    let page = get_as_ada(&site, &both()).await;
    let (key, names) = (page.hidden("key").to_owned(), names());
    let cookie = format!("{SESSION}; {}", both());
    let page = post(&site, "/basket/reserve", &cookie, &form(&names, &key, ["2", "1"])).await;
    assert_eq!(page.location(), format!("/orders/{ORDER}"));
    assert_eq!(kept(&page), "basket=");
    let seen = site.stub.only("POST /api/orders");
    assert_eq!(
        seen.body,
        format!(
            r#"{{"items":[{{"ticketId":"{TICKET}","quantity":2}},{{"ticketId":"{OTHER}","quantity":1}}],"expectedTotal":119}}"#
        )
    );
    assert_eq!(seen.headers["idempotency-key"], key.as_str());
    // The same form once more, when the basket is empty already, asks for the very same.
    post(&site, "/basket/reserve", SESSION, &form(&names, &key, ["2", "1"])).await.location();
    let again = &site.stub.seen("POST /api/orders")[1];
    assert_eq!(
        (&again.body, &again.headers["idempotency-key"]),
        (&seen.body, &seen.headers["idempotency-key"])
    );
}

#[tokio::test]
async fn what_was_left_out_stays_in_the_basket() {
    let site = site().await;
    site.stub.on("POST /api/orders", Answer::json(201, order_with(json!({}))));
    let names = names();
    let sent = [("key", KEY), (names[2].as_str(), "1"), (names[3].as_str(), "20")];
    let page = post(&site, "/basket/reserve", &format!("{SESSION}; {}", both()), &sent).await;
    assert_eq!(kept(&page), format!("basket={TICKET}-2-4950"));
}

#[tokio::test]
async fn a_refusal_is_explained_beside_the_lines_and_nothing_is_lost() {
    let site = site().await;
    listing(&site, TICKET, ticket_with(json!({"status": "sold", "available": 0})));
    let (cookie, names) = (format!("{SESSION}; {}", both()), names());
    site.stub.on("POST /api/orders", Answer::refusal(409, "ticket_unavailable", "…", &[("ticketId", "…")]));
    let page = post(&site, "/basket/reserve", &cookie, &form(&names, KEY, ["1", "1"])).await;
    page.is(409).has(&["Somebody was faster", r#"role="alert""#, "There are none left.", "$20.00"]);
    assert_ne!(page.hidden("key"), KEY);
    assert_eq!(kept(&page), format!("basket={TICKET}-1-4950.{OTHER}-1-2000"));
    site.stub.on("POST /api/orders", Answer::refusal(503, "timeout", "…", &[]));
    let page = post(&site, "/basket/reserve", &cookie, &form(&names, KEY, ["1", "1"])).await;
    assert_eq!(page.is(503).hidden("key"), KEY);
    page.has(&["may have worked all the same"]);
}

#[tokio::test]
async fn without_a_session_reserving_leads_through_sign_in_and_back() {
    let site = site().await;
    get(&site, &both())
        .await
        .is(200)
        .has(&[r#"<button class="big full">Sign in to reserve</button>"#])
        .lacks(&["Reserve everything"]);
    let names = names();
    let form = form(&names, KEY, ["1", "1"]);
    let page = post(&site, "/basket/reserve", &both(), &form).await;
    assert_eq!(page.location(), "/signin?next=%2Fbasket");
    assert_eq!(kept(&page), format!("basket={TICKET}-1-4950.{OTHER}-1-2000"));
    assert!(site.stub.seen("POST /api/orders").is_empty(), "without a session the answer is known");
    // One that is over only the service knows of.
    site.stub.on("POST /api/orders", Answer::refusal(401, "not_signed_in", "Not authorized", &[]));
    let page = post(&site, "/basket/reserve", &format!("{SESSION}; {}", both()), &form).await;
    assert_eq!(page.location(), "/signin?next=%2Fbasket");
    assert_eq!(kept(&page), format!("basket={TICKET}-1-4950.{OTHER}-1-2000"));
}

#[tokio::test]
async fn the_listing_says_how_many_of_it_are_in_the_basket() {
    let site = site().await;
    let page = site.send(Method::GET, &format!("/tickets/{TICKET}"), &[("cookie", &both())], &[]).await;
    page.is(200).has(&["2 of these are in your basket."]);
}
