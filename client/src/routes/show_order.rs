//! `GET /orders/{id}`

use axum::{extract::State, response::Response};
use common::id::OrderId;

use super::{order_page, page_id::PageId};
use crate::{caller::Caller, forms::PayForm, state::AppState, trouble::Trouble};

pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    PageId(id): PageId<OrderId>,
) -> Result<Response, Trouble> {
    order_page::answer(&caller, &state, id, PayForm::default(), None).await
}
