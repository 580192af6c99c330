//! `POST /api/users/signout`: ends the session, everywhere.

use axum::{Json, extract::State, response::IntoResponse};
use common::{
    events::Event,
    http::ApiError,
    session::{Claims, MaybeSignedIn},
};
use http::header::SET_COOKIE;
use messaging::WriteError;
use serde::Serialize;

use super::{
    deciding::decide,
    refusals::{Anywhere, OnChange},
};
use crate::{
    domain::{Session, Transition},
    error::AuthError,
    state::AppState,
};

/// Nothing.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Nothing {}

/// Sign out
///
/// The session stops working in every service. Without a session there is nothing to do, which is no error.
#[utoipa::path(
    post,
    path = "/api/users/signout",
    tag = "users",
    responses(
        (status = 200, description = "Signed out", body = Nothing,
            headers(("set-cookie" = String, description = "Clears the session"))),
        OnChange,
        Anywhere,
    ),
)]
pub(super) async fn sign_out(
    State(state): State<AppState>,
    MaybeSignedIn(claims): MaybeSignedIn,
) -> Result<impl IntoResponse, ApiError> {
    if let Some(claims) = claims {
        decide(|| end(&state, &claims)).await?;
    }
    Ok(([(SET_COOKIE, state.sessions.cookie().clear())], Json(Nothing {})))
}

async fn end(state: &AppState, claims: &Claims) -> Result<(), AuthError> {
    let sessions = &state.store.sessions;
    let stored = sessions.get(&claims.sid.to_string()).await?;
    let known = stored.is_some();
    let ended = match stored.map(Session::end) {
        Some(Transition::AlreadyThere(session)) => {
            // Ended by another process, whose event is on its way.
            session.revocation().iter().for_each(|revoked| state.heed(revoked));
            return Ok(());
        }
        Some(Transition::Changed(session)) => session,
        None => Session::lost(claims),
    };
    let Some(revoked) = ended.revocation() else { return Ok(()) };
    let events = [Event::SessionRevoked(revoked.clone())];
    if known {
        sessions.replace(&ended, &events).await?;
    } else {
        // Two may find it lost at once: the second one decides again.
        sessions.insert(&ended, &events).await.map_err(|error| match error {
            WriteError::Duplicate(_) => WriteError::Stale,
            error => error,
        })?;
    }
    state.heed(&revoked);
    Ok(())
}
