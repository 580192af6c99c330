//! [`ApiError`]: what the client may read, apart from what the log needs.

use std::error::Error;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};

use crate::{
    error::{ErrorCode, Problem, ProblemMessage},
    field::FieldError,
};

type Source = Box<dyn Error + Send + Sync>;

/// A refusal or fault on its way to the client.
///
/// `detail` and the fields are sent; the source is logged, once, where the response is made.
#[derive(Debug)]
pub struct ApiError {
    code: ErrorCode,
    detail: String,
    fields: Vec<FieldError>,
    retry_after_seconds: Option<u32>,
    source: Option<Source>,
}

impl ApiError {
    /// A refusal in words for the client.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), fields: Vec::new(), retry_after_seconds: None, source: None }
    }

    /// Bad fields, all of them.
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        let detail = fields.first().map_or_else(|| "Invalid input".to_owned(), |first| first.message.clone());
        Self { fields, ..Self::new(ErrorCode::InvalidInput, detail) }
    }

    /// A refusal that is about one field.
    pub fn on_field(code: ErrorCode, field: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let fields = vec![FieldError { field: field.to_owned(), message: message.clone() }];
        Self { fields, ..Self::new(code, message) }
    }

    /// Nobody is signed in.
    pub fn not_signed_in() -> Self {
        Self::new(ErrorCode::NotSignedIn, "Not authorized")
    }

    /// There is no such thing.
    pub fn not_found() -> Self {
        Self::new(ErrorCode::NotFound, "Not Found")
    }

    /// A fault on our side; the client learns nothing of `source`.
    pub fn internal(source: impl Into<Source>) -> Self {
        Self { source: Some(source.into()), ..Self::new(ErrorCode::Internal, "Something went wrong") }
    }

    /// A dependency is down; the client may come back in a few seconds.
    pub fn unavailable(source: impl Into<Source>) -> Self {
        Self { source: Some(source.into()), ..Self::overloaded() }
    }

    /// Too busy to take this request; the client may come back in a few seconds.
    pub fn overloaded() -> Self {
        Self::new(ErrorCode::Unavailable, "The service is busy, please try again").retry_after(2)
    }

    /// Tells the client when to come back.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// The code.
    pub fn code(&self) -> ErrorCode {
        self.code
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if let Some(source) = &self.source {
            tracing::error!(code = self.code.as_str(), error = %chain(source.as_ref()), "request failed");
        }
        let errors = if self.fields.is_empty() {
            vec![ProblemMessage { message: self.detail.clone(), field: None }]
        } else {
            self.fields
                .into_iter()
                .map(|error| ProblemMessage { message: error.message, field: Some(error.field) })
                .collect()
        };
        let problem = Problem {
            kind: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            code: self.code.as_str().to_owned(),
            detail: self.detail,
            errors,
        };
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// An error and its causes on one line.
fn chain(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line = format!("{line}: {error}");
        cause = error.source();
    }
    line
}
