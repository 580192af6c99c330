//! What one unit of a listing costs.

use leptos::prelude::*;

use crate::Cost;

/// The price. Within `data-listing`, where [`Live`](crate::Live) keeps it true; no island, as [`Seats`](crate::Seats) is
/// none.
#[component]
pub fn Price(cost: Cost) -> impl IntoView {
    view! { <b data-price=cost.to_string()>{cost.text()}</b> }
}
