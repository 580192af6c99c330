//! `GET /api/orders/{id}/events`: one's own order, whenever it changes.

use axum::{extract::State, response::Response};
use common::{
    error::Problem,
    http::{ApiError, PathId},
    id::OrderId,
    session::SignedIn,
};
use http::{HeaderMap, HeaderName};

use crate::state::AppState;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Tells an order's buyer its state now and whenever it changes, as server-sent events.
///
/// Each is called `order`, has an `OrderChange` as its data and the order's version as its `id`. States that follow each
/// other fast may be told as one, the last. The stream ends with the session.
#[utoipa::path(
    get, path = "/api/orders/{id}/events", tag = "orders",
    params(
        ("id" = OrderId, Path),
        ("Last-Event-ID" = Option<u64>, Header, description = "The version that is known: if it still is the order's, the stream begins without it"),
    ),
    responses(
        (
            status = 200, description = "Events, and a comment every 15 s, until either side has had enough",
            content((String = "text/event-stream"))
        ),
        (status = 400, description = "Not an id", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such order of the caller's", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "A fault on our side", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy; see Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn order_events(
    State(state): State<AppState>,
    SignedIn(claims): SignedIn,
    PathId(id): PathId<OrderId>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let seen = headers.get(LAST_EVENT_ID).and_then(|version| version.to_str().ok()?.parse().ok());
    state.live.open(claims, id, seen).await
}
