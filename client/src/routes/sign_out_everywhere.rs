//! `POST /account/sessions`

use axum::{extract::State, response::Response};

use super::account_page;
use crate::{
    backend::auth, caller::Caller, notice::Notice, pages::sign_in, state::AppState, trouble::Trouble,
    view::refusal::Refusal,
};

pub(super) async fn handle(caller: Caller, State(state): State<AppState>) -> Result<Response, Trouble> {
    let Err(error) = auth::sign_out_everywhere(&caller).await else {
        return Ok(Notice::SignedOutEverywhere.at(sign_in::PATH, state.cookie));
    };
    let refusal = Refusal::on_form(error).map_err(|trouble| trouble.back_to(account_page::path()))?;
    account_page::answer(&caller, &state, Some(refusal)).await
}
