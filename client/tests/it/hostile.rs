//! Texts that try to become markup, in every place a text can come from.

use reqwest::Method;
use serde_json::json;

use crate::{
    site::{ADA, ORDER, PAYMENT, Page, Site, TICKET, order_with, payment, ticket_with},
    stub::Answer,
};

/// Leaves an element, an attribute in either quotes, a text area, a title and a comment, if anything lets it.
const HOSTILE: &str =
    r#""'></textarea></title></style><!--><script>alert(1)</script><img src=x onerror=alert(2)>&lt;"#;

/// What must not be on any page, however the rest was escaped.
#[track_caller]
fn harmless(page: &Page) {
    // The only script is the one that carries the mark of this very response.
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    let own = format!(r#"<script type="module" nonce="{nonce}">"#);
    assert_eq!(
        (page.html.matches("<script").count(), page.html.matches(&own).count()),
        (1, 1),
        "{}",
        page.html
    );
    page.lacks(&["<img", "<!-->", "</style>", "\"'>"]);
    assert_eq!(page.html.matches("</title>").count(), 1, "{}", page.html);
    assert_eq!(page.html.matches("<textarea").count(), page.html.matches("</textarea>").count());
}

/// It is there, as text: the test would prove little if it were missing.
#[track_caller]
fn shown(page: &Page) {
    page.has(&["&lt;script&gt;alert(1)&lt;/script&gt;"]);
}

fn hostile_ticket(owner: &str) -> serde_json::Value {
    ticket_with(json!({
        "title": format!("T{HOSTILE}").chars().take(140).collect::<String>(),
        "description": HOSTILE, "category": HOSTILE.chars().take(60).collect::<String>(), "venue": HOSTILE,
        "city": HOSTILE.chars().take(80).collect::<String>(), "userId": owner, "currency": HOSTILE,
    }))
}

#[tokio::test]
async fn listings() {
    let site = Site::start().await;
    let listing = hostile_ticket(ADA);
    let mut own = listing.clone();
    (own["held"], own["sold"], own["takings"]) = (json!(1), json!(1), json!(49.5));
    site.stub
        .on("GET /api/tickets", Answer::json(200, json!([listing])))
        .on("GET /api/tickets/mine", Answer::json(200, json!([own])))
        .on(&format!("GET /api/tickets/{TICKET}"), Answer::json(200, listing));
    for path in [
        "/".to_owned(),
        "/me/tickets".to_owned(),
        format!("/tickets/{TICKET}"),
        format!("/tickets/{TICKET}/edit"),
        format!("/tickets/{TICKET}/withdraw"),
    ] {
        let page = site.get_as_ada(&path).await;
        harmless(page.is(200));
        shown(&page);
    }
    // In somebody else's basket, with a price that is not the one it was put in at.
    let basket = format!("basket={TICKET}-1-4950");
    let page = site.send(Method::GET, "/basket", &[("cookie", &basket)], &[]).await;
    harmless(page.is(200));
    shown(&page);
}

#[tokio::test]
async fn a_hostile_basket() {
    let site = Site::start().await;
    let cookie = r#"basket="'><script>alert(1)</script>.6b49d20001020304050607c1-<img>-1"#;
    harmless(site.send(Method::GET, "/basket", &[("cookie", cookie)], &[]).await.is(200));
    let name = format!("quantity-{TICKET}");
    let names = [("key", HOSTILE), (name.as_str(), HOSTILE), (HOSTILE, HOSTILE), ("ticket", HOSTILE)];
    for path in ["/basket", "/basket/reserve", &format!("/tickets/{TICKET}/basket")] {
        let page = site.post(path, &names).await;
        assert!(!page.html.contains("<img"), "{}", page.html);
    }
    assert_eq!(site.post("/basket/remove", &names).await.location(), "/basket");
}

#[tokio::test]
async fn orders_and_payments() {
    let site = Site::start().await;
    let ticket = json!({"id": TICKET, "title": HOSTILE, "price": 1, "version": 0});
    let order =
        order_with(json!({"ticket": ticket, "items": [{"ticket": ticket, "quantity": 1, "price": 1}]}));
    let mut paid = payment("failed");
    paid["reason"] = json!(HOSTILE);
    site.stub
        .on("GET /api/orders", Answer::json(200, json!([order])))
        .on(&format!("GET /api/orders/{ORDER}"), Answer::json(200, order))
        .on("GET /api/payments", Answer::json(200, json!([paid])))
        .on(&format!("GET /api/tickets/{TICKET}"), Answer::json(200, hostile_ticket(ADA)))
        .on("POST /api/payments", Answer::refusal(402, "card_declined", HOSTILE, &[]));
    for page in [
        site.get_as_ada("/me/orders").await,
        site.get_as_ada(&format!("/orders/{ORDER}")).await,
        site.post_as_ada(&format!("/orders/{ORDER}/pay"), &[("card", "tok_visa")]).await,
    ] {
        harmless(&page);
        shown(&page);
    }
}

#[tokio::test]
async fn money() {
    let site = Site::start().await;
    let ticket = json!({"id": TICKET, "title": HOSTILE, "price": 1, "version": 0});
    let items = json!([{"ticket": ticket, "quantity": 1, "price": 1, "refunded": 0.5}]);
    let order = order_with(json!({"status": "complete", "ticket": ticket, "items": items}));
    let refund = json!({
        "id": "6b49d20001020304050607f1", "paymentId": PAYMENT, "status": "done", "amount": 0.5, "currency": HOSTILE,
        "lines": [], "reason": HOSTILE, "at": "2027-01-01T12:00:00Z",
    });
    let mut paid = payment("captured");
    (paid["refunds"], paid["refunded"]) = (json!([refund]), json!(0.5));
    let sale = json!({
        "paymentId": PAYMENT, "orderId": ORDER, "ticketId": TICKET, "quantity": 1, "returned": 0, "amount": 49.5,
        "fee": 0, "refunded": 0, "currency": HOSTILE, "at": "2027-01-01T11:59:00Z", "dueAt": "2027-07-07T20:00:00Z",
    });
    let balance = json!([{"currency": HOSTILE, "pending": 1, "available": 2, "owed": 3, "paidOut": 4}]);
    let movement = json!([{
        "id": HOSTILE, "kind": "sale", "at": "2027-01-01T11:59:00Z", "credit": 1, "debit": 2, "currency": HOSTILE,
    }]);
    site.stub
        .on(&format!("GET /api/orders/{ORDER}"), Answer::json(200, order))
        .on("GET /api/payments", Answer::json(200, json!([paid])))
        .on("GET /api/payments/sales", Answer::json(200, json!([sale])))
        .on("GET /api/payments/balance", Answer::json(200, json!([balance[0], balance[0]])))
        .on("GET /api/payments/movements", Answer::json(200, movement))
        .on(&format!("GET /api/tickets/{TICKET}"), Answer::json(200, hostile_ticket(ADA)));
    let sale = format!("/me/sales/{PAYMENT}/{TICKET}");
    let typed = [("amount", HOSTILE), ("relistUnits", HOSTILE), ("reason", HOSTILE), ("key", HOSTILE)];
    for page in [
        site.get_as_ada(&format!("/orders/{ORDER}")).await,
        site.get_as_ada(&format!("/orders/{ORDER}/receipt")).await,
        site.get_as_ada("/me/sales").await,
        site.get_as_ada(&format!("/me/sales?ticket={TICKET}")).await,
        site.get_as_ada(&sale).await,
    ] {
        harmless(page.is(200));
        shown(&page);
    }
    // Currencies are written in capitals.
    let page = site.get_as_ada("/me/money").await;
    harmless(page.is(200));
    page.has(&["&lt;SCRIPT&gt;"]);
    harmless(site.post_as_ada(&sale, &typed).await.is(400));
}

#[tokio::test]
async fn a_card_form() {
    let site = Site::told(&[("STRIPE_PUBLISHABLE_KEY", "pk_test_abc")]).await;
    let order = order_with(json!({"currency": HOSTILE}));
    let mut asks = payment("requires_action");
    (asks["clientSecret"], asks["currency"]) = (json!(HOSTILE), json!(HOSTILE));
    site.stub
        .on(&format!("GET /api/orders/{ORDER}"), Answer::json(200, order))
        .on("GET /api/payments", Answer::json(200, json!([])));
    harmless(site.get_as_ada(&format!("/orders/{ORDER}")).await.is(200));
    site.stub.on("GET /api/payments", Answer::json(200, json!([asks])));
    harmless(site.get_as_ada(&format!("/orders/{ORDER}")).await.is(200));
    harmless(&site.get_as_ada(&format!("/orders/{ORDER}?answered=%22%3E%3Cscript%3E")).await);
}

#[tokio::test]
async fn what_was_typed_comes_back_as_text() {
    let site = Site::start().await;
    let rule = (HOSTILE, HOSTILE);
    let refusal = || Answer::refusal(400, "invalid_input", HOSTILE, &[("title", HOSTILE), rule]);
    site.stub
        .on("GET /api/tickets", refusal())
        .on("POST /api/tickets", refusal())
        .on("POST /api/users/signin", Answer::refusal(400, "invalid_credentials", HOSTILE, &[]));
    let fields = ["title", "price", "description", "category", "venue", "city", "startsAt", "quantity"];
    let every = fields.map(|name| (name, HOSTILE));
    let mut good = fields.map(|name| (name, ""));
    (good[0].1, good[1].1, good[2].1) = ("Hamlet", "1", HOSTILE);
    let query =
        "%22'%3E%3C/textarea%3E%3C/title%3E%3Cscript%3Ealert(1)%3C/script%3E%3C!--%3E%3Cimg%20src=x%3E";
    for page in [
        site.post_as_ada("/sell", &every).await,
        site.post_as_ada("/sell", &good).await,
        site.post_as_ada(&format!("/tickets/{TICKET}/edit"), &every).await,
        site.post("/signin", &[("email", HOSTILE), ("password", "x"), ("next", HOSTILE)]).await,
        site.post("/signup", &[("email", HOSTILE), ("password", "x"), ("next", HOSTILE)]).await,
        site.get(&format!(
            "/?q={query}&category={query}&city={query}&from={query}&minPrice={query}&sort={query}"
        ))
        .await,
    ] {
        harmless(page.is(400));
        assert!(page.html.contains("&lt;script") || page.html.contains("&quot;"), "{}", page.html);
    }
    harmless(&site.get(&format!("/signin?next={query}&email={query}")).await);
    harmless(&site.get(&format!("/{query}")).await);
    harmless(&site.get(&format!("/me/orders?cursor={query}")).await);
}

#[tokio::test]
async fn a_cursor_is_only_a_cursor() {
    let site = Site::start().await;
    let link = r#"<//evil.test/?cursor=%22%3E%3Cscript%3E>; rel="next""#;
    site.stub.on("GET /api/tickets", Answer::json(200, json!([])).with("link", link));
    let page = site.get("/").await;
    harmless(page.is(200));
    page.has(&[r#"href="/?cursor=%22%3E%3Cscript%3E""#]).lacks(&["evil.test"]);
}
