//! The order's page, which four routes answer with.

use std::time::Duration;

use axum::response::Response;
use common::{
    api::{OrderView, TicketView},
    id::OrderId,
};
use futures::future::join_all;
use leptos::prelude::*;

use crate::{
    backend::{orders, payments, tickets},
    caller::Caller,
    forms::PayForm,
    local_path::LocalPath,
    pages::order::{self, Order, Purchase},
    render,
    state::AppState,
    trouble::Trouble,
    view::refusal::{Refusal, outcome},
};

/// When and where an event is can be waited for this long. An order is worth showing without.
const LISTINGS_TIMEOUT: Duration = Duration::from_secs(1);

/// The page's path.
pub(super) fn path(id: OrderId) -> LocalPath {
    LocalPath::own(order::path(id))
}

/// The page as things stand now, with why a form on it was refused, if one was.
pub(super) async fn answer(
    caller: &Caller,
    state: &AppState,
    id: OrderId,
    form: PayForm,
    refusal: Option<Refusal>,
) -> Result<Response, Trouble> {
    let back = path(id);
    let (visit, order, payments) =
        tokio::join!(caller.visit_of(back.clone()), orders::show(caller, id), payments::of_order(caller, id));
    let order = order.map_err(|error| Trouble::from(error).back_to(back))?;
    let listings = listings(caller, &order).await;
    // The order is worth showing without its payments' story.
    let purchase = Purchase { order, payments: payments.ok(), listings, now: state.clock.now() };
    Ok(render::page(outcome(refusal.as_ref()), visit, |visit| view! { <Order visit purchase form refusal/> }))
}

/// The order's listings as they are now, as far as they can be had at once.
async fn listings(caller: &Caller, order: &OrderView) -> Vec<TicketView> {
    let asked = order.items.iter().map(|item| {
        let shown = tickets::show(caller, item.ticket.id);
        async move { tokio::time::timeout(LISTINGS_TIMEOUT, shown).await.ok()?.ok() }
    });
    join_all(asked).await.into_iter().flatten().collect()
}
