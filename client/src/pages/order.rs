//! One order: where it stands, what was reserved, what there is to do, and what has happened.
//!
//! What depends on the order's state stands in one element that the browser can swap for the same element of the page
//! read anew (`data-swap`); what depends on the time alone is all there, and shown or hidden as the countdown says.

use std::sync::Arc;

use common::{
    api::{OrderStatus, OrderView, PaymentView, TicketStatus, TicketView},
    id::{OrderId, PaymentId},
    money::Minor,
};
use islands::{Countdown, OrderWatch, t};
use jiff::Timestamp;
use leptos::prelude::*;

use super::{
    alert::{Alert, titled},
    layout::Layout,
    order_lines::OrderLines,
    pay::{Cancel, Paying},
    receipt,
    steps::Steps,
};
use crate::{
    caller::Visit,
    forms::PayForm,
    stripe::Stripe,
    view::{
        bill::{Sums, given_back},
        refusal::Refusal,
        stage::{self, Stage},
        time, timeline,
    },
};

/// Everything the page is made of.
#[derive(Debug)]
pub(crate) struct Purchase {
    pub(crate) order: OrderView,
    /// All attempts to pay, newest first; none where they cannot be shown.
    pub(crate) payments: Option<Vec<PaymentView>>,
    /// The order's listings as they are now, as far as they are known.
    pub(crate) listings: Vec<TicketView>,
    /// The payment whose bank the buyer has just answered.
    pub(crate) answered: Option<PaymentId>,
    /// Whose card form there is, instead of the sandbox's cards.
    pub(crate) stripe: Option<Arc<Stripe>>,
    pub(crate) now: Timestamp,
}

/// The page's address.
pub(crate) fn path(order: OrderId) -> String {
    format!("/orders/{order}")
}

#[component]
pub(crate) fn Order(
    visit: Visit,
    purchase: Purchase,
    form: PayForm,
    refusal: Option<Refusal>,
) -> impl IntoView {
    let (id, now) = (purchase.order.id, purchase.now);
    let title = t!("order-title", title = purchase.order.ticket.title.to_string());
    view! {
        <Layout title=titled(title, refusal.as_ref()) visit>
            <div class="order-top">
                <a href="/me/orders">{t!("nav-orders")}</a>
                <OrderWatch id at=now refresh=path(id)/>
            </div>
            <Now purchase form refusal/>
        </Layout>
    }
}

/// Everything that changes with the order.
#[component]
fn Now(purchase: Purchase, form: PayForm, refusal: Option<Refusal>) -> impl IntoView {
    let Purchase { order, payments, listings, answered, stripe, now } = purchase;
    let known = payments.as_deref().unwrap_or_default();
    let stage = Stage::of(&order, known, now).once_answered(known, answered);
    let steps = timeline::steps(&order, known, stage);
    let paying = Paying { form, stripe, refusal: refusal.clone() };
    let act = act(stage, &order, payments.as_deref(), &listings, paying);
    let unknown = (payments.is_none() && stage != Stage::Complete)
        .then(|| view! { <p class="notice warn">{t!("money-unknown")}</p> });
    let refunded =
        if order.status == OrderStatus::Complete { given_back(&order, known) } else { Minor::default() };
    let (version, known) = (order.version.to_string(), known.to_vec());
    view! {
        <div
            class="order"
            data-swap="order"
            data-version=version
            data-waiting=stage.is_passing().then_some("")
            data-reservation=stage.is_open().then_some("")
        >
            <Standing order=order.clone() stage payments=known now/>
            <Alert refusal/>
            <OrderLines order listings refunded/>
            <section class="act panel">{unknown}{act}</section>
            <Steps steps/>
        </div>
    }
}

/// The state at a glance, and how long it lasts.
#[component]
fn Standing(order: OrderView, stage: Stage, payments: Vec<PaymentView>, now: Timestamp) -> impl IntoView {
    let sums = Sums::of(&order, &payments);
    let (title, lead) = (stage.title(), stage.lead(&payments, &sums));
    let lapsed = |text: fn(Stage) -> String| stage.is_open().then(|| text(Stage::Lapsing));
    let (label, class) = stage::label(&order, &payments);
    let label = if stage == Stage::Lapsing { t!("label-lapsing") } else { label };
    let deadline = stage.is_open().then(|| {
        let at = order.expires_at;
        let until = t!("order-until", time = time::clock(at));
        view! {
            <p class="deadline" data-when="running">
                <span>{until}</span>
                " "
                <Countdown until=at at=now/>
            </p>
        }
    });
    view! {
        <header class="standing">
            <p><span class=class><Until running=label lapsed=lapsed(|_| t!("label-lapsing"))/></span></p>
            <h1><Until running=title lapsed=lapsed(Stage::title)/></h1>
            <p class="lead"><Until running=lead lapsed=lapsed(|stage| stage.lead(&[], &Sums::default()))/></p>
            {deadline}
        </header>
    }
}

/// A text that is another once the time is up.
#[component]
fn Until(running: String, lapsed: Option<String>) -> impl IntoView {
    match lapsed {
        None => running.into_any(),
        Some(lapsed) => view! {
            <span data-when="running">{running}</span>
            <span data-when="lapsed" hidden=true>{lapsed}</span>
        }
        .into_any(),
    }
}

/// What there is to do.
fn act(
    stage: Stage,
    order: &OrderView,
    payments: Option<&[PaymentView]>,
    listings: &[TicketView],
    paying: Paying,
) -> AnyView {
    let again = || view! { <Again order=order.clone() listings=listings.to_vec()/> };
    match stage {
        Stage::ToPay | Stage::ToConfirm => {
            let asking =
                stage::active(payments.unwrap_or_default()).filter(|_| stage == Stage::ToConfirm).cloned();
            let todo = paying.todo(order.clone(), asking);
            view! {
                <div class="stack" data-when="running">{todo}<Cancel order=order.id/></div>
                <div data-when="lapsed" hidden=true>{again()}</div>
            }
            .into_any()
        }
        Stage::UnderWay => view! {
            <a class="button quiet full" href=path(order.id)>{t!("order-refresh")}</a>
        }
        .into_any(),
        Stage::Lapsing => again().into_any(),
        Stage::Complete => {
            let timed = listings.iter().any(|listing| listing.starts_at.is_some());
            view! {
                <div class="stack">
                    <h2>{t!("stage-complete-next")}</h2>
                    <p>{t!("stage-complete-keep")}</p>
                    {timed.then(|| view! { <p>{t!("stage-complete-when")}</p> })}
                    <p class="actions">
                        <a class="button" href=receipt::path(order.id)>{t!("order-receipt")}</a>
                        <a href="/">{t!("order-browse")}</a>
                    </p>
                </div>
            }
            .into_any()
        }
        Stage::Refunded => view! {
            <div class="stack">
                <h2>{t!("money-title")}</h2>
                <p>{t!("stage-refunded-money")}</p>
                <p class="actions">
                    <a class="button" href=receipt::path(order.id)>{t!("order-receipt")}</a>
                    <a href="/">{t!("order-browse")}</a>
                </p>
            </div>
        }
        .into_any(),
        Stage::Cancelled(_) => {
            let fate = payments
                .map(|payments| view! { <h2>{t!("money-title")}</h2><p>{stage::money(payments)}</p> });
            view! { <div class="stack">{fate}{again()}</div> }.into_any()
        }
    }
}

/// Back to what can still be had, or may be again.
#[component]
fn Again(order: OrderView, listings: Vec<TicketView>) -> impl IntoView {
    let gone = |id| {
        let listing = listings.iter().find(|listing| listing.id == id);
        listing.is_some_and(|listing| matches!(listing.status, TicketStatus::Sold | TicketStatus::Withdrawn))
    };
    let single = order.items.len() == 1;
    let links: Vec<_> = order
        .items
        .iter()
        .filter(|item| !gone(item.ticket.id))
        .map(|item| {
            let label = if single {
                t!("order-again")
            } else {
                t!("order-again-one", title = item.ticket.title.to_string())
            };
            view! { <a class="button quiet full" href=format!("/tickets/{}", item.ticket.id)>{label}</a> }
        })
        .collect();
    let none = links.is_empty();
    view! {
        <div class="again">
            {links}
            {none.then(|| view! { <a class="button quiet full" href="/">{t!("order-browse")}</a> })}
        </div>
    }
}
