//! What surrounds every handler of the client.

mod frame;
mod headers;
mod rewrite;

use axum::{Router, middleware};

pub(crate) use self::frame::frame;

/// Around the whole server: no refusal leaves it as JSON, and every answer has the security headers.
pub(crate) fn outermost(app: Router) -> Router {
    app.layer(middleware::from_fn(rewrite::refusals_to_pages)).layer(middleware::from_fn(headers::secure))
}
