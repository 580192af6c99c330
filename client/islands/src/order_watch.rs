//! The line that says when an order's page was true, and keeps it true.

use common::id::OrderId;
use jiff::Timestamp;
use leptos::prelude::*;

use crate::{clock, t};

/// "As of 20:14:05 UTC · Refresh", or "Updated live". Whenever the order changes, what is marked `data-swap` is
/// replaced by what the server now says.
#[island]
pub fn OrderWatch(
    /// The order.
    id: OrderId,
    /// When the page's data was true, by the server's clock.
    at: Timestamp,
    /// The page's own address.
    refresh: String,
) -> impl IntoView {
    let live = RwSignal::new(false);
    let until = RwSignal::new(at);
    #[cfg(feature = "hydrate")]
    crate::browser::page::stand_at(&refresh);
    #[cfg(feature = "hydrate")]
    crate::browser::order::follow(id, at, crate::browser::order::Shown { live, until });
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
    view! {
        <p class="as-of" data-live=move || live.get().then_some("")>
            <span>{move || if live.get() { t!("updated-live") } else { clock::as_of(until.get()) }}</span>
            " "
            <a href=refresh>{t!("refresh")}</a>
        </p>
    }
}
