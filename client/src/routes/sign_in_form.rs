//! `GET /signin`

use axum::{extract::State, response::Response};
use common::http::QueryParams;
use leptos::prelude::*;

use crate::{
    caller::{Caller, Visit},
    forms::CredentialsForm,
    notice::Notice,
    pages::sign_in::{PATH, SignIn},
    render::{self, Outcome},
    state::AppState,
};

pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    QueryParams(asked): QueryParams<CredentialsForm>,
) -> Response {
    // Nothing but the way back is taken from an address: credentials do not belong there.
    let form = asked.only_next();
    let next = form.next();
    let visit = Visit { page: next.sign_in(), ..caller.visit_of(next).await };
    let notice = Notice::taken(&caller, PATH, state.cookie);
    render::page(Outcome::OK, visit, |visit| view! { <SignIn visit form refusal=None notice/> })
}
