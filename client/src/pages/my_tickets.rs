//! The visitor's own listings.

use common::api::{TicketStatus, TicketView};
use leptos::prelude::*;

use super::{layout::Layout, more::More};
use crate::{
    caller::Visit,
    local_path::with_query,
    view::{money, paging::Paged, standing},
};

const PATH: &str = "/me/tickets";

#[component]
pub(crate) fn MyTickets(visit: Visit, listed: Paged<TicketView>, is_first: bool) -> impl IntoView {
    let Paged { items, next } = listed;
    let next = next.map(|cursor| with_query(PATH, &[("cursor", &cursor)]));
    let first = (!is_first).then(|| PATH.to_owned());
    let list = if items.is_empty() {
        view! { <p class="empty">"You have nothing listed. "<a href="/sell">"Sell tickets"</a>"."</p> }
            .into_any()
    } else {
        view! { <ul class="rows">{items.into_iter().map(|ticket| view! { <Row ticket/> }).collect_view()}</ul> }
            .into_any()
    };
    view! {
        <Layout title="My listings" visit>
            <h1>"My listings"</h1>
            {list}
            <More next first/>
        </Layout>
    }
}

#[component]
fn Row(ticket: TicketView) -> impl IntoView {
    let path = format!("/tickets/{}", ticket.id);
    let change = (ticket.status != TicketStatus::Withdrawn).then(|| {
        view! {
            <span class="actions">
                <a href=format!("{path}/edit")>"Edit"</a>
                <a href=format!("{path}/withdraw")>"Withdraw"</a>
            </span>
        }
    });
    let listed = match ticket.quantity {
        1 => "1 listed".to_owned(),
        quantity => format!("{quantity} listed, {} available", ticket.available),
    };
    view! {
        <li>
            <span class="name"><a href=path.clone()>{ticket.title.to_string()}</a></span>
            <span>{money::amount(ticket.price, &ticket.currency)}</span>
            <span>{listed}</span>
            <span class="label">{standing::label(ticket.status)}</span>
            {change}
        </li>
    }
}
