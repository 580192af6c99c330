//! The order's page, which four routes answer with.

use axum::response::Response;
use common::{
    api::{OrderStatus, OrderView},
    id::{OrderId, PaymentId},
};
use jiff::Timestamp;
use leptos::prelude::*;

use super::listings;
use crate::{
    backend::{orders, payments},
    caller::Caller,
    forms::PayForm,
    local_path::LocalPath,
    pages::order::{self, Order, Purchase},
    render,
    state::AppState,
    stripe::Admits,
    trouble::Trouble,
    view::refusal::{Refusal, outcome},
};

/// The page's path.
pub(super) fn path(id: OrderId) -> LocalPath {
    LocalPath::own(order::path(id))
}

/// What the buyer has just done on the page.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// The form to pay with.
    pub(super) form: PayForm,
    /// Why a form was refused, if one was.
    pub(super) refusal: Option<Refusal>,
    /// The payment whose bank was answered.
    pub(super) answered: Option<PaymentId>,
}

/// The page as things stand now.
pub(super) async fn answer(
    caller: &Caller,
    state: &AppState,
    id: OrderId,
    sent: Sent,
) -> Result<Response, Trouble> {
    let Sent { form, refusal, answered } = sent;
    let back = path(id);
    let (visit, order, payments) =
        tokio::join!(caller.visit_of(back.clone()), orders::show(caller, id), payments::of_order(caller, id));
    let order = order.map_err(|error| Refusal::or_else(refusal.as_ref(), error).back_to(back))?;
    let listings = listings::known(caller, order.items.iter().map(|item| item.ticket.id)).await;
    // The order is worth showing without its payments' story.
    let (payments, now, stripe) = (payments.ok(), state.clock.now(), state.stripe.clone());
    let admits = stripe.clone().filter(|_| is_payable(&order, now)).map(Admits);
    let purchase = Purchase { order, payments, listings, answered, stripe, now };
    let outcome = outcome(refusal.as_ref());
    let mut response = render::page(outcome, visit, |visit| view! { <Order visit purchase form refusal/> });
    if let Some(admits) = admits {
        admits.mark(&mut response);
    }
    Ok(response)
}

/// Whether the page may come to show a card form: also while a payment is under way, which can be declined. What the
/// browser then puts in the page's place goes by the policy that came with the page.
fn is_payable(order: &OrderView, now: Timestamp) -> bool {
    order.status == OrderStatus::Created && now < order.expires_at
}
