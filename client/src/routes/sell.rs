//! `POST /sell`

use axum::response::{IntoResponse, Redirect, Response};
use common::http::Form;
use leptos::prelude::*;

use crate::{
    backend::tickets, caller::Caller, forms::ListingForm, local_path::LocalPath, pages::sell::Sell, render,
    view::refusal::Refusal,
};

pub(super) async fn handle(caller: Caller, Form(form): Form<ListingForm>) -> Response {
    let refusal = match form.check() {
        Ok(draft) => match tickets::create(&caller, &draft).await {
            Ok(ticket) => return Redirect::to(&format!("/tickets/{}", ticket.id)).into_response(),
            // Even somebody who is no longer signed in gets the form back with what was typed.
            Err(error) => Refusal::always(error),
        },
        Err(fields) => Refusal::invalid(fields),
    };
    let visit = caller.visit_of(LocalPath::own("/sell")).await;
    render::page(refusal.outcome(), visit, |visit| view! { <Sell visit form refusal=Some(refusal)/> })
}
