//! Selling, editing, withdrawing, one's own listings.

use serde_json::json;

use crate::{
    site::{ADA, Site, TICKET, ticket, ticket_with},
    stub::Answer,
};

const FORM: [(&str, &str); 8] = [
    ("title", "Hamlet"),
    ("price", "49.50"),
    ("description", "Row 3\r\nAisle"),
    ("category", "Theatre"),
    ("venue", ""),
    ("city", "London"),
    ("startsAt", "2027-06-30T20:00"),
    ("quantity", "2"),
];

fn form_with(name: &str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    FORM.map(|(field, typed)| (field, if field == name { value } else { typed })).to_vec()
}

#[tokio::test]
async fn a_listing_is_sent_exactly_as_typed() {
    let site = Site::start().await;
    site.stub.on("POST /api/tickets", Answer::json(201, ticket()).with("set-cookie", "wrote=1; Max-Age=2"));
    site.get_as_ada("/sell").await.is(200).has(&["Starts at (UTC)", r#"maxlength="140""#]);
    let page = site.post_as_ada("/sell", &FORM).await;
    assert_eq!(page.location(), format!("/tickets/{TICKET}"));
    assert_eq!(page.headers["set-cookie"], "wrote=1; Max-Age=2");
    let seen = site.stub.only("POST /api/tickets");
    assert_eq!(
        seen.body,
        r#"{"title":"Hamlet","price":49.5,"description":"Row 3\nAisle","category":"Theatre","city":"London","startsAt":"2027-06-30T20:00:00Z","quantity":2}"#
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
        r#"aria-describedby="error-price hint-price""#,
    ]);
    assert!(site.stub.seen("POST /api/tickets").is_empty());
}

#[tokio::test]
async fn the_services_refusals_stand_beside_their_fields() {
    let site = Site::start().await;
    let rule = "StartsAt must be in the future";
    let refusal = Answer::refusal(400, "invalid_input", rule, &[("startsAt", rule)]);
    site.stub.on("POST /api/tickets", refusal);
    site.post_as_ada("/sell", &FORM).await.is(400).field_error("startsAt", rule).has(&[r#"value="Hamlet""#]);
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_does_not_cost_what_was_typed() {
    let site = Site::start().await;
    site.stub.on("POST /api/tickets", Answer::refusal(401, "not_signed_in", "Not authorized", &[]));
    let page = site.post("/sell", &FORM).await;
    page.is(401).has(&["You are not signed in.", r#"value="Hamlet""#, r#"<a href="/signin">sign in</a>"#]);
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
        ">\nRow 3</textarea>",
    ]);
    let page = site.post_as_ada(&path, &FORM).await;
    assert_eq!(page.location(), format!("/tickets/{TICKET}"));
    assert!(site.stub.only(&route).body.starts_with(r#"{"title":"Hamlet","price":49.5,"#));
}

#[tokio::test]
async fn a_reserved_listing_is_not_edited_and_the_seller_is_told_what_to_do() {
    let site = Site::start().await;
    let refusal = Answer::refusal(409, "ticket_reserved", "Cannot edit a reserved ticket", &[]);
    site.stub.on(&format!("PUT /api/tickets/{TICKET}"), refusal);
    let page = site.post_as_ada(&format!("/tickets/{TICKET}/edit"), &FORM).await;
    page.is(409).has(&["Cannot edit a reserved ticket", "Wait until", r#"value="Hamlet""#]);
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
    assert_eq!(site.post_as_ada(&path, &[]).await.location(), "/me/tickets");
    site.stub.only(&route);

    let refusal = Answer::refusal(409, "ticket_reserved", "Cannot withdraw a reserved ticket", &[]);
    site.stub.on(&route, refusal);
    site.post_as_ada(&path, &[]).await.is(409).has(&["Cannot withdraw a reserved ticket", "Wait until"]);

    site.stub.on(&route, Answer::refusal(401, "not_signed_in", "Not authorized", &[]));
    assert_eq!(site.post(&path, &[]).await.location(), format!("/signin?next=%2Ftickets%2F{TICKET}"));
}

#[tokio::test]
async fn ones_own_listings_can_be_changed_from_the_list() {
    let site = Site::start().await;
    let withdrawn =
        ticket_with(json!({"id": "6b49d20001020304050607c2", "status": "withdrawn", "available": 0}));
    let link = r#"</api/tickets/mine?cursor=n>; rel="next""#;
    site.stub.on("GET /api/tickets/mine", Answer::json(200, json!([ticket(), withdrawn])).with("link", link));
    let page = site.get_as_ada("/me/tickets").await;
    page.is(200).has(&[
        &format!("/tickets/{TICKET}/edit"),
        "2 listed, 2 available",
        "Withdrawn",
        "/me/tickets?cursor=n",
    ]);
    page.lacks(&["/tickets/6b49d20001020304050607c2/edit"]);
    site.stub.on("GET /api/tickets/mine", Answer::json(200, json!([])));
    site.get_as_ada("/me/tickets").await.is(200).has(&["You have nothing listed."]);
}
