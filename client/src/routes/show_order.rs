//! `GET /orders/{id}`

use axum::{extract::State, response::Response};
use common::{http::QueryParams, id::OrderId};
use serde::Deserialize;

use super::{order_page, page_id::PageId};
use crate::{caller::Caller, forms::PayForm, state::AppState, trouble::Trouble};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// The payment whose fate is shown too.
    payment: String,
}

pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    PageId(id): PageId<OrderId>,
    QueryParams(asked): QueryParams<Asked>,
) -> Result<Response, Trouble> {
    let payment = asked.payment.parse().ok();
    order_page::answer(&caller, &state, id, payment, PayForm::default(), None).await
}
