//! What surrounds every handler of the client.

mod frame;
mod headers;
mod rewrite;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::Response,
};
use common::session::CookiePolicy;
use tower_http::compression::{
    CompressionLayer, Predicate,
    predicate::{NotForContentType, SizeAbove},
};

pub(crate) use self::frame::frame;
use self::headers::PageHeaders;
use crate::assets::Assets;

/// Around the whole server: no refusal leaves it as JSON, and every answer has the security headers.
pub(crate) fn outermost(app: Router, assets: Arc<Assets>, cookie: CookiePolicy) -> Router {
    let page_headers = PageHeaders { assets, cookie };
    app.layer(middleware::from_fn_with_state(page_headers, pages_alone))
        .layer(CompressionLayer::new().compress_when(compressible()))
}

/// One layer for what could be two: every layer is cloned with all below it for each request.
async fn pages_alone(State(page): State<PageHeaders>, request: Request, next: Next) -> Response {
    headers::secure(page, request, |request| rewrite::refusals_to_pages(request, next)).await
}

/// Pages and other texts that are worth it; files are compressed beforehand, and streams of events must not wait.
fn compressible() -> impl Predicate {
    SizeAbove::new(1024).and(NotForContentType::SSE).and(NotForContentType::const_new("application/wasm"))
}
