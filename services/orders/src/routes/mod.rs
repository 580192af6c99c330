//! The service's routes: a table.

mod cancel_order;
mod create_order;
mod list_orders;
mod order_events;
mod show_order;

use axum::Router;
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

#[derive(OpenApi)]
#[openapi(info(
    title = "Orders",
    description = "Reserving tickets. A reservation is held for a limited time and becomes a purchase when paid."
))]
struct Document;

fn table() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(create_order::create_order, list_orders::list_orders))
        .routes(routes!(show_order::show_order, cancel_order::cancel_order))
        .routes(routes!(order_events::order_events))
}

/// Everything this service answers to.
pub(crate) fn router(state: AppState) -> Router {
    let (router, document) = table().split_for_parts();
    router.with_state(state).merge(runtime::docs("orders", &document))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_and_its_refusals_are_documented() {
        let json = serde_json::to_value(table().into_openapi()).unwrap();
        let expected = [
            (
                "/api/orders",
                "post",
                vec!["201", "400", "401", "403", "404", "409", "413", "415", "500", "503"],
            ),
            ("/api/orders", "get", vec!["200", "400", "401", "500", "503"]),
            ("/api/orders/{id}", "get", vec!["200", "400", "401", "404", "500", "503"]),
            ("/api/orders/{id}/events", "get", vec!["200", "400", "401", "404", "500", "503"]),
            ("/api/orders/{id}", "delete", vec!["204", "400", "401", "403", "404", "409", "500", "503"]),
        ];
        for (path, method, statuses) in &expected {
            let responses = json["paths"][path][method]["responses"].as_object().unwrap();
            let documented: Vec<_> = responses.keys().map(String::as_str).collect();
            assert_eq!(&documented, statuses, "{method} {path}");
        }
        let count: usize =
            json["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len()).sum();
        assert_eq!(count, expected.len());
    }
}
