//! The visitor's own orders.

use common::api::{OrderStatus, OrderView};
use jiff::Timestamp;
use leptos::prelude::*;

use super::{layout::Layout, more::More};
use crate::{
    caller::Visit,
    local_path::with_query,
    view::{money, paging::Paged, stage, time},
};

const PATH: &str = "/me/orders";

#[component]
pub(crate) fn MyOrders(
    visit: Visit,
    listed: Paged<OrderView>,
    is_first: bool,
    now: Timestamp,
) -> impl IntoView {
    let Paged { items, next } = listed;
    let next = next.map(|cursor| with_query(PATH, &[("cursor", &cursor)]));
    let first = (!is_first).then(|| PATH.to_owned());
    let list = if items.is_empty() {
        view! { <p class="empty">"You have no orders yet. "<a href="/">"Browse tickets"</a>"."</p> }
            .into_any()
    } else {
        let rows = items.into_iter().map(|order| view! { <Row order now/> });
        view! { <ul class="rows">{rows.collect_view()}</ul> }.into_any()
    };
    view! {
        <Layout title="My orders" visit>
            <h1>"My orders"</h1>
            {list}
            <More next first/>
        </Layout>
    }
}

#[component]
fn Row(order: OrderView, now: Timestamp) -> impl IntoView {
    let units: u32 = order.items.iter().map(|item| item.quantity).sum();
    let units = if units == 1 { "1 ticket".to_owned() } else { format!("{units} tickets") };
    let left = (order.status == OrderStatus::Created)
        .then(|| time::left(now, order.expires_at).unwrap_or_else(|| "lapsing".to_owned()));
    view! {
        <li>
            <span class="name"><a href=format!("/orders/{}", order.id)>{order.ticket.title.to_string()}</a></span>
            <span>{units}</span>
            <span>{money::amount(order.total, &order.currency)}</span>
            <span class="label">{stage::label(order.status)}</span>
            <span>{left}</span>
        </li>
    }
}
