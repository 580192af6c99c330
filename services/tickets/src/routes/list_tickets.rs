//! `GET /api/tickets`: what can be bought now.

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use common::{
    api::TicketView,
    http::{ApiError, QueryParams},
};

use super::{
    paging::page,
    refusals::{Anywhere, OnParameters},
    search_params::SearchParams,
};
use crate::{
    domain::Search,
    list_cache::{ListError, Page, has_written},
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
            headers(("Link" = String, description = "The next page, `rel=\"next\"`, if there is one"))
        ),
        OnParameters,
        Anywhere,
    )
)]
pub(super) async fn list_tickets(
    State(state): State<AppState>,
    headers: HeaderMap,
    QueryParams(params): QueryParams<SearchParams>,
) -> Result<Page, ApiError> {
    let params = params.tidy();
    let key = params.canonical().map_err(ApiError::internal)?;
    // Read at every request although a cached answer needs none of it: a bad query must not find one.
    let search = params.read().map_err(ApiError::invalid)?;
    let fresh = has_written(&headers);
    let lists = state.lists.clone();
    let make = move || make(state, search, params);
    let page = if fresh { make().await } else { lists.get(&key, make).await };
    page.map_err(ApiError::from)
}

async fn make(state: AppState, search: Search, params: SearchParams) -> Result<Page, ListError> {
    let found = state.listings.search(&search, state.clock.now()).await?;
    page(found, search.limit, search.sort, "/api/tickets", &params.without_cursor())
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut response = ([(header::CONTENT_TYPE, "application/json")], self.body).into_response();
        if let Some(link) = self.link {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }
}
