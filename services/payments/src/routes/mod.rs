//! The service's routes: a table.

mod answer;
mod confirm_payment;
mod create_payment;
mod list_payments;
mod show_payment;

use axum::Router;
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

#[derive(OpenApi)]
#[openapi(info(
    title = "Payments",
    description = "Paying for orders. Money is set aside first and taken once the order is confirmed; what comes too late is given back."
))]
struct Document;

fn table() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(create_payment::create_payment, list_payments::list_payments))
        .routes(routes!(show_payment::show_payment))
        .routes(routes!(confirm_payment::confirm_payment))
}

/// Everything this service answers to.
pub(crate) fn router(state: AppState) -> Router {
    let (router, document) = table().split_for_parts();
    router.with_state(state).merge(runtime::docs("payments", &document))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_and_its_refusals_are_documented() {
        let json = serde_json::to_value(table().into_openapi()).unwrap();
        let expected = [
            (
                "/api/payments",
                "post",
                vec!["201", "202", "400", "401", "402", "403", "404", "409", "413", "415", "500", "503"],
            ),
            ("/api/payments", "get", vec!["200", "400", "401", "500", "503"]),
            ("/api/payments/{id}", "get", vec!["200", "400", "401", "404", "500", "503"]),
            (
                "/api/payments/{id}/confirm",
                "post",
                vec!["200", "202", "400", "401", "402", "403", "404", "409", "500", "503"],
            ),
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
