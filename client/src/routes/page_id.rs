//! The id in a page's address.

use std::str::FromStr;

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use common::id::InvalidId;

use crate::trouble::Trouble;

/// An id. An address with anything else in its place is no page.
pub(super) struct PageId<T>(pub(super) T);

impl<T: FromStr<Err = InvalidId>, S: Send + Sync> FromRequestParts<S> for PageId<T> {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Trouble> {
        let Path(text) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| Trouble::NotFound)?;
        text.parse().map(Self).map_err(|_| Trouble::NotFound)
    }
}
