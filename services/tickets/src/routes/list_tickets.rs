//! `GET /api/tickets`: what can be bought now.

use axum::{extract::State, http::HeaderMap, response::Response};
use common::{
    api::TicketView,
    http::{ApiError, QueryParams},
};

use super::{
    paging::page,
    refusals::{Anywhere, OnParameters, Unchanged},
    search_params::SearchParams,
};
use crate::{
    answer::{Answer, Keeping},
    domain::{Search, Ticket},
    list_cache::{ListError, has_written},
    state::AppState,
};

/// What can be bought now, in pages.
#[utoipa::path(
    get,
    path = "/api/tickets",
    params(SearchParams),
    responses(
        (
            status = 200, description = "The listings that match", body = Vec<TicketView>,
            headers(
                ("Link" = String, description = "The next page, `rel=\"next\"`, if there is one"),
                ("ETag" = String, description = "The name of exactly this page")
            )
        ),
        Unchanged,
        OnParameters,
        Anywhere,
    )
)]
pub(super) async fn list_tickets(
    State(state): State<AppState>,
    headers: HeaderMap,
    QueryParams(params): QueryParams<SearchParams>,
) -> Result<Response, ApiError> {
    let params = params.tidy();
    let key = params.canonical().map_err(ApiError::internal)?;
    // Read at every request although a cached answer needs none of it: a bad query must not find one.
    let search = params.read().map_err(ApiError::invalid)?;
    let fresh = has_written(&headers);
    let lists = state.lists.clone();
    let make = move || make(state, search, params);
    let page = if fresh { make().await } else { lists.get(&key, make).await };
    Ok(page?.to(&headers, Keeping::Shared))
}

async fn make(state: AppState, search: Search, params: SearchParams) -> Result<Answer, ListError> {
    let found = state.listings.search(&search, state.clock.now()).await?;
    page(found, search.limit, search.sort, "/api/tickets", &params.without_cursor(), Ticket::view)
}
