//! `GET /basket`

use axum::{extract::State, response::Response};

use super::basket_page;
use crate::{caller::Caller, forms::fresh_key, state::AppState};

pub(super) async fn handle(caller: Caller, State(state): State<AppState>) -> Response {
    basket_page::answer(&caller, &state, caller.basket().clone(), fresh_key(), None).await
}
