//! `POST /signup`

use axum::response::{IntoResponse, Redirect, Response};
use common::{error::ErrorCode, http::Form};
use leptos::prelude::*;

use crate::{
    backend::{CallError, auth},
    caller::{Caller, Visit},
    forms::CredentialsForm,
    pages::sign_up::SignUp,
    render,
    view::refusal::Refusal,
};

pub(super) async fn handle(caller: Caller, Form(form): Form<CredentialsForm>) -> Response {
    let next = form.next();
    let refusal = match form.check_new() {
        Ok(credentials) => match auth::sign_up(&caller, &credentials.email, &credentials.password).await {
            Ok(()) => return Redirect::to(next.as_str()).into_response(),
            Err(error) => {
                // Whoever knows its password is the one who made the account: the form was sent twice.
                let again = is_in_use(&error)
                    && auth::sign_in(&caller, &credentials.email, &credentials.password).await.is_ok();
                if again {
                    return Redirect::to(next.as_str()).into_response();
                }
                Refusal::always(error)
            }
        },
        Err(fields) => Refusal::invalid(fields),
    };
    let refusal = refusal.leading_to(next.clone());
    let visit = Visit { page: next.sign_up(), ..caller.visit_of(next).await };
    render::page(refusal.outcome(), visit, |visit| view! { <SignUp visit form refusal=Some(refusal)/> })
}

fn is_in_use(error: &CallError) -> bool {
    matches!(error, CallError::Refused(refused) if refused.is(ErrorCode::EmailInUse))
}
