//! `GET /api/tickets/mine`: the caller's listings, in whatever state.

use axum::{extract::State, http::HeaderMap, response::Response};
use common::{
    api::OwnTicketView,
    field::Fields,
    http::{ApiError, QueryParams},
    session::SignedIn,
};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::{
    paging::{LARGEST_PAGE, limit, page, parameter},
    refusals::{Anywhere, OnParameters, SignedInOnly, Unchanged},
};
use crate::{
    answer::Keeping,
    domain::{Cursor, Sort, Ticket},
    state::AppState,
};

/// Which page. A parameter without a value counts as not given.
#[derive(Debug, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MyParams {
    /// Size of the page: 1 to 200, 200 if not given.
    limit: Option<String>,
    /// From the `Link` header of the page before.
    cursor: Option<String>,
}

/// The caller's listings, newest first, with what became of their units.
#[utoipa::path(
    get,
    path = "/api/tickets/mine",
    params(MyParams),
    security(("session" = [])),
    responses(
        (
            status = 200, description = "The listings, also sold and withdrawn ones", body = Vec<OwnTicketView>,
            headers(
                ("Link" = String, description = "The next page, `rel=\"next\"`, if there is one"),
                ("ETag" = String, description = "The name of exactly this page")
            )
        ),
        Unchanged,
        OnParameters,
        SignedInOnly,
        Anywhere,
    )
)]
pub(super) async fn my_tickets(
    State(state): State<AppState>,
    SignedIn(claims): SignedIn,
    headers: HeaderMap,
    QueryParams(params): QueryParams<MyParams>,
) -> Result<Response, ApiError> {
    let mut fields = Fields::default();
    let given = |text: &'_ Option<String>| text.clone().filter(|text| !text.is_empty());
    let size =
        parameter(&mut fields, "limit", given(&params.limit).as_deref(), limit).unwrap_or(LARGEST_PAGE);
    let after = parameter(&mut fields, "cursor", given(&params.cursor).as_deref(), |text| {
        Cursor::decode(text, Sort::Newest)
    });
    fields.finish(Some(())).map_err(ApiError::invalid)?;
    let found = state.listings.of_seller(claims.sub, after.map(|cursor| cursor.id()), size).await?;
    let next = MyParams { cursor: None, ..params };
    let page = page(found, size, Sort::Newest, "/api/tickets/mine", &next, Ticket::own_view)?;
    Ok(page.to(&headers, Keeping::Private))
}
