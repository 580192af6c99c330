//! The ways between the pages of who sells.

use islands::t;
use leptos::prelude::*;

use super::{my_tickets, sales, seller_money};

/// One of those pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Listings,
    Sales,
    Money,
}

#[component]
pub(super) fn SellerNav(here: Tab) -> impl IntoView {
    let tabs = [
        (Tab::Listings, my_tickets::PATH, t!("nav-listings")),
        (Tab::Sales, sales::PATH, t!("sales-title")),
        (Tab::Money, seller_money::PATH, t!("seller-money-title")),
    ];
    let tabs = tabs.map(|(tab, path, label)| {
        view! { <a href=path aria-current=(tab == here).then_some("page")>{label}</a> }
    });
    view! { <nav class="tabs" aria-label=t!("seller-nav")>{tabs.collect_view()}</nav> }
}
