//! `GET /api/payments/sales`: what a seller has sold.

use axum::{Json, extract::State, response::IntoResponse};
use common::{
    api::SaleView,
    error::Problem,
    field::Fields,
    http::{ApiError, Page, QueryParams},
    id::{InvalidId, PaymentId, TicketId},
    session::SignedIn,
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{domain::Payment, state::AppState, store::Sold};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListSales {
    /// Only of this listing.
    #[param(value_type = Option<TicketId>)]
    #[serde(default)]
    ticket_id: Option<String>,
    /// Only of the order that this payment paid.
    #[param(value_type = Option<PaymentId>)]
    #[serde(default)]
    payment_id: Option<String>,
    /// Payments a page, each with one or more sales: 1 to 200, 50 if not given.
    #[serde(default)]
    limit: Option<String>,
    /// Where the page begins, from the `Link` header of the one before.
    #[serde(default)]
    cursor: Option<String>,
}

impl ListSales {
    fn parse(self) -> Result<(Sold, Page<PaymentId>), ApiError> {
        let mut fields = Fields::default();
        let ticket = self.ticket_id.map(|id| id.parse()).transpose();
        let ticket =
            ticket.map_err(|rule: InvalidId| fields.reject("ticketId", format!("TicketId {rule}"))).ok();
        let payment = self.payment_id.map(|id| id.parse()).transpose();
        let payment =
            payment.map_err(|rule: InvalidId| fields.reject("paymentId", format!("PaymentId {rule}"))).ok();
        let sold = ticket.zip(payment).map(|(ticket, payment)| Sold { ticket, payment });
        let page = Page::read(self.limit, self.cursor, &mut fields);
        fields.finish(sold.zip(page)).map_err(ApiError::invalid)
    }
}

/// Lists the lines of paid orders that the caller sold, newest first.
#[utoipa::path(
    get, path = "/api/payments/sales", tag = "payments", params(ListSales),
    responses(
        (status = 200, description = "A page; the next one in the Link header", body = Vec<SaleView>),
        (status = 400, description = "Bad parameters", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "A fault on our side", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy; see Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_sales(
    State(state): State<AppState>,
    SignedIn(claims): SignedIn,
    QueryParams(query): QueryParams<ListSales>,
) -> Result<impl IntoResponse, ApiError> {
    let (sold, page) = query.parse()?;
    let mut payments = state.money.payments.sold_by(claims.sub, sold, page.after, page.one_more()).await?;
    // Those of one payment never fill a page.
    let path = sold.ticket.map_or_else(
        || "/api/payments/sales".to_owned(),
        |ticket| format!("/api/payments/sales?ticketId={ticket}"),
    );
    let link = page.cut(&mut payments, &path, |payment: &Payment| payment.id().to_string());
    let hold = state.money.payout_terms.hold;
    let sales = payments.iter().flat_map(|payment| payment.sales_of(claims.sub, hold));
    let sales: Vec<SaleView> =
        sales.filter(|sale| sold.ticket.is_none_or(|ticket| sale.ticket_id == ticket)).collect();
    Ok((link, Json(sales)))
}
