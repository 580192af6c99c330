//! What was paid for an order and what of it came back: the receipt, and the order's own page.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    site::{ORDER, PAYMENT, Site, TICKET, order_with, payment},
    stub::Answer,
};

const OTHER: &str = "6b49d20001020304050607c2";

fn path() -> String {
    format!("/orders/{ORDER}/receipt")
}

/// Two lines, paid.
fn paid_order(changes: Value) -> Value {
    let line = |id: &str, title: &str, quantity: u32, price: f64| {
        let ticket = json!({"id": id, "title": title, "price": price, "version": 0});
        json!({"ticket": ticket, "quantity": quantity, "price": price})
    };
    let mut order = order_with(json!({
        "status": "complete", "total": 149,
        "items": [line(TICKET, "Hamlet", 2, 49.5), line(OTHER, "Macbeth", 1, 50.0)],
        "history": [
            {"status": "created", "at": "2027-01-01T11:58:00Z"},
            {"status": "awaiting:payment", "at": "2027-01-01T11:59:00Z"},
            {"status": "complete", "at": "2027-01-01T11:59:01Z"},
        ],
    }));
    for (name, change) in changes.as_object().unwrap() {
        order[name] = change.clone();
    }
    order
}

fn paid(status: &str, refunded: f64, refunds: Value) -> Value {
    let mut paid = payment(status);
    paid["amount"] = json!(149);
    paid["refunded"] = json!(refunded);
    paid["refunds"] = refunds;
    paid["history"] = json!([
        {"status": "processing", "at": "2027-01-01T11:58:58Z"},
        {"status": "captured", "at": "2027-01-01T11:59:00.5Z"},
    ]);
    paid
}

fn refund(status: &str, amount: f64, at: &str) -> Value {
    json!({
        "id": "6b49d20001020304050607f1", "paymentId": PAYMENT, "status": status, "amount": amount,
        "currency": "usd", "lines": [{"ticketId": TICKET, "amount": amount, "units": 1}],
        "reason": "One act was cut", "at": at,
    })
}

async fn site_with(order: Value, payments: Value) -> Site {
    let site = Site::start().await;
    site.stub
        .on(&format!("GET /api/orders/{ORDER}"), Answer::json(200, order))
        .on("GET /api/payments", Answer::json(200, payments));
    site
}

#[tokio::test]
async fn a_receipt_says_who_bought_what_when_and_for_how_much() {
    let site = site_with(paid_order(json!({})), json!([paid("captured", 0.0, json!([]))])).await;
    let page = site.get_as_ada(&path()).await;
    page.is(200).has(&[
        &format!("<title>Receipt {ORDER} · Ticket Market</title>"),
        &format!(r#"<dd class="number">{ORDER}</dd>"#),
        "<dd>ada@example.org</dd>",
        r#"datetime="2027-01-01T11:58:00Z">Fri, 1 Jan 2027, 11:58 UTC</time>"#,
        r#"<dt>Paid</dt><dd><time datetime="2027-01-01T11:59:00.5Z">"#,
        &format!(r#"<dt>Payment number</dt><dd class="number">{PAYMENT}</dd>"#),
        r#"<th scope="row">Hamlet</th><td>2</td><td>$49.50</td><td>$99.00</td>"#,
        r#"<th scope="row">Macbeth</th><td>1</td><td>$50.00</td><td>$50.00</td>"#,
        r#"<th scope="row" colspan="3">Total</th><td>$149.00</td>"#,
        &format!(r#"<a href="/orders/{ORDER}">Back to the order</a>"#),
    ]);
    page.lacks(&["Refunded", "Remains", "cannot be shown"]);
    // The order leads there.
    let order = site.get_as_ada(&format!("/orders/{ORDER}")).await;
    order.is(200).has(&[&format!(r#"href="{}" class="button">Receipt</a>"#, path())]);
}

#[tokio::test]
async fn what_came_back_is_taken_off_and_what_is_under_way_is_not() {
    let refunds = json!([
        refund("done", 20.5, "2027-01-01T11:59:30Z"),
        refund("failed", 5.0, "2027-01-01T11:59:40Z"),
        refund("pending", 10.0, "2027-01-01T11:59:50Z"),
    ]);
    let site = site_with(paid_order(json!({})), json!([paid("captured", 20.5, refunds)])).await;
    let page = site.get_as_ada(&path()).await;
    page.is(200).has(&[
        r#"Refunded<!> <time datetime="2027-01-01T11:59:30Z">Fri, 1 Jan 2027, 11:59 UTC</time> <q>One act was cut</q>"#,
        "<td>\u{2212}$20.50</td>",
        "A refund of $10.00 is under way",
        r#"<th scope="row" colspan="3">Remains</th><td>$128.50</td>"#,
    ]);
    page.lacks(&["$5.00"]);
}

#[tokio::test]
async fn a_receipt_is_in_the_readers_language() {
    let refunds = json!([refund("done", 20.5, "2027-01-01T11:59:30Z")]);
    let site = site_with(paid_order(json!({})), json!([paid("captured", 20.5, refunds)])).await;
    let german = [("cookie", "session=t.o.k; language=de")];
    let page = site.send(Method::GET, &path(), &german, &[]).await;
    assert_eq!(page.status, 200);
    page.has(&[
        "<h1>Quittung</h1>",
        "149,00\u{a0}$",
        "\u{2212}20,50\u{a0}$",
        "Fr., 1. Januar 2027, 11:59 UTC",
    ]);
}

#[tokio::test]
async fn what_is_not_paid_or_not_ones_own_has_no_receipt() {
    for status in ["created", "awaiting:payment", "cancelled"] {
        let site = site_with(order_with(json!({"status": status})), json!([])).await;
        site.get_as_ada(&path()).await.is(404);
    }
    let site = Site::start().await;
    // As orders answers for the order of somebody else.
    let theirs = Answer::refusal(404, "not_found", "Not Found", &[]);
    site.stub.on(&format!("GET /api/orders/{ORDER}"), theirs);
    site.get_as_ada(&path()).await.is(404);
    site.get_as_ada("/orders/x/receipt").await.is(404);
    let nobody = Answer::refusal(401, "not_signed_in", "Not authorized", &[]);
    site.stub.on(&format!("GET /api/orders/{ORDER}"), nobody);
    let page = site.get(&path()).await;
    assert_eq!(page.location(), format!("/signin?next=%2Forders%2F{ORDER}%2Freceipt"));
}

#[tokio::test]
async fn without_payments_a_receipt_says_what_it_lacks() {
    let site = Site::without(&["PAYMENTS_URL"]).await;
    let mut order = paid_order(json!({}));
    order["items"][0]["refunded"] = json!(49.5);
    order["items"][0]["returned"] = json!(1);
    site.stub.on(&format!("GET /api/orders/{ORDER}"), Answer::json(200, order));
    let page = site.get_as_ada(&path()).await;
    page.is(200).has(&["cannot be shown right now", "$149.00", "\u{2212}$49.50", "$99.50"]);
    page.lacks(&["Payment number"]);
}

#[tokio::test]
async fn an_order_tells_what_came_back_by_line_and_in_its_story() {
    let mut order = paid_order(json!({}));
    order["items"][0]["refunded"] = json!(49.5);
    order["items"][0]["returned"] = json!(1);
    let refunds = json!([
        refund("done", 49.5, "2027-01-01T11:59:30Z"),
        refund("pending", 10.0, "2027-01-01T11:59:50Z"),
    ]);
    let site = site_with(order.clone(), json!([paid("captured", 49.5, refunds)])).await;
    let page = site.get_as_ada(&format!("/orders/{ORDER}")).await;
    page.is(200).has(&[
        "Your order is paid: $149.00, of which $49.50 was refunded.",
        r#"<span class="label calm">Partly refunded</span>"#,
        r#"<span class="label calm">$49.50 refunded</span> <span class="soft">1 of the tickets is no longer yours</span>"#,
        "<strong>$99.50</strong>",
        r#"<li class="done"><p>$49.50 refunded</p><q>One act was cut</q> <time datetime="2027-01-01T11:59:30Z""#,
        r#"<li aria-current="step" class="now"><p>A refund of $10.00 is under way</p>"#,
    ]);
    site.stub.on("GET /api/orders", Answer::json(200, json!([order])));
    site.get_as_ada("/me/orders").await.is(200).has(&[">Partly refunded</span>"]);
}

#[tokio::test]
async fn an_order_that_was_given_back_whole_is_no_longer_called_yours() {
    let refunds = json!([refund("done", 149.0, "2027-01-01T11:59:30Z")]);
    let site = site_with(paid_order(json!({})), json!([paid("refunded", 149.0, refunds)])).await;
    let page = site.get_as_ada(&format!("/orders/{ORDER}")).await;
    page.is(200).has(&[
        "Your order was refunded</h1>",
        "All that you paid has gone back to you: $149.00.",
        ">Refunded</span>",
        "<p>Payment refunded in full: $149.00</p>",
        ">Receipt</a>",
    ]);
    page.lacks(&["The tickets are yours</h1>", "Enjoy!", "<p>Payment refunded in full</p>"]);
}

#[tokio::test]
async fn what_goes_back_of_a_cancelled_order_has_its_own_time() {
    let over = order_with(json!({
        "status": "cancelled", "cancelReason": "expired",
        "history": [
            {"status": "created", "at": "2027-01-01T11:40:00Z"},
            {"status": "cancelled", "at": "2027-01-01T11:55:00Z"},
        ],
    }));
    let mut voided = payment("voided");
    voided["history"] = json!([
        {"status": "processing", "at": "2027-01-01T11:54:59Z"},
        {"status": "voided", "at": "2027-01-01T11:55:02Z"},
    ]);
    let site = site_with(over, json!([voided])).await;
    let page = site.get_as_ada(&format!("/orders/{ORDER}")).await;
    page.is(200).has(&[
        r#"<p>Payment came too late, the amount is free again</p><!> <time datetime="2027-01-01T11:55:02Z""#,
    ]);
    let at = |text| page.html.find(text).unwrap();
    assert!(at("Reservation lapsed") < at("amount is free again</p>"), "{}", page.html);
}
