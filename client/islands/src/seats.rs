//! How many units of a listing are left.

use leptos::prelude::*;

use crate::t;

/// The units left, kept true.
#[island]
pub fn Seats(available: u32) -> impl IntoView {
    view! { <span class="seats">{t!("seats-left", count = available)}</span> }
}
