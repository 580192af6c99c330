//! `POST /sell`

use axum::response::{IntoResponse, Redirect, Response};
use common::http::Form;
use leptos::prelude::*;

use crate::{
    backend::{CallError, tickets},
    caller::Caller,
    forms::{ListingForm, fresh_key},
    local_path::LocalPath,
    pages::sell::Sell,
    render,
    view::refusal::Refusal,
};

pub(super) async fn handle(caller: Caller, Form(form): Form<ListingForm>) -> Response {
    let key = form.key();
    let (refusal, key) = match form.check() {
        Ok(draft) => match tickets::create(&caller, &draft, &key).await {
            Ok(ticket) => return Redirect::to(&format!("/tickets/{}", ticket.id)).into_response(),
            // No answer at all: the next attempt has to be the same one, or there could be two listings.
            Err(CallError::Missing(outage)) => (Refusal::missing(outage), key),
            // Even somebody who is no longer signed in gets the form back with what was typed.
            Err(error) => (Refusal::always(error), fresh_key()),
        },
        Err(fields) => (Refusal::invalid(fields), key),
    };
    let (form, page) = (form.with_key(key), LocalPath::own("/sell"));
    let refusal = refusal.leading_to(page.clone());
    let visit = caller.visit_of(page).await;
    render::page(refusal.outcome(), visit, |visit| view! { <Sell visit form refusal=Some(refusal)/> })
}
