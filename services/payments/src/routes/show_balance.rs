//! `GET /api/payments/balance`: what a seller has earned.

use axum::{Json, extract::State};
use common::{api::BalanceView, error::Problem, http::ApiError, session::SignedIn};

use crate::state::AppState;

/// Shows the caller's balances, one for each currency something was sold in.
#[utoipa::path(
    get, path = "/api/payments/balance", tag = "payments",
    responses(
        (status = 200, description = "The balances", body = Vec<BalanceView>),
        (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "A fault on our side", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy; see Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_balance(
    State(state): State<AppState>,
    SignedIn(claims): SignedIn,
) -> Result<Json<Vec<BalanceView>>, ApiError> {
    let now = state.money.clock.now();
    let cutoff = now.checked_sub(state.money.payout_terms.hold).unwrap_or(now);
    Ok(Json(state.money.ledger.balances(claims.sub, cutoff).await?))
}
