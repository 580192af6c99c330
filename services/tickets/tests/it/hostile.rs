//! What no client of ours sends.

use serde_json::json;

use crate::market::{Market, listing, sell};

#[tokio::test]
async fn bodies_that_break_a_rule_name_field_and_rule_and_change_nothing() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let view = sell(&ada, listing("Hamlet", 20.0, json!({}))).await;
    let path = format!("/api/tickets/{}", view.id);
    let long = "x".repeat(141);
    for (body, field, rule) in [
        (r#"{"title":"T","price":10.999}"#, "price", "Price must have at most two decimals"),
        (r#"{"title":"T","price":-1}"#, "price", "Price must be greater than 0"),
        (r#"{"title":"T","price":0}"#, "price", "Price must be greater than 0"),
        (r#"{"title":"T","price":0.001}"#, "price", "Price must have at most two decimals"),
        (r#"{"title":"T","price":1e300}"#, "price", "Price must be from 0.01 to 1000000"),
        (r#"{"title":"T","price":1e2147483647}"#, "price", "Price must be from 0.01 to 1000000"),
        (r#"{"title":"T","price":1000000.01}"#, "price", "Price must be at most 1000000"),
        (r#"{"title":"T","price":"12"}"#, "price", "Price must be a number"),
        (r#"{"title":"T","price":true}"#, "price", "Price must be a number"),
        (r#"{"title":"T","price":null}"#, "price", "Price must be greater than 0"),
        (r#"{"title":"T"}"#, "price", "Price must be greater than 0"),
        (r#"{"price":1}"#, "title", "Title is required"),
        (r#"{"title":null,"price":1}"#, "title", "Title is required"),
        (r#"{"title":"  ","price":1}"#, "title", "Title is required"),
        (r#"{"title":{"$gt":""},"price":1}"#, "title", "Title must be a text"),
        (r#"{"title":"a\u0000b","price":1}"#, "title", "Title must not contain control characters"),
        (&format!(r#"{{"title":"{long}","price":1}}"#), "title", "Title must be at most 140 characters"),
        (
            r#"{"title":"T","price":1,"quantity":0}"#,
            "quantity",
            "Quantity must be a whole number from 1 to 100",
        ),
        (
            r#"{"title":"T","price":1,"quantity":1.5}"#,
            "quantity",
            "Quantity must be a whole number from 1 to 100",
        ),
        (
            r#"{"title":"T","price":1,"quantity":"2"}"#,
            "quantity",
            "Quantity must be a whole number from 1 to 100",
        ),
        (
            r#"{"title":"T","price":1,"startsAt":"tomorrow"}"#,
            "startsAt",
            "must be a time such as 2027-06-30T20:00:00Z",
        ),
        (r#"{"title":"T","price":1,"startsAt":1}"#, "startsAt", "must be a text"),
    ] {
        for (method, path) in [("POST", "/api/tickets"), ("PUT", path.as_str())] {
            let answer = ada.send_raw(method, path, body).await.expect_problem(400, "invalid_input");
            assert_eq!(answer.errors(), [(field.to_owned(), rule.to_owned())], "{method} {body}");
        }
    }
    assert_eq!(market.look(view.id).await, view);
    assert_eq!(market.titles("/api/tickets").await, ["Hamlet"]);
    market.close().await;
}

#[tokio::test]
async fn bodies_that_are_no_object_are_malformed() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let view = sell(&ada, listing("Hamlet", 20.0, json!({}))).await;
    let path = format!("/api/tickets/{}", view.id);
    let deep = "[".repeat(60_000);
    for body in [
        "",
        "{",
        "nonsense",
        "null",
        "[]",
        "5",
        "\"x\"",
        r#"{"title":"T","price":1"#,
        r#"{"title":"T","price":01}"#,
        r#"{"title":"T","title":"U","price":1}"#,
        r#"{"title":"\ud800","price":1}x"#,
        deep.as_str(),
    ] {
        for (method, path) in [("POST", "/api/tickets"), ("PUT", path.as_str())] {
            let answer = ada.send_raw(method, path, body).await;
            assert_eq!(answer.status, 400, "{method} {body}: {}", answer.text);
            answer.expect_problem(400, "malformed_body");
        }
    }
    let huge = format!(r#"{{"title":"T","price":1,"description":"{}"}}"#, "x".repeat(70 * 1024));
    ada.send_raw("POST", "/api/tickets", &huge).await.expect_problem(413, "body_too_large");
    ada.send_raw("PUT", &path, &huge).await.expect_problem(413, "body_too_large");
    let form = ada.request("POST", "/api/tickets").form(&[("title", "T"), ("price", "1")]);
    ada.send(form).await.expect_problem(415, "unsupported_media_type");
    let no_type = ada.request("PUT", &path).body("{}");
    ada.send(no_type).await.expect_problem(415, "unsupported_media_type");
    assert_eq!(market.look(view.id).await, view);
    market.close().await;
}

#[tokio::test]
async fn bad_ids_and_unknown_routes_are_problems_too() {
    let market = Market::open().await;
    let ada = market.user("ada");
    for id in [
        "x",
        "6b49d20001020304050607",
        "6b49d2000102030405060708ff",
        "%00",
        "%27%20or%201",
        "zzz9d2000102030405060708",
    ] {
        let path = format!("/api/tickets/{id}");
        let answer = ada.get(&path).await.expect_problem(400, "invalid_input");
        assert_eq!(answer.errors()[0].0, "id");
        ada.put(&path, listing("T", 1.0, json!({}))).await.expect_problem(400, "invalid_input");
        ada.delete(&path).await.expect_problem(400, "invalid_input");
    }
    ada.get("/api/tickets/%ff").await.expect_problem(404, "not_found");
    ada.get("/api/nothing").await.expect_problem(404, "not_found");
    ada.get("/api/tickets/a/b").await.expect_problem(404, "not_found");
    ada.delete("/api/tickets").await.expect_problem(405, "method_not_allowed");
    ada.post("/api/tickets/mine", json!({})).await.expect_problem(405, "method_not_allowed");
    market.close().await;
}
