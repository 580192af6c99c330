//! `GET /api/users/currentuser`: who is asking, and a fresh token when the old one is half spent.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use common::{
    api::{CurrentUserBody, CurrentUserView},
    http::ApiError,
    session::{Claims, MaybeSignedIn},
};
use http::{HeaderValue, header::SET_COOKIE};
use jiff::Timestamp;
use runtime::Failure;

use super::{deciding::decide, refusals::Anywhere};
use crate::{
    domain::{Session, SessionOver, Transition},
    error::AuthError,
    state::AppState,
};

/// The current user
///
/// Null when nobody is signed in. Past half of its life the session's token is renewed.
#[utoipa::path(
    get,
    path = "/api/users/currentuser",
    tag = "users",
    responses(
        (status = 200, description = "Who is signed in, if anybody", body = CurrentUserBody,
            headers(("set-cookie" = Option<String>, description = "The session, renewed or cleared"))),
        Anywhere,
    ),
)]
pub(super) async fn current_user(
    State(state): State<AppState>,
    MaybeSignedIn(claims): MaybeSignedIn,
) -> Result<Response, ApiError> {
    let now = state.clock.now();
    let Some(claims) = claims else { return Ok(answer(None)) };
    if !Session::wants_renewal(&claims, now) {
        return Ok(answer(Some(view(claims))));
    }
    let cookie = state.sessions.cookie();
    // In a task of its own: it writes, and this route's caller may hang up.
    let asked = claims.clone();
    let renewal = tokio::spawn(async move { decide(|| renew(&state, &asked, now)).await });
    match renewal.await.map_err(ApiError::internal)? {
        Ok(renewed) => {
            let view = CurrentUserView { iat: now.as_second(), ..view(claims) };
            Ok(([(SET_COOKIE, renewed)], answer(Some(view))).into_response())
        }
        Err(AuthError::SessionOver(SessionOver)) => {
            Ok(([(SET_COOKIE, cookie.clear())], answer(None)).into_response())
        }
        // The token is good for hours; the next call tries again.
        Err(error) => {
            tracing::warn!(error = %Failure::from_error(error), "a session could not be renewed");
            Ok(answer(Some(view(claims))))
        }
    }
}

async fn renew(state: &AppState, claims: &Claims, now: Timestamp) -> Result<HeaderValue, AuthError> {
    // What is stored decides: the revocation may not have reached this process yet.
    let (user, session) = state.store.session_of(claims.sub, claims.sid).await?.ok_or(SessionOver)?;
    let session = match session.renew(&user, now)? {
        Transition::Changed(session) => {
            state.store.sessions.replace(&session, &[]).await?;
            session
        }
        // By another request of the same browser.
        Transition::AlreadyThere(session) => session,
    };
    state.cookie(&user, &session, now)
}

fn view(claims: Claims) -> CurrentUserView {
    CurrentUserView { id: claims.sub, email: claims.email, iat: claims.iat }
}

fn answer(current_user: Option<CurrentUserView>) -> Response {
    Json(CurrentUserBody { current_user }).into_response()
}
