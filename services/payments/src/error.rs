//! What the service refuses, and how each refusal is told.

use common::{error::ErrorCode, http::ApiError};
use messaging::{StoreError, WriteError};

use crate::{
    domain::{IllegalTransition, NotPayable},
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
            Refusal::Contended => {
                ApiError::new(ErrorCode::Conflict, "Another payment for the order came in between")
                    .retry_after(1)
            }
            Refusal::Declined(reason) => ApiError::new(ErrorCode::CardDeclined, reason),
            Refusal::UnknownMethod(field) => {
                ApiError::on_field(ErrorCode::UnknownPaymentMethod, field, "Unknown payment method")
            }
            Refusal::GivenBack { ended, reason } => {
                ApiError::new(code(ended), format!("{reason}. You keep your money."))
            }
            Refusal::NothingToConfirm => {
                ApiError::new(ErrorCode::Conflict, "The payment is not waiting for a confirmation")
            }
            Refusal::Settle(SettleError::Store(error)) => error.into(),
            Refusal::Settle(error @ SettleError::Gateway(_)) => ApiError::unavailable(error),
            Refusal::Settle(error @ (SettleError::Illegal(_) | SettleError::Restless)) => {
                ApiError::internal(error)
            }
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
