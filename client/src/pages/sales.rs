//! What a seller has sold, newest first, and the way to give money back.

use common::{
    api::{SaleView, TicketView},
    id::{PaymentId, TicketId},
    money::Major,
};
use islands::t;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::{
    alert::Alert,
    layout::Layout,
    more::More,
    seller_nav::{SellerNav, Tab},
};
use crate::{
    caller::Visit,
    local_path::with_query,
    view::{money, paging::Paged, refusal::Refusal, sold, time},
};

pub(crate) const PATH: &str = "/me/sales";

/// The address of one sale.
pub(crate) fn path(payment: PaymentId, ticket: TicketId) -> String {
    format!("{PATH}/{payment}/{ticket}")
}

/// The sales of one listing.
pub(crate) fn path_of(ticket: TicketId) -> String {
    with_query(PATH, &[("ticket", &ticket.to_string())])
}

/// What the page shows.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The sales, or why there are none to show.
    pub(crate) listed: Result<Paged<SaleView>, Refusal>,
    /// Their listings, as far as they can be had at once.
    pub(crate) listings: Vec<TicketView>,
    /// Only this listing's are shown.
    pub(crate) ticket: Option<TicketId>,
    pub(crate) is_first: bool,
}

/// What a sale's listing is called.
pub(super) fn title(ticket: TicketId, listings: &[TicketView]) -> String {
    let listing = listings.iter().find(|listing| listing.id == ticket);
    listing.map_or_else(|| t!("basket-unknown"), |listing| listing.title.to_string())
}

#[component]
pub(crate) fn Sales(visit: Visit, shown: Shown) -> impl IntoView {
    let Shown { listed, listings, ticket, is_first } = shown;
    let refusal = listed.as_ref().err().cloned();
    let narrowed = ticket.map(|ticket| {
        let only = t!("sales-only", title = title(ticket, &listings));
        view! { <p class="narrowed">{only}" "<a href=PATH>{t!("sales-all")}</a></p> }
    });
    let list = listed.ok().map(|listed| view! { <List listed listings ticket is_first/> });
    view! {
        <Layout title=t!("sales-title") visit>
            <div class="title"><h1>{t!("sales-title")}</h1></div>
            <SellerNav here=Tab::Sales/>
            <Alert refusal/>
            {narrowed}
            {list}
        </Layout>
    }
}

#[component]
fn List(
    listed: Paged<SaleView>,
    listings: Vec<TicketView>,
    ticket: Option<TicketId>,
    is_first: bool,
) -> impl IntoView {
    let Paged { items, next } = listed;
    let of = ticket.map(|ticket| ticket.to_string()).unwrap_or_default();
    let at = |cursor: &str| with_query(PATH, &[("ticket", &of), ("cursor", cursor)]);
    let next = next.map(|cursor| at(&cursor));
    let first = (!is_first).then(|| at(""));
    let list = if !items.is_empty() {
        let rows = items.into_iter().map(|sale| {
            let title = title(sale.ticket_id, &listings);
            view! { <Row sale title/> }
        });
        view! { <ul class="sales">{rows.collect_view()}</ul> }.into_any()
    } else if is_first {
        view! {
            <div class="empty">
                <h2>{t!("sales-empty")}</h2>
                <p>{t!("sales-empty-lead")}</p>
                <a class="button" href="/me/tickets">{t!("nav-listings")}</a>
            </div>
        }
        .into_any()
    } else {
        view! { <p class="empty">{t!("sales-end")}</p> }.into_any()
    };
    view! {
        {list}
        <More next first/>
    }
}

#[component]
fn Row(sale: SaleView, title: String) -> impl IntoView {
    let path = path(sale.payment_id, sale.ticket_id);
    let label = if sold::is_refundable(&sale) { t!("sale-refund") } else { t!("sale-look") };
    let spoken = format!("{label}: {title}");
    view! {
        <li class="panel">
            <h2><a href=format!("/tickets/{}", sale.ticket_id)>{title}</a></h2>
            <Facts sale/>
            <p class="actions"><a class="button quiet" href=path aria-label=spoken>{label}</a></p>
        </li>
    }
    .into_any()
}

/// All there is to say of one sale.
#[component]
pub(super) fn Facts(sale: SaleView) -> impl IntoView {
    let told = |amount: Major| money::amount(amount, &sale.currency);
    let moment = |at: jiff::Timestamp| {
        let there = time::moment(&at.to_zoned(TimeZone::UTC));
        view! { <time datetime=at.to_string()>{there}</time> }
    };
    let returned = (sale.returned > 0).then(|| t!("sale-returned", count = sale.returned));
    let refunded = (sale.refunded > Major::default()).then(|| {
        view! {
            <dt>{t!("sale-refunded")}</dt>
            <dd><span class="label calm">{told(sale.refunded)}</span>" "{returned}</dd>
        }
    });
    view! {
        <dl class="facts">
            <dt>{t!("sale-sold")}</dt>
            <dd>{t!("units", count = sale.quantity)}", "{moment(sale.at)}</dd>
            <dt>{t!("sale-amount")}</dt>
            <dd><strong>{told(sale.amount)}</strong></dd>
            <dt>{t!("sale-fee")}</dt>
            <dd>{told(sale.fee)}</dd>
            {refunded}
            <dt>{t!("sale-due")}</dt>
            <dd>{moment(sale.due_at)}</dd>
            <dt>{t!("order-number")}</dt>
            <dd class="number">{sale.order_id.to_string()}</dd>
        </dl>
    }
    .into_any()
}
