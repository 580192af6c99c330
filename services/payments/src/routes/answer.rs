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
            let order = state.orders.get(payment.order()).await?;
            let ended = order.and_then(|order| order.payable(state.clock.now()).err());
            let reason = payment.reason().unwrap_or_default().to_owned();
            let ended = ended.unwrap_or(NotPayable::Cancelled);
            return Err(Refusal::GivenBack { ended, reason }.into());
        }
    };
    Ok((status, Json(payment.view())))
}
