//! `POST /api/tickets`: puts a listing on the market.

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::IntoResponse,
};
use common::{
    api::TicketView,
    events::Event,
    http::{ApiError, JsonBody},
    id::{Id, TicketId},
    session::SignedIn,
};
use runtime::entropy;

use super::{
    listing_body::ListingBody,
    refusals::{Anywhere, OnBody, OnChange, SignedInOnly},
};
use crate::{domain::Ticket, list_cache::wrote, state::AppState};

/// Puts a listing on the market.
#[utoipa::path(
    post,
    path = "/api/tickets",
    request_body = ListingBody,
    security(("session" = [])),
    responses(
        (status = 201, description = "The listing", body = TicketView),
        OnBody,
        SignedInOnly,
        OnChange,
        Anywhere,
    )
)]
pub(super) async fn create_ticket(
    State(state): State<AppState>,
    SignedIn(claims): SignedIn,
    JsonBody(body): JsonBody<ListingBody>,
) -> Result<impl IntoResponse, ApiError> {
    let now = state.clock.now();
    let id = TicketId::generate(now, entropy());
    let ticket = Ticket::create(id, claims.sub, state.currency.clone(), &body.read(), now)?;
    state.listings.insert(&ticket, |ticket| Event::TicketCreated(ticket.public())).await?;
    state.lists.clear();
    let location = HeaderValue::try_from(format!("/api/tickets/{id}")).map_err(ApiError::internal)?;
    let headers = [(header::LOCATION, location), (header::SET_COOKIE, wrote(state.sessions.cookie()))];
    Ok((StatusCode::CREATED, headers, Json(ticket.view())))
}
