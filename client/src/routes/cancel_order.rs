//! `POST /orders/{id}/cancel`

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use common::id::OrderId;

use super::{
    order_page::{self, Sent},
    page_id::PageId,
};
use crate::{backend::orders, caller::Caller, state::AppState, trouble::Trouble, view::refusal::Refusal};

pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    PageId(id): PageId<OrderId>,
) -> Result<Response, Trouble> {
    let page = order_page::path(id);
    let Err(error) = orders::cancel(&caller, id).await else {
        return Ok(Redirect::to(page.as_str()).into_response());
    };
    let refusal = Refusal::on_form(error).map_err(|trouble| trouble.back_to(page))?;
    order_page::answer(&caller, &state, id, Sent { refusal: Some(refusal), ..Sent::default() }).await
}
