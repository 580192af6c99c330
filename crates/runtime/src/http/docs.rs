//! A service's OpenAPI document, served beside the routes it was generated from.

use axum::{Router, body::Bytes, http::header, response::IntoResponse, routing::get};
use utoipa::openapi::OpenApi;

/// Serves `document` at `/api/<service>/openapi.json`.
pub fn docs(service: &str, document: &OpenApi) -> Router {
    let json = document.to_json().unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"));
    // Shared: handlers are cloned, and this is the largest thing any of them holds.
    let json = Bytes::from(json);
    Router::new().route(
        &format!("/api/{service}/openapi.json"),
        get(async move || ([(header::CONTENT_TYPE, "application/json")], json.clone()).into_response()),
    )
}
