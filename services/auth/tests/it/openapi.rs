use std::collections::BTreeSet;

use serde_json::Value;

use crate::app::App;

#[tokio::test]
async fn every_route_and_every_refusal_is_described() {
    let app = App::start().await;
    let document = app.stranger().get("/api/auth/openapi.json").await.expect(200).json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let body = [400, 413, 415];
    let expected: [(&str, &str, &[u16]); 6] = [
        ("/api/users/signup", "post", &[201, 400, 403, 413, 415, 500, 503]),
        ("/api/users/signin", "post", &[200, 400, 403, 413, 415, 429, 500, 503]),
        ("/api/users/signout", "post", &[200, 403, 500, 503]),
        ("/api/users/currentuser", "get", &[200, 500, 503]),
        ("/api/users/password", "post", &[204, 400, 401, 403, 413, 415, 429, 500, 503]),
        ("/api/users/sessions", "delete", &[204, 401, 403, 500, 503]),
    ];
    let paths: BTreeSet<_> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(paths, expected.iter().map(|(path, ..)| *path).collect());
    for (path, method, statuses) in expected {
        let operation = &document["paths"][path][method];
        let described: BTreeSet<_> = operation["responses"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(described, statuses.iter().map(ToString::to_string).collect(), "{path}");
        for (status, response) in operation["responses"].as_object().unwrap() {
            if status.as_str() >= "400" {
                let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/Problem", "{path} {status}");
            }
        }
        assert_eq!(
            operation["requestBody"].is_object(),
            body.iter().all(|code| statuses.contains(code)),
            "{path}"
        );
    }
    let mut references = BTreeSet::new();
    collect_references(&document, &mut references);
    for reference in references {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference} leads nowhere");
    }
    let sign_up = &document["components"]["schemas"]["SignUpRequest"];
    assert_eq!(sign_up["required"], serde_json::json!(["email", "password"]));
    app.stop().await;
}

fn collect_references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|field| collect_references(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, found)),
        _ => {}
    }
}
