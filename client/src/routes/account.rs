//! `GET /account`

use axum::{extract::State, response::Response};

use super::account_page;
use crate::{caller::Caller, state::AppState, trouble::Trouble};

pub(super) async fn handle(caller: Caller, State(state): State<AppState>) -> Result<Response, Trouble> {
    account_page::answer(&caller, &state, None).await
}
