//! `GET /sell`

use axum::response::Response;
use leptos::prelude::*;

use crate::{
    caller::Caller,
    forms::ListingForm,
    pages::sell::Sell,
    render::{self, Outcome},
    trouble::Trouble,
};

pub(super) async fn handle(caller: Caller) -> Result<Response, Trouble> {
    let visit = caller.visit().await;
    if visit.viewer.is_guest() {
        return Err(Trouble::SignInFirst(None));
    }
    Ok(render::page(
        Outcome::OK,
        visit,
        |visit| view! { <Sell visit form=ListingForm::fresh() refusal=None/> },
    ))
}
