use std::collections::HashMap;

use common::api::UserView;
use serde_json::json;

use crate::app::{App, PASSWORD, claims_of, cookie_of, is_signed_in, try_sign_in};

#[tokio::test]
async fn a_new_user_is_signed_in() {
    let app = App::start().await;
    let body = json!({ "email": " Ada@Example.org ", "password": PASSWORD });
    let answer = app.stranger().post("/api/users/signup", body).await.expect(201);
    let user: UserView = answer.read();
    assert_eq!(user.email.as_str(), "Ada@Example.org");
    assert_eq!(answer.json().as_object().unwrap().len(), 2, "{}", answer.text);
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("session=") && cookie.contains("HttpOnly; SameSite=Lax; Path=/"), "{cookie}");
    assert_eq!(answer.header("cache-control"), "no-store");

    let ada = app.stranger().with_cookie(&cookie_of(&answer));
    assert!(is_signed_in(&ada).await);
    let claims = claims_of(&ada);
    assert_eq!((claims.sub, claims.email), (user.id, user.email));
    assert_eq!((claims.iat, claims.exp - claims.iat), (app.clock.now().as_second(), 12 * 3600));
    app.stop().await;
}

#[tokio::test]
async fn behind_https_the_cookie_is_bound_to_its_host() {
    let app = App::with(&[("COOKIE_SECURE", "true")]).await;
    let body = json!({ "email": "ada@example.org", "password": PASSWORD });
    let answer = app.stranger().post("/api/users/signup", body).await.expect(201);
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-session=") && cookie.contains("Secure"), "{cookie}");
    app.stop().await;
}

#[tokio::test]
async fn all_bad_fields_are_named_at_once() {
    const EMAIL: (&str, &str) = ("email", "Email must be valid");
    const LENGTH: (&str, &str) = ("password", "Password must be between 8 and 128 characters");
    let app = App::start().await;
    let cases = [
        (json!({}), vec![EMAIL, LENGTH]),
        (json!({ "email": "ada", "password": "1234567" }), vec![EMAIL, LENGTH]),
        (json!({ "email": 5, "password": PASSWORD }), vec![EMAIL]),
        (json!({ "email": null, "password": PASSWORD }), vec![EMAIL]),
        (json!({ "email": "ada@example.org", "password": "x".repeat(129) }), vec![LENGTH]),
        (
            json!({ "email": "ada@example.org", "password": ["x"] }),
            vec![("password", "Password must be a text")],
        ),
    ];
    for (body, expected) in cases {
        let answer = app.stranger().post("/api/users/signup", body).await;
        let answer = answer.expect_problem(400, "invalid_input");
        let errors = answer.errors();
        let seen: Vec<_> = errors.iter().map(|(field, text)| (field.as_str(), text.as_str())).collect();
        assert_eq!(seen, expected);
    }
    let stranger = app.stranger();
    stranger.send_raw("POST", "/api/users/signup", "{").await.expect_problem(400, "malformed_body");
    stranger.send_raw("POST", "/api/users/signup", "[]").await.expect_problem(400, "malformed_body");
    let huge = format!("\"{}\"", "x".repeat(70_000));
    stranger.send_raw("POST", "/api/users/signup", &huge).await.expect_problem(413, "body_too_large");
    let form = stranger.request("POST", "/api/users/signup").body("email=ada");
    stranger.send(form).await.expect_problem(415, "unsupported_media_type");
    stranger.get("/api/users/signup").await.expect_problem(405, "method_not_allowed");
    stranger.get("/api/users/nothing").await.expect_problem(404, "not_found");
    assert_eq!(app.running.passwords.computed(), 0);
    app.stop().await;
}

#[tokio::test]
async fn an_email_is_taken_in_whatever_case() {
    let app = App::start().await;
    app.user("Ada@Example.org").await;
    let body = json!({ "email": "aDA@example.ORG", "password": "another one" });
    let answer = app.stranger().post("/api/users/signup", body).await.expect_problem(400, "email_in_use");
    assert_eq!(answer.errors(), [("email".to_owned(), "Email in use".to_owned())]);
    assert_eq!(answer.header("set-cookie"), "");
    app.stop().await;
}

#[tokio::test]
async fn of_concurrent_sign_ups_with_one_email_exactly_one_succeeds() {
    let app = App::start().await;
    let attempts: Vec<_> = (0..16)
        .map(|n| {
            let stranger = app.stranger();
            let email = if n % 2 == 0 { "ada@example.org" } else { "ADA@example.org" };
            let body = json!({ "email": email, "password": format!("password {n}") });
            tokio::spawn(async move { (n, stranger.post("/api/users/signup", body).await) })
        })
        .collect();
    let mut counts = HashMap::new();
    let mut winner = None;
    for attempt in attempts {
        let (n, answer) = attempt.await.unwrap();
        if answer.status == 201 {
            winner = Some(n);
        } else {
            answer.clone().expect_problem(400, "email_in_use");
        }
        *counts.entry(answer.status).or_insert(0) += 1;
    }
    assert_eq!(counts, HashMap::from([(201, 1), (400, 15)]));
    let password = format!("password {}", winner.unwrap());
    try_sign_in(&app.stranger(), "ada@example.org", &password).await.expect(200);
    app.stop().await;
}

#[tokio::test]
async fn another_sites_form_is_refused() {
    let app = App::start().await;
    let ada = app.user("ada@example.org").await;
    for path in ["/api/users/signup", "/api/users/signin", "/api/users/signout", "/api/users/password"] {
        let request = ada.request("POST", path).header("sec-fetch-site", "cross-site").json(&json!({}));
        ada.send(request).await.expect_problem(403, "cross_site");
    }
    let request = ada.request("DELETE", "/api/users/sessions").header("origin", "https://evil.example");
    ada.send(request).await.expect_problem(403, "cross_site");
    assert!(is_signed_in(&ada).await);
    app.stop().await;
}
