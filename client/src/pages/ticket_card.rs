//! A listing in a list.

use common::api::TicketView;
use leptos::prelude::*;

use crate::view::{money, standing, time};

#[component]
pub(super) fn TicketCard(ticket: TicketView) -> impl IntoView {
    let place = place(&ticket);
    view! {
        <li class="card">
            {ticket.category.as_ref().map(|kind| view! { <p class="kind">{kind.to_string()}</p> })}
            <h2><a href=format!("/tickets/{}", ticket.id)>{ticket.title.to_string()}</a></h2>
            {ticket.starts_at.map(|at| view! {
                <p><time datetime=at.to_string()>{time::moment(&at.to_zoned(jiff::tz::TimeZone::UTC))}</time></p>
            })}
            {place.map(|place| view! { <p>{place}</p> })}
            <p class="foot">
                <strong>{money::amount(ticket.price, &ticket.currency)}</strong>
                <span>{standing::availability(&ticket)}</span>
            </p>
        </li>
    }
}

/// Venue and city, as far as they are known.
pub(super) fn place(ticket: &TicketView) -> Option<String> {
    let parts =
        [ticket.venue.as_ref().map(ToString::to_string), ticket.city.as_ref().map(ToString::to_string)];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
