//! `DELETE /api/users/sessions`: ends all of the caller's sessions, this one included.

use axum::{extract::State, response::IntoResponse};
use common::{
    events::Event,
    http::ApiError,
    session::{Claims, SignedIn},
};
use http::{StatusCode, header::SET_COOKIE};

use super::{
    deciding::{cover_the_commit, decide},
    refusals::{Anywhere, OnChange, SignedInOnly},
};
use crate::{
    domain::{SessionOver, User},
    error::AuthError,
    state::AppState,
};

/// Sign out everywhere
///
/// All sessions of the account stop working in every service.
#[utoipa::path(
    delete,
    path = "/api/users/sessions",
    tag = "users",
    responses(
        (status = 204, description = "Signed out everywhere",
            headers(("set-cookie" = String, description = "Clears the session"))),
        SignedInOnly,
        OnChange,
        Anywhere,
    ),
)]
pub(super) async fn sign_out_everywhere(
    State(state): State<AppState>,
    SignedIn(claims): SignedIn,
) -> Result<impl IntoResponse, ApiError> {
    let user = decide(|| end_all(&state, &claims)).await?;
    cover_the_commit(&state, &user).await?;
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, state.sessions.cookie().clear())]))
}

async fn end_all(state: &AppState, claims: &Claims) -> Result<User, AuthError> {
    let (user, session) = state.store.session_of(claims.sub, claims.sid).await?.ok_or(SessionOver)?;
    let now = state.clock.now();
    session.check(&user, now)?;
    let (user, revoked) = user.sign_out_everywhere(claims.sid, now)?;
    state.store.users.replace(&user, &[Event::SessionRevoked(revoked.clone())]).await?;
    state.heed(&revoked);
    Ok(user)
}
