//! `GET /api/payments?orderId=…`: one's own payments of an order.

use axum::{Json, extract::State};
use common::{
    api::PaymentView,
    error::Problem,
    field::{FieldError, Fields, FromJson},
    http::{ApiError, QueryParams},
    id::{InvalidId, OrderId},
    session::SignedIn,
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{domain::Payment, state::AppState};

/// Attempts shown, the newest ones. Nobody comes near so many cards, and a page has to end somewhere.
const MOST: u32 = 100;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListPayments {
    /// The order that was or is to be paid.
    #[param(value_type = OrderId, required)]
    #[serde(default)]
    order_id: String,
}

impl ListPayments {
    fn parse(self) -> Result<OrderId, Vec<FieldError>> {
        let mut fields = Fields::default();
        let order = match self.order_id.trim() {
            "" => Err(OrderId::MISSING.to_owned()),
            id => id.parse().map_err(|rule: InvalidId| format!("OrderId {rule}")),
        };
        let order = order.map_err(|rule| fields.reject("orderId", rule)).ok();
        fields.finish(order)
    }
}

/// Shows the payments the caller has made for an order, newest first: declined ones, and those given back, too.
///
/// At most the newest 100. None for an order the caller has not tried to pay, whether there is one or not.
#[utoipa::path(
    get, path = "/api/payments", tag = "payments", params(ListPayments),
    responses(
        (status = 200, description = "The payments", body = Vec<PaymentView>),
        (status = 400, description = "No order is named, or not by an id", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "A fault on our side", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy; see Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_payments(
    State(state): State<AppState>,
    SignedIn(claims): SignedIn,
    QueryParams(query): QueryParams<ListPayments>,
) -> Result<Json<Vec<PaymentView>>, ApiError> {
    let order = query.parse().map_err(ApiError::invalid)?;
    let payments = state.money.payments.of_order(order, claims.sub, MOST).await?;
    Ok(Json(payments.iter().map(Payment::view).collect()))
}
