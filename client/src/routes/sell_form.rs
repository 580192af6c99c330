//! `GET /sell`

use axum::{extract::State, response::Response};
use leptos::prelude::*;

use crate::{
    caller::Caller,
    forms::ListingForm,
    pages::sell::Sell,
    render::{self, Outcome},
    state::AppState,
    trouble::Trouble,
};

pub(super) async fn handle(caller: Caller, State(state): State<AppState>) -> Result<Response, Trouble> {
    let visit = caller.visit().await;
    if visit.viewer.is_guest() {
        return Err(Trouble::SignInFirst(None));
    }
    let form = ListingForm::fresh(&state.time_zone);
    Ok(render::page(Outcome::OK, visit, |visit| view! { <Sell visit form refusal=None/> }))
}
