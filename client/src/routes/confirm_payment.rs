//! `POST /orders/{id}/payments/{payment}/confirm`

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use common::id::{OrderId, PaymentId};

use super::order_page::{self, Sent};
use crate::{backend::payments, caller::Caller, state::AppState, trouble::Trouble, view::refusal::Refusal};

pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    Path((order, payment)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let order: OrderId = order.parse().map_err(|_| Trouble::NotFound)?;
    let payment: PaymentId = payment.parse().map_err(|_| Trouble::NotFound)?;
    let page = order_page::path(order);
    let Err(error) = payments::confirm(&caller, payment).await else {
        return Ok(Redirect::to(page.as_str()).into_response());
    };
    let refusal = Refusal::on_form(error).map_err(|trouble| trouble.back_to(page))?;
    order_page::answer(&caller, &state, order, Sent { refusal: Some(refusal), ..Sent::default() }).await
}
