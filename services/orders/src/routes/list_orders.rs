//! `GET /api/orders`: one's own orders.

use axum::{Json, extract::State, response::IntoResponse};
use common::{
    api::OrderView,
    error::Problem,
    field::Fields,
    http::{ApiError, QueryParams},
    id::OrderId,
    session::SignedIn,
};
use http::header;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{domain::Order, state::AppState};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListOrders {
    /// Orders a page: 1 to 200, 50 if not given.
    #[serde(default)]
    limit: Option<String>,
    /// Where the page begins, from the `Link` header of the one before.
    #[serde(default)]
    cursor: Option<String>,
}

impl ListOrders {
    fn parse(self) -> Result<(u32, Option<OrderId>), ApiError> {
        let mut fields = Fields::default();
        let limit = self.limit.map_or(Some(DEFAULT_LIMIT), |limit| limit.parse().ok());
        let limit = limit.filter(|limit| (1..=MAX_LIMIT).contains(limit));
        if limit.is_none() {
            fields.reject("limit", format!("Limit must be a whole number from 1 to {MAX_LIMIT}"));
        }
        let cursor = self.cursor.map(|cursor| cursor.parse()).transpose();
        if cursor.is_err() {
            fields.reject("cursor", "Cursor must come from a Link header");
        }
        fields.finish(limit.zip(cursor.ok())).map_err(ApiError::invalid)
    }
}

/// Lists the caller's orders, newest first.
#[utoipa::path(
    get, path = "/api/orders", tag = "orders", params(ListOrders),
    responses(
        (status = 200, description = "A page; the next one in the Link header", body = Vec<OrderView>),
        (status = 400, description = "Bad parameters", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "A fault on our side", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy; see Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_orders(
    State(state): State<AppState>,
    SignedIn(claims): SignedIn,
    QueryParams(query): QueryParams<ListOrders>,
) -> Result<impl IntoResponse, ApiError> {
    let (limit, cursor) = query.parse()?;
    let page = state.store.orders_of(claims.sub, cursor, limit).await?;
    let link = page
        .next
        .map(|next| [(header::LINK, format!("</api/orders?limit={limit}&cursor={next}>; rel=\"next\""))]);
    let views: Vec<OrderView> = page.orders.iter().filter_map(Order::view).collect();
    Ok((link, Json(views)))
}
