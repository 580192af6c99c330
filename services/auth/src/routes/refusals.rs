//! The refusals several routes share, for their descriptions.

use common::error::Problem;

/// What any route may answer instead.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "only described, never made: refusals are made as ApiError")]
pub(super) enum Anywhere {
    /// A fault on our side.
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(Problem),
    /// Overloaded, or a dependency is down; see Retry-After.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(Problem),
}

/// What a route that changes something may answer instead.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "only described, never made: refusals are made as ApiError")]
pub(super) enum OnChange {
    /// A browser sent this from another site.
    #[response(status = 403, content_type = "application/problem+json")]
    CrossSite(Problem),
}

/// What a route that reads a body may answer instead.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "only described, never made: refusals are made as ApiError")]
pub(super) enum OnBody {
    /// One or more fields break a rule, or the body is not JSON.
    #[response(status = 400, content_type = "application/problem+json")]
    Invalid(Problem),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// The body's content type is not JSON.
    #[response(status = 415, content_type = "application/problem+json")]
    MediaType(Problem),
}

/// What a route for people who are signed in may answer instead.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "only described, never made: refusals are made as ApiError")]
pub(super) enum SignedInOnly {
    /// No valid session.
    #[response(status = 401, content_type = "application/problem+json")]
    NotSignedIn(Problem),
}

/// What a route that checks a password may answer instead.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "only described, never made: refusals are made as ApiError")]
pub(super) enum OnPassword {
    /// Too many failed attempts; see Retry-After.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(Problem),
}
