//! `POST /api/payments/{id}/confirm`: the sandbox's stand-in for the bank's own page.

use axum::{extract::State, http::StatusCode};
use common::{
    api::{PaymentStatus, PaymentView},
    error::Problem,
    http::PathId,
    id::PaymentId,
    session::SignedIn,
};

use super::answer::{Answer, answer};
use crate::{
    error::Refusal,
    gateway::{Charge, Gateway, GatewayError, answered},
    settle::{SettleError, settle},
    state::AppState,
};

/// Confirms a payment that requires the buyer's action. Only with the sandbox gateway: elsewhere the buyer confirms
/// with the bank, and this answers 404.
#[utoipa::path(
    post, path = "/api/payments/{id}/confirm", tag = "payments", params(("id" = PaymentId, Path)),
    responses(
        (status = 200, description = "Confirmed: the money is set aside", body = PaymentView),
        (status = 202, description = "Confirmed, and the bank has not answered yet", body = PaymentView),
        (status = 400, description = "Not an id", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 402, description = "Declined after all; the order can still be paid", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Sent by another site", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such payment of the caller's, or not the sandbox", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Nothing to confirm: the bank has not asked, the buyer has chosen another card since, or the order has ended", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "A fault on our side", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy; see Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn confirm_payment(
    State(state): State<AppState>,
    SignedIn(claims): SignedIn,
    PathId(id): PathId<PaymentId>,
) -> Answer {
    let sandbox = state.money.sandbox.as_ref().ok_or(Refusal::UnknownPayment)?;
    let payment = state.money.payments.get(id).await?.filter(|payment| payment.payer() == claims.sub);
    let payment = payment.filter(|payment| payment.was_made_through(state.money.gateway.name()).is_ok());
    let mut payment = payment.ok_or(Refusal::UnknownPayment)?;
    match payment.status() {
        PaymentStatus::Processing => return Err(Refusal::NothingToConfirm.into()),
        PaymentStatus::RequiresAction => {
            let (sandbox, charge) = (sandbox.clone(), Charge::from(&payment));
            match answered(async move { sandbox.confirm(&charge).await }).await {
                // Refused for good means it was given back meanwhile; settling finds out.
                Ok(()) | Err(GatewayError::Final { .. }) => {}
                Err(error) => return Err(Refusal::from(SettleError::Gateway(error)).into()),
            }
            payment = settle(&state.money, payment).await.map_err(Refusal::from)?;
        }
        _ => {}
    }
    answer(&state, &payment, StatusCode::OK).await
}
