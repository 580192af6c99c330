//! `GET /api/orders/{id}`: one's own order.

use axum::{Json, extract::State};
use common::{
    api::OrderView,
    error::Problem,
    http::{ApiError, PathId},
    id::OrderId,
    session::SignedIn,
};

use crate::state::AppState;

/// Shows an order to its buyer; to anyone else it does not exist.
#[utoipa::path(
    get, path = "/api/orders/{id}", tag = "orders", params(("id" = OrderId, Path)),
    responses(
        (status = 200, description = "The order", body = OrderView),
        (status = 400, description = "Not an id", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such order of the caller's", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "A fault on our side", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy; see Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_order(
    State(state): State<AppState>,
    SignedIn(claims): SignedIn,
    PathId(id): PathId<OrderId>,
) -> Result<Json<OrderView>, ApiError> {
    let order = state.store.order_of(claims.sub, id).await?;
    order.and_then(|order| order.view()).map(Json).ok_or_else(ApiError::not_found)
}
