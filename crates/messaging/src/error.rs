//! What can go wrong with the database, told apart by what the caller can do about it.

use mongodb::error::{Error, ErrorKind, TRANSIENT_TRANSACTION_ERROR, WriteFailure};

/// The server's code for a second document with a unique key.
const DUPLICATE_KEY: i32 = 11_000;

/// The server's code for a read it has given up because of its length.
const MAX_TIME_EXPIRED: i32 = 50;

/// A database operation failed.
#[derive(Debug, thiserror::Error)]
#[error("{operation} failed")]
pub struct StoreError {
    /// What was being done.
    operation: &'static str,
    #[source]
    source: Box<Error>,
}

impl StoreError {
    /// For `map_err`: names the operation that failed.
    pub fn during(operation: &'static str) -> impl Fn(Error) -> Self {
        move |source| Self { operation, source: Box::new(source) }
    }

    /// Whether the database could not be reached or took too long, so that the same request may succeed later.
    pub fn is_unavailable(&self) -> bool {
        let is_away = match self.source.kind.as_ref() {
            ErrorKind::ServerSelection { .. }
            | ErrorKind::Io(_)
            | ErrorKind::ConnectionPoolCleared { .. } => true,
            ErrorKind::Command(error) => error.code == MAX_TIME_EXPIRED,
            _ => false,
        };
        is_away || self.source.contains_label("RetryableWriteError")
    }

    fn is_duplicate(&self) -> bool {
        match self.source.kind.as_ref() {
            ErrorKind::Write(WriteFailure::WriteError(error)) => error.code == DUPLICATE_KEY,
            ErrorKind::Command(error) => error.code == DUPLICATE_KEY,
            _ => false,
        }
    }
}

/// Whether doing the same again at once, from the start, may succeed.
pub trait MaybeTransient {
    /// True for a lost race within the database, false for everything else.
    fn is_transient(&self) -> bool;
}

impl MaybeTransient for StoreError {
    fn is_transient(&self) -> bool {
        self.source.contains_label(TRANSIENT_TRANSACTION_ERROR)
    }
}

/// Writing an aggregate failed.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The stored aggregate is not the one the change was decided on. Read again and decide again.
    #[error("the aggregate was changed by somebody else")]
    Stale,
    /// A unique index already has this key.
    #[error("a unique key is taken")]
    Duplicate(#[source] StoreError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl WriteError {
    /// Sorts a failed insert or update.
    pub fn from_store(error: StoreError) -> Self {
        if error.is_duplicate() { Self::Duplicate(error) } else { Self::Store(error) }
    }
}

impl MaybeTransient for WriteError {
    fn is_transient(&self) -> bool {
        match self {
            Self::Stale => true,
            Self::Duplicate(error) | Self::Store(error) => error.is_transient(),
        }
    }
}

impl From<StoreError> for common::http::ApiError {
    fn from(error: StoreError) -> Self {
        if error.is_unavailable() { Self::unavailable(error) } else { Self::internal(error) }
    }
}

impl From<WriteError> for common::http::ApiError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Store(error) => error.into(),
            // Callers decide what these mean; one that did not is at fault.
            WriteError::Stale | WriteError::Duplicate(_) => Self::internal(error),
        }
    }
}
