//! What the payer is told of a payment that was just made or confirmed.

use axum::{Json, http::StatusCode};
use common::{
    api::{PaymentStatus, PaymentView},
    http::ApiError,
};

use crate::{
    domain::{NotPayable, Payment},
    error::Refusal,
    state::AppState,
};

/// A payment and the status it is answered with.
pub(super) type Answer = Result<(StatusCode, Json<PaymentView>), ApiError>;

/// `agreed` with the payment once the money is set aside, 202 while that is open, a refusal once it has failed.
pub(super) async fn answer(state: &AppState, payment: &Payment, agreed: StatusCode) -> Answer {
    let status = match payment.status() {
        PaymentStatus::Processing | PaymentStatus::RequiresAction => StatusCode::ACCEPTED,
        PaymentStatus::Authorized | PaymentStatus::Captured => agreed,
        PaymentStatus::Failed => {
            return Err(Refusal::Declined(payment.reason().unwrap_or_default().to_owned()).into());
        }
        PaymentStatus::Voided | PaymentStatus::Refunded => {
            let order = state.money.orders.get(payment.order()).await?;
            // A payment is given back with its order, or to make room for another payment.
            let refusal = match order.map(|order| order.payable(state.money.clock.now())) {
                Some(Ok(()) | Err(NotPayable::AlreadyPaid)) => Refusal::Replaced,
                ended => {
                    let ended = ended.and_then(Result::err).unwrap_or(NotPayable::Cancelled);
                    let reason = payment.reason().unwrap_or_default().to_owned();
                    Refusal::GivenBack { ended, reason }
                }
            };
            return Err(refusal.into());
        }
    };
    Ok((status, Json(payment.view())))
}
