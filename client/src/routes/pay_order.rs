//! `POST /orders/{id}/pay`

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use common::{http::Form, id::OrderId};

use super::{
    order_page::{self, Sent},
    page_id::PageId,
};
use crate::{
    backend::payments,
    caller::Caller,
    forms::{Means, PayForm},
    state::AppState,
    trouble::Trouble,
    view::refusal::Refusal,
};

pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    PageId(id): PageId<OrderId>,
    Form(form): Form<PayForm>,
) -> Result<Response, Trouble> {
    let means = if state.stripe.is_some() { Means::Provider } else { Means::Sandbox };
    let refusal = match form.check(means) {
        Ok(card) => match payments::pay(&caller, id, card).await {
            // Accepted, still being processed, or waiting for the buyer: the order's page tells them apart.
            Ok(begun) => {
                tracing::debug!(payment = %begun.id, status = ?begun.status, "payment begun");
                return Ok(Redirect::to(order_page::path(id).as_str()).into_response());
            }
            Err(error) => Refusal::on_form(error).map_err(|trouble| trouble.back_to(order_page::path(id)))?,
        },
        Err(fields) => Refusal::invalid(fields),
    };
    order_page::answer(&caller, &state, id, Sent { form, refusal: Some(refusal), answered: None }).await
}
