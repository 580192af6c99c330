//! Paying for an order.

use serde_json::json;

use crate::{
    site::{ORDER, PAYMENT, Page, Site, order_with, payment},
    stub::Answer,
};

async fn site_with(answer: Answer) -> Site {
    let site = Site::start().await;
    site.stub
        .on(&format!("GET /api/orders/{ORDER}"), Answer::json(200, order_with(json!({}))))
        .on("POST /api/payments", answer);
    site
}

async fn pay(site: &Site, card: &str) -> Page {
    site.post_as_ada(&format!("/orders/{ORDER}/pay"), &[("card", card)]).await
}

#[tokio::test]
async fn an_accepted_card_leads_to_the_order_with_its_payment() {
    let site = site_with(Answer::json(201, payment("authorized"))).await;
    let path = format!("/orders/{ORDER}?payment={PAYMENT}");
    assert_eq!(pay(&site, "tok_visa").await.location(), path);
    let body = site.stub.only("POST /api/payments").body;
    assert_eq!(body, format!(r#"{{"orderId":"{ORDER}","token":"tok_visa"}}"#));
    // The order has not heard of the payment yet, and must not ask for another one.
    site.stub.on(&format!("GET /api/payments/{PAYMENT}"), Answer::json(200, payment("authorized")));
    site.get_as_ada(&path).await.is(200).has(&["Your payment is under way"]).lacks(&["Pay $49.50"]);
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
async fn a_bank_that_wants_the_buyer_gets_a_button() {
    let site = site_with(Answer::json(202, payment("requires_action"))).await;
    let path = pay(&site, "pm_card_authenticationRequired").await.location().to_owned();
    let body = site.stub.only("POST /api/payments").body;
    assert_eq!(
        body,
        format!(r#"{{"orderId":"{ORDER}","paymentMethodId":"pm_card_authenticationRequired"}}"#)
    );
    site.stub.on(&format!("GET /api/payments/{PAYMENT}"), Answer::json(200, payment("requires_action")));
    let confirm = format!("/orders/{ORDER}/payments/{PAYMENT}/confirm");
    let page = site.get_as_ada(&path).await;
    page.is(200).has(&["Your bank wants you to confirm", "Confirm $49.50", &confirm]);
    page.lacks(&["Pay $49.50"]);

    let route = format!("POST /api/payments/{PAYMENT}/confirm");
    site.stub.on(&route, Answer::json(200, payment("authorized")));
    assert_eq!(site.post_as_ada(&confirm, &[]).await.location(), path);
    site.stub.on(&route, Answer::refusal(402, "card_declined", "No.", &[]));
    site.post_as_ada(&confirm, &[]).await.is(402).has(&["The payment was declined: No."]);
    site.post_as_ada(&format!("/orders/{ORDER}/payments/x/confirm"), &[]).await.is(404);
}

#[tokio::test]
async fn a_payment_still_being_processed_is_waited_for() {
    let site = site_with(Answer::json(202, payment("processing"))).await;
    let path = pay(&site, "tok_timeoutThenSucceeded").await.location().to_owned();
    site.stub.on(&format!("GET /api/payments/{PAYMENT}"), Answer::json(200, payment("processing")));
    site.get_as_ada(&path).await.is(200).has(&["Your payment is being processed.", "Refresh"]);
}

#[tokio::test]
async fn money_that_came_too_late_is_accounted_for() {
    let site = site_with(Answer::json(201, payment("authorized"))).await;
    let over = order_with(json!({"status": "cancelled", "cancelReason": "expired"}));
    site.stub
        .on(&format!("GET /api/orders/{ORDER}"), Answer::json(200, over))
        .on(&format!("GET /api/payments/{PAYMENT}"), Answer::json(200, payment("voided")));
    let page = site.get_as_ada(&format!("/orders/{ORDER}?payment={PAYMENT}")).await;
    page.is(200).has(&["lapsed before it was paid", "came too late and was given back"]);
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
        pay(&site, "tok_visa").await.is(409).has(&[words, "Your order"]);
    }
}

#[tokio::test]
async fn only_cards_on_offer_are_sent() {
    let site = site_with(Answer::json(201, payment("authorized"))).await;
    for card in ["", "tok_nonsense"] {
        pay(&site, card).await.is(400).has(&["Choose a card", r#"id="error-card""#]);
    }
    assert!(site.stub.seen("POST /api/payments").is_empty());
}

#[tokio::test]
async fn paying_without_a_session_leads_through_sign_in_to_the_order() {
    let site = site_with(Answer::refusal(401, "not_signed_in", "Not authorized", &[])).await;
    let page = site.post(&format!("/orders/{ORDER}/pay"), &[("card", "tok_visa")]).await;
    assert_eq!(page.location(), format!("/signin?next=%2Forders%2F{ORDER}"));
}
