//! [`Trouble`]: why a handler has no page to show.

use std::sync::Arc;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use common::error::Problem;

use crate::{
    backend::{CallError, Outage, Refused},
    local_path::LocalPath,
};

/// Ends a handler without a page of its own; the frame layer makes the page, which has the visitor's header.
#[derive(Debug, Clone)]
pub(crate) enum Trouble {
    /// The page is for people who are signed in. `None`: come back to the page that was asked for.
    SignInFirst(Option<LocalPath>),
    /// There is no such page or thing.
    NotFound,
    /// The listing is somebody else's.
    NotYours,
    /// A service said no, and this page has no form to say it in.
    Refused(Arc<Refused>),
    /// A service is not there.
    Missing(Outage),
}

impl Trouble {
    /// The same, with a page to come back to after signing in: a form's own address is none.
    #[must_use]
    pub(crate) fn back_to(self, page: LocalPath) -> Self {
        match self {
            Self::SignInFirst(_) => Self::SignInFirst(Some(page)),
            other => other,
        }
    }

    /// A refusal found by the server around the handlers.
    pub(crate) fn refused(problem: Problem, retry_after: Option<u32>) -> Self {
        Self::Refused(Arc::new(Refused { problem, retry_after, part: None }))
    }
}

impl From<CallError> for Trouble {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Missing(outage) => Self::Missing(outage),
            CallError::Refused(refused) => match refused.problem.status {
                401 => Self::SignInFirst(None),
                404 => Self::NotFound,
                _ => Self::Refused(Arc::new(refused)),
            },
        }
    }
}

impl IntoResponse for Trouble {
    /// An empty response that carries the trouble to the frame layer.
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
