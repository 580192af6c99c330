//! Paying for an order.

use serde_json::{Value, json};

use crate::{
    site::{ORDER, PAYMENT, Page, Site, TICKET, order_with, payment},
    stub::Answer,
};

/// Of the order that Ada pays.
const PAYMENTS: &str = "GET /api/payments";

fn path() -> String {
    format!("/orders/{ORDER}")
}

async fn site_with(answer: Answer) -> Site {
    let site = Site::start().await;
    site.stub
        .on(&format!("GET /api/orders/{ORDER}"), Answer::json(200, order_with(json!({}))))
        .on(PAYMENTS, Answer::json(200, json!([])))
        .on("POST /api/payments", answer);
    site
}

async fn pay(site: &Site, card: &str) -> Page {
    site.post_as_ada(&format!("/orders/{ORDER}/pay"), &[("card", card)]).await
}

/// The order's page, once these payments have been made.
async fn after(site: &Site, payments: Value) -> Page {
    site.stub.on(PAYMENTS, Answer::json(200, payments));
    site.get_as_ada(&path()).await
}

#[tokio::test]
async fn an_accepted_card_leads_to_the_order_with_its_payment() {
    let site = site_with(Answer::json(201, payment("authorized"))).await;
    assert_eq!(pay(&site, "tok_visa").await.location(), path());
    let body = site.stub.only("POST /api/payments").body;
    assert_eq!(body, format!(r#"{{"orderId":"{ORDER}","token":"tok_visa"}}"#));
    // The order has not heard of the payment yet, and must not ask for another one.
    let page = after(&site, json!([payment("authorized")])).await;
    page.is(200).has(&["Your payment is under way", "set aside on your card", "data-waiting"]);
    page.has(&[r#"<li aria-current="step" class="now"><p>Payment authorised"#]);
    page.lacks(&["Pay $49.50", "/pay\"", "/cancel\""]);
}

#[tokio::test]
async fn a_decline_gives_the_reason_and_another_try() {
    let site =
        site_with(Answer::refusal(402, "card_declined", "Your card has insufficient funds.", &[])).await;
    let page = pay(&site, "tok_chargeDeclinedInsufficientFunds").await;
    page.is(402).has(&[
        "The payment was declined: Your card has insufficient funds.",
        "Try another card",
        r#"value="tok_chargeDeclinedInsufficientFunds" checked"#,
        "Pay $49.50",
    ]);
}

#[tokio::test]
async fn attempts_are_part_of_the_orders_story() {
    let site = site_with(Answer::empty(500)).await;
    let (mut first, mut second) = (payment("failed"), payment("failed"));
    (first["reason"], second["reason"]) = (json!("Too little money."), json!("Expired."));
    second["id"] = json!("6b49d20101020304050607e2");
    let page = after(&site, json!([second, first])).await;
    page.is(200)
        .has(&[r#"<li class="failed"><p>Card declined</p><q lang="en">Expired.</q> <time"#, "Pay $49.50"]);
    // Oldest first, as they happened.
    let at = |text| page.html.find(text).unwrap();
    assert!(at("Reserved for you</p>") < at("Too little money."), "{}", page.html);
    assert!(at("Too little money.") < at("Expired."), "{}", page.html);
    assert!(at("Expired.") < at("Pay by 12:15:00 UTC"), "{}", page.html);
}

#[tokio::test]
async fn a_bank_that_wants_the_buyer_gets_a_button() {
    let site = site_with(Answer::json(202, payment("requires_action"))).await;
    assert_eq!(pay(&site, "pm_card_authenticationRequired").await.location(), path());
    let body = site.stub.only("POST /api/payments").body;
    assert_eq!(
        body,
        format!(r#"{{"orderId":"{ORDER}","paymentMethodId":"pm_card_authenticationRequired"}}"#)
    );
    let confirm = format!("/orders/{ORDER}/payments/{PAYMENT}/confirm");
    let page = after(&site, json!([payment("requires_action")])).await;
    page.is(200).has(&["Your bank wants you to confirm", "Confirm $49.50", &confirm, "15 minutes left"]);
    // Who cannot confirm can pay with another card.
    page.has(&["Use another card", "Pay $49.50", &format!(r#"action="/orders/{ORDER}/pay""#)]);

    let route = format!("POST /api/payments/{PAYMENT}/confirm");
    site.stub.on(&route, Answer::json(200, payment("authorized")));
    assert_eq!(site.post_as_ada(&confirm, &[]).await.location(), path());
    site.stub.on(&route, Answer::refusal(402, "card_declined", "No.", &[]));
    site.post_as_ada(&confirm, &[]).await.is(402).has(&["The payment was declined: No."]);
    site.post_as_ada(&format!("/orders/{ORDER}/payments/x/confirm"), &[]).await.is(404);
}

#[tokio::test]
async fn a_payment_still_being_processed_is_waited_for() {
    let site = site_with(Answer::json(202, payment("processing"))).await;
    assert_eq!(pay(&site, "tok_timeoutThenSucceeded").await.location(), path());
    let page = after(&site, json!([payment("processing")])).await;
    page.is(200).has(&["has not answered yet", "Refresh to see how it went"]).lacks(&["Pay $49.50"]);
}

#[tokio::test]
async fn money_that_came_too_late_is_accounted_for() {
    let over = order_with(json!({"status": "cancelled", "cancelReason": "expired"}));
    for (status, words) in [
        ("voided", "came too late and was given back"),
        ("refunded", "refunded in full"),
        ("captured", "a refund of the full amount is under way"),
        ("authorized", "is being released"),
        ("processing", "has not answered yet"),
        ("failed", "You were not charged."),
    ] {
        let site = site_with(Answer::empty(500)).await;
        site.stub.on(&format!("GET /api/orders/{ORDER}"), Answer::json(200, over.clone()));
        let page = after(&site, json!([payment(status)])).await;
        page.is(200).has(&["lapsed before it was paid", words]);
    }
}

#[tokio::test]
async fn nothing_is_said_of_money_that_nothing_is_known_of() {
    let over = order_with(json!({"status": "cancelled", "cancelReason": "expired"}));
    let site = Site::without(&["PAYMENTS_URL"]).await;
    site.stub.on(&format!("GET /api/orders/{ORDER}"), Answer::json(200, over));
    let page = site.get_as_ada(&path()).await;
    page.is(200).has(&["cannot be shown right now"]).lacks(&["You were not charged"]);
}

#[tokio::test]
async fn conflicts_say_what_to_do_next() {
    for (code, words) in [
        ("order_expired", "You were not charged."),
        ("already_paid", "no need to pay again"),
        ("order_not_open", "This order has moved on."),
        ("conflict", "Please try again."),
    ] {
        let site = site_with(Answer::refusal(409, code, "…", &[])).await;
        pay(&site, "tok_visa").await.is(409).has(&[words, "Your order is reserved"]);
    }
}

#[tokio::test]
async fn only_cards_on_offer_are_sent() {
    let site = site_with(Answer::json(201, payment("authorized"))).await;
    for card in ["", "tok_nonsense"] {
        let page = pay(&site, card).await;
        page.is(400).field_error("card", "Choose a card").has(&[
            // What is wrong leads to where it is put right.
            r##"href="#field-card""##,
            r#"id="field-card" type="radio""#,
        ]);
    }
    assert!(site.stub.seen("POST /api/payments").is_empty());
}

#[tokio::test]
async fn paying_without_a_session_leads_through_sign_in_to_the_order() {
    let site = site_with(Answer::refusal(401, "not_signed_in", "Not authorized", &[])).await;
    let page = site.post(&format!("/orders/{ORDER}/pay"), &[("card", "tok_visa")]).await;
    assert_eq!(page.location(), format!("/signin?next=%2Forders%2F{ORDER}"));
}

#[tokio::test]
async fn what_may_have_been_done_is_said_even_without_the_orders_page() {
    let lost = || Answer::refusal(503, "timeout", "Too slow", &[]);
    let site = Site::start().await;
    site.stub
        .on("POST /api/payments", lost())
        .on(&format!("DELETE /api/orders/{ORDER}"), lost())
        .on("POST /api/orders", lost())
        .on(&format!("GET /api/orders/{ORDER}"), lost())
        .on(&format!("GET /api/tickets/{TICKET}"), lost());
    let form = [("quantity", "1"), ("price", "49.5"), ("key", "k")];
    for page in [
        pay(&site, "tok_visa").await,
        site.post_as_ada(&format!("/orders/{ORDER}/cancel"), &[]).await,
        site.post_as_ada(&format!("/tickets/{TICKET}/reserve"), &form).await,
    ] {
        page.is(503).has(&["may have been done all the same"]);
    }
}
