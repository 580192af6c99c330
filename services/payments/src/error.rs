//! What the service refuses, and how each refusal is told.

use std::time::Duration;

use common::{error::ErrorCode, http::ApiError};
use messaging::{StoreError, WriteError};

use crate::{
    domain::{IllegalTransition, MAX_PARTS, NotPayable, NotRefundable},
    gateway::GatewayError,
    refunds::RefundError,
    settle::SettleError,
};

/// Why a request was not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// No such order, or another buyer's.
    #[error("there is no such order")]
    UnknownOrder,
    /// No such payment, or another payer's.
    #[error("there is no such payment")]
    UnknownPayment,
    /// No payment can be begun for the order.
    #[error(transparent)]
    NotPayable(#[from] NotPayable),
    /// The order was tried to be paid too often.
    #[error("no further attempt for {} s", .0.as_secs())]
    TooManyAttempts(Duration),
    /// Other payments for the order came and went too fast.
    #[error("other payments for the order came in between")]
    Contended,
    /// The gateway declined.
    #[error("declined: {0}")]
    Declined(String),
    /// The gateway does not know the payment method in this field.
    #[error("unknown payment method")]
    UnknownMethod(&'static str),
    /// The money was given back: the order had ended meanwhile.
    #[error("given back: {reason}")]
    GivenBack {
        /// Why the order ended.
        ended: NotPayable,
        /// The same in words for the buyer.
        reason: String,
    },
    /// The buyer has paid with another card since.
    #[error("another payment for the order took its place")]
    Replaced,
    /// Somebody else sells it.
    #[error("the caller does not sell what was paid for")]
    NotTheSeller,
    /// The refund cannot be made.
    #[error(transparent)]
    NotRefundable(#[from] NotRefundable),
    /// The gateway refused to make the refund.
    #[error("the refund was refused: {0}")]
    RefundRefused(String),
    /// The idempotency key belongs to another refund.
    #[error("the idempotency key was used for another refund")]
    KeyReused,
    /// There is nothing to confirm.
    #[error("the payment waits for nobody's confirmation")]
    NothingToConfirm,
    /// Moving the payment on failed.
    #[error(transparent)]
    Settle(#[from] SettleError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Settle(error.into())
    }
}

impl From<WriteError> for Refusal {
    fn from(error: WriteError) -> Self {
        Self::Settle(error.into())
    }
}

impl From<RefundError> for Refusal {
    fn from(error: RefundError) -> Self {
        match error {
            RefundError::UnknownPayment => Self::UnknownPayment,
            RefundError::NotTheSeller => Self::NotTheSeller,
            RefundError::NotRefundable(why) => Self::NotRefundable(why),
            RefundError::KeyReused => Self::KeyReused,
            RefundError::Contended => Self::Contended,
            RefundError::Elsewhere(other) => Self::Settle(other.into()),
            RefundError::Store(error) => error.into(),
        }
    }
}

impl From<IllegalTransition> for Refusal {
    fn from(error: IllegalTransition) -> Self {
        Self::Settle(error.into())
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::UnknownOrder => ApiError::new(ErrorCode::NotFound, "There is no such order"),
            Refusal::UnknownPayment => ApiError::new(ErrorCode::NotFound, "There is no such payment"),
            Refusal::NotPayable(why) => ApiError::new(code(why), words(why)),
            Refusal::Declined(reason) => ApiError::new(ErrorCode::CardDeclined, reason),
            Refusal::UnknownMethod(field) => {
                ApiError::on_field(ErrorCode::UnknownPaymentMethod, field, "Unknown payment method")
            }
            Refusal::GivenBack { ended, reason } => {
                ApiError::new(code(ended), format!("{reason}. You keep your money."))
            }
            Refusal::Replaced => {
                ApiError::new(ErrorCode::Conflict, "You have chosen another card for the order since")
            }
            Refusal::NothingToConfirm => {
                ApiError::new(ErrorCode::Conflict, "The payment is not waiting for a confirmation")
            }
            Refusal::Settle(SettleError::Store(error)) => error.into(),
            Refusal::Settle(error @ SettleError::Gateway(GatewayError::NotAsked { retry_after })) => {
                ApiError::unavailable(error).retry_after(seconds(retry_after))
            }
            Refusal::Settle(error @ (SettleError::Gateway(_) | SettleError::Elsewhere(_))) => {
                ApiError::unavailable(error)
            }
            Refusal::TooManyAttempts(wait) => {
                let words = "The order was tried to be paid too often, please wait a minute";
                ApiError::new(ErrorCode::TooManyRequests, words).retry_after(seconds(wait))
            }
            Refusal::NotTheSeller => {
                ApiError::new(ErrorCode::NotAllowed, "Only the seller of the listing can give its money back")
            }
            Refusal::NotRefundable(why) => not_refundable(why),
            Refusal::RefundRefused(reason) => ApiError::new(ErrorCode::NotRefundable, reason),
            Refusal::KeyReused => ApiError::new(
                ErrorCode::IdempotencyKeyReused,
                "This idempotency key was used for another refund",
            ),
            // Only requests and events about one order that race each other all the time.
            Refusal::Contended | Refusal::Settle(SettleError::Restless) => ApiError::overloaded(),
            Refusal::Settle(error @ SettleError::Illegal(_)) => ApiError::internal(error),
        }
    }
}

/// Whole seconds, and no fewer.
fn seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1)
}

fn not_refundable(why: NotRefundable) -> ApiError {
    match why {
        NotRefundable::NothingLeft => {
            ApiError::new(ErrorCode::NotRefundable, "There is no captured money left to refund")
        }
        NotRefundable::TooMany => ApiError::new(
            ErrorCode::NotRefundable,
            format!("The payment was refunded in {MAX_PARTS} parts already, and cannot be in more"),
        ),
        NotRefundable::UnknownLine => {
            ApiError::on_field(ErrorCode::InvalidInput, "ticketId", "TicketId is not part of this payment")
        }
        NotRefundable::TooLarge(left) => ApiError::on_field(
            ErrorCode::RefundTooLarge,
            "amount",
            format!("Amount must be at most {left}, which is what is left"),
        ),
        NotRefundable::TooManyUnits(left) => ApiError::on_field(
            ErrorCode::RefundTooLarge,
            "relistUnits",
            format!("RelistUnits must be at most {left}, which is what is left"),
        ),
        NotRefundable::Nothing => {
            ApiError::on_field(ErrorCode::InvalidInput, "amount", "Amount must be greater than 0")
        }
    }
}

fn code(why: NotPayable) -> ErrorCode {
    match why {
        NotPayable::Cancelled => ErrorCode::OrderNotOpen,
        NotPayable::Expired => ErrorCode::OrderExpired,
        NotPayable::AlreadyPaid => ErrorCode::AlreadyPaid,
    }
}

fn words(why: NotPayable) -> &'static str {
    match why {
        NotPayable::Cancelled => "The order is cancelled",
        NotPayable::Expired => "The reservation has lapsed",
        NotPayable::AlreadyPaid => "The order is already paid",
    }
}

#[cfg(test)]
mod tests {
    use axum::{http::header, response::IntoResponse};
    use common::{
        api::PaymentStatus,
        id::{Id, PaymentId},
    };
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_lost_race_is_worth_another_try_and_a_contradiction_is_not() {
        for refusal in [Refusal::Contended, SettleError::Restless.into(), WriteError::Stale.into()] {
            let response = ApiError::from(refusal).into_response();
            assert_eq!(response.status(), 503);
            assert!(response.headers().contains_key(header::RETRY_AFTER));
        }
        let payment = PaymentId::generate(Timestamp::UNIX_EPOCH, [1; 8]);
        let illegal = IllegalTransition { payment, was: PaymentStatus::Failed, tried: "be captured" };
        let response = ApiError::from(Refusal::from(illegal)).into_response();
        assert_eq!(response.status(), 500);
        assert!(!response.headers().contains_key(header::RETRY_AFTER));
    }
}
