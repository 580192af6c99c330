//! `POST /basket/remove`: a line out of the basket, and the quantities that were chosen before it was.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use common::http::Form;

use super::basket_page;
use crate::{caller::Caller, forms::BasketForm, state::AppState, view::wish};

/// Takes a line out. One that is not in it is out already.
pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let form = BasketForm::read(pairs);
    if let Some(ticket) = form.removed() {
        // A quantity that breaks a rule stays what it was: nobody has asked for it yet.
        let (sent, _) = form.check();
        let mut basket = wish::merged(caller.basket(), &sent);
        basket.remove(ticket);
        caller.keep_cookie(basket.cookie(state.cookie));
    }
    Redirect::to(basket_page::PATH).into_response()
}
