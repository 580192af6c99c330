//! Paying by a card that is typed into the payment provider's form.

use std::sync::Arc;

use common::api::{OrderView, PaymentView};
use islands::{BankStep, CardField, t};
use leptos::prelude::*;
use serde_json::json;

use super::order;
use crate::{local_path::with_query, stripe::Stripe, view::money};

/// The provider's form, and the amount on the button. Both are there once the form is.
#[component]
pub(super) fn PayByCard(order: OrderView, stripe: Arc<Stripe>, error: Option<String>) -> impl IntoView {
    let amount = money::amount(order.total, &order.currency);
    // Nothing is charged before the tickets are certain, and the card goes by way of our own services.
    let elements = json!({
        "mode": "payment",
        "amount": order.total.0.get(),
        "currency": order.currency,
        "captureMethod": "manual",
        "paymentMethodCreation": "manual",
        "paymentMethodTypes": ["card"],
    });
    let (key, script) = (stripe.key().to_owned(), stripe.script().to_owned());
    view! {
        <form method="post" action=format!("{}/pay", order::path(order.id)) data-form="card">
            <input type="hidden" name="paymentMethod" value=""/>
            <fieldset class="field" aria-describedby="error-paymentMethod hint-paymentMethod">
                <legend>{t!("pay-card")}</legend>
                <p class="hint" id="hint-paymentMethod">{t!("pay-card-provider")}</p>
                <CardField key script elements=elements.to_string() error/>
            </fieldset>
            <button class="big full" hidden=true>{t!("pay-button", amount = amount)}</button>
            <NeedsScripts/>
        </form>
    }
    .into_any()
}

/// The bank's question, which the provider shows.
#[component]
pub(super) fn BankAsks(payment: PaymentView, stripe: Arc<Stripe>) -> impl IntoView {
    let page = order::path(payment.order_id);
    let Some(secret) = payment.client_secret else {
        // It is about to be known.
        return view! { <a class="button quiet full" href=page>{t!("order-refresh")}</a> }.into_any();
    };
    let label = t!("pay-confirm", amount = money::amount(payment.amount, &payment.currency));
    let next = with_query(&page, &[("answered", &payment.id.to_string())]);
    let (key, script) = (stripe.key().to_owned(), stripe.script().to_owned());
    view! {
        <div class="stack">
            <p class="hint" id="hint-bank">{t!("pay-bank-hint")}</p>
            <BankStep key script secret label next/>
            <NeedsScripts/>
        </div>
    }
    .into_any()
}

#[component]
fn NeedsScripts() -> impl IntoView {
    view! { <noscript><p class="notice warn">{t!("pay-card-scripts")}</p></noscript> }
}
