//! The visitor's own listings, and what they have come to.

use common::api::{OwnTicketView, Sales, TicketStatus, TicketView};
use islands::t;
use leptos::prelude::*;

use super::{
    layout::Layout,
    more::More,
    sales,
    seller_nav::{SellerNav, Tab},
    ticket_card::place,
    told::Told,
};
use crate::{
    caller::Visit,
    local_path::with_query,
    notice::Notice,
    view::{money, paging::Paged, sales::Summary, standing, time, zones},
};

pub(crate) const PATH: &str = "/me/tickets";

#[component]
pub(crate) fn MyTickets(
    visit: Visit,
    listed: Paged<OwnTicketView>,
    is_first: bool,
    notice: Option<Notice>,
) -> impl IntoView {
    let Paged { items, next } = listed;
    let whole = is_first && next.is_none();
    let next = next.map(|cursor| with_query(PATH, &[("cursor", &cursor)]));
    let first = (!is_first).then(|| PATH.to_owned());
    let sell = (!items.is_empty()).then(|| view! { <a class="button" href="/sell">{t!("sell-title")}</a> });
    let list = if items.is_empty() {
        view! { <Nothing is_first/> }.into_any()
    } else {
        let summary = Summary::of(&items);
        let rows = items.into_iter().map(|listing| view! { <Row listing/> });
        view! {
            <Sums summary whole/>
            <ul class="listings">{rows.collect_view()}</ul>
        }
        .into_any()
    };
    view! {
        <Layout title=t!("nav-listings") visit>
            <div class="title">
                <h1>{t!("nav-listings")}</h1>
                {sell}
            </div>
            <SellerNav here=Tab::Listings/>
            <Told notice/>
            {list}
            <More next first/>
        </Layout>
    }
}

#[component]
fn Nothing(is_first: bool) -> impl IntoView {
    if !is_first {
        return view! { <p class="empty">{t!("selling-end")}</p> }.into_any();
    }
    view! {
        <div class="empty">
            <h2>{t!("selling-empty")}</h2>
            <p>{t!("selling-empty-lead")}</p>
            <a class="button" href="/sell">{t!("selling-first")}</a>
        </div>
    }
    .into_any()
}

#[component]
fn Sums(
    summary: Summary,
    /// These are all the listings there are.
    whole: bool,
) -> impl IntoView {
    let part = (!whole).then(|| view! { <p class="hint">{t!("selling-part")}</p> });
    view! {
        <dl class="sums">
            <div><dt>{t!("selling-on-sale")}</dt><dd>{summary.on_sale}</dd></div>
            <div><dt>{t!("selling-sold")}</dt><dd>{summary.sold}</dd></div>
            <div><dt>{t!("selling-takings")}</dt><dd>{summary.takings()}</dd></div>
        </dl>
        {part}
    }
    .into_any()
}

#[component]
fn Row(listing: OwnTicketView) -> impl IntoView {
    let OwnTicketView { ticket, sales } = listing;
    let path = format!("/tickets/{}", ticket.id);
    let title = ticket.title.to_string();
    let when = zones::start(&ticket).map(|start| {
        view! { <time datetime=start.timestamp().to_string()>{time::moment(&start)}</time> }
    });
    let place = place(&ticket);
    let change = (ticket.status != TicketStatus::Withdrawn).then(|| {
        view! {
            <a class="button quiet" href=format!("{path}/edit") aria-label=t!("selling-edit-one", title = title.as_str())>
                {t!("selling-edit")}
            </a>
            <a href=format!("{path}/withdraw") aria-label=t!("selling-withdraw-one", title = title.as_str())>
                {t!("selling-withdraw")}
            </a>
        }
    });
    let sold = (sales.sold > 0).then(|| {
        let spoken = t!("selling-sales-one", title = title.as_str());
        view! { <a href=sales::path_of(ticket.id) aria-label=spoken>{t!("sales-title")}</a> }
    });
    let actions =
        (change.is_some() || sold.is_some()).then(|| view! { <p class="actions">{change}{sold}</p> });
    view! {
        <li class="listing panel">
            <div class="about">
                <h2><a href=path.clone()>{title.clone()}</a></h2>
                {when.map(|when| view! { <p class="soft">{when}</p> })}
                {place.map(|place| view! { <p class="soft">{place}</p> })}
                <p><span class=label_class(ticket.status)>{standing::label(ticket.status)}</span></p>
            </div>
            <Numbers ticket sales/>
            {actions}
        </li>
    }
    .into_any()
}

/// What became of the units, in numbers and as a bar.
#[component]
fn Numbers(ticket: TicketView, sales: Sales) -> impl IntoView {
    let Sales { held, sold, takings } = sales;
    let price = money::amount(ticket.price, &ticket.currency);
    let takings = money::amount(takings, &ticket.currency);
    view! {
        <div class="numbers">
            <svg class="bar" viewBox=format!("0 0 {} 1", ticket.quantity.max(1)) preserveAspectRatio="none" aria-hidden="true">
                <rect class="sold" width=sold height="1"/>
                <rect class="held" x=sold width=held height="1"/>
            </svg>
            <dl>
                <div class="sold"><dt>{t!("selling-units-sold")}</dt><dd>{sold}</dd></div>
                <div class="held"><dt>{t!("selling-units-held")}</dt><dd>{held}</dd></div>
                <div class="left"><dt>{t!("selling-units-left")}</dt><dd>{ticket.available}</dd></div>
                <div><dt>{t!("selling-price")}</dt><dd>{price}</dd></div>
                <div><dt>{t!("selling-takings")}</dt><dd>{takings}</dd></div>
            </dl>
        </div>
    }
}

fn label_class(status: TicketStatus) -> &'static str {
    match status {
        TicketStatus::Available => "label good",
        TicketStatus::Reserved => "label warn",
        TicketStatus::Sold => "label calm",
        TicketStatus::Withdrawn => "label",
    }
}
