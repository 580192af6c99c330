//! `POST /api/users/signup`: makes an account and signs it in.

use axum::{Json, extract::State, response::IntoResponse};
use common::{
    api::UserView,
    field::{Field, FieldError, Fields},
    http::{ApiError, JsonBody},
    text::{Email, NewPassword},
};
use http::{HeaderValue, StatusCode, header::SET_COOKIE};
use messaging::WriteError;
use runtime::entropy;
use serde::Deserialize;

use super::refusals::{Anywhere, OnBody, OnChange};
use crate::{
    domain::{Session, User},
    error::AuthError,
    state::AppState,
};

/// Who signs up.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct SignUpRequest {
    /// Compared with others without regard to case, and kept as typed.
    #[serde(default)]
    #[schema(value_type = Email, required = true)]
    email: Field<Email>,
    /// 8 to 128 characters, exactly as typed.
    #[serde(default)]
    #[schema(value_type = NewPassword, required = true)]
    password: Field<NewPassword>,
}

impl SignUpRequest {
    fn parse(self) -> Result<(Email, NewPassword), Vec<FieldError>> {
        let mut fields = Fields::default();
        let email = fields.required("email", self.email);
        let password = fields.required("password", self.password);
        fields.finish(email.zip(password))
    }
}

/// Sign up
///
/// Makes an account and signs it in.
#[utoipa::path(
    post,
    path = "/api/users/signup",
    tag = "users",
    request_body = SignUpRequest,
    responses(
        (status = 201, description = "The account, signed in", body = UserView,
            headers(("set-cookie" = String, description = "The session"))),
        OnBody,
        OnChange,
        Anywhere,
    ),
)]
pub(super) async fn sign_up(
    State(state): State<AppState>,
    JsonBody(request): JsonBody<SignUpRequest>,
) -> Result<impl IntoResponse, ApiError> {
    let (email, password) = request.parse().map_err(ApiError::invalid)?;
    let (user, cookie) = create(&state, email, password).await?;
    let body = UserView { id: user.id(), email: user.email().clone() };
    Ok((StatusCode::CREATED, [(SET_COOKIE, cookie)], Json(body)))
}

async fn create(
    state: &AppState,
    email: Email,
    password: NewPassword,
) -> Result<(User, HeaderValue), AuthError> {
    // Only saves the hash: the index decides.
    if state.store.user_by_email(&email).await?.is_some() {
        return Err(AuthError::EmailInUse);
    }
    let password = state.passwords.hash(password).await?;
    let now = state.clock.now();
    let user = User::sign_up(email, password, now, entropy());
    state.store.users.insert(&user, &[]).await.map_err(|error| match error {
        WriteError::Duplicate(_) => AuthError::EmailInUse,
        error => error.into(),
    })?;
    let session = Session::open(&user, now, entropy());
    state.store.sessions.insert(&session, &[]).await?;
    let cookie = state.cookie(&user, &session, now)?;
    Ok((user, cookie))
}
