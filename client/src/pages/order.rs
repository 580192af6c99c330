//! One order: what was reserved, until when, and how to pay.

use common::{
    api::{OrderItemView, OrderView, PaymentView},
    id::PaymentId,
};
use jiff::Timestamp;
use leptos::prelude::*;

use super::{alert::Alert, layout::Layout};
use crate::{
    caller::Visit,
    forms::PayForm,
    local_path::with_query,
    view::{cards, money, refusal::Refusal, stage, stage::Stage, time},
};

/// Everything the page is made of.
#[derive(Debug)]
pub(crate) struct Purchase {
    pub(crate) order: OrderView,
    /// The payment the address names, if it is there.
    pub(crate) payment: Option<PaymentView>,
    /// The address names a payment, and it cannot be shown.
    pub(crate) payment_unknown: bool,
    pub(crate) now: Timestamp,
}

/// The page's address; with a payment, its fate is shown too.
pub(crate) fn path(order: common::id::OrderId, payment: Option<PaymentId>) -> String {
    let payment = payment.map(|id| id.to_string()).unwrap_or_default();
    with_query(&format!("/orders/{order}"), &[("payment", &payment)])
}

#[component]
pub(crate) fn Order(
    visit: Visit,
    purchase: Purchase,
    form: PayForm,
    refusal: Option<Refusal>,
) -> impl IntoView {
    let stage = Stage::of(&purchase.order, purchase.payment.as_ref(), purchase.now);
    let Purchase { order, payment, payment_unknown, now } = purchase;
    let payment = payment.filter(|payment| payment.order_id == order.id);
    let here = path(order.id, payment.as_ref().map(|payment| payment.id));
    let error = refusal.as_ref().and_then(|refusal| refusal.field("card")).map(str::to_owned);
    let body = match stage {
        Stage::ToPay => view! { <PayPanel order=order.clone() form error/> }.into_any(),
        Stage::ToConfirm => payment.clone().map(|payment| view! { <ConfirmPanel payment/> }).into_any(),
        Stage::UnderWay => {
            said("Your payment is under way. This usually takes a moment: refresh to see how it ends.")
        }
        Stage::Lapsing => said("The time to pay is over. The tickets are being put back on sale."),
        Stage::Complete => said("Paid. The tickets are yours: enjoy!"),
        Stage::Cancelled => said(stage::cancelled(order.cancel_reason)),
    };
    let again = (stage == Stage::Cancelled).then(|| {
        view! { <p><a href=format!("/tickets/{}", order.ticket.id)>"Back to the listing"</a></p> }
    });
    view! {
        <Layout title=format!("Order: {}", order.ticket.title) visit>
            <h1>"Your order"</h1>
            <Alert refusal/>
            <div class="split">
                <div>
                    <p>
                        <span class="label">{stage::label(order.status)}</span>
                        " "
                        <a href=here>"Refresh"</a>
                    </p>
                    <Items items=order.items.clone() currency=order.currency.clone()/>
                    <p class="total">"Total: "<strong>{money::amount(order.total, &order.currency)}</strong></p>
                </div>
                <aside class="panel">
                    {stage.can_cancel().then(|| view! { <Deadline at=order.expires_at now=now/> })}
                    {body}
                    {payment.map(|payment| view! { <Money payment/> })}
                    {payment_unknown.then(|| view! {
                        <p>"What became of your payment cannot be shown right now."</p>
                    })}
                    {again}
                    {stage.can_cancel().then(|| view! {
                        <form class="apart" method="post" action=format!("/orders/{}/cancel", order.id)>
                            <button class="quiet">"Cancel this order"</button>
                        </form>
                    })}
                </aside>
            </div>
        </Layout>
    }
}

fn said(text: &'static str) -> AnyView {
    view! { <p>{text}</p> }.into_any()
}

#[component]
fn Items(items: Vec<OrderItemView>, currency: String) -> impl IntoView {
    let rows = items.into_iter().map(|item| {
        view! {
            <li>
                <span class="name">
                    <a href=format!("/tickets/{}", item.ticket.id)>{item.ticket.title.to_string()}</a>
                </span>
                <span>{format!("{} × {}", item.quantity, money::amount(item.price, &currency))}</span>
            </li>
        }
    });
    view! { <ul class="rows">{rows.collect_view()}</ul> }
}

#[component]
fn Deadline(at: Timestamp, now: Timestamp) -> impl IntoView {
    view! {
        <p class="deadline">
            "Reserved for you until "
            <time datetime=at.to_string()>{time::clock(at)}</time>
            {time::left(now, at).map(|left| view! { " ("<strong>{left}</strong>")" })}
        </p>
    }
}

#[component]
fn PayPanel(order: OrderView, form: PayForm, error: Option<String>) -> impl IntoView {
    let chosen = if form.card.is_empty() { cards::ALL[0].token.to_owned() } else { form.card };
    let choices = cards::ALL.map(|card| {
        view! {
            <label class="choice">
                <input type="radio" name="card" value=card.token checked=card.token == chosen/>
                <span>{card.name}<small>{card.effect}</small></span>
            </label>
        }
    });
    view! {
        <form method="post" action=format!("/orders/{}/pay", order.id)>
            <fieldset id="field-card" aria-describedby=error.is_some().then_some("error-card")>
                <legend>"Pay with a test card"</legend>
                {choices.collect_view()}
            </fieldset>
            {error.map(|error| view! { <p class="error" id="error-card">{error}</p> })}
            <button>{format!("Pay {}", money::amount(order.total, &order.currency))}</button>
            <p class="hint">"This market runs on a pretend bank: no money moves."</p>
        </form>
    }
}

#[component]
fn ConfirmPanel(payment: PaymentView) -> impl IntoView {
    view! {
        <p>"Your bank wants you to confirm this payment before it releases the money."</p>
        <form method="post" action=format!("/orders/{}/payments/{}/confirm", payment.order_id, payment.id)>
            <button>{format!("Confirm {}", money::amount(payment.amount, &payment.currency))}</button>
            <p class="hint">"The pretend bank asks no questions."</p>
        </form>
    }
}

#[component]
fn Money(payment: PaymentView) -> impl IntoView {
    let reason = payment.reason.map(|reason| format!(" ({reason})"));
    view! { <p class="hint">{stage::money(payment.status)}{reason}</p> }
}
