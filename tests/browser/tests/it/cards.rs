//! Paying through the payment provider's card form.
//!
//! The provider's own script cannot be reached from here. In its place stands one with the same calls, served from another
//! host as the real one is, and behind the market's services the sandbox, which knows the provider's names for test cards.
//! What is typed into the stand-in's field is the name that its `createPaymentMethod` answers with.

use browser::{Driver, Scripts, Visitor, on_stage, perform};
use e2e::Market;
use serde_json::{Value, json};
use stack::{FleetOptions, Service};

use crate::web::{Page, serve};

const KEY: &str = "pk_test_standin";
const FRAME: &str = "<!DOCTYPE html><html lang=en><title>Stand-in</title><p>A frame of the provider’s</p>";

/// It keeps what it is told in `standIn`, and asks the sandbox in the bank's place.
const STAND_IN: &str = "window.Stripe = (key, { locale }) => {
    const incomplete = { error: { message: 'Your card number is incomplete.' } };
    const typed = () => document.getElementById('stand-in').value;
    return {
        elements(options) {
            window.standIn = { key, locale, options };
            return {
                create: (kind) => {
                    const heard = {};
                    return {
                        on: (name, hear) => { heard[name] = hear; },
                        mount: (place) => {
                            const label = document.createElement('label');
                            label.textContent = 'Card number ';
                            const field = document.createElement('input');
                            field.id = 'stand-in';
                            label.htmlFor = field.id;
                            const frame = document.createElement('iframe');
                            frame.title = `Secure ${kind} input frame`;
                            frame.src = document.querySelector('script[src$=\"/stripe.js\"]').src.replace('stripe.js', 'frame');
                            frame.addEventListener('load', () => heard.ready());
                            place.append(label, field, frame);
                        },
                    };
                },
                submit: async () => (typed() ? {} : incomplete),
            };
        },
        createPaymentMethod: async ({ elements }) =>
            elements ? { paymentMethod: { id: typed() } } : { error: { message: 'No elements.' } },
        async handleNextAction({ clientSecret }) {
            const order = location.pathname.split('/')[2];
            const payments = await (await fetch(`/api/payments?orderId=${order}`)).json();
            const payment = payments.find((payment) => payment.clientSecret === clientSecret);
            if (!payment) return { error: { message: 'No such payment.' } };
            const answer = await fetch(`/api/payments/${payment.id}/confirm`, { method: 'POST' });
            const declined = { error: { message: 'Declined.', payment_intent: { status: 'requires_payment_method' } } };
            return answer.ok ? { paymentIntent: { status: 'requires_capture' } } : declined;
        },
    };
};";

/// A market whose client has an account, and the host of the stand-in.
async fn market() -> (Market, String) {
    Driver::shared().await;
    let url = serve([("/stripe.js", Page::script(STAND_IN)), ("/frame", Page::plain(FRAME))].into());
    let options = FleetOptions { reservation_seconds: Some(900), ..FleetOptions::default() }
        .env(Service::Client, "STRIPE_PUBLISHABLE_KEY", KEY)
        .env(Service::Client, "STRIPE_JS_URL", format!("{url}/stripe.js"));
    (Market::open_with(options).await, url)
}

async fn policy_of(market: &Market, cookie: &str, path: &str) -> String {
    let answer = market.stranger().with_cookie(cookie).get(path).await;
    answer.header("content-security-policy").to_owned()
}

/// What the page says beside the card form.
async fn told_beside(visitor: &Visitor) -> String {
    let told = visitor.asks("return document.querySelector('form[data-form=card] .error')?.innerText").await;
    told.as_str().unwrap_or_default().to_owned()
}

#[test]
fn cards_are_typed_into_the_providers_form() {
    on_stage(async {
        let (market, host) = market().await;
        perform(&market, &[Scripts::On], "cards", async |cast| {
            let seller = market.person("sam").await;
            let ticket = seller.list("Card tricks, close up", 49, 5).await;
            let listing = format!("/tickets/{}", ticket.id);
            let buyer = cast.member("bea").await;
            let order = buyer.reserves(&listing).await;
            buyer.comes_to_see("Card number").await;
            let told = buyer.asks("return window.standIn").await;
            let options = json!({
                "mode": "payment", "amount": 4900, "currency": "usd", "captureMethod": "manual",
                "paymentMethodCreation": "manual", "paymentMethodTypes": ["card"],
                "appearance": { "theme": "stripe" },
            });
            assert_eq!(told, json!({ "key": KEY, "locale": "en", "options": options }));
            assert_eq!(buyer.asks("return document.querySelector('[value^=tok_]')").await, Value::Null);
            buyer.is_served_well().await;

            // What the form itself finds wrong is said beside it, and nothing is sent.
            buyer.presses_in_vain("Pay $49.00").await;
            buyer.comes_to_see("Your card number is incomplete.").await;
            assert_eq!(buyer.path().await, order);

            // What the bank refuses too; and there is another try.
            buyer.fills("Card number", "pm_card_chargeDeclined").await;
            buyer.presses("Pay $49.00").await;
            buyer.is_told("The payment was declined: Your card was declined.").await;
            buyer.comes_to_see("Card number").await;
            assert!(told_beside(&buyer).await.contains("Your card was declined."));
            buyer.fills("Card number", "pm_card_visa").await;
            buyer.presses("Pay $49.00").await;
            buyer.learns("Your order is paid").await;

            // A bank that asks is answered there, and the page learns what came of it.
            buyer.reserves(&listing).await;
            buyer.comes_to_see("Card number").await;
            buyer.fills("Card number", "pm_card_authenticationRequired").await;
            buyer.presses("Pay $49.00").await;
            buyer.sees("Confirm your payment").await;
            buyer.is_served_well().await;
            buyer.presses("Confirm $49.00").await;
            buyer.learns("Your order is paid").await;

            // One that refuses leaves the order payable, with another card.
            buyer.reserves(&listing).await;
            buyer.comes_to_see("Card number").await;
            buyer.fills("Card number", "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds").await;
            buyer.presses("Pay $49.00").await;
            buyer.sees("Confirm your payment").await;
            buyer.presses("Confirm $49.00").await;
            buyer.comes_to_see("Card number").await;
            buyer.fills("Card number", "pm_card_visa").await;
            buyer.presses("Pay $49.00").await;
            buyer.learns("Your order is paid").await;
            let complaints = buyer.complaints().await;
            assert!(complaints.is_empty(), "{complaints:?}");
            // The script is nowhere but where it is needed.
            buyer.go(&listing).await;
            assert_eq!(buyer.asks("return typeof window.Stripe").await, "undefined");

            let cookie = seller.actor().cookie().unwrap();
            for path in ["/", listing.as_str(), "/me/orders", "/me/tickets", "/basket", "/sell"] {
                let policy = policy_of(&market, cookie, path).await;
                assert!(
                    !policy.is_empty() && !policy.contains(&host) && !policy.contains("stripe"),
                    "{policy}"
                );
            }
        })
        .await;

        perform(&market, &[Scripts::Off], "cards-without-scripts", async |cast| {
            let seller = market.person("sam").await;
            let ticket = seller.list("A card house, seven storeys", 5, 5).await;
            let buyer = cast.member("bea").await;
            buyer.reserves(&format!("/tickets/{}", ticket.id)).await;
            buyer.sees("Paying needs scripts").await;
            assert!(!buyer.has_button("Pay $5.00").await);
            buyer.cancels().await;
        })
        .await;
    });
}
