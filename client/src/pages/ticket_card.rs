//! A listing in a list: a ticket's stub. A page has fifty of them, so there is little in each.

use common::api::TicketView;
use islands::{Cost, Price, Seats, Units, t};
use jiff::Zoned;
use leptos::prelude::*;

use crate::view::{
    categories,
    time::{self, Day},
    zones,
};

#[component]
pub(super) fn TicketCard<'a>(ticket: &'a TicketView) -> impl IntoView + use<> {
    let id = ticket.id.to_string();
    let start = zones::start(ticket);
    let place = match (start.as_ref().map(time::minutes), place(ticket)) {
        (Some(clock), Some(place)) => Some(format!("{clock} · {place}")),
        (clock, place) => clock.or(place),
    };
    let units = Units::of(ticket);
    let kind = ticket.category.as_ref().map(|kind| categories::named(kind.as_str()));
    let cost = Cost::of_one(ticket);
    let href = format!("/tickets/{id}");
    view! {
        <li class="card" data-listing=id>
            <DateBlock start/>
            <div>
                {kind.map(|kind| view! { <p class="kind">{kind}</p> })}
                <h3><a href=href data-title="">{ticket.title.to_string()}</a></h3>
                {place.map(|place| view! { <p class="soft">{place}</p> })}
            </div>
            <p class="foot"><Price cost/>" "<Seats units/></p>
        </li>
    }
}

/// The day of an event, as it stands at the edge of a ticket.
#[component]
pub(super) fn DateBlock(start: Option<Zoned>) -> impl IntoView {
    let Some(start) = start else {
        return view! { <p class="day open">{t!("time-open")}</p> }.into_any();
    };
    // The spaces are for who hears it, or copies it.
    let Day { weekday, number, month } = time::day(&start);
    let month = format!(" {month}");
    view! {
        <time class="day" datetime=start.timestamp().to_string()>{weekday + " "}<b>{number}</b>{month}</time>
    }
    .into_any()
}

/// Venue and city, as far as they are known.
pub(super) fn place(ticket: &TicketView) -> Option<String> {
    match (&ticket.venue, &ticket.city) {
        (Some(venue), Some(city)) => Some(format!("{venue}, {city}")),
        (Some(venue), None) => Some(venue.to_string()),
        (None, city) => city.as_ref().map(ToString::to_string),
    }
}
