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
    match form.check() {
        Ok(sent) => {
            caller.keep_cookie(wish::merged(caller.basket(), &sent).cookie(state.cookie));
            Redirect::to(basket_page::PATH).into_response()
        }
        Err(fields) => {
            let refusal = Some(Refusal::invalid(fields));
            let basket = caller.basket().clone();
            basket_page::answer(&caller, &state, basket, form.key().to_owned(), refusal).await
        }
    }
}
