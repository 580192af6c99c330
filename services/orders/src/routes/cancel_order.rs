//! `DELETE /api/orders/{id}`: give a reservation up.

use axum::{extract::State, http::StatusCode};
use common::{
    error::Problem,
    http::{ApiError, PathId},
    id::OrderId,
    session::SignedIn,
};

use crate::state::AppState;

/// Cancels an unpaid order. Cancelling a cancelled one again changes nothing and succeeds.
#[utoipa::path(
    delete, path = "/api/orders/{id}", tag = "orders", params(("id" = OrderId, Path)),
    responses(
        (status = 204, description = "Cancelled"),
        (status = 400, description = "Not an id", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Sent by another site", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such order of the caller's", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Payment is under way, or complete", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "A fault on our side", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy; see Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn cancel_order(
    State(state): State<AppState>,
    SignedIn(claims): SignedIn,
    PathId(id): PathId<OrderId>,
) -> Result<StatusCode, ApiError> {
    state.store.order_of(claims.sub, id).await?.ok_or_else(ApiError::not_found)?;
    let now = state.clock.now();
    state.store.change(id, |order| order.cancel(now)).await?;
    Ok(StatusCode::NO_CONTENT)
}
