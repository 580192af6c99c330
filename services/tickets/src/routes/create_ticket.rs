//! `POST /api/tickets`: puts a listing on the market.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::IntoResponse,
};
use common::{
    api::TicketView,
    events::Event,
    field::Fields,
    http::{ApiError, JsonBody, idempotency_key},
    id::{Id, TicketId},
    session::SignedIn,
};
use runtime::entropy;

use super::{
    listing_body::ListingBody,
    refusals::{Anywhere, OnBody, OnChange, OnRepetition, SignedInOnly},
};
use crate::{
    domain::{Ticket, request_name},
    list_cache::wrote,
    state::AppState,
    store::Created,
};

/// Puts a listing on the market. Repeated under its Idempotency-Key, a request gets its first answer and lists nothing.
#[utoipa::path(
    post,
    path = "/api/tickets",
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeated key gets the first answer")),
    request_body = ListingBody,
    security(("session" = [])),
    responses(
        (status = 201, description = "The listing", body = TicketView),
        OnBody,
        SignedInOnly,
        OnChange,
        OnRepetition,
        Anywhere,
    )
)]
pub(super) async fn create_ticket(
    State(state): State<AppState>,
    SignedIn(claims): SignedIn,
    headers: HeaderMap,
    JsonBody(body): JsonBody<ListingBody>,
) -> Result<impl IntoResponse, ApiError> {
    let now = state.clock.now();
    let mut fields = Fields::default();
    let key = idempotency_key(&headers, &mut fields);
    let draft = body.read(fields);
    // What cannot be read is no repetition of what once could.
    let request = key.as_deref().filter(|_| draft.is_readable()).map(|key| request_name(claims.sub, key));
    let make = || {
        let id = TicketId::generate(now, entropy());
        let ticket = Ticket::create(id, claims.sub, state.currency.clone(), &draft, now)?;
        Ok(ticket.made_under(key.clone()))
    };
    let created = state
        .listings
        .create(request.as_deref(), make, |ticket| Event::TicketCreated(ticket.public()))
        .await?;
    let ticket = match created {
        Created::Now(ticket) => ticket,
        Created::Before(ticket) => ticket.first_answer(&draft)?,
    };
    state.lists.clear();
    let location =
        HeaderValue::try_from(format!("/api/tickets/{}", ticket.ticket_id())).map_err(ApiError::internal)?;
    let headers = [(header::LOCATION, location), (header::SET_COOKIE, wrote(state.sessions.cookie()))];
    Ok((StatusCode::CREATED, headers, Json(ticket.view())))
}
