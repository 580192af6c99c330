//! `POST /api/users/signin`: begins a session.

use axum::{Json, extract::State, response::IntoResponse};
use common::{
    api::UserView,
    field::{Field, FieldError, Fields},
    http::{ApiError, JsonBody},
    text::{Email, Password},
};
use http::{HeaderValue, header::SET_COOKIE};
use runtime::entropy;
use serde::Deserialize;

use super::refusals::{Anywhere, OnBody, OnChange, OnPassword};
use crate::{
    client_address::ClientAddress,
    domain::{Session, User},
    error::AuthError,
    state::AppState,
    throttle::Guess,
};

/// Who signs in.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct SignInRequest {
    /// In whatever case.
    #[serde(default)]
    #[schema(value_type = Email, required = true)]
    email: Field<Email>,
    /// Exactly as chosen.
    #[serde(default)]
    #[schema(value_type = Password, required = true)]
    password: Field<Password>,
}

impl SignInRequest {
    fn parse(self) -> Result<(Email, Password), Vec<FieldError>> {
        let mut fields = Fields::default();
        let email = fields.required("email", self.email);
        let password = fields.required("password", self.password);
        fields.finish(email.zip(password))
    }
}

/// Sign in
///
/// An unknown email and a wrong password get the same answer at the same cost.
#[utoipa::path(
    post,
    path = "/api/users/signin",
    tag = "users",
    request_body = SignInRequest,
    responses(
        (status = 200, description = "Signed in", body = UserView,
            headers(("set-cookie" = String, description = "The session"))),
        OnBody,
        OnChange,
        OnPassword,
        Anywhere,
    ),
)]
pub(super) async fn sign_in(
    State(state): State<AppState>,
    from: ClientAddress,
    JsonBody(request): JsonBody<SignInRequest>,
) -> Result<impl IntoResponse, ApiError> {
    let (email, password) = request.parse().map_err(ApiError::invalid)?;
    let (user, cookie) = begin(&state, &email, password, &from).await?;
    let body = UserView { id: user.id(), email: user.email().clone() };
    Ok(([(SET_COOKIE, cookie)], Json(body)))
}

async fn begin(
    state: &AppState,
    email: &Email,
    password: Password,
    from: &ClientAddress,
) -> Result<(User, HeaderValue), AuthError> {
    // From before the user is read, as `Session::open` demands.
    let now = state.clock.now();
    let guess = Guess::of_email(email, from);
    state.throttle.check(&guess, now)?;
    let user = state.store.user_by_email(email).await?;
    let hash = user.as_ref().map(|user| user.password().clone());
    let good = state.passwords.verify(password, hash).await?;
    state.throttle.record(&guess, good, state.clock.now())?;
    let Some(user) = user.filter(|_| good) else { return Err(AuthError::InvalidCredentials) };
    let session = Session::open(&user, now, entropy());
    state.store.sessions.insert(&session, &[]).await?;
    let cookie = state.cookie(&user, &session, now)?;
    Ok((user, cookie))
}
