//! `DELETE /api/tickets/{id}`: takes a listing off the market.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use common::{
    events::Event,
    http::{ApiError, PathId},
    id::TicketId,
    session::SignedIn,
};

use super::refusals::{Anywhere, OnChange, OnListing, OnParameters, OnState, SignedInOnly};
use crate::{list_cache::wrote, state::AppState};

/// Takes a listing off the market for good. It stays readable by its id. Doing it again changes nothing.
#[utoipa::path(
    delete,
    path = "/api/tickets/{id}",
    params(("id" = TicketId, Path, description = "The listing")),
    security(("session" = [])),
    responses(
        (status = 204, description = "It is withdrawn"),
        OnParameters,
        SignedInOnly,
        OnChange,
        OnListing,
        OnState,
        Anywhere,
    )
)]
pub(super) async fn withdraw_ticket(
    State(state): State<AppState>,
    SignedIn(claims): SignedIn,
    PathId(id): PathId<TicketId>,
) -> Result<impl IntoResponse, ApiError> {
    state
        .listings
        .change(id, |ticket| ticket.withdraw(claims.sub), |ticket| Event::TicketWithdrawn(ticket.public()))
        .await?;
    state.lists.clear();
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, wrote(state.sessions.cookie()))]))
}
