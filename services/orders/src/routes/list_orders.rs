//! `GET /api/orders`: one's own orders.

use axum::{Json, extract::State, response::IntoResponse};
use common::{
    api::OrderView,
    error::Problem,
    field::Fields,
    http::{ApiError, Page, QueryParams},
    id::OrderId,
    session::SignedIn,
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{domain::Order, state::AppState};

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
    fn parse(self) -> Result<Page<OrderId>, ApiError> {
        let mut fields = Fields::default();
        let page = Page::read(self.limit, self.cursor, &mut fields);
        fields.finish(page).map_err(ApiError::invalid)
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
    let page = query.parse()?;
    let mut orders = state.store.orders_of(claims.sub, page.after, page.one_more()).await?;
    let link = page.cut(&mut orders, "/api/orders", |order| order.id().to_string());
    let views: Vec<OrderView> = orders.iter().filter_map(Order::view).collect();
    Ok((link, Json(views)))
}
