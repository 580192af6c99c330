//! `GET /api/payments/{id}`: one's own payment.

use axum::{Json, extract::State};
use common::{
    api::PaymentView,
    error::Problem,
    http::{ApiError, PathId},
    id::PaymentId,
    session::SignedIn,
};

use crate::{error::Refusal, state::AppState};

/// Shows a payment to its payer; to anyone else it does not exist.
#[utoipa::path(
    get, path = "/api/payments/{id}", tag = "payments", params(("id" = PaymentId, Path)),
    responses(
        (status = 200, description = "The payment", body = PaymentView),
        (status = 400, description = "Not an id", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such payment of the caller's", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "A fault on our side", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy; see Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_payment(
    State(state): State<AppState>,
    SignedIn(claims): SignedIn,
    PathId(id): PathId<PaymentId>,
) -> Result<Json<PaymentView>, ApiError> {
    let payment = state.money.payments.get(id).await?.filter(|payment| payment.payer() == claims.sub);
    Ok(Json(payment.ok_or(Refusal::UnknownPayment)?.view()))
}
