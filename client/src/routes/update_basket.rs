//! `POST /basket`: other quantities.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use common::http::Form;

use super::basket_page;
use crate::{
    caller::Caller,
    forms::BasketForm,
    state::AppState,
    view::{refusal::Refusal, wish},
};

pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let form = BasketForm::read(pairs);
    let (sent, wrong) = form.check();
    let basket = wish::merged(caller.basket(), &sent);
    if wrong.is_empty() {
        caller.keep_cookie(basket.cookie(state.cookie));
        return Redirect::to(basket_page::PATH).into_response();
    }
    let refusal = Some(Refusal::invalid(wrong));
    basket_page::answer(&caller, &state, basket, form.key().to_owned(), refusal).await
}
