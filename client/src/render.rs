//! From a Leptos view to a response.

use axum::{
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::prelude::*;

/// What a page's response says besides the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) status: StatusCode,
    /// Seconds after which another attempt makes sense.
    pub(crate) retry_after: Option<u32>,
}

impl Outcome {
    /// Nothing was refused.
    pub(crate) const OK: Self = Self { status: StatusCode::OK, retry_after: None };

    /// A status that came as a number.
    pub(crate) fn new(status: u16, retry_after: Option<u32>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, retry_after }
    }
}

/// Renders a page.
///
/// All data a page shows is fetched before it is rendered, so rendering never waits: a page is complete or it is
/// an error page, never half of one.
pub(crate) fn page<V: IntoView>(outcome: Outcome, view: impl FnOnce() -> V) -> Response {
    // What anybody sees depends on who is signed in, so nothing may be kept by a cache on the way.
    const HEADERS: [(HeaderName, &str); 2] =
        [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    let mut response = (outcome.status, HEADERS, html(view)).into_response();
    if let Some(seconds) = outcome.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// Renders a view to text.
pub(crate) fn html<V: IntoView>(view: impl FnOnce() -> V) -> String {
    let owner = Owner::new();
    let html = owner.with(|| view().into_view().to_html());
    owner.cleanup();
    html
}
