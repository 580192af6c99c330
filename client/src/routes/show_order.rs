//! `GET /orders/{id}`

use axum::{extract::State, response::Response};
use common::{http::QueryParams, id::OrderId};
use serde::Deserialize;

use super::{
    order_page::{self, Sent},
    page_id::PageId,
};
use crate::{caller::Caller, state::AppState, trouble::Trouble};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    /// The payment whose bank the buyer has just answered. It changes what the page waits for, and claims nothing.
    answered: String,
}

pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    PageId(id): PageId<OrderId>,
    QueryParams(place): QueryParams<Place>,
) -> Result<Response, Trouble> {
    let answered = place.answered.parse().ok();
    order_page::answer(&caller, &state, id, Sent { answered, ..Sent::default() }).await
}
