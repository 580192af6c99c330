//! The money of who sells: sales, giving money back, balances and what has changed them.

use serde_json::{Value, json};

use crate::{
    site::{ADA, ORDER, PAYMENT, Page, Site, TICKET, ticket_with},
    stub::Answer,
};

const SALES: &str = "GET /api/payments/sales";
const BALANCE: &str = "GET /api/payments/balance";
const MOVEMENTS: &str = "GET /api/payments/movements";

fn refunds() -> String {
    format!("POST /api/payments/{PAYMENT}/refunds")
}

fn path() -> String {
    format!("/me/sales/{PAYMENT}/{TICKET}")
}

/// Three tickets for 148.5, of which 20 went back with one of them.
fn sale(changes: Value) -> Value {
    let mut sale = json!({
        "paymentId": PAYMENT, "orderId": ORDER, "ticketId": TICKET, "quantity": 3, "returned": 1, "amount": 148.5,
        "fee": 12.85, "refunded": 20, "currency": "usd", "at": "2027-01-01T11:59:00Z",
        "dueAt": "2027-07-07T20:00:00Z",
    });
    for (name, change) in changes.as_object().unwrap() {
        sale[name] = change.clone();
    }
    sale
}

fn refunded(status: &str) -> Value {
    json!({
        "id": "6b49d20001020304050607f1", "paymentId": PAYMENT, "status": status, "amount": 29.5, "currency": "usd",
        "lines": [{"ticketId": TICKET, "amount": 29.5, "units": 1}], "reason": "", "at": "2027-01-01T12:00:00Z",
    })
}

async fn site_with(sales: Value) -> Site {
    let site = Site::start().await;
    site.stub
        .on(SALES, Answer::json(200, sales))
        .on(&format!("GET /api/tickets/{TICKET}"), Answer::json(200, ticket_with(json!({"userId": ADA}))));
    site
}

async fn give_back(site: &Site, form: &[(&str, &str)]) -> Page {
    site.post_as_ada(&path(), form).await
}

#[tokio::test]
async fn sales_are_listed_newest_first_with_the_way_to_give_money_back() {
    let site = site_with(json!([])).await;
    let whole = sale(json!({"orderId": "6b49d20001020304050607d2", "refunded": 148.5, "returned": 3}));
    let link = r#"</api/payments/sales?cursor=n>; rel="next""#;
    site.stub.on(SALES, Answer::json(200, json!([sale(json!({})), whole])).with("link", link));
    let page = site.get_as_ada("/me/sales").await;
    page.is(200).has(&[
        &format!(r#"<h2><a href="/tickets/{TICKET}">Hamlet</a></h2>"#),
        "3 tickets<!>, <time",
        "<strong>$148.50</strong>",
        "<dt>Our fee</dt><dd>$12.85</dd>",
        r#"<span class="label calm">$20.00</span> <!>1 ticket is on sale again"#,
        "Wed, 7 Jul 2027, 20:00 UTC",
        &format!(r#"href="{}" aria-label="Give money back: Hamlet""#, path()),
        r#"aria-label="Look at this sale: Hamlet""#,
        "/me/sales?cursor=n",
        r#"<a href="/me/sales" aria-current="page">Sales</a>"#,
        r#"<a href="/me/money">Money</a>"#,
    ]);
    assert_eq!(site.stub.only(SALES).query, "limit=20");
    // A listing of several sales is asked for once.
    site.stub.only(&format!("GET /api/tickets/{TICKET}"));

    site.stub.on(SALES, Answer::json(200, json!([])));
    site.get_as_ada("/me/sales").await.is(200).has(&["Nothing sold yet"]);
    site.get_as_ada("/me/sales?cursor=n").await.is(200).has(&["There are no further sales.", "First page"]);
}

#[tokio::test]
async fn one_listings_sales_are_shown_alone() {
    let site = site_with(json!([])).await;
    let link = r#"</api/payments/sales?cursor=n>; rel="next""#;
    site.stub.on(SALES, Answer::json(200, json!([sale(json!({}))])).with("link", link));
    let page = site.get_as_ada(&format!("/me/sales?ticket={TICKET}")).await;
    page.is(200).has(&["Only sales of “Hamlet”.", &format!("/me/sales?ticket={TICKET}&amp;cursor=n")]);
    assert_eq!(site.stub.only(SALES).query, format!("ticketId={TICKET}&limit=20"));
    site.get_as_ada("/me/sales?ticket=x").await.is(404);
    // Its listing leads there as soon as something of it is sold.
    let own = |sold: u32| ticket_with(json!({"userId": ADA, "held": 0, "sold": sold, "takings": 0}));
    let link = format!(r#"href="/me/sales?ticket={TICKET}" aria-label="Sales of Hamlet""#);
    site.stub.on("GET /api/tickets/mine", Answer::json(200, json!([own(1)])));
    site.get_as_ada("/me/tickets").await.is(200).has(&[&link]);
    site.stub.on("GET /api/tickets/mine", Answer::json(200, json!([own(0)])));
    site.get_as_ada("/me/tickets").await.is(200).lacks(&[&link]);
}

#[tokio::test]
async fn sales_are_worth_showing_without_their_listings() {
    let site = Site::without(&["TICKETS_URL"]).await;
    site.stub.on(SALES, Answer::json(200, json!([sale(json!({}))])));
    site.get_as_ada("/me/sales").await.is(200).has(&["A listing</a>", "$148.50"]);
    site.get_as_ada(&path()).await.is(200).has(&["A listing</a>", r#"value="128.5""#]);
}

#[tokio::test]
async fn a_refund_begins_with_all_that_is_left_and_no_ticket_back_on_sale() {
    let site = site_with(json!([sale(json!({}))])).await;
    let page = site.get_as_ada(&path()).await;
    page.is(200).has(&[
        "<h1>Give money back</h1>",
        r#"name="amount" type="text" value="128.5" required"#,
        "Up to $128.50 is left to give back",
        r#"name="relistUnits" type="number" value="0""#,
        r#"min="0" max="2""#,
        r#"maxlength="500""#,
        "This cannot be undone.",
    ]);
    assert_eq!(page.hidden("key").len(), 32);
    assert_eq!(site.stub.only(SALES).query, format!("paymentId={PAYMENT}&ticketId={TICKET}"));
}

#[tokio::test]
async fn a_refund_is_sent_once_and_confirmed() {
    for (status, code, told) in [
        ("done", 201, "The money is on its way back to the buyer."),
        ("pending", 202, "The bank has not answered yet"),
        ("failed", 201, "no money went back"),
    ] {
        let site = site_with(json!([sale(json!({}))])).await;
        site.stub.on(&refunds(), Answer::json(code, refunded(status)));
        let key = site.get_as_ada(&path()).await.hidden("key").to_owned();
        let form =
            [("amount", "29,50"), ("relistUnits", "1"), ("reason", " Act two\r\nwas cut "), ("key", &key)];
        let answer = give_back(&site, &form).await;
        assert_eq!(answer.location(), path());
        let seen = site.stub.only(&refunds());
        let sent: Value = serde_json::from_str(&seen.body).unwrap();
        let expected =
            json!({"ticketId": TICKET, "amount": 29.5, "relistUnits": 1, "reason": "Act two\nwas cut"});
        assert_eq!(sent, expected);
        assert_eq!(seen.headers["idempotency-key"], key);

        // The word goes with the redirect, and is said once.
        let cookie = answer.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let cookies = format!("session=t.o.k; {cookie}");
        let page = site.send(reqwest::Method::GET, &path(), &[("cookie", &cookies)], &[]).await;
        page.is(200).has(&[told, "<dt>Given back</dt>", ">Give back more of it</a>"]).lacks(&["<textarea"]);
        site.get_as_ada(&path()).await.is(200).has(&["<textarea"]).lacks(&[told]);
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field_and_nothing_is_sent() {
    let site = site_with(json!([sale(json!({}))])).await;
    let form = [("amount", "0"), ("relistUnits", "-1"), ("reason", &"x".repeat(501)[..])];
    let page = give_back(&site, &form).await;
    page.is(400)
        .field_error("amount", "Amount must be greater than 0")
        .field_error("relistUnits", "Tickets that go back on sale must be a whole number")
        .field_error("reason", "Reason must be at most 500 characters");
    assert!(site.stub.seen(&refunds()).is_empty());
}

#[tokio::test]
async fn the_services_refusals_are_said_beside_their_fields() {
    let site = site_with(json!([sale(json!({}))])).await;
    let form = [("amount", "200"), ("relistUnits", "1"), ("reason", "Rain")];
    site.stub.on(&refunds(), Answer::refusal(409, "refund_too_large", "…", &[]));
    let page = give_back(&site, &form).await;
    page.is(409).field_error("amount", "Amount must be at most what is left to give back").has(&[
        "That is more than is left to give back.",
        r#"value="200""#,
        ">\nRain</textarea>",
        "Up to $128.50",
    ]);
    let (money, units) =
        ("Amount must be at most 128.5, which is what is left", "RelistUnits must be at most 2, …");
    for (field, theirs, ours) in [
        ("amount", money, "Amount must be at most what is left to give back"),
        ("relistUnits", units, "So many of these tickets are not left to go back on sale"),
    ] {
        site.stub.on(&refunds(), Answer::refusal(409, "refund_too_large", "…", &[(field, theirs)]));
        give_back(&site, &form).await.is(409).field_error(field, ours).lacks(&[theirs]);
    }
    for (status, code, words) in [
        (
            409,
            "not_refundable",
            "This cannot be given back: there is no money left of it, or the bank refuses.",
        ),
        (403, "not_allowed", "Only who has sold these tickets can give money back for them."),
        (409, "idempotency_key_reused", "This form was sent before with something else in it"),
    ] {
        site.stub.on(&refunds(), Answer::refusal(status, code, "…", &[]));
        give_back(&site, &form).await.is(status).has(&[words, "<title>Please check: "]);
    }
    site.stub.on(&refunds(), Answer::refusal(401, "not_signed_in", "…", &[]));
    let next = format!("/signin?next=%2Fme%2Fsales%2F{PAYMENT}%2F{TICKET}");
    assert_eq!(give_back(&site, &form).await.location(), next);
}

#[tokio::test]
async fn a_lost_answer_keeps_the_form_and_its_key() {
    let key = "0123456789abcdef0123456789abcdef";
    let form = [("amount", "29.50"), ("relistUnits", "1"), ("reason", "Rain"), ("key", key)];
    let site = site_with(json!([sale(json!({}))])).await;
    site.stub.on(&refunds(), Answer::empty(502));
    let page = give_back(&site, &form).await;
    page.is(503).has(&["may have gone back all the same", r#"value="29.50""#, "Rain</textarea>"]);
    assert_eq!(page.hidden("key"), key);
    // Also where the sale cannot be shown any more.
    site.stub.on(SALES, Answer::empty(502));
    let page = give_back(&site, &form).await;
    page.is(503).has(&["Payments are not available right now.", r#"value="29.50""#, "Rain</textarea>"]);
    assert_eq!(page.hidden("key"), key);
    // After a no the next attempt is another one.
    site.stub.on(&refunds(), Answer::refusal(409, "refund_too_large", "…", &[]));
    assert_ne!(give_back(&site, &form).await.hidden("key"), key);
}

#[tokio::test]
async fn what_nobody_sold_cannot_be_given_back() {
    let site = site_with(json!([sale(json!({"paymentId": "6b49d20001020304050607e2"}))])).await;
    site.get_as_ada(&path()).await.is(404);
    for path in ["/me/sales/x/y", &format!("/me/sales/{PAYMENT}/y"), &format!("/me/sales/x/{TICKET}")] {
        site.get_as_ada(path).await.is(404);
        site.post_as_ada(path, &[]).await.is(404);
    }
    let nobody = Answer::refusal(401, "not_signed_in", "Not authorized", &[]);
    site.stub.on(SALES, nobody);
    assert_eq!(site.get("/me/sales").await.location(), "/signin?next=%2Fme%2Fsales");
}

#[tokio::test]
async fn only_the_very_sale_is_shown() {
    let other = sale(json!({"paymentId": "6b49d20001020304050607e2", "amount": 999}));
    // As a service answers that does not know the filter yet.
    let site = site_with(json!([other, sale(json!({}))])).await;
    site.get_as_ada(&path()).await.is(200).has(&["Up to $128.50 is left to give back"]).lacks(&["$999"]);
    site.stub.on(SALES, Answer::json(200, json!([other])));
    site.get_as_ada(&path()).await.is(404);
}

#[tokio::test]
async fn of_a_sale_with_nothing_left_there_is_nothing_to_give_back() {
    let site = site_with(json!([sale(json!({"refunded": 148.5, "returned": 3}))])).await;
    let page = site.get_as_ada(&path()).await;
    page.is(200).has(&["Everything that was paid has been given back"]).lacks(&["<textarea", "data-form"]);
}

#[tokio::test]
async fn balances_say_what_they_mean_and_what_has_changed_them() {
    let site = Site::start().await;
    let balance = |currency: &str| json!({"currency": currency, "pending": 128.5, "available": 1234.5, "owed": 0, "paidOut": 50});
    let movements = json!([
        {"id": "m2", "kind": "refund", "at": "2027-01-01T11:59:30Z", "orderId": ORDER, "credit": 0, "debit": 20, "currency": "usd"},
        {"id": "m1", "kind": "sale", "at": "2027-01-01T11:59:00Z", "orderId": ORDER, "credit": 133.65, "debit": 0, "currency": "usd"},
        {"id": "m0", "kind": "payout_failed", "at": "2027-01-01T11:00:00Z", "credit": 50, "debit": 0, "currency": "usd"},
    ]);
    let link = r#"</api/payments/movements?cursor=n>; rel="next""#;
    site.stub
        .on(BALANCE, Answer::json(200, json!([balance("usd")])))
        .on(MOVEMENTS, Answer::json(200, movements).with("link", link));
    let page = site.get_as_ada("/me/money").await;
    page.is(200).has(&[
        "<dt>Paid out next</dt><dd><strong>$1,234.50</strong></dd>",
        "<dt>Held</dt><dd><strong>$128.50</strong></dd>",
        "<dt>Owed</dt><dd><strong>$0.00</strong></dd>",
        "<dt>Paid out</dt><dd><strong>$50.00</strong></dd>",
        "the next payout brings it to you.",
        "<strong>Money given back to a buyer</strong>",
        "<span class=\"debit\">\u{2212}$20.00</span>",
        r#"<span class="credit">+$133.65</span>"#,
        "A payout did not arrive",
        &format!(r#"Order number<!> <span class="number">{ORDER}</span>"#),
        "/me/money?cursor=n",
    ]);
    page.lacks(&["Nothing earned yet", "in USD"]);
    assert_eq!(site.stub.only(MOVEMENTS).query, "limit=20");
    site.stub.on(BALANCE, Answer::json(200, json!([balance("usd"), balance("eur")])));
    site.get_as_ada("/me/money").await.is(200).has(&["in USD</h2>", "in EUR</h2>", "€128.50"]);
    site.stub.on(MOVEMENTS, Answer::json(200, json!([])));
    site.get_as_ada("/me/money?cursor=n").await.is(200).has(&["There is nothing before that.", "First page"]);
}

#[tokio::test]
async fn who_has_sold_nothing_is_told_so() {
    let site = Site::start().await;
    site.stub.on(BALANCE, Answer::json(200, json!([]))).on(MOVEMENTS, Answer::json(200, json!([])));
    let page = site.get_as_ada("/me/money").await;
    page.is(200).has(&["Nothing earned yet", r#"href="/sell" class="button""#]).lacks(&["What has changed"]);
}

#[tokio::test]
async fn a_part_that_is_missing_costs_the_other_nothing() {
    let site = Site::start().await;
    let balance = json!([{"currency": "usd", "pending": 1, "available": 2, "owed": 3, "paidOut": 4}]);
    site.stub.on(BALANCE, Answer::json(200, balance)).on(MOVEMENTS, Answer::empty(502));
    let page = site.get_as_ada("/me/money").await;
    page.is(503).has(&["Payments are not available right now.", "<strong>$1.00</strong>"]);
    page.lacks(&["What has changed"]);
    site.stub.on(BALANCE, Answer::empty(502)).on(MOVEMENTS, Answer::json(200, json!([])));
    let page = site.get_as_ada("/me/money").await;
    page.is(503).has(&["Payments are not available right now."]).lacks(&["Nothing earned yet"]);
}
