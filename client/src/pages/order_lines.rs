//! What an order is about: its lines, its total and its number.

use common::{
    api::{OrderItemView, OrderStatus, OrderView, TicketView},
    money::{Major, Minor},
};
use islands::t;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::ticket_card::place;
use crate::view::{
    money,
    stage::reserved_at,
    time::{self, Day},
    zones,
};

#[component]
pub(super) fn OrderLines(
    order: OrderView,
    listings: Vec<TicketView>,
    /// What of the total has gone back.
    refunded: Minor,
) -> impl IntoView {
    let reserved = reserved_at(&order).to_zoned(TimeZone::UTC);
    let title = match order.status {
        OrderStatus::Complete => t!("lines-title"),
        _ => t!("lines-reserved"),
    };
    let currency = order.currency.clone();
    let lines = order.items.into_iter().map(|item| {
        let listing = listings.iter().find(|listing| listing.id == item.ticket.id).cloned();
        view! { <Line item listing currency=currency.clone()/> }
    });
    let back = (refunded > Minor::default()).then(|| {
        let remains = Major(order.total.0.checked_sub(refunded).unwrap_or_default());
        view! {
            <p class="total">{t!("order-refunded")}" "<span>{money::amount(Major(refunded), &order.currency)}</span></p>
            <p class="total">{t!("order-remains")}" "<strong>{money::amount(remains, &order.currency)}</strong></p>
        }
    });
    view! {
        <section class="receipt">
            <h2>{title}</h2>
            <ul>{lines.collect_view()}</ul>
            <div class="sum">
                <div class="totals">
                    <p class="total">{t!("line-total")}" "<strong>{money::amount(order.total, &order.currency)}</strong></p>
                    {back}
                </div>
                <dl class="facts">
                    <dt>{t!("order-reserved-at")}</dt>
                    <dd><time datetime=reserved.timestamp().to_string()>{time::moment(&reserved)}</time></dd>
                    <dt>{t!("order-number")}</dt>
                    <dd class="number">{order.id.to_string()}</dd>
                </dl>
            </div>
        </section>
    }
}

/// A line, with when and where its event is, at the venue's own time.
#[component]
fn Line(item: OrderItemView, listing: Option<TicketView>, currency: String) -> impl IntoView {
    let start = listing.as_ref().and_then(zones::start);
    let when = start.as_ref().map(|start| {
        view! { <p class="soft"><time datetime=start.timestamp().to_string()>{time::moment(start)}</time></p> }
    });
    let place = listing.as_ref().and_then(place).map(|place| view! { <p class="soft">{place}</p> });
    let back = (item.refunded > Major::default()).then(|| {
        let refunded = t!("line-refunded", amount = money::amount(item.refunded, &currency));
        let returned = (item.returned > 0).then(|| t!("line-returned", count = item.returned));
        view! { <p><span class="label calm">{refunded}</span>" "<span class="soft">{returned}</span></p> }
    });
    let each = money::amount(item.price, &currency);
    // Cannot overflow: it is a part of the order's total.
    let total = item.price.0.times(item.quantity).map(|total| money::amount(Major(total), &currency));
    view! {
        <li>
            <DayBlock day=start.as_ref().map(time::day)/>
            <div class="what">
                <h3><a href=format!("/tickets/{}", item.ticket.id)>{item.ticket.title.to_string()}</a></h3>
                {when}
                {place}
                {back}
            </div>
            <p class="cost">
                <strong>{total}</strong>
                " "
                <span class="soft">{t!("line-quantity", count = item.quantity, price = each)}</span>
            </p>
        </li>
    }
}

/// The day as on a ticket's stub. The same is said in words beside it.
#[component]
fn DayBlock(day: Option<Day>) -> impl IntoView {
    day.map(|Day { weekday, number, month }| {
        view! { <p class="when" aria-hidden="true"><span>{weekday}</span>" "<b>{number}</b>" "<span>{month}</span></p> }
    })
}
