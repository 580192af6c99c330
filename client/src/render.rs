//! From a Leptos view to a response.

use axum::{
    body::Body,
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::StreamExt as _;
use leptos::prelude::*;

use crate::{
    caller::Visit,
    reader::Reader,
    template::{Filling, Gaps, Template},
};

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

/// Renders a page whose data is all there: it is complete or it is an error page, never half of one.
pub(crate) fn page<V: IntoView>(outcome: Outcome, visit: Visit, view: impl FnOnce(Visit) -> V) -> Response {
    let html = fragment(&visit.reader.clone(), || view(visit));
    respond(outcome, Body::from(html))
}

/// Renders a page that is kept: with gaps instead of the reader's mark and of the line that says when it was true.
pub(crate) fn template<V: IntoView>(mut visit: Visit, view: impl FnOnce(Visit, String) -> V) -> Template {
    let gaps = Gaps::new();
    visit.reader.nonce = gaps.nonce.clone();
    let page = fragment(&visit.reader.clone(), || view(visit, gaps.as_of.to_string()));
    Template::of(&page, &gaps)
}

/// A kept page as one reader gets it, with the line that says when it was true.
pub(crate) fn filled(template: &Template, reader: &Reader, as_of: &str) -> Response {
    respond(Outcome::OK, Body::from(template.filled(Filling { nonce: &reader.nonce, as_of })))
}

/// Renders a page that waits for data inside, in [`Suspend`](leptos::prelude::Suspend): all that stands before it is
/// sent at once, so that the browser fetches the stylesheet and shows the frame meanwhile.
///
/// The status is sent first, so what goes wrong inside has to be told by the page itself.
pub(crate) fn streamed<V>(visit: Visit, view: impl FnOnce(Visit) -> V) -> Response
where
    V: IntoView,
{
    let owner = Owner::new();
    let chunks = owner.with(|| {
        provide(&visit.reader);
        view(visit).into_view().to_html_stream_in_order()
    });
    // The views that are still to come need what is provided here, so the owner lives as long as the stream.
    let chunks = chunks.map(move |chunk| {
        let _alive = &owner;
        Ok::<_, std::convert::Infallible>(chunk)
    });
    respond(Outcome::OK, Body::from_stream(chunks))
}

/// Renders a view to text, as a reader gets it.
pub(crate) fn fragment<V: IntoView>(reader: &Reader, view: impl FnOnce() -> V) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        provide(reader);
        view().into_view().to_html()
    });
    owner.cleanup();
    html
}

fn provide(reader: &Reader) {
    provide_context(reader.language);
    provide_context(reader.clone());
}

fn respond(outcome: Outcome, body: Body) -> Response {
    // What anybody sees depends on who is signed in, so nothing may be kept by a cache on the way.
    const HEADERS: [(HeaderName, &str); 2] =
        [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    let mut response = (outcome.status, HEADERS, body).into_response();
    if let Some(seconds) = outcome.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// A view, or a text, as a reader of a language gets it.
#[cfg(test)]
pub(crate) fn said_in<V: IntoView>(language: islands::words::Language, view: impl FnOnce() -> V) -> String {
    let owner = Owner::new();
    owner.with(|| {
        provide_context(language);
        view().into_view().to_html()
    })
}
