//! `GET /api/docs`, and what is described nowhere else: the events, at `/api/docs/events.json`.

use std::sync::LazyLock;

use axum::{
    body::Bytes,
    http::header,
    response::{IntoResponse, Response},
};
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

/// The events as an `AsyncAPI` document, generated from their types.
pub(super) async fn events() -> Response {
    static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| common::events::asyncapi().to_string().into());
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.clone()).into_response()
}
