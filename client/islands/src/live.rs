//! The line that says when the listings of a page were true, and keeps them true.

use jiff::Timestamp;
use leptos::prelude::*;

use crate::{clock, t};

/// "As of 20:14:05 UTC · Refresh", or "Updated live"; and, where it makes sense, "3 new listings · Show".
#[island]
pub fn Live(
    /// When the page's data was true, by the server's clock.
    at: Timestamp,
    /// The page's own address, which shows it as it is now.
    refresh: String,
    /// Where new listings are shown. None on a page that they would not be on: one listing, a search, a later page.
    #[prop(optional_no_strip)]
    news: Option<String>,
) -> impl IntoView {
    let live = RwSignal::new(false);
    let fresh = RwSignal::new(0_u32);
    let until = RwSignal::new(at);
    #[cfg(feature = "hydrate")]
    crate::browser::page::stand_at(&refresh);
    #[cfg(feature = "hydrate")]
    crate::browser::listings::follow(
        at,
        news.is_some(),
        crate::browser::listings::Shown { live, fresh, until },
    );
    let notice = news.map(|news| {
        view! {
            <a class="news" href=news hidden=move || fresh.get() == 0>
                {move || t!("new-listings", count = fresh.get())}
            </a>
        }
    });
    view! {
        <p class="as-of" data-live=move || live.get().then_some("")>
            <span>{move || if live.get() { t!("updated-live") } else { clock::as_of(until.get()) }}</span>
            " "
            <a href=refresh>{t!("refresh")}</a>
            {notice}
        </p>
    }
}
