//! `POST /basket/reserve`: the basket becomes one order.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use common::http::Form;

use super::basket_page;
use crate::{
    backend::{CallError, orders},
    caller::Caller,
    forms::{BasketForm, fresh_key, total},
    local_path::LocalPath,
    pages::order,
    state::AppState,
    trouble::Trouble,
    view::{refusal::Refusal, wish},
};

/// Reserves the lines that were sent, in the quantities and at the prices of the form: that is what the visitor saw. So a
/// form sent twice is the same order, also when its lines have left the basket in between.
pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let form = BasketForm::read(pairs);
    let (sent, wrong) = form.check();
    let mut basket = wish::merged(caller.basket(), &sent);
    if !wrong.is_empty() {
        let refusal = Some(Refusal::invalid(wrong));
        return Ok(basket_page::answer(&caller, &state, basket, form.key().to_owned(), refusal).await);
    }
    if sent.is_empty() {
        return Ok(Redirect::to(basket_page::PATH).into_response());
    }
    // Signing in leads away from here, and what was chosen is kept meanwhile.
    if !caller.has_session() {
        caller.keep_cookie(basket.cookie(state.cookie));
        return Err(Trouble::SignInFirst(Some(LocalPath::own(basket_page::PATH))));
    }
    let reserved = orders::reserve(&caller, wish::wanted(&sent), total(sent.lines()), form.key()).await;
    let error = match reserved {
        Ok(order) => {
            sent.lines().iter().for_each(|line| basket.remove(line.ticket));
            caller.keep_cookie(basket.cookie(state.cookie));
            return Ok(Redirect::to(&order::path(order.id)).into_response());
        }
        Err(error) => error,
    };
    // Whatever comes next: the session may be over too.
    caller.keep_cookie(basket.cookie(state.cookie));
    // After a no, the next attempt is a new one. After no answer at all it has to be the same one.
    let key = if matches!(error, CallError::Missing(_)) { form.key().to_owned() } else { fresh_key() };
    if let CallError::Refused(refused) = &error
        && refused.problem.status == 401
    {
        return Err(Trouble::from(error).back_to(LocalPath::own(basket_page::PATH)));
    }
    Ok(basket_page::answer(&caller, &state, basket, key, Some(Refusal::always(error))).await)
}
