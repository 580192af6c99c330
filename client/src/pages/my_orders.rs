//! The visitor's own orders.

use common::api::{OrderStatus, OrderView};
use islands::{Countdown, clock, t};
use jiff::{Timestamp, tz::TimeZone};
use leptos::prelude::*;

use super::{alert::Alert, layout::Layout, more::More, order};
use crate::{
    caller::Visit,
    local_path::with_query,
    view::{
        money,
        paging::Paged,
        refusal::Refusal,
        stage::{self, reserved_at},
        time,
    },
};

const PATH: &str = "/me/orders";

/// What the page shows.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The orders, or why there are none to show.
    pub(crate) listed: Result<Paged<OrderView>, Refusal>,
    /// Where this page of them begins.
    pub(crate) cursor: String,
    pub(crate) now: Timestamp,
}

#[component]
pub(crate) fn MyOrders(visit: Visit, shown: Shown) -> impl IntoView {
    let Shown { listed, cursor, now } = shown;
    let here = with_query(PATH, &[("cursor", &cursor)]);
    let refusal = listed.as_ref().err().cloned();
    let list = listed.ok().map(|listed| view! { <List listed is_first=cursor.is_empty() now/> });
    view! {
        <Layout title=t!("nav-orders") visit>
            <div class="title">
                <h1>{t!("nav-orders")}</h1>
                <p class="as-of"><span>{clock::as_of(now)}</span>" "<a href=here>{t!("refresh")}</a></p>
            </div>
            <Alert refusal/>
            {list}
        </Layout>
    }
}

#[component]
fn List(listed: Paged<OrderView>, is_first: bool, now: Timestamp) -> impl IntoView {
    let Paged { items, next } = listed;
    let next = next.map(|cursor| with_query(PATH, &[("cursor", &cursor)]));
    let first = (!is_first).then(|| PATH.to_owned());
    let list = if !items.is_empty() {
        view! { <ul class="orders">{items.into_iter().map(|order| view! { <Row order now/> }).collect_view()}</ul> }
            .into_any()
    } else if is_first {
        view! {
            <div class="empty">
                <h2>{t!("orders-empty")}</h2>
                <p>{t!("orders-empty-lead")}</p>
                <a class="button" href="/">{t!("order-browse")}</a>
            </div>
        }
        .into_any()
    } else {
        view! { <p class="empty">{t!("orders-end")}</p> }.into_any()
    };
    view! {
        {list}
        <More next first/>
    }
}

#[component]
fn Row(order: OrderView, now: Timestamp) -> impl IntoView {
    let title = title(&order);
    let path = order::path(order.id);
    let units: u32 = order.items.iter().map(|item| item.quantity).sum();
    let reserved = time::moment(&reserved_at(&order).to_zoned(TimeZone::UTC));
    let open = order.status == OrderStatus::Created;
    let running = open && now < order.expires_at;
    let label = (!open || running).then(|| {
        let (label, class) = stage::label(&order, &[]);
        view! { <span class=class data-when=running.then_some("running")>{label}</span> }
    });
    let lapsed = open.then(|| {
        view! { <span class="label" data-when="lapsed" hidden=running>{t!("label-lapsing")}</span> }
    });
    let left = running.then(|| {
        view! { <span class="left" data-when="running"><Countdown until=order.expires_at at=now/></span> }
    });
    let pay = running.then(|| {
        view! {
            <a class="button" data-when="running" href=path.clone() aria-label=t!("orders-pay-one", title = title.as_str())>
                {t!("orders-pay")}
            </a>
        }
    });
    view! {
        <li class="panel" data-reservation=running.then_some("")>
            <div class="what">
                <h2><a href=path.clone()>{title}</a></h2>
                <p class="soft">{t!("orders-reserved", units = t!("units", count = units), time = reserved)}</p>
            </div>
            <p class="how">{label}{lapsed}" "{left}</p>
            <p class="cost"><strong>{money::amount(order.total, &order.currency)}</strong>" "{pay}</p>
        </li>
    }
}

/// The first line's title, and how many others there are.
fn title(order: &OrderView) -> String {
    let first = order.ticket.title.to_string();
    match order.items.len().saturating_sub(1) {
        0 => first,
        more => t!("orders-title-more", title = first, count = more),
    }
}
