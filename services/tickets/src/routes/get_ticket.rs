//! `GET /api/tickets/{id}`: one listing, also once it is sold out or withdrawn.

use axum::{Json, extract::State};
use common::{
    api::TicketView,
    http::{ApiError, PathId},
    id::TicketId,
};

use super::refusals::{Anywhere, OnListing, OnParameters};
use crate::state::AppState;

/// One listing. Anyone may read it, in whatever state it is.
#[utoipa::path(
    get,
    path = "/api/tickets/{id}",
    params(("id" = TicketId, Path, description = "The listing")),
    responses(
        (status = 200, description = "The listing", body = TicketView),
        OnParameters,
        OnListing,
        Anywhere,
    )
)]
pub(super) async fn get_ticket(
    State(state): State<AppState>,
    PathId(id): PathId<TicketId>,
) -> Result<Json<TicketView>, ApiError> {
    let ticket = state.listings.get(id).await?.ok_or_else(ApiError::not_found)?;
    Ok(Json(ticket.view()))
}
