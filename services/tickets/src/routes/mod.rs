//! Everything this service answers.

mod create_ticket;
mod get_ticket;
mod list_tickets;
mod listing_body;
mod my_tickets;
mod paging;
mod refusals;
mod search_params;
mod ticket_events;
mod update_ticket;
mod withdraw_ticket;

use axum::Router;
use common::{
    api::live::{AvailabilityChange, ListingChange},
    error::Problem,
};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document,
        security::{ApiKey, ApiKeyValue, SecurityScheme},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

#[derive(OpenApi)]
#[openapi(
    info(title = "Tickets", description = "Listings: what is for sale, by whom, and how much of it is left."),
    // Not found by themselves: they stand only in the shared refusals and in the stream of events.
    components(schemas(Problem, AvailabilityChange, ListingChange)),
    modifiers(&SessionCookie)
)]
struct Api;

/// Tells the document what `session` means.
struct SessionCookie;

impl Modify for SessionCookie {
    fn modify(&self, document: &mut Document) {
        let cookie = ApiKeyValue::with_description("session", "`__Host-session` over https");
        let scheme = SecurityScheme::ApiKey(ApiKey::Cookie(cookie));
        document.components.get_or_insert_default().add_security_scheme("session", scheme);
    }
}

pub(crate) fn router(state: AppState) -> Router {
    let (router, document) = OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(list_tickets::list_tickets, create_ticket::create_ticket))
        .routes(routes!(my_tickets::my_tickets))
        .routes(routes!(ticket_events::ticket_events))
        .routes(routes!(
            get_ticket::get_ticket,
            update_ticket::update_ticket,
            withdraw_ticket::withdraw_ticket
        ))
        .split_for_parts();
    router.with_state(state).merge(runtime::docs("tickets", &document))
}
