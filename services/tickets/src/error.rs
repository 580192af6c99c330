//! What a refusal looks like to the client.

use common::{error::ErrorCode, http::ApiError};
use messaging::WriteError;

use crate::{domain::Refusal, list_cache::ListError, store::ChangeError};

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotSeller => Self::new(ErrorCode::NotAllowed, "Only the seller may change a listing"),
            Refusal::Withdrawn => Self::new(ErrorCode::TicketNotOnSale, "The listing is withdrawn"),
            Refusal::Reserved { tried } => {
                Self::new(ErrorCode::TicketReserved, format!("Cannot {tried} a reserved ticket"))
            }
            Refusal::Invalid(fields) => Self::invalid(fields),
            Refusal::KeyReused => Self::new(
                ErrorCode::IdempotencyKeyReused,
                "This Idempotency-Key was used for another request",
            ),
        }
    }
}

impl From<ChangeError<Refusal>> for ApiError {
    fn from(error: ChangeError<Refusal>) -> Self {
        match error {
            ChangeError::Unknown => Self::not_found(),
            ChangeError::Refused(refusal) => refusal.into(),
            ChangeError::Write(WriteError::Stale) => {
                Self::new(ErrorCode::Conflict, "The listing is changing too fast, please try again")
            }
            ChangeError::Write(error) => error.into(),
        }
    }
}

impl From<ListError> for ApiError {
    fn from(error: ListError) -> Self {
        match &error {
            ListError::Store(store) if store.is_unavailable() => Self::unavailable(error),
            ListError::Store(_) | ListError::Failed(_) => Self::internal(error),
        }
    }
}
