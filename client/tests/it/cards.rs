//! Paying by a card that is typed into Stripe's form, as far as the server has a part in it.

use serde_json::{Value, json};

use crate::{
    site::{ORDER, PAYMENT, Page, SESSION, Site, TICKET, order_with, payment, ticket},
    stub::Answer,
};

const KEY: (&str, &str) = ("STRIPE_PUBLISHABLE_KEY", "pk_test_abc");
const HOSTS: [&str; 3] = ["stripe.com", "frame-src", "https:"];

fn path() -> String {
    format!("/orders/{ORDER}")
}

async fn site_with(changes: Value, payments: Value) -> Site {
    let site = Site::told(&[KEY]).await;
    site.stub
        .on(&format!("GET /api/orders/{ORDER}"), Answer::json(200, order_with(changes)))
        .on("GET /api/payments", Answer::json(200, payments));
    site
}

#[track_caller]
fn policy(page: &Page) -> &str {
    page.headers["content-security-policy"].to_str().unwrap()
}

#[track_caller]
fn is_closed(page: &Page) {
    for host in HOSTS {
        assert!(!policy(page).contains(host), "{}", policy(page));
    }
    assert!(page.headers["permissions-policy"].to_str().unwrap().contains("payment=()"));
    page.lacks(&["pk_test_abc", "js.stripe.com"]);
}

#[tokio::test]
async fn a_payable_order_has_stripes_form_and_a_policy_that_admits_it() {
    let site = site_with(json!({}), json!([])).await;
    let page = site.get_as_ada(&path()).await;
    page.is(200).has(&[
        "Pay by card",
        "pk_test_abc",
        "https://js.stripe.com/v3/",
        // Minor units, as a whole number.
        "&quot;amount\\&quot;:4950",
        "captureMethod",
        r#"<input type="hidden" name="paymentMethod" value="">"#,
        r#"<button hidden class="big full">Pay $49.50</button>"#,
        "<noscript><p class=\"notice warn\">Paying needs scripts",
    ]);
    page.lacks(&["tok_visa", "pretend bank"]);
    let told = policy(&page);
    let (_, scripts) = told.split_once("script-src 'nonce-").unwrap();
    let (_, scripts) = scripts.split_once('\'').unwrap();
    assert!(
        scripts.starts_with(" 'wasm-unsafe-eval' https://js.stripe.com https://*.js.stripe.com;"),
        "{told}"
    );
    for part in [
        "connect-src 'self' https://api.stripe.com;",
        "frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com;",
        "default-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(told.contains(part), "{told}");
    }
    let permissions = page.headers["permissions-policy"].to_str().unwrap();
    assert!(permissions.contains(r#"payment=(self "https://js.stripe.com")"#), "{permissions}");
    assert!(permissions.contains("camera=()"), "{permissions}");
}

#[tokio::test]
async fn no_other_page_admits_anything() {
    for changes in [
        json!({"status": "complete"}),
        json!({"status": "cancelled"}),
        json!({"status": "awaiting:payment"}),
        json!({"expiresAt": "2027-01-01T12:00:00Z"}),
    ] {
        let site = site_with(changes, json!([])).await;
        is_closed(site.get_as_ada(&path()).await.is(200));
    }
    let site = site_with(json!({}), json!([])).await;
    site.stub
        .on("GET /api/tickets", Answer::json(200, json!([ticket()])))
        .on(&format!("GET /api/tickets/{TICKET}"), Answer::json(200, ticket()))
        .on("GET /api/orders", Answer::json(200, json!([order_with(json!({}))])));
    for path in ["/", &format!("/tickets/{TICKET}"), "/me/orders", "/basket", "/signin", "/nowhere"] {
        is_closed(&site.get_as_ada(path).await);
    }
    // Nor does anything without an account at Stripe.
    let site = Site::start().await;
    site.stub
        .on(&format!("GET /api/orders/{ORDER}"), Answer::json(200, order_with(json!({}))))
        .on("GET /api/payments", Answer::json(200, json!([])));
    is_closed(site.get_as_ada(&path()).await.is(200).has(&["tok_visa"]));
}

#[tokio::test]
async fn a_payment_under_way_may_be_declined_so_its_page_admits_the_form_too() {
    let site = site_with(json!({}), json!([payment("processing")])).await;
    let page = site.get_as_ada(&path()).await;
    page.is(200).has(&["Your payment is under way"]).lacks(&["pk_test_abc"]);
    assert!(policy(&page).contains("https://js.stripe.com"), "{}", policy(&page));
}

#[tokio::test]
async fn only_what_stripe_made_of_a_card_is_sent_on() {
    let site = site_with(json!({}), json!([])).await;
    site.stub.on("POST /api/payments", Answer::json(201, payment("authorized")));
    let pay = async |form: &[(&str, &str)]| site.post_as_ada(&format!("{}/pay", path()), form).await;
    for form in [&[][..], &[("card", "tok_visa")], &[("paymentMethod", "tok_visa")], &[("paymentMethod", "")]]
    {
        let page = pay(form).await;
        page.is(400).has(&[
            "Fill in the card form",
            r##"href="#field-paymentMethod""##,
            r#"id="field-paymentMethod""#,
        ]);
    }
    assert!(site.stub.seen("POST /api/payments").is_empty());
    assert_eq!(pay(&[("paymentMethod", "pm_card_visa")]).await.location(), path());
    let body = site.stub.only("POST /api/payments").body;
    assert_eq!(body, format!(r#"{{"orderId":"{ORDER}","paymentMethodId":"pm_card_visa"}}"#));
}

#[tokio::test]
async fn a_decline_is_said_beside_the_card_form() {
    let site = site_with(json!({}), json!([])).await;
    site.stub.on("POST /api/payments", Answer::refusal(402, "card_declined", "Your card has expired.", &[]));
    let page = site.post_as_ada(&format!("{}/pay", path()), &[("paymentMethod", "pm_card_x")]).await;
    page.is(402).has(&[
        "The payment was declined: Your card has expired.",
        r#"<p id="error-paymentMethod" role="alert" class="error">The payment was declined: Your card has expired.</p>"#,
    ]);
    assert!(policy(&page).contains("https://js.stripe.com"), "{}", policy(&page));
}

#[tokio::test]
async fn a_bank_that_asks_is_answered_through_stripe() {
    let mut asks = payment("requires_action");
    asks["clientSecret"] = json!("pi_1_secret_2");
    let site = site_with(json!({}), json!([asks])).await;
    let page = site.get_as_ada(&path()).await;
    let next = format!("{}?answered={PAYMENT}", path());
    page.is(200).has(&["Your bank wants you to confirm", "pi_1_secret_2", "Confirm $49.50", &next]);
    page.lacks(&["/confirm\"", "pretend bank", "data-waiting"]);
    // Afterwards the page waits for what the bank tells us.
    let page = site.get_as_ada(&next).await;
    page.is(200).has(&["Your bank is being asked", "data-waiting"]).lacks(&["pi_1_secret_2"]);
    // Of another payment nothing is claimed.
    let other = format!("{}?answered=6b49d20001020304050607e2", path());
    site.get_as_ada(&other).await.is(200).has(&["Your bank wants you to confirm"]);
    site.get_as_ada(&format!("{}?answered=%3Cscript%3E", path())).await.is(200).lacks(&["data-waiting"]);
    // While it is not known how to ask, there is another look.
    site.stub.on("GET /api/payments", Answer::json(200, json!([payment("requires_action")])));
    let page = site.send(reqwest::Method::GET, &path(), &[("cookie", SESSION)], &[]).await;
    page.is(200).has(&["Refresh to see how it went"]).lacks(&["Confirm $49.50"]);
}

#[tokio::test]
async fn scripts_may_come_from_this_machine_for_tests() {
    let site = Site::told(&[KEY, ("STRIPE_JS_URL", "http://127.0.0.1:9/stripe.js")]).await;
    site.stub
        .on(&format!("GET /api/orders/{ORDER}"), Answer::json(200, order_with(json!({}))))
        .on("GET /api/payments", Answer::json(200, json!([])));
    let page = site.get_as_ada(&path()).await;
    page.is(200).has(&["http://127.0.0.1:9/stripe.js"]);
    assert!(policy(&page).contains("'wasm-unsafe-eval' http://127.0.0.1:9;"), "{}", policy(&page));
}
