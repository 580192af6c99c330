//! `POST /api/users/password`: sets a new password and ends the caller's other sessions.

use axum::extract::State;
use common::{
    events::Event,
    field::{Field, FieldError, Fields},
    http::{ApiError, JsonBody},
    session::{Claims, SignedIn},
    text::{NewPassword, Password},
};
use http::StatusCode;
use serde::Deserialize;

use super::{
    deciding::{cover_the_commit, decide},
    refusals::{Anywhere, OnBody, OnChange, OnPassword, SignedInOnly},
};
use crate::{
    domain::{SessionOver, User},
    error::AuthError,
    state::AppState,
    throttle::Guess,
};

/// The old and the new password.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChangePasswordRequest {
    /// Proves that it is not just somebody at an open browser.
    #[serde(default)]
    #[schema(value_type = Password, required = true)]
    current_password: Field<Password>,
    /// 8 to 128 characters, exactly as typed.
    #[serde(default)]
    #[schema(value_type = NewPassword, required = true)]
    new_password: Field<NewPassword>,
}

impl ChangePasswordRequest {
    fn parse(self) -> Result<(Password, NewPassword), Vec<FieldError>> {
        let mut fields = Fields::default();
        let current = fields.required("currentPassword", self.current_password);
        let new = fields.required("newPassword", self.new_password);
        fields.finish(current.zip(new))
    }
}

/// Change the password
///
/// All other sessions of the account stop working in every service; this one goes on.
#[utoipa::path(
    post,
    path = "/api/users/password",
    tag = "users",
    request_body = ChangePasswordRequest,
    responses(
        (status = 204, description = "The new password is set, other sessions are revoked"),
        OnBody,
        SignedInOnly,
        OnChange,
        OnPassword,
        Anywhere,
    ),
)]
pub(super) async fn change_password(
    State(state): State<AppState>,
    SignedIn(claims): SignedIn,
    JsonBody(request): JsonBody<ChangePasswordRequest>,
) -> Result<StatusCode, ApiError> {
    let (current, new) = request.parse().map_err(ApiError::invalid)?;
    let user = decide(|| change(&state, &claims, current.clone(), new.clone())).await?;
    cover_the_commit(&state, &user).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn change(
    state: &AppState,
    claims: &Claims,
    current: Password,
    new: NewPassword,
) -> Result<User, AuthError> {
    let (user, session) = state.store.session_of(claims.sub, claims.sid).await?.ok_or(SessionOver)?;
    session.check(&user, state.clock.now())?;
    // Whoever holds a stolen session may guess here no faster than at the front door. Counted apart from that: there
    // anybody can use up the limit.
    let guess = Guess::of_user(claims.sub);
    state.throttle.check(&guess, state.clock.now())?;
    let good = state.passwords.verify(current, Some(user.password().clone())).await?;
    state.throttle.record(&guess, good, state.clock.now())?;
    if !good {
        return Err(AuthError::WrongCurrentPassword);
    }
    let hash = state.passwords.hash(new).await?;
    // The time is taken after the hashing: sign-ins meanwhile are to be covered.
    let (user, revoked) = user.change_password(claims.sid, hash, state.clock.now())?;
    state.store.users.replace(&user, &[Event::SessionRevoked(revoked.clone())]).await?;
    state.heed(&revoked);
    Ok(user)
}
