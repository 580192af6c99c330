//! `POST /signin`

use axum::response::{IntoResponse, Redirect, Response};
use common::http::Form;
use leptos::prelude::*;

use crate::{
    backend::auth,
    caller::{Caller, Visit},
    forms::CredentialsForm,
    pages::sign_in::SignIn,
    render,
    view::refusal::Refusal,
};

pub(super) async fn handle(caller: Caller, Form(form): Form<CredentialsForm>) -> Response {
    let next = form.next();
    let refusal = match form.check_known() {
        Ok(credentials) => match auth::sign_in(&caller, &credentials.email, &credentials.password).await {
            Ok(()) => return Redirect::to(next.as_str()).into_response(),
            Err(error) => Refusal::always(error),
        },
        Err(fields) => Refusal::invalid(fields),
    };
    let visit = Visit { page: next.sign_in(), ..caller.visit_of(next).await };
    render::page(
        refusal.outcome(),
        visit,
        |visit| view! { <SignIn visit form refusal=Some(refusal) notice=None/> },
    )
}
