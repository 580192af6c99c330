//! What is left of a reservation.

use jiff::Timestamp;
use leptos::prelude::*;

use crate::clock;

/// "13 minutes left", or "12:34 left" once it runs; "time is up" in the end. Within `data-reservation`, whose
/// `data-when` parts change when the time is up.
#[island]
pub fn Countdown(
    /// When the reservation lapses.
    until: Timestamp,
    /// The server's time when the page was made.
    at: Timestamp,
) -> impl IntoView {
    let text = RwSignal::new(clock::left(at, until));
    let place = NodeRef::<leptos::html::Time>::new();
    #[cfg(feature = "hydrate")]
    crate::browser::countdown::run(until, at, place, text);
    view! { <time class="countdown" datetime=until.to_string() node_ref=place>{move || text.get()}</time> }
}
