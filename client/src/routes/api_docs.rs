//! `GET /api/docs`

use axum::response::Response;
use leptos::prelude::*;

use crate::{
    caller::Caller,
    pages::api_docs::ApiDocs,
    render::{self, Outcome},
};

pub(super) async fn handle(caller: Caller) -> Response {
    let visit = caller.visit().await;
    render::page(Outcome::OK, visit, |visit| view! { <ApiDocs visit/> })
}
