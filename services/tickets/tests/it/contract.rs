//! The OpenAPI document, generated from the handlers, says what they do.

use serde_json::Value;

use crate::market::Market;

#[tokio::test]
async fn every_route_and_every_error_is_in_the_document() {
    let market = Market::open().await;
    let answer = market.stranger().get("/api/tickets/openapi.json").await.expect(200);
    let document = answer.json();
    assert!(
        document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")),
        "{}",
        document["openapi"]
    );
    let expected: [(&str, &str, &[&str]); 7] = [
        ("/api/tickets", "get", &["200", "304", "400", "500", "503"]),
        ("/api/tickets", "post", &["201", "400", "401", "403", "409", "413", "415", "500", "503"]),
        ("/api/tickets/mine", "get", &["200", "304", "400", "401", "500", "503"]),
        ("/api/tickets/events", "get", &["200", "400", "500", "503"]),
        ("/api/tickets/{id}", "get", &["200", "304", "400", "404", "500", "503"]),
        ("/api/tickets/{id}", "put", &["200", "400", "401", "403", "404", "409", "413", "415", "500", "503"]),
        ("/api/tickets/{id}", "delete", &["204", "400", "401", "403", "404", "409", "500", "503"]),
    ];
    let operations: usize =
        document["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len()).sum();
    assert_eq!(operations, expected.len(), "a route is missing here or in the document");
    for (path, method, statuses) in expected {
        let operation = &document["paths"][path][method];
        let responses = operation["responses"].as_object().unwrap_or_else(|| panic!("{method} {path}"));
        let mut described: Vec<_> = responses.keys().map(String::as_str).collect();
        described.sort_unstable();
        assert_eq!(described, statuses, "{method} {path}");
        for (status, response) in responses.iter().filter(|(status, _)| status.as_str() >= "400") {
            let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Problem", "{method} {path} {status}");
        }
        assert!(operation["summary"].is_string(), "{method} {path} has no summary");
    }
    let parameters = document["paths"]["/api/tickets"]["get"]["parameters"].as_array().unwrap();
    let names: Vec<_> = parameters.iter().filter_map(|parameter| parameter["name"].as_str()).collect();
    assert_eq!(
        names,
        ["q", "category", "city", "from", "to", "minPrice", "maxPrice", "seller", "sort", "limit", "cursor"]
    );
    assert!(parameters.iter().all(|parameter| parameter["in"] == "query" && parameter["required"] != true));
    let listing = &document["components"]["schemas"]["Listing"];
    assert_eq!(listing["required"], serde_json::json!(["title", "price"]), "{listing}");
    assert_eq!(listing["properties"].as_object().map(serde_json::Map::len), Some(9));
    assert_refs_resolve(&document, &document);
    market.close().await;
}

fn assert_refs_resolve(document: &Value, part: &Value) {
    match part {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                let pointer = reference.trim_start_matches('#');
                assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
            }
            fields.values().for_each(|value| assert_refs_resolve(document, value));
        }
        Value::Array(values) => values.iter().for_each(|value| assert_refs_resolve(document, value)),
        _ => {}
    }
}
