//! `POST /api/orders`: reserve.

use std::collections::HashSet;

use axum::{Json, extract::State, http::StatusCode};
use common::{
    api::OrderView,
    error::{ErrorCode, Problem},
    field::{Field, Fields, FromJson},
    http::{ApiError, JsonBody, idempotency_key},
    id::{TicketId, UserId},
    money::Major,
    session::SignedIn,
    text::Quantity,
};
use http::HeaderMap;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::{
    domain::{Basket, Idempotency, MAX_LINES, Wanted},
    state::AppState,
};

/// A `ticketId` for one unit, or `items`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateOrder {
    #[serde(default)]
    #[schema(value_type = Option<TicketId>)]
    ticket_id: Field<TicketId>,
    #[serde(default)]
    #[schema(value_type = Option<Vec<Item>>)]
    items: Field<Items>,
    /// The total the buyer saw; another one is refused with `price_changed`.
    #[serde(default)]
    #[schema(value_type = Option<Major>)]
    expected_total: Field<Major>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Item {
    #[serde(default)]
    #[schema(value_type = TicketId)]
    ticket_id: Field<TicketId>,
    #[serde(default)]
    #[schema(value_type = Quantity)]
    quantity: Field<Quantity>,
}

#[derive(Debug)]
struct Items(Vec<Wanted>);

impl FromJson for Items {
    const MISSING: &'static str = "TicketId must be provided";

    fn from_json(raw: &str) -> Result<Self, String> {
        let rule = "must be a list of {ticketId, quantity}";
        let items: Vec<&RawValue> = serde_json::from_str(raw).map_err(|_| rule)?;
        // A derived reader would take a list for an item, field by field.
        let read =
            |item: &RawValue| serde_json::from_str(Some(item.get()).filter(|raw| raw.starts_with('{'))?).ok();
        let items = items.into_iter().map(read).collect::<Option<Vec<Item>>>().ok_or(rule)?;
        if items.is_empty() || items.len() > MAX_LINES {
            return Err(format!("must have 1 to {MAX_LINES} entries"));
        }
        let wanted = items.into_iter().enumerate().map(|(place, item)| wanted(place, item));
        let wanted = wanted.collect::<Result<Vec<_>, _>>()?;
        let different: HashSet<_> = wanted.iter().map(|wanted| wanted.ticket_id).collect();
        if different.len() < wanted.len() {
            return Err("must name each ticket once".to_owned());
        }
        Ok(Self(wanted))
    }
}

fn wanted(place: usize, item: Item) -> Result<Wanted, String> {
    let mut fields = Fields::default();
    let ticket_id = fields.required("ticketId", item.ticket_id);
    let quantity = fields.required("quantity", item.quantity);
    let both = ticket_id.zip(quantity).map(|(ticket_id, quantity)| Wanted { ticket_id, quantity });
    fields.finish(both).map_err(|errors| {
        let rules: Vec<_> = errors.iter().map(|error| format!("{} {}", error.field, error.message)).collect();
        format!("entry {}: {}", place + 1, rules.join("; "))
    })
}

impl CreateOrder {
    fn parse(self, buyer_id: UserId, headers: &HeaderMap) -> Result<Basket, ApiError> {
        let mut fields = Fields::default();
        let wanted = match self.items {
            Field::Missing => fields
                .required("ticketId", self.ticket_id)
                .map(|ticket_id| vec![Wanted { ticket_id, quantity: Quantity::ONE }]),
            items => {
                if self.ticket_id != Field::Missing {
                    fields.reject("ticketId", "must not stand beside items");
                }
                fields.required("items", items).map(|Items(wanted)| wanted)
            }
        };
        let expected_total = fields.optional("expectedTotal", self.expected_total).map(|Major(minor)| minor);
        let key = idempotency_key(headers, &mut fields);
        let wanted = fields.finish(wanted).map_err(ApiError::invalid)?;
        // In words of its own, so that it reads the same after any change of the types.
        let request = || {
            let items: Vec<_> = wanted
                .iter()
                .map(|wanted| format!("{} x {}", wanted.quantity.get(), wanted.ticket_id))
                .collect();
            format!(
                "{} at {}",
                items.join(", "),
                expected_total.map_or_else(|| "any".to_owned(), |minor| minor.to_string())
            )
        };
        let idempotency = key.map(|key| Idempotency { key, request: request() });
        Ok(Basket { buyer_id, wanted, expected_total, idempotency })
    }
}

/// Reserves one or several listings, all or nothing, for a limited time.
#[utoipa::path(
    post, path = "/api/orders", tag = "orders", request_body = CreateOrder,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeated key gets the first answer")),
    responses(
        (status = 201, description = "Reserved", body = OrderView),
        (status = 400, description = "Bad fields, or an own ticket", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Sent by another site", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such ticket", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Taken, withdrawn, another price, hold limit, or a reused key", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Body too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "A fault on our side", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy; see Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_order(
    State(state): State<AppState>,
    SignedIn(claims): SignedIn,
    headers: HeaderMap,
    JsonBody(body): JsonBody<CreateOrder>,
) -> Result<(StatusCode, Json<OrderView>), ApiError> {
    let basket = body.parse(claims.sub, &headers)?;
    let order = state.store.reserve(&basket, &state.terms, &state.clock).await?;
    let view = order.view().ok_or_else(|| ApiError::new(ErrorCode::Internal, "Something went wrong"))?;
    Ok((StatusCode::CREATED, Json(view)))
}
