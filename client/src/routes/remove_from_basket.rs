//! `POST /basket/remove`

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use common::http::Form;
use serde::Deserialize;

use super::basket_page;
use crate::{caller::Caller, state::AppState};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Removal {
    ticket: String,
}

/// Takes a line out. One that is not in it is out already.
pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    Form(removal): Form<Removal>,
) -> Response {
    if let Ok(ticket) = removal.ticket.parse() {
        let mut basket = caller.basket().clone();
        basket.remove(ticket);
        caller.keep_cookie(basket.cookie(state.cookie));
    }
    Redirect::to(basket_page::PATH).into_response()
}
