//! `POST /account/password`

use axum::{extract::State, response::Response};
use common::{error::ErrorCode, http::Form};

use super::account_page;
use crate::{
    backend::{CallError, auth},
    caller::{Caller, Viewer},
    forms::{PasswordChange, PasswordForm},
    notice::Notice,
    pages::account::PATH,
    state::AppState,
    trouble::Trouble,
    view::refusal::Refusal,
};

pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Trouble> {
    let refusal = match form.check() {
        Ok(change) => match auth::change_password(&caller, &change).await {
            Ok(()) => return Ok(Notice::PasswordChanged.at(PATH, state.cookie)),
            Err(error) if is_wrong(&error) && is_done(&caller, &change).await => {
                return Ok(Notice::PasswordChanged.at(PATH, state.cookie));
            }
            Err(error) => Refusal::on_form(error).map_err(|trouble| trouble.back_to(account_page::path()))?,
        },
        Err(fields) => Refusal::invalid(fields),
    };
    account_page::answer(&caller, &state, Some(refusal)).await
}

fn is_wrong(error: &CallError) -> bool {
    matches!(error, CallError::Refused(refused) if refused.is(ErrorCode::InvalidCredentials))
}

/// Whether the new password is the account's already: then the form was sent twice, and the first time it was right.
/// Found out by signing in, so that nobody can guess here what could not be guessed there, nor faster.
async fn is_done(caller: &Caller, change: &PasswordChange) -> bool {
    match caller.viewer().await {
        Viewer::User(user) => auth::sign_in(caller, &user.email, change.new.expose()).await.is_ok(),
        Viewer::Guest | Viewer::Unknown => false,
    }
}
