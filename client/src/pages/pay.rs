//! What an order's page asks of its buyer: to pay, to confirm, or to give up.

use std::sync::Arc;

use common::{
    api::{OrderView, PaymentView},
    error::ErrorCode,
    id::OrderId,
};
use islands::{Checked, t, words::words};
use leptos::prelude::*;

use super::card::{BankAsks, PayByCard};
use crate::{
    forms::PayForm,
    stripe::Stripe,
    view::{cards, money, refusal::Refusal},
};

/// How an order is paid, and what became of the last try.
#[derive(Debug)]
pub(super) struct Paying {
    pub(super) form: PayForm,
    pub(super) stripe: Option<Arc<Stripe>>,
    pub(super) refusal: Option<Refusal>,
}

impl Paying {
    /// The form to pay with; while a payment's bank asks, its question first.
    pub(super) fn todo(self, order: OrderView, asking: Option<PaymentView>) -> AnyView {
        let Some(payment) = asking else { return self.form(order) };
        let question = match self.stripe.clone() {
            None => view! { <Confirm payment/> }.into_any(),
            Some(stripe) => view! { <BankAsks payment stripe/> }.into_any(),
        };
        let open = self.refusal.is_some();
        view! {
            {question}
            <details class="other-card" open=open>
                <summary>{t!("pay-other-card")}</summary>
                {self.form(order)}
            </details>
        }
        .into_any()
    }

    fn form(self, order: OrderView) -> AnyView {
        let Self { form, stripe, refusal } = self;
        let error =
            |field: &str| refusal.as_ref().and_then(|refusal| refusal.field(field)).map(str::to_owned);
        let Some(stripe) = stripe else {
            return view! { <Pay order form error=error("card")/> }.into_any();
        };
        let declined = refusal.as_ref().filter(|refusal| refusal.is(ErrorCode::CardDeclined));
        let rule = error("paymentMethod").map(|rule| words().rule(&rule));
        let error = rule.or_else(|| declined.map(Refusal::what));
        view! { <PayByCard order stripe error/> }.into_any()
    }
}

/// Which card, and the amount on the button.
#[component]
fn Pay(order: OrderView, form: PayForm, error: Option<String>) -> impl IntoView {
    let chosen = cards::ALL.iter().position(|card| card.token == form.card).unwrap_or_default();
    let choices = cards::ALL.into_iter().enumerate().map(|(index, card)| {
        let checked = index == chosen;
        view! {
            <label class="choice">
                // What leads to the field leads to the card that is chosen.
                <input id=checked.then_some("field-card") type="radio" name="card" value=card.token checked=checked/>
                <span>{card.name}" "<small>{card.effect()}</small></span>
            </label>
        }
    });
    let described = if error.is_some() { "error-card hint-card" } else { "hint-card" };
    view! {
        <form method="post" action=format!("/orders/{}/pay", order.id) data-form="pay">
            <fieldset class="field" aria-describedby=described>
                <legend>{t!("pay-method")}</legend>
                <p class="hint" id="hint-card">{t!("pay-card-hint")}</p>
                <p id="error-card" class="error">{error.map(|error| words().rule(&error))}</p>
                {choices.collect_view()}
            </fieldset>
            <button class="big full">{t!("pay-button", amount = money::amount(order.total, &order.currency))}</button>
            <Checked/>
        </form>
    }
}

/// The bank's question.
#[component]
fn Confirm(payment: PaymentView) -> impl IntoView {
    let amount = money::amount(payment.amount, &payment.currency);
    let action = format!("/orders/{}/payments/{}/confirm", payment.order_id, payment.id);
    view! {
        <form method="post" action=action data-form="confirm">
            <button class="big full" aria-describedby="hint-confirm">{t!("pay-confirm", amount = amount)}</button>
            <p class="hint" id="hint-confirm">{t!("pay-confirm-hint")}</p>
            <Checked/>
        </form>
    }
}

/// Giving the reservation up, in two steps: what is let go may be gone for good.
#[component]
pub(super) fn Cancel(order: OrderId) -> impl IntoView {
    view! {
        <details class="cancel">
            <summary>{t!("order-cancel")}</summary>
            <form method="post" action=format!("/orders/{order}/cancel") data-form="cancel">
                <p>{t!("order-cancel-lead")}</p>
                <button class="danger full">{t!("order-cancel-yes")}</button>
                <Checked/>
            </form>
        </details>
    }
}
