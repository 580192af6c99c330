//! How many units of a listing are left.

use leptos::prelude::*;

use crate::Units;

/// The units left, or why there are none. Within `data-listing`, where [`Live`](crate::Live) keeps it true; not an
/// island itself, because a page has fifty of them.
#[component]
pub fn Seats(units: Units) -> impl IntoView {
    view! { <span class="seats" data-units=units.to_string() data-state=units.state()>{units.text()}</span> }
}
