//! `POST /api/payments/{id}/refunds`: a seller gives money back.

use axum::{Json, extract::State};
use common::{
    api::RefundView,
    error::Problem,
    field::{Field, FieldError, Fields, FromJson},
    http::{ApiError, JsonBody, PathId, idempotency_key},
    id::{PaymentId, TicketId},
    money::{Major, Minor},
    session::SignedIn,
    text::RefundReason,
};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    domain::AskedBy,
    error::Refusal,
    refunds::{self, Wanted, refund},
    state::AppState,
};

/// What the buyer reads where the seller gives no reason.
const NO_REASON: &str = "Refunded by the seller";

/// What is to be given back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundPayment {
    /// The caller's listing, of what was paid for.
    #[serde(default)]
    #[schema(value_type = TicketId)]
    ticket_id: Field<TicketId>,
    /// How much, in major units; all that is left if not given.
    #[serde(default)]
    #[schema(value_type = Option<Major>)]
    amount: Field<Major>,
    /// Units that go back on sale; none if not given.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    relist_units: Field<Units>,
    /// Why, in words for the buyer.
    #[serde(default)]
    #[schema(value_type = Option<RefundReason>)]
    reason: Field<RefundReason>,
}

/// A number of units, or none.
#[derive(Debug, Clone, Copy)]
struct Units(u32);

impl FromJson for Units {
    const MISSING: &'static str = "RelistUnits must be a whole number from 0 to 100";

    fn from_json(raw: &str) -> Result<Self, String> {
        match serde_json::from_str(raw) {
            Ok(units @ 0..=100) => Ok(Self(units)),
            _ => Err(Self::MISSING.to_owned()),
        }
    }
}

impl RefundPayment {
    fn parse(self, headers: &HeaderMap, asked_by: AskedBy) -> Result<Wanted, Vec<FieldError>> {
        let mut fields = Fields::default();
        let ticket = fields.required("ticketId", self.ticket_id);
        let amount = fields.optional("amount", self.amount).map(|Major(amount)| amount);
        if amount == Some(Minor::default()) {
            fields.reject("amount", "Amount must be greater than 0");
        }
        let units = fields.optional("relistUnits", self.relist_units).map_or(0, |Units(units)| units);
        let reason = fields.optional("reason", self.reason);
        let key = idempotency_key(headers, &mut fields);
        let reason = reason.map_or_else(|| NO_REASON.to_owned(), |reason| reason.to_string());
        fields.finish(Some(Wanted { ticket, amount, units, reason, asked_by, key }))
    }
}

/// Gives back what a buyer paid for the caller's listing, or a part of it. The tickets stay sold unless some are put on
/// sale again.
#[utoipa::path(
    post, path = "/api/payments/{id}/refunds", tag = "payments", request_body = RefundPayment,
    params(
        ("id" = PaymentId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Repeated with it, the request gives the same refund"),
    ),
    responses(
        (status = 201, description = "The money is on its way to the buyer", body = RefundView),
        (status = 202, description = "It will be: the gateway has not answered yet", body = RefundView),
        (status = 400, description = "Bad fields; a listing that is not part of the payment", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Somebody else's listing, or sent by another site", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such payment", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "No money was taken, or less than that is left of it; it was refunded in too many parts; the key was used for another refund; the gateway refuses", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "A fault on our side", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy; see Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn refund_payment(
    State(state): State<AppState>,
    SignedIn(claims): SignedIn,
    PathId(id): PathId<PaymentId>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<RefundPayment>,
) -> Result<(StatusCode, Json<RefundView>), ApiError> {
    let wanted = body.parse(&headers, AskedBy::Seller(claims.sub)).map_err(ApiError::invalid)?;
    let (payment, id) = refund(&state.money, id, &wanted).await.map_err(Refusal::from)?;
    let view = payment.refund(id).map(|refund| refund.view(payment.id(), payment.currency()));
    let view = view.ok_or(Refusal::UnknownPayment)?;
    if let Some(failure) = view.failure {
        return Err(Refusal::RefundRefused(failure).into());
    }
    let status = if refunds::is_done(&payment, id) { StatusCode::CREATED } else { StatusCode::ACCEPTED };
    Ok((status, Json(view)))
}
