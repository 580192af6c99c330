//! How what goes wrong here is told to a client.

use common::{error::ErrorCode, http::ApiError, session::KeyError};
use messaging::{StoreError, WriteError};

use crate::{domain::SessionOver, passwords::HashError, throttle::TooManyFailures};

/// A request was refused or failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthError {
    #[error("an account with this email exists")]
    EmailInUse,
    #[error("unknown email or wrong password")]
    InvalidCredentials,
    #[error("the current password is another")]
    WrongCurrentPassword,
    #[error(transparent)]
    SessionOver(#[from] SessionOver),
    #[error(transparent)]
    TooManyFailures(#[from] TooManyFailures),
    #[error(transparent)]
    Hash(#[from] HashError),
    #[error("a token could not be signed")]
    Sign(#[from] KeyError),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::EmailInUse => Self::on_field(ErrorCode::EmailInUse, "email", "Email in use"),
            AuthError::InvalidCredentials => Self::new(ErrorCode::InvalidCredentials, "Invalid credentials"),
            AuthError::WrongCurrentPassword => {
                Self::on_field(ErrorCode::InvalidCredentials, "currentPassword", "Invalid credentials")
            }
            AuthError::SessionOver(SessionOver) => Self::not_signed_in(),
            AuthError::TooManyFailures(TooManyFailures { retry_after_seconds }) => {
                Self::new(ErrorCode::TooManyRequests, "Too many failed attempts, please wait a minute")
                    .retry_after(retry_after_seconds)
            }
            // Stale for good are only requests of one user that race each other all the time.
            AuthError::Hash(HashError::Busy) | AuthError::Write(WriteError::Stale) => Self::overloaded(),
            AuthError::Hash(error @ HashError::Failed(_)) => Self::internal(error),
            AuthError::Sign(error) => Self::internal(error),
            AuthError::Write(error) => error.into(),
            AuthError::Store(error) => error.into(),
        }
    }
}
