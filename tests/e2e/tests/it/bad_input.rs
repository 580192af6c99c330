//! What no service may accept.

use e2e::{Market, listing};
use serde_json::{Value, json};

#[tokio::test]
async fn bad_prices_and_titles_name_field_and_rule_and_change_nothing() {
    let market = Market::open().await;
    let seller = market.person("sam").await;
    for price in ["10.999", "-1", "0", "1e300", "\"12\"", "null", "true", "1000000.01", "[]"] {
        let body = format!("{{\"title\":\"x\",\"price\":{price}}}");
        let answer =
            seller.actor().send_raw("POST", "/api/tickets", &body).await.expect_problem(400, "invalid_input");
        assert_eq!(answer.errors()[0].0, "price", "{price}");
    }
    let long = listing(&"x".repeat(141), 10, 1);
    let answer = seller.actor().post("/api/tickets", long).await.expect_problem(400, "invalid_input");
    assert_eq!(answer.errors(), [("title".to_owned(), "Title must be at most 140 characters".to_owned())]);
    let both = seller
        .actor()
        .post("/api/tickets", json!({ "price": -1 }))
        .await
        .expect_problem(400, "invalid_input");
    assert_eq!(both.errors().len(), 2);
    let mine: Vec<Value> = seller.actor().get("/api/tickets/mine").await.expect(200).read();
    assert!(mine.is_empty());
}

#[tokio::test]
async fn malformed_bodies_ids_and_routes_are_problems_everywhere() {
    let market = Market::open().await;
    let person = market.person("ada").await;
    for path in ["/api/users/signin", "/api/tickets", "/api/orders", "/api/payments"] {
        for body in ["", "{", "[]", "\"text\"", "{\"a\":", "\u{0}"] {
            person.actor().send_raw("POST", path, body).await.expect_problem(400, "malformed_body");
        }
        let huge = format!("{{\"title\":\"{}\"}}", "x".repeat(200_000));
        person.actor().send_raw("POST", path, &huge).await.expect_problem(413, "body_too_large");
        let form = person.actor().request("POST", path).form(&[("a", "b")]);
        person.actor().send(form).await.expect_problem(415, "unsupported_media_type");
        person.actor().send_raw("POST", path, "{}").await.expect_problem(400, "invalid_input");
    }
    for path in ["/api/tickets/xyz", "/api/orders/xyz", "/api/payments/xyz"] {
        let answer = person.actor().get(path).await.expect_problem(400, "invalid_input");
        assert_eq!(answer.errors()[0].0, "id", "{path}");
    }
    for path in ["/api/tickets/a/b/c", "/api/orders/a/b/c", "/api/payments/a/b/c", "/api/users/nobody"] {
        person.actor().get(path).await.expect_problem(404, "not_found");
    }
}
