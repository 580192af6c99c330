//! `GET /`

use axum::response::Response;
use common::http::QueryParams;
use leptos::prelude::*;

use crate::{
    backend::tickets,
    caller::Caller,
    forms::FilterForm,
    pages::home::{Found, Home},
    render,
    view::refusal::{self, Refusal},
};

pub(super) async fn handle(caller: Caller, QueryParams(form): QueryParams<FilterForm>) -> Response {
    let (visit, found) = tokio::join!(caller.visit(), tickets::browse(&caller, &form));
    // Without listings there is still the form, and the rest of the site.
    let found: Found = found.map_err(Refusal::always);
    let outcome = refusal::outcome(found.as_ref().err());
    render::page(outcome, visit, |visit| view! { <Home visit form found/> })
}
