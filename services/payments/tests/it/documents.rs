//! What the service says of itself, and what it needs to be told.

use payments::Config;
use serde_json::Value;

use crate::app::App;

#[tokio::test(flavor = "multi_thread")]
async fn the_api_document_is_served_beside_the_routes() {
    let app = App::start().await;
    let json: Value = app.stranger().get("/api/payments/openapi.json").await.expect(200).json();
    assert!(json["openapi"].as_str().unwrap().starts_with("3.1"), "{json}");
    assert!(json["paths"]["/api/payments"]["post"]["requestBody"].is_object());
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_configuration_names_every_bad_variable() {
    let app = App::start().await;
    let mut env =
        app.namespace().clone().with("PAYMENT_GATEWAY", "cash").with("RECONCILE_SECONDS", "0").env();
    let config = Config::read(&mut env);
    let problems = env.finish(config).unwrap_err().to_string();
    assert!(problems.contains("PAYMENT_GATEWAY must be sandbox"), "{problems}");
    assert!(problems.contains("RECONCILE_SECONDS"), "{problems}");
    app.finish().await;
}
