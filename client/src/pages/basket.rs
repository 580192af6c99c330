//! The basket: several listings that become one order.

use common::api::TicketView;
use islands::{Cost, Live, Price, Seats, Units, t};
use jiff::Timestamp;
use leptos::prelude::*;

use super::{
    alert::{Alert, titled},
    layout::Layout,
    ticket_card::{DateBlock, place},
};
use crate::{
    caller::{Viewer, Visit},
    forms::{REMOVE, price_field, quantity_field},
    view::{
        money,
        refusal::Refusal,
        standing, time,
        wish::{self, Hindrance, Sum, Wish},
        zones,
    },
};

/// The basket as the page shows it.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) wishes: Vec<Wish>,
    /// The form's mark.
    pub(crate) key: String,
    /// When this was true.
    pub(crate) now: Timestamp,
}

#[component]
pub(crate) fn Basket(visit: Visit, shown: Shown, refusal: Option<Refusal>) -> impl IntoView {
    let content = if shown.wishes.is_empty() {
        view! { <Nothing/> }.into_any()
    } else {
        view! { <Wishes viewer=visit.viewer.clone() shown refusal=refusal.clone()/> }.into_any()
    };
    view! {
        <Layout title=titled(t!("basket-title"), refusal.as_ref()) visit>
            <h1>{t!("basket-title")}</h1>
            <p class="lead">{t!("basket-lead")}</p>
            <Alert refusal/>
            {content}
        </Layout>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <div class="empty">
            <h2>{t!("basket-empty")}</h2>
            <p>{t!("basket-empty-advice")}</p>
            <a class="button" href="/">{t!("basket-browse")}</a>
        </div>
    }
}

#[component]
fn Wishes(viewer: Viewer, shown: Shown, refusal: Option<Refusal>) -> impl IntoView {
    let Shown { wishes, key, now } = shown;
    let sum = wish::sum(&wishes, &viewer, now);
    let all = wishes.iter().all(|wish| wish.hindrance(&viewer, now).is_none());
    let is_guest = viewer.is_guest();
    let lines = wishes.into_iter().map(|wish| {
        let hindrance = wish.hindrance(&viewer, now);
        let error = refusal
            .as_ref()
            .and_then(|refusal| refusal.field(&quantity_field(wish.line.ticket)))
            .map(|rule| islands::words::words().rule(rule));
        view! { <LineView wish hindrance error/> }
    });
    view! {
        <form class="split basket" method="post" action="/basket/reserve">
            <input type="hidden" name="key" value=key/>
            <div>
                <Live at=now refresh="/basket".to_owned()/>
                <ul class="lines">{lines.collect_view()}</ul>
            </div>
            <aside class="panel buy" aria-label=t!("basket-sum")>
                <Checkout sum all is_guest/>
            </aside>
        </form>
    }
}

#[component]
fn LineView(wish: Wish, hindrance: Option<Hindrance>, error: Option<String>) -> impl IntoView {
    let id = wish.line.ticket.to_string();
    let Some(ticket) = wish.listing().cloned() else {
        let why = hindrance.map(wish::why).unwrap_or_default();
        return view! {
            <li class="line">
                <p class="day open">"–"</p>
                <div><h2>{t!("basket-unknown")}</h2><p class="problem">{why}</p></div>
                <Remove id title=t!("basket-unknown")/>
            </li>
        }
        .into_any();
    };
    let start = zones::start(&ticket);
    let when = start.as_ref().map(time::minutes);
    let facts: Vec<_> = when.into_iter().chain(place(&ticket)).collect();
    let title = ticket.title.to_string();
    let amount = match hindrance {
        Some(hindrance) => view! { <p class="problem">{wish::why(hindrance)}</p> }.into_any(),
        None => view! { <Amount wish=wish.clone() ticket=ticket.clone() error/> }.into_any(),
    };
    // Where it can be had; else the price is of no interest.
    let changed = wish.old_price().filter(|_| hindrance.is_none()).map(|old| {
        let was = money::amount(old, &ticket.currency);
        view! { <p class="label warn">{t!("basket-was", price = was)}</p> }
    });
    view! {
        <li class="line" data-listing=id.clone() class:off=hindrance.is_some()>
            <DateBlock start/>
            <div>
                <h2><a href=format!("/tickets/{id}") data-title="">{title.clone()}</a></h2>
                {(!facts.is_empty()).then(|| view! { <p class="soft">{facts.join(" · ")}</p> })}
                <p>
                    <Price cost=Cost::of_one(&ticket)/>
                    " "{t!("ticket-each")}" · "<Seats units=Units::of(&ticket)/>
                </p>
                {changed}
                {amount}
            </div>
            <Remove id=id.clone() title/>
        </li>
    }
    .into_any()
}

/// How many, and what they cost.
#[component]
fn Amount(wish: Wish, ticket: TicketView, error: Option<String>) -> impl IntoView {
    let units = wish.units(&ticket);
    let name = quantity_field(ticket.id);
    let (field, error_id) = (format!("field-{name}"), format!("error-{name}"));
    let options = (1..=standing::most(&ticket).max(units)).map(|count| {
        view! { <option value=count.to_string() selected=count == units>{count}</option> }
    });
    let sum = Cost::of_one(&ticket).times(units).map(|cost| cost.text());
    // Fewer than were wanted: said where the number has changed.
    let fewer = (units < wish.line.quantity.get())
        .then(|| t!("basket-fewer", wanted = wish.line.quantity.get(), left = ticket.available));
    let problem = error.or(fewer);
    let described = problem.is_some().then(|| error_id.clone());
    let invalid = problem.is_some().then_some("true");
    view! {
        <p class="amount">
            <label for=field.clone()>
                {t!("basket-quantity")}<span class="visually-hidden">" "{ticket.title.to_string()}</span>
            </label>
            <select id=field name=name aria-invalid=invalid aria-describedby=described>
                {options.collect_view()}
            </select>
            <strong data-total="">{sum}</strong>
        </p>
        {problem.map(|problem| view! { <p class="error" id=error_id>{problem}</p> })}
        <input type="hidden" name=price_field(ticket.id) value=ticket.price.0.to_string()/>
    }
}

#[component]
fn Remove(id: String, title: String) -> impl IntoView {
    view! {
        <button class="plain" formaction="/basket/remove" name=REMOVE value=id>
            {t!("basket-remove")}<span class="visually-hidden">" "{title}</span>
        </button>
    }
}

#[component]
fn Checkout(
    /// What can be reserved, if anything can.
    sum: Option<Sum>,
    /// Whether that is everything.
    all: bool,
    is_guest: bool,
) -> impl IntoView {
    let Some(sum) = sum else {
        return view! { <p>{t!("basket-none")}</p> }.into_any();
    };
    // The same for a guest, whom it leads to signing in: what was chosen goes along.
    let label = match (is_guest, all) {
        (true, _) => t!("ticket-sign-in"),
        (false, true) => t!("basket-reserve"),
        (false, false) => t!("basket-reserve-rest"),
    };
    view! {
        <p class="price">
            <span data-count="">{t!("basket-total", count = sum.units)}</span>" "
            <b data-sum="">{money::amount(sum.total, &sum.currency)}</b>
        </p>
        {(!all).then(|| view! { <p class="hint">{t!("basket-without")}</p> })}
        <button class="big full">{label}</button>
        <button class="quiet full" formaction="/basket">{t!("basket-update")}</button>
        <ol class="promise">
            <li>{t!("basket-step-reserve")}</li>
            <li>{t!("ticket-step-pay")}</li>
            <li>{t!("ticket-step-lapse")}</li>
        </ol>
    }
    .into_any()
}
