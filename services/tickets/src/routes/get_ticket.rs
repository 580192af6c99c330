//! `GET /api/tickets/{id}`: one listing, also once it is sold out or withdrawn.

use axum::{extract::State, http::HeaderMap, response::Response};
use common::{
    api::TicketView,
    http::{ApiError, PathId},
    id::TicketId,
};

use super::refusals::{Anywhere, OnListing, OnParameters, Unchanged};
use crate::{
    answer::{Answer, Keeping},
    state::AppState,
};

/// One listing. Anyone may read it, in whatever state it is.
#[utoipa::path(
    get,
    path = "/api/tickets/{id}",
    params(("id" = TicketId, Path, description = "The listing")),
    responses(
        (
            status = 200, description = "The listing", body = TicketView,
            headers(("ETag" = String, description = "The name of exactly this answer"))
        ),
        Unchanged,
        OnParameters,
        OnListing,
        Anywhere,
    )
)]
pub(super) async fn get_ticket(
    State(state): State<AppState>,
    PathId(id): PathId<TicketId>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let ticket = state.listings.get(id).await?.ok_or_else(ApiError::not_found)?;
    let answer = Answer::of(&ticket.view(), None).map_err(ApiError::internal)?;
    Ok(answer.to(&headers, Keeping::Shared))
}
