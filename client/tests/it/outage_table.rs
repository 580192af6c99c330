//! Every route with each service down, and again with each service paused: whatever is missing, a whole page comes in
//! time, says what it is, and keeps the rest.

use std::{collections::BTreeSet, fs, path::Path};

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    site::{ADA, ORDER, PAYMENT, Page, SESSION, Site, TICKET, order_with, payment, ticket_with},
    stub::Answer,
};

/// A service a page may need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Accounts,
    Listings,
    Orders,
    Payments,
}

use Needs::{Accounts, Listings, Orders, Payments};

impl Needs {
    const ALL: [Self; 4] = [Accounts, Listings, Orders, Payments];

    const fn address(self) -> &'static str {
        match self {
            Accounts => "AUTH_URL",
            Listings => "TICKETS_URL",
            Orders => "ORDERS_URL",
            Payments => "PAYMENTS_URL",
        }
    }

    /// What a page says that cannot do without it.
    const fn said(self) -> &'static str {
        match self {
            Accounts => "Signing in and out is not available right now.",
            Listings => "Listings are not available right now.",
            Orders => "Orders are not available right now.",
            Payments => "Payments are not available right now.",
        }
    }
}

struct Row {
    route: &'static str,
    method: Method,
    form: &'static [(&'static str, &'static str)],
    /// The status with all services there.
    usual: u16,
    /// The services without which it is 503.
    needs: &'static [Needs],
    /// What is sent before the services have answered has its status by then.
    streams: bool,
}

const fn get(route: &'static str, usual: u16, needs: &'static [Needs]) -> Row {
    Row { route, method: Method::GET, form: &[], usual, needs, streams: false }
}

const fn post(
    route: &'static str,
    form: &'static [(&'static str, &'static str)],
    usual: u16,
    needs: &'static [Needs],
) -> Row {
    Row { route, method: Method::POST, form, usual, needs, streams: false }
}

const CREDENTIALS: &[(&str, &str)] = &[("email", "ada@example.org"), ("password", "long enough")];
const PASSWORDS: &[(&str, &str)] = &[("currentPassword", "long enough"), ("newPassword", "longer than that")];
const LISTING: &[(&str, &str)] = &[("title", "Hamlet"), ("price", "49.50"), ("quantity", "2")];
const WISH: &[(&str, &str)] = &[("quantity", "1"), ("price", "49.5")];
const LINE: &[(&str, &str)] = &[
    ("quantity-6b49d20001020304050607c1", "1"),
    ("price-6b49d20001020304050607c1", "49.5"),
    ("ticket", "6b49d20001020304050607c1"),
];
const REFUND: &[(&str, &str)] = &[("amount", "49.50"), ("relistUnits", "1")];
/// An order that has a receipt.
const PAID: &str = "6b49d20001020304050607d2";
const BASKET: &str = "basket=6b49d20001020304050607c1-1-4950";

fn rows() -> Vec<Row> {
    vec![
        Row { streams: true, ..get("/", 200, &[Listings]) },
        get("/tickets/{id}", 200, &[Listings]),
        post("/tickets/{id}/reserve", WISH, 303, &[Orders]),
        post("/tickets/{id}/basket", WISH, 303, &[]),
        get("/tickets/{id}/edit", 200, &[Listings]),
        post("/tickets/{id}/edit", LISTING, 303, &[Listings]),
        get("/tickets/{id}/withdraw", 200, &[Listings]),
        post("/tickets/{id}/withdraw", &[], 303, &[Listings]),
        get("/basket", 200, &[Listings]),
        post("/basket", LINE, 303, &[]),
        post("/basket/remove", LINE, 303, &[]),
        post("/basket/reserve", LINE, 303, &[Orders]),
        get("/sell", 200, &[]),
        post("/sell", LISTING, 303, &[Listings]),
        get("/signup", 200, &[]),
        post("/signup", CREDENTIALS, 303, &[Accounts]),
        get("/signin", 200, &[]),
        post("/signin", CREDENTIALS, 303, &[Accounts]),
        post("/signout", &[], 303, &[Accounts]),
        get("/account", 200, &[Accounts]),
        post("/account/password", PASSWORDS, 303, &[Accounts]),
        post("/account/sessions", &[], 303, &[Accounts]),
        get("/me/tickets", 200, &[Listings]),
        get("/me/orders", 200, &[Orders]),
        get("/me/sales", 200, &[Payments]),
        get("/me/sales/{payment}/{ticket}", 200, &[Payments]),
        post("/me/sales/{payment}/{ticket}", REFUND, 303, &[Payments]),
        get("/me/money", 200, &[Payments]),
        get("/orders/{id}", 200, &[Orders]),
        get("/orders/{id}/receipt", 200, &[Orders]),
        post("/orders/{id}/pay", &[("card", "tok_visa")], 303, &[Payments]),
        post("/orders/{id}/cancel", &[], 303, &[Orders]),
        post("/orders/{id}/payments/{payment}/confirm", &[], 303, &[Payments]),
        post("/language", &[("language", "de")], 303, &[]),
        get("/api/docs", 200, &[]),
        get("/{*path}", 404, &[]),
    ]
}

impl Row {
    fn path(&self) -> String {
        let id = match self.route {
            "/orders/{id}/receipt" => PAID,
            route if route.starts_with("/orders") => ORDER,
            _ => TICKET,
        };
        let path = self.route.replace("{id}", id).replace("{payment}", PAYMENT);
        path.replace("{ticket}", TICKET).replace("{*path}", "nowhere")
    }

    async fn ask(&self, site: &Site) -> Page {
        let cookies = format!("{SESSION}; {BASKET}");
        let headers = [("cookie", cookies.as_str()), ("sec-fetch-site", "same-origin")];
        site.send(self.method.clone(), &self.path(), &headers, self.form).await
    }
}

fn sale() -> Value {
    json!({
        "paymentId": PAYMENT, "orderId": ORDER, "ticketId": TICKET, "quantity": 1, "returned": 0, "amount": 49.5,
        "fee": 0, "refunded": 0, "currency": "usd", "at": "2027-01-01T11:59:00Z", "dueAt": "2027-07-07T20:00:00Z",
    })
}

fn refunded() -> Value {
    json!({
        "id": "6b49d20001020304050607f1", "paymentId": PAYMENT, "status": "done", "amount": 49.5, "currency": "usd",
        "lines": [], "reason": "", "at": "2027-01-01T12:00:00Z",
    })
}

/// All services say what they say on a good day.
fn well(site: &Site) {
    let own = ticket_with(json!({"userId": ADA}));
    let mine = ticket_with(json!({"userId": ADA, "held": 0, "sold": 0, "takings": 0}));
    let user = || Answer::json(200, json!({"id": ADA, "email": "ada@example.org"}));
    let begun = || Answer::json(201, json!({"id": PAYMENT, "status": "authorized"}));
    site.stub
        .on("POST /api/users/signin", user())
        .on("POST /api/users/signup", user())
        .on("POST /api/users/signout", Answer::json(200, json!({})))
        .on("POST /api/users/password", Answer::empty(204))
        .on("DELETE /api/users/sessions", Answer::empty(204))
        .on("GET /api/tickets", Answer::json(200, json!([own])))
        .on("GET /api/tickets/mine", Answer::json(200, json!([mine])))
        .on("POST /api/tickets", Answer::json(201, own.clone()))
        .on(&format!("GET /api/tickets/{TICKET}"), Answer::json(200, own.clone()))
        .on(&format!("PUT /api/tickets/{TICKET}"), Answer::json(200, own))
        .on(&format!("DELETE /api/tickets/{TICKET}"), Answer::empty(204))
        .on("GET /api/orders", Answer::json(200, json!([order_with(json!({}))])))
        .on("POST /api/orders", Answer::json(201, order_with(json!({}))))
        .on(&format!("GET /api/orders/{ORDER}"), Answer::json(200, order_with(json!({}))))
        .on(&format!("DELETE /api/orders/{ORDER}"), Answer::empty(204))
        .on(
            &format!("GET /api/orders/{PAID}"),
            Answer::json(200, order_with(json!({"id": PAID, "status": "complete"}))),
        )
        .on("GET /api/payments/sales", Answer::json(200, json!([sale()])))
        .on("GET /api/payments/balance", Answer::json(200, json!([])))
        .on("GET /api/payments/movements", Answer::json(200, json!([])))
        .on(&format!("POST /api/payments/{PAYMENT}/refunds"), Answer::json(201, refunded()))
        .on("GET /api/payments", Answer::json(200, json!([payment("failed")])))
        .on("POST /api/payments", begun())
        .on(&format!("GET /api/payments/{PAYMENT}"), Answer::json(200, payment("requires_action")))
        .on(&format!("POST /api/payments/{PAYMENT}/confirm"), begun());
}

#[test]
fn every_route_is_in_the_table() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/routes/mod.rs");
    let source = fs::read_to_string(file).unwrap();
    let mut there = BTreeSet::new();
    for route in source.split(".route(\"").skip(1) {
        let (path, handlers) = route.split_once('"').unwrap();
        // No page, and nobody is asked for it.
        if path.starts_with("/api/docs/") {
            continue;
        }
        let handlers = handlers.lines().next().unwrap();
        for (word, method) in [("get(", Method::GET), ("post(", Method::POST), ("any(", Method::GET)] {
            if handlers.contains(word) {
                there.insert((path.to_owned(), method.to_string()));
            }
        }
    }
    assert!(there.len() > 25, "the routes were not found");
    let table: BTreeSet<_> =
        rows().iter().map(|row| (row.route.to_owned(), row.method.to_string())).collect();
    assert_eq!(there, table);
}

#[tokio::test]
async fn every_route_answers_with_all_services_there() {
    let site = Site::start().await;
    well(&site);
    for row in rows() {
        let page = row.ask(&site).await;
        assert_eq!(page.status, row.usual, "{} {}: {}", row.method, row.route, page.html);
    }
}

#[tokio::test]
async fn every_route_without_each_service() {
    for missing in Needs::ALL {
        let site = Site::without(&[missing.address()]).await;
        well(&site);
        for row in rows() {
            judge(&row, missing, &row.ask(&site).await, "down");
        }
    }
}

#[tokio::test]
async fn every_route_with_each_service_paused() {
    join_all(Needs::ALL.map(|missing| async move {
        let site = Site::paused(&[missing.address()]).await;
        well(&site);
        let rows = rows();
        let pages = join_all(rows.iter().map(|row| row.ask(&site))).await;
        for (row, page) in rows.iter().zip(&pages) {
            judge(row, missing, page, "paused");
        }
    }))
    .await;
}

/// The page is whole, and as good as it can be without the service.
fn judge(row: &Row, missing: Needs, page: &Page, how: &str) {
    let told = format!("{} {} with {missing:?} {how}: {} {}", row.method, row.route, page.status, page.html);
    let needed = row.needs.contains(&missing);
    let streamed = row.streams && how == "paused";
    assert_eq!(page.status, if needed && !streamed { 503 } else { row.usual }, "{told}");
    if page.status == 303 {
        return;
    }
    assert!(page.html.starts_with("<!DOCTYPE html>") && page.html.ends_with("</html>"), "{told}");
    assert!(page.html.contains("</footer>"), "{told}");
    // The page's own budget ended it, not the server's deadline around it.
    assert!(!page.html.contains("This took too long"), "{told}");
    if needed {
        assert!(page.html.contains(missing.said()), "{told}");
    }
    // Who is looking is shown as long as it can be known.
    assert_eq!(page.html.contains("ada@example.org"), missing != Accounts || mentions(row), "{told}");
    // What was typed is there to be sent again, apart from passwords.
    if needed && [LISTING, REFUND].contains(&row.form) {
        assert!(page.html.contains(r#"value="49.50""#), "{told}");
    }
    assert!(!page.html.contains("long enough"), "{told}");
}

/// Whether the page repeats the email that was typed.
fn mentions(row: &Row) -> bool {
    row.form == CREDENTIALS
}
