//! Handler arguments that say who is asking.

use std::convert::Infallible;

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;

use super::{Claims, Sessions};
use crate::http::ApiError;

/// The caller, who must be signed in: otherwise the request ends with 401.
pub struct SignedIn(pub Claims);

impl<S> FromRequestParts<S> for SignedIn
where
    Sessions: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Sessions::from_ref(state).authenticate(&parts.headers).map(Self).ok_or_else(ApiError::not_signed_in)
    }
}

/// The caller, if signed in.
pub struct MaybeSignedIn(pub Option<Claims>);

impl<S> FromRequestParts<S> for MaybeSignedIn
where
    Sessions: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self(Sessions::from_ref(state).authenticate(&parts.headers)))
    }
}
