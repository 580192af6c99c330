//! The refusals several routes share, for their descriptions.
#![expect(dead_code, reason = "only described, never made: refusals are made as ApiError")]

use common::error::Problem;
use utoipa::IntoResponses;

/// What a route may answer whoever has its answer already.
#[derive(IntoResponses)]
pub(super) enum Unchanged {
    /// The caller has it: the request's If-None-Match names it.
    #[response(status = 304)]
    Known,
}

/// What any route may answer instead.
#[derive(IntoResponses)]
pub(super) enum Anywhere {
    /// A fault on our side.
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(Problem),
    /// Overloaded, or a dependency is down; see Retry-After.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(Problem),
}

/// What a route with an id or parameters may answer instead.
#[derive(IntoResponses)]
pub(super) enum OnParameters {
    /// The id is none, or parameters break a rule: all of them are named.
    #[response(status = 400, content_type = "application/problem+json")]
    Invalid(Problem),
}

/// What a route that reads a body may answer instead.
#[derive(IntoResponses)]
pub(super) enum OnBody {
    /// Fields break a rule, and all of them are named; or the body is not JSON.
    #[response(status = 400, content_type = "application/problem+json")]
    Invalid(Problem),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// The body's content type is not JSON.
    #[response(status = 415, content_type = "application/problem+json")]
    MediaType(Problem),
}

/// What a route about one listing may answer instead.
#[derive(IntoResponses)]
pub(super) enum OnListing {
    /// There is no such listing.
    #[response(status = 404, content_type = "application/problem+json")]
    Unknown(Problem),
}

/// What a route for people who are signed in may answer instead.
#[derive(IntoResponses)]
pub(super) enum SignedInOnly {
    /// No valid session.
    #[response(status = 401, content_type = "application/problem+json")]
    NotSignedIn(Problem),
}

/// What a route that changes something may answer instead.
#[derive(IntoResponses)]
pub(super) enum OnChange {
    /// The listing is somebody else's, or a browser sent this from another site.
    #[response(status = 403, content_type = "application/problem+json")]
    NotAllowed(Problem),
}

/// What a route that changes a listing may answer instead.
#[derive(IntoResponses)]
pub(super) enum OnState {
    /// Units of the listing are held, or it is withdrawn.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
}

/// What a route whose requests may be repeated may answer instead.
#[derive(IntoResponses)]
pub(super) enum OnRepetition {
    /// The Idempotency-Key was used for another request.
    #[response(status = 409, content_type = "application/problem+json")]
    KeyReused(Problem),
}
