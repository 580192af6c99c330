//! The order's page, which four routes answer with.

use axum::response::Response;
use common::id::{OrderId, PaymentId};
use leptos::prelude::*;

use crate::{
    backend::{orders, payments},
    caller::Caller,
    forms::PayForm,
    local_path::LocalPath,
    pages::order::{self, Order, Purchase},
    render,
    state::AppState,
    trouble::Trouble,
    view::refusal::{Refusal, outcome},
};

/// The page's path.
pub(super) fn path(id: OrderId, payment: Option<PaymentId>) -> LocalPath {
    LocalPath::own(order::path(id, payment))
}

/// The page as things stand now, with why a form on it was refused, if one was.
pub(super) async fn answer(
    caller: &Caller,
    state: &AppState,
    id: OrderId,
    payment: Option<PaymentId>,
    form: PayForm,
    refusal: Option<Refusal>,
) -> Result<Response, Trouble> {
    let back = path(id, payment);
    let shown = async {
        match payment {
            Some(payment) => payments::show(caller, payment).await.map(Some),
            None => Ok(None),
        }
    };
    let (visit, order, shown) = tokio::join!(caller.visit_of(back.clone()), orders::show(caller, id), shown);
    let order = order.map_err(|error| Trouble::from(error).back_to(back))?;
    // The order is worth showing without the payment's own story.
    let payment_unknown = shown.is_err();
    let purchase =
        Purchase { order, payment: shown.unwrap_or_default(), payment_unknown, now: state.clock.now() };
    Ok(render::page(outcome(refusal.as_ref()), visit, |visit| view! { <Order visit purchase form refusal/> }))
}
