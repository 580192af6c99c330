//! The service's routes: a table.

mod answer;
mod confirm_payment;
mod create_payment;
mod list_movements;
mod list_payments;
mod list_sales;
mod receive_webhook;
mod refund_payment;
mod show_balance;
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
        .routes(routes!(show_balance::show_balance))
        .routes(routes!(list_sales::list_sales))
        .routes(routes!(list_movements::list_movements))
        .routes(routes!(receive_webhook::receive_webhook))
        .routes(routes!(show_payment::show_payment))
        .routes(routes!(confirm_payment::confirm_payment))
        .routes(routes!(refund_payment::refund_payment))
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
                vec![
                    "201", "202", "400", "401", "402", "403", "404", "409", "413", "415", "429", "500", "503",
                ],
            ),
            ("/api/payments", "get", vec!["200", "400", "401", "500", "503"]),
            ("/api/payments/balance", "get", vec!["200", "401", "500", "503"]),
            ("/api/payments/sales", "get", vec!["200", "400", "401", "500", "503"]),
            ("/api/payments/movements", "get", vec!["200", "400", "401", "500", "503"]),
            ("/api/payments/webhook", "post", vec!["200", "400", "403", "404", "413", "500", "503"]),
            (
                "/api/payments/{id}/refunds",
                "post",
                vec!["201", "202", "400", "401", "403", "404", "409", "413", "415", "500", "503"],
            ),
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
