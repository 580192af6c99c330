//! `PUT /api/tickets/{id}`: changes what a listing says.

use axum::{Json, extract::State, http::header, response::IntoResponse};
use common::{
    api::TicketView,
    events::Event,
    field::Fields,
    http::{ApiError, JsonBody, PathId},
    id::TicketId,
    session::SignedIn,
};

use super::{
    listing_body::ListingBody,
    refusals::{Anywhere, OnBody, OnChange, OnListing, OnState, SignedInOnly},
};
use crate::{list_cache::wrote, state::AppState};

/// Changes what a listing says. What is not given is removed, except the quantity, which stays as it is.
///
/// Whether the caller may edit it at all is looked at before what the fields say.
#[utoipa::path(
    put,
    path = "/api/tickets/{id}",
    params(("id" = TicketId, Path, description = "The listing")),
    request_body = ListingBody,
    security(("session" = [])),
    responses(
        (status = 200, description = "The listing; without a new version if nothing changed", body = TicketView),
        OnBody,
        SignedInOnly,
        OnChange,
        OnListing,
        OnState,
        Anywhere,
    )
)]
pub(super) async fn update_ticket(
    State(state): State<AppState>,
    SignedIn(claims): SignedIn,
    PathId(id): PathId<TicketId>,
    JsonBody(body): JsonBody<ListingBody>,
) -> Result<impl IntoResponse, ApiError> {
    let draft = body.read(Fields::default());
    let now = state.clock.now();
    let edited = state
        .listings
        .change(
            id,
            |ticket| ticket.edit(claims.sub, &draft, now),
            |ticket| Event::TicketUpdated(ticket.public()),
        )
        .await?;
    state.lists.clear();
    let cookie = [(header::SET_COOKIE, wrote(state.sessions.cookie()))];
    Ok((cookie, Json(edited.ticket().view())))
}
