//! What a refusal looks like to the client.

use common::{error::ErrorCode, field::FieldError, http::ApiError};
use messaging::{MaybeTransient, WriteError};

use crate::{
    domain::{IllegalTransition, Refusal},
    store::{ChangeError, ReserveError},
};

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let ticket = |code, message: &str| Self::on_field(code, "ticketId", message);
        match refusal {
            Refusal::UnknownTicket(_) => ticket(ErrorCode::NotFound, "Ticket not found"),
            Refusal::OwnTicket(_) => ticket(ErrorCode::OwnTicket, "You cannot reserve your own ticket"),
            Refusal::NotOnSale(_) => ticket(ErrorCode::TicketNotOnSale, "Ticket is not on sale any more"),
            Refusal::NotEnough { available: 0, .. } => {
                ticket(ErrorCode::TicketUnavailable, "Ticket is already reserved")
            }
            Refusal::NotEnough { available, .. } => {
                let message = format!("Ticket is already reserved: only {available} left");
                Self::on_field(ErrorCode::TicketUnavailable, "quantity", message)
            }
            Refusal::PriceChanged { actual } => {
                Self::on_field(ErrorCode::PriceChanged, "expectedTotal", format!("The total is {actual} now"))
            }
            Refusal::HoldLimit(limit) => Self::new(
                ErrorCode::HoldLimit,
                format!("You can hold at most {limit} unpaid tickets at once"),
            ),
            Refusal::TotalTooLarge => Self::invalid(vec![FieldError {
                field: "items".to_owned(),
                message: "The total is too large".to_owned(),
            }]),
        }
    }
}

impl From<ReserveError> for ApiError {
    fn from(error: ReserveError) -> Self {
        match error {
            ReserveError::Refused(refusal) => refusal.into(),
            ReserveError::KeyReused => Self::new(
                ErrorCode::IdempotencyKeyReused,
                "This Idempotency-Key was used for another request",
            ),
            // Tried often enough: too many want the same at once.
            ReserveError::Lost | ReserveError::Write(WriteError::Stale) => busy(),
            ReserveError::Write(error) if is_lost_race(&error) => busy(),
            ReserveError::Write(error) => error.into(),
        }
    }
}

impl From<ChangeError> for ApiError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Unknown(_) => Self::not_found(),
            ChangeError::Illegal(illegal) => illegal.into(),
            ChangeError::Inconsistent(..) => Self::internal(error),
            ChangeError::Write(error) if is_lost_race(&error) => busy(),
            ChangeError::Write(error) => error.into(),
        }
    }
}

impl From<IllegalTransition> for ApiError {
    fn from(illegal: IllegalTransition) -> Self {
        metrics::counter!("illegal_transitions_total", "attempted" => illegal.attempted).increment(1);
        tracing::info!(refused = %illegal, "illegal transition");
        Self::new(ErrorCode::OrderNotOpen, "The order can no longer be cancelled")
    }
}

/// Within a transaction a database that cannot be reached is worth another try, too, but nobody was faster there.
fn is_lost_race(error: &WriteError) -> bool {
    let is_away = matches!(error, WriteError::Store(error) if error.is_unavailable());
    error.is_transient() && !is_away
}

fn busy() -> ApiError {
    ApiError::new(ErrorCode::Conflict, "Others were faster just now, please try again").retry_after(1)
}
