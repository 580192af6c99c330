//! Refusals as pages.

use axum::{
    body::to_bytes,
    extract::Request,
    http::{HeaderName, Method, header},
    middleware::Next,
    response::Response,
};
use common::error::Problem;

use crate::{
    caller::{Viewer, Visit},
    local_path::LocalPath,
    pages,
    reader::Reader,
    trouble::Trouble,
};

/// More than any problem document has.
const LONGEST_BYTES: usize = 64 * 1024;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Rewrites what the server around the handlers refuses (wrong method or site, too large, too slow, a panic) from
/// problem documents to pages. Under `/api` only programs ask, and problems stay as they are.
pub(super) async fn refusals_to_pages(request: Request, next: Next) -> Response {
    let for_programs = request.uri().path().starts_with("/api/");
    let reader = Reader::in_extensions(request.extensions());
    let head = request.method() == Method::HEAD;
    let response = next.run(request).await;
    let is_problem = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json"));
    if for_programs || head || !is_problem {
        return response;
    }
    let (parts, body) = response.into_parts();
    let problem = to_bytes(body, LONGEST_BYTES)
        .await
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Problem>(&bytes).ok());
    let (Some(problem), Some(reader)) = (problem, reader) else {
        return Response::from_parts(parts, axum::body::Body::empty());
    };
    let retry_after =
        parts.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let (page, next) = (LocalPath::home(), LocalPath::home());
    let visit = Visit { viewer: Viewer::Unknown, page, next, reader, basket: 0 };
    let mut page = pages::trouble::page(&Trouble::refused(problem, retry_after), visit);
    for name in [REQUEST_ID, header::ALLOW] {
        if let Some(value) = parts.headers.get(&name) {
            page.headers_mut().insert(name, value.clone());
        }
    }
    page
}
