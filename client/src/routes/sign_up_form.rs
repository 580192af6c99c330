//! `GET /signup`

use axum::response::Response;
use common::http::QueryParams;
use leptos::prelude::*;

use crate::{
    caller::{Caller, Visit},
    forms::CredentialsForm,
    pages::sign_up::SignUp,
    render::{self, Outcome},
};

pub(super) async fn handle(caller: Caller, QueryParams(asked): QueryParams<CredentialsForm>) -> Response {
    // Nothing but the way back is taken from an address: credentials do not belong there.
    let form = asked.only_next();
    let next = form.next();
    let visit = Visit { page: next.sign_up(), ..caller.visit_of(next).await };
    render::page(Outcome::OK, visit, |visit| view! { <SignUp visit form refusal=None/> })
}
