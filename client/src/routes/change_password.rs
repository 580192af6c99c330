//! `POST /account/password`

use axum::{extract::State, response::Response};
use common::http::Form;

use super::account_page;
use crate::{
    backend::auth, caller::Caller, forms::PasswordForm, notice::Notice, pages::account::PATH,
    state::AppState, trouble::Trouble, view::refusal::Refusal,
};

pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Trouble> {
    let refusal = match form.check() {
        Ok(change) => match auth::change_password(&caller, &change).await {
            Ok(()) => return Ok(Notice::PasswordChanged.at(PATH, state.cookie)),
            Err(error) => Refusal::on_form(error).map_err(|trouble| trouble.back_to(account_page::path()))?,
        },
        Err(fields) => Refusal::invalid(fields),
    };
    account_page::answer(&caller, &state, Some(refusal)).await
}
