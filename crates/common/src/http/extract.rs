//! Reading a request's parts, with refusals in our own form.

use std::str::FromStr;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::BytesRejection},
};
use http::{HeaderMap, header, request::Parts};
use serde::de::DeserializeOwned;

use super::ApiError;
use crate::{error::ErrorCode, field::Fields};

/// A JSON body. Field errors are the business of the type, which is made of [`crate::field::Field`]s.
pub struct JsonBody<T>(pub T);

fn media_type(headers: &HeaderMap) -> &str {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim()
}

fn body_error(rejection: BytesRejection) -> ApiError {
    if rejection.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
        ApiError::new(ErrorCode::BodyTooLarge, "The body is too large")
    } else {
        ApiError::new(ErrorCode::MalformedBody, "The body could not be read")
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let json =
            matches!(media_type(request.headers()), kind if kind.eq_ignore_ascii_case("application/json"));
        if !json {
            return Err(ApiError::new(ErrorCode::UnsupportedMediaType, "The body must be application/json"));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(body_error)?;
        // A derived reader would take a list for a struct, field by field.
        if bytes.trim_ascii_start().first().is_some_and(|first| *first == b'[') {
            return Err(ApiError::new(ErrorCode::MalformedBody, "The body must be a JSON object"));
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            let detail = match error.classify() {
                serde_json::error::Category::Data => "The body must be a JSON object".to_owned(),
                _ => format!("The body is not valid JSON (line {}, column {})", error.line(), error.column()),
            };
            ApiError::new(ErrorCode::MalformedBody, detail)
        })
    }
}

/// The body of an HTML form.
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        axum::extract::Form::from_request(request, state)
            .await
            .map(|axum::extract::Form(form)| Self(form))
            .map_err(|_| ApiError::new(ErrorCode::MalformedBody, "The form could not be read"))
    }
}

/// The `Idempotency-Key` a request is recognised by when it is repeated, if it has one; a bad one is noted in `fields`.
pub fn idempotency_key(headers: &HeaderMap, fields: &mut Fields) -> Option<String> {
    const NAME: &str = "Idempotency-Key";
    let key = headers.get(NAME)?.to_str().unwrap_or_default();
    if key.is_empty() || key.len() > 255 {
        fields.reject(NAME, "must be 1 to 255 ASCII characters");
        return None;
    }
    Some(key.to_owned())
}

/// The id in a path such as `/api/tickets/{id}`.
pub struct PathId<T>(pub T);

impl<T: FromStr<Err = crate::id::InvalidId>, S: Send + Sync> FromRequestParts<S> for PathId<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(text) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| ApiError::not_found())?;
        text.parse().map(Self).map_err(|rule: crate::id::InvalidId| {
            ApiError::on_field(ErrorCode::InvalidInput, "id", format!("Id {rule}"))
        })
    }
}

/// The parameters behind the `?`.
pub struct QueryParams<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for QueryParams<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Query::<T>::from_request_parts(parts, state)
            .await
            .map(|Query(query)| Self(query))
            .map_err(|_| ApiError::new(ErrorCode::InvalidInput, "The query could not be read"))
    }
}
