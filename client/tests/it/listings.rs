//! Selling, editing, withdrawing, one's own listings.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    site::{ADA, SESSION, Site, TICKET, ticket, ticket_with},
    stub::Answer,
};

const FORM: [(&str, &str); 9] = [
    ("title", "Hamlet"),
    ("price", "49.50"),
    ("description", "Row 3\r\nAisle"),
    ("category", "Theatre"),
    ("venue", ""),
    ("city", "London"),
    ("startsAt", "2027-06-30T20:00"),
    ("timeZone", "Europe/London"),
    ("quantity", "2"),
];

fn form_with(name: &str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    FORM.map(|(field, typed)| (field, if field == name { value } else { typed })).to_vec()
}

#[tokio::test]
async fn a_listing_is_sent_exactly_as_typed() {
    let site = Site::start().await;
    site.stub.on("POST /api/tickets", Answer::json(201, ticket()).with("set-cookie", "wrote=1; Max-Age=2"));
    site.get_as_ada("/sell").await.is(200).has(&[
        r#"data-form="listing""#,
        r#"maxlength="140""#,
        r#"<option value="UTC" selected>UTC</option>"#,
        r#"<optgroup label="Europe">"#,
        r#"<option value="America/New_York">New York</option>"#,
    ]);
    let page = site.post_as_ada("/sell", &FORM).await;
    assert_eq!(page.location(), format!("/tickets/{TICKET}"));
    assert_eq!(page.headers["set-cookie"], "wrote=1; Max-Age=2");
    let seen = site.stub.only("POST /api/tickets");
    assert_eq!(
        seen.body,
        r#"{"title":"Hamlet","price":49.5,"description":"Row 3\nAisle","category":"Theatre","city":"London","startsAt":"2027-06-30T19:00:00Z","timeZone":"Europe/London","quantity":2}"#
    );
    assert_eq!(seen.headers["cookie"], "session=t.o.k");
}

#[tokio::test]
async fn bad_fields_are_named_and_nothing_is_sent_or_lost() {
    let site = Site::start().await;
    let mut form = form_with("price", "10.999");
    form[0].1 = "";
    let page = site.post_as_ada("/sell", &form).await;
    page.is(400)
        .field_error("title", "Title is required")
        .field_error("price", "Price must have at most two decimals");
    page.has(&[
        r#"value="10.999""#,
        ">\nRow 3\r\nAisle</textarea>",
        r#"value="2027-06-30T20:00""#,
        r#"<option value="Europe/London" selected>London</option>"#,
        r#"aria-describedby="error-price hint-price""#,
        "<title>Please check: Sell tickets",
    ]);
    assert!(site.stub.seen("POST /api/tickets").is_empty());
}

#[tokio::test]
async fn the_services_refusals_stand_beside_their_fields() {
    let site = Site::start().await;
    let rule = "StartsAt must be in the future";
    let refusal = Answer::refusal(400, "invalid_input", rule, &[("startsAt", rule)]);
    site.stub.on("POST /api/tickets", refusal);
    let page = site.post_as_ada("/sell", &FORM).await;
    page.is(400).field_error("startsAt", "The start must be in the future").has(&[r#"value="Hamlet""#]);
    let german = [("cookie", "session=t.o.k; language=de"), ("sec-fetch-site", "same-origin")];
    let page = site.send(Method::POST, "/sell", &german, &FORM).await;
    page.has(&["Der Beginn muss in der Zukunft liegen", "<title>Bitte prüfen: Karten verkaufen"]);
    page.lacks(&[rule]);
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_does_not_cost_what_was_typed() {
    let site = Site::start().await;
    site.stub.on("POST /api/tickets", Answer::refusal(401, "not_signed_in", "Not authorized", &[]));
    let page = site.post("/sell", &FORM).await;
    page.is(401).has(&[
        "You are not signed in.",
        r#"value="Hamlet""#,
        r#"<a href="/signin?next=%2Fsell" target="_blank">"#,
    ]);
}

#[tokio::test]
async fn a_lost_answer_is_not_called_a_failure() {
    let site = Site::start().await;
    site.stub.on("POST /api/tickets", Answer::refusal(503, "timeout", "Too slow", &[]));
    let page = site.post_as_ada("/sell", &FORM).await;
    page.is(503).has(&["may have worked all the same", r#"<a href="/me/tickets">"#, r#"value="Hamlet""#]);
}

#[tokio::test]
async fn editing_starts_from_what_is_there() {
    let site = Site::start().await;
    let route = format!("PUT /api/tickets/{TICKET}");
    site.stub
        .on(&format!("GET /api/tickets/{TICKET}"), Answer::json(200, ticket_with(json!({"userId": ADA}))))
        .on(&route, Answer::json(200, ticket()));
    let path = format!("/tickets/{TICKET}/edit");
    site.get_as_ada(&path).await.is(200).has(&[
        r#"value="Hamlet""#,
        r#"value="49.5""#,
        r#"value="2027-06-30T20:00""#,
        r#"<option value="UTC" selected>"#,
        ">\nRow 3</textarea>",
    ]);
    let page = site.post_as_ada(&path, &FORM).await;
    assert_eq!(page.location(), format!("/tickets/{TICKET}"));
    assert!(site.stub.only(&route).body.starts_with(r#"{"title":"Hamlet","price":49.5,"#));
}

#[tokio::test]
async fn a_category_is_shown_and_typed_in_the_sellers_language_and_kept_in_one() {
    let site = Site::start().await;
    let own = ticket_with(json!({"userId": ADA, "category": "Concert"}));
    site.stub
        .on("POST /api/tickets", Answer::json(201, ticket()))
        .on(&format!("GET /api/tickets/{TICKET}"), Answer::json(200, own));
    let german = [("cookie", SESSION), ("sec-fetch-site", "same-origin"), ("accept-language", "de")];
    site.send(Method::GET, "/sell", &german, &[]).await.has(&[r#"<option value="Konzert">"#]);
    let path = format!("/tickets/{TICKET}/edit");
    site.send(Method::GET, &path, &german, &[]).await.has(&[r#"value="Konzert""#]);
    site.get_as_ada(&path).await.has(&[r#"value="Concert""#]);
    for (typed, kept) in [("Konzert", "Concert"), ("konzert ", "Concert"), ("Poetry-Slam", "Poetry-Slam")] {
        site.send(Method::POST, "/sell", &german, &form_with("category", typed)).await.location();
        let seen = site.stub.seen("POST /api/tickets").pop().unwrap();
        assert!(seen.body.contains(&format!(r#""category":"{kept}""#)), "{typed}: {}", seen.body);
    }
}

#[tokio::test]
async fn a_reserved_listing_is_not_edited_and_the_seller_is_told_what_to_do() {
    let site = Site::start().await;
    let refusal = Answer::refusal(409, "ticket_reserved", "Cannot edit a reserved ticket", &[]);
    site.stub.on(&format!("PUT /api/tickets/{TICKET}"), refusal);
    let page = site.post_as_ada(&format!("/tickets/{TICKET}/edit"), &FORM).await;
    page.is(409).has(&["A buyer is holding some of these tickets", "Wait until", r#"value="Hamlet""#]);
}

#[tokio::test]
async fn only_the_seller_gets_the_forms() {
    let site = Site::start().await;
    site.stub.on(&format!("GET /api/tickets/{TICKET}"), Answer::json(200, ticket()));
    for form in ["edit", "withdraw"] {
        let path = format!("/tickets/{TICKET}/{form}");
        site.get_as_ada(&path).await.is(403).has(&["Only its seller"]);
        assert_eq!(site.get(&path).await.location(), format!("/signin?next=%2Ftickets%2F{TICKET}%2F{form}"));
    }
}

#[tokio::test]
async fn withdrawing_asks_first() {
    let site = Site::start().await;
    let route = format!("DELETE /api/tickets/{TICKET}");
    let own = ticket_with(json!({"userId": ADA}));
    site.stub
        .on(&format!("GET /api/tickets/{TICKET}"), Answer::json(200, own))
        .on(&route, Answer::empty(204));
    let path = format!("/tickets/{TICKET}/withdraw");
    site.get_as_ada(&path).await.is(200).has(&["Hamlet", "Keep it on sale"]);
    assert!(site.stub.seen(&route).is_empty());
    let page = site.post_as_ada(&path, &[]).await;
    assert_eq!(page.location(), "/me/tickets");
    site.stub.only(&route);
    site.stub.on("GET /api/tickets/mine", Answer::json(200, json!([])));
    let notice = page.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let cookies = format!("{SESSION}; {notice}");
    let page = site.send(Method::GET, "/me/tickets", &[("cookie", &cookies)], &[]).await;
    page.is(200).has(&["The listing is withdrawn."]);

    let refusal = Answer::refusal(409, "ticket_reserved", "Cannot withdraw a reserved ticket", &[]);
    site.stub.on(&route, refusal);
    site.post_as_ada(&path, &[]).await.is(409).has(&["A buyer is holding some", "Wait until"]);

    site.stub.on(&route, Answer::refusal(401, "not_signed_in", "Not authorized", &[]));
    assert_eq!(site.post(&path, &[]).await.location(), format!("/signin?next=%2Ftickets%2F{TICKET}"));
}

/// A listing as its seller gets it.
fn own(changes: Value) -> Value {
    let mut own = ticket_with(json!({"userId": ADA, "held": 0, "sold": 0, "takings": 0}));
    own.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    own
}

#[tokio::test]
async fn ones_own_listings_say_what_became_of_them_and_can_be_changed() {
    let site = Site::start().await;
    let busy = own(json!({
        "quantity": 9, "available": 3, "held": 2, "sold": 4, "takings": 198.2, "timeZone": "Europe/London",
    }));
    let withdrawn = own(json!({
        "id": "6b49d20001020304050607c2", "status": "withdrawn", "available": 0, "sold": 1, "takings": 49.5,
    }));
    site.stub.on("GET /api/tickets/mine", Answer::json(200, json!([busy, withdrawn])));
    let page = site.get_as_ada("/me/tickets").await;
    page.is(200).has(&[
        &format!("/tickets/{TICKET}/edit"),
        "<dt>Listings on sale</dt><dd>1</dd>",
        "<dt>Tickets sold</dt><dd>5</dd>",
        "<dt>Takings</dt><dd>$247.70</dd>",
        "<dt>Sold</dt><dd>4</dd>",
        "<dt>Reserved</dt><dd>2</dd>",
        "<dt>Left</dt><dd>3</dd>",
        "<dd>$198.20</dd>",
        "Wed, 30 Jun 2027, 21:00 BST",
        "Globe, London",
        "Withdrawn",
    ]);
    page.lacks(&["/tickets/6b49d20001020304050607c2/edit", "on this page"]);
}

#[tokio::test]
async fn figures_of_a_part_are_not_passed_off_as_all() {
    let site = Site::start().await;
    let link = r#"</api/tickets/mine?cursor=n>; rel="next""#;
    let first = Answer::json(200, json!([own(json!({}))])).with("link", link);
    site.stub.on("GET /api/tickets/mine", first);
    let page = site.get_as_ada("/me/tickets").await;
    page.is(200).has(&["/me/tickets?cursor=n", "These figures count the listings on this page."]);
    site.stub.on("GET /api/tickets/mine", Answer::json(200, json!([])));
    site.get_as_ada("/me/tickets").await.is(200).has(&["Nothing listed yet", r#"href="/sell""#]);
    site.get_as_ada("/me/tickets?cursor=n").await.is(200).lacks(&["Nothing listed yet"]);
}

#[tokio::test]
async fn a_form_sent_twice_lists_once() {
    let site = Site::start().await;
    site.stub.on("POST /api/tickets", Answer::json(201, ticket()));
    let key = site.get_as_ada("/sell").await.is(200).hidden("key").to_owned();
    let mut form = FORM.to_vec();
    form.push(("key", &key));
    assert_eq!(site.post_as_ada("/sell", &form).await.location(), format!("/tickets/{TICKET}"));
    assert_eq!(site.post_as_ada("/sell", &form).await.location(), format!("/tickets/{TICKET}"));
    let keys: Vec<_> = site
        .stub
        .seen("POST /api/tickets")
        .iter()
        .map(|seen| seen.headers["idempotency-key"].to_str().unwrap().to_owned())
        .collect();
    assert_eq!(keys, [key.clone(), key.clone()]);

    // No answer: the next attempt has to be the same. A no: it is a new one. Not sent at all: the same.
    for (answer, same) in [
        (Answer::refusal(503, "timeout", "Too slow", &[]), true),
        (Answer::refusal(409, "idempotency_key_reused", "Reused", &[]), false),
    ] {
        site.stub.on("POST /api/tickets", answer);
        let page = site.post_as_ada("/sell", &form).await;
        assert_eq!(page.hidden("key") == key, same, "{}", page.html);
    }
    form[0].1 = "";
    assert_eq!(site.post_as_ada("/sell", &form).await.is(400).hidden("key"), key);
}

#[tokio::test]
async fn a_listing_that_was_made_by_the_same_form_is_pointed_to() {
    let site = Site::start().await;
    site.stub.on("POST /api/tickets", Answer::refusal(409, "idempotency_key_reused", "Reused", &[]));
    let page = site.post_as_ada("/sell", &FORM).await;
    page.is(409).has(&["what it said then is on sale", r#"<a href="/me/tickets">"#, r#"value="Hamlet""#]);
}

#[tokio::test]
async fn a_withdrawal_whose_answer_was_lost_is_not_called_a_failure() {
    let site = Site::start().await;
    let lost = || Answer::refusal(503, "timeout", "Too slow", &[]);
    site.stub
        .on(&format!("DELETE /api/tickets/{TICKET}"), lost())
        .on(&format!("GET /api/tickets/{TICKET}"), lost());
    let page = site.post_as_ada(&format!("/tickets/{TICKET}/withdraw"), &[]).await;
    page.is(503).has(&["may have been done all the same"]);
}
