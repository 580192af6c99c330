//! Signing up, in and out.

use serde_json::json;

use crate::{
    site::{ADA, Site},
    stub::Answer,
};

fn user() -> Answer {
    Answer::json(201, json!({"id": ADA, "email": "ada@example.org"}))
        .with("set-cookie", "session=new; HttpOnly; SameSite=Lax; Path=/")
}

#[tokio::test]
async fn signing_in_sets_the_services_cookie_and_goes_on() {
    let site = Site::start().await;
    site.stub.on("POST /api/users/signin", user());
    let form = [("email", "ada@example.org"), ("password", " pass word "), ("next", "/sell?x=1")];
    let page = site.post("/signin", &form).await;
    assert_eq!(page.location(), "/sell?x=1");
    assert_eq!(page.headers["set-cookie"], "session=new; HttpOnly; SameSite=Lax; Path=/");
    let seen = site.stub.only("POST /api/users/signin");
    assert_eq!(seen.body, r#"{"email":"ada@example.org","password":" pass word "}"#);
    assert_eq!(seen.headers["sec-fetch-site"], "same-origin");
}

#[tokio::test]
async fn signing_up_does_too() {
    let site = Site::start().await;
    site.stub.on("POST /api/users/signup", user());
    let page = site.post("/signup", &[("email", "ada@example.org"), ("password", "long enough")]).await;
    assert_eq!(page.location(), "/");
    assert!(page.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn nobody_is_led_to_another_site() {
    let site = Site::start().await;
    site.stub.on("POST /api/users/signin", user());
    for next in ["//evil.test", "https://evil.test", "/\\evil.test", "javascript:alert(1)", "/\tx", ""] {
        let form = [("email", "ada@example.org"), ("password", "x"), ("next", next)];
        assert_eq!(site.post("/signin", &form).await.location(), "/", "{next}");
    }
    let page = site.get("/signin?next=//evil.test").await;
    assert_eq!(page.is(200).hidden("next"), "/");
    let page = site.get("/signin?next=/me/orders").await;
    assert_eq!(page.is(200).hidden("next"), "/me/orders");
    page.has(&[r#"href="/signup?next=%2Fme%2Forders""#]);
}

#[tokio::test]
async fn bad_fields_are_refused_without_asking_anybody() {
    let site = Site::start().await;
    let page = site.post("/signup", &[("email", "ada"), ("password", "s3cret"), ("next", "/sell")]).await;
    page.is(400)
        .field_error("email", "Email must be valid")
        .field_error("password", "Password must be between 8 and 128 characters");
    page.has(&[r#"value="ada""#, "2 things need your attention."]).lacks(&["s3cret"]);
    assert_eq!(page.hidden("next"), "/sell");
    assert!(site.stub.seen("POST /api/users/signup").is_empty());
}

#[tokio::test]
async fn refusals_keep_the_email_and_drop_the_password() {
    let site = Site::start().await;
    let wrong = Answer::refusal(400, "invalid_credentials", "Invalid credentials", &[]);
    site.stub.on("POST /api/users/signin", wrong);
    let page = site.post("/signin", &[("email", "ada@example.org"), ("password", "s3cret")]).await;
    page.is(400).has(&["Invalid credentials", r#"value="ada@example.org""#]).lacks(&["s3cret"]);

    let taken = Answer::refusal(400, "email_in_use", "Email in use", &[("email", "Email in use")]);
    site.stub.on("POST /api/users/signup", taken);
    let page = site.post("/signup", &[("email", "ada@example.org"), ("password", "s3cret-s3cret")]).await;
    page.is(400).field_error("email", "Email in use").lacks(&["s3cret"]);
    page.has(&[r#"<a href="/signin">sign in</a>"#]);
}

#[tokio::test]
async fn too_many_attempts_say_when_to_come_back() {
    let site = Site::start().await;
    let busy = Answer::refusal(429, "too_many_requests", "Too many", &[]).with("retry-after", "30");
    site.stub.on("POST /api/users/signin", busy);
    let page = site.post("/signin", &[("email", "ada@example.org"), ("password", "x")]).await;
    page.is(429).has(&["too many attempts"]);
    assert_eq!(page.headers["retry-after"], "30");
}

#[tokio::test]
async fn signing_out_clears_the_cookie() {
    let site = Site::start().await;
    let cleared = Answer::json(200, json!({})).with("set-cookie", "session=; Max-Age=0; Path=/");
    site.stub.on("POST /api/users/signout", cleared);
    let page = site.post_as_ada("/signout", &[]).await;
    assert_eq!(page.location(), "/");
    assert_eq!(page.headers["set-cookie"], "session=; Max-Age=0; Path=/");
    // Asking who is signed in could renew the very session that is being ended.
    assert!(site.stub.seen("GET /api/users/currentuser").is_empty());
}

#[tokio::test]
async fn a_renewed_cookie_reaches_the_browser() {
    let site = Site::start().await;
    let user = json!({"currentUser": {"id": ADA, "email": "ada@example.org", "iat": 1}});
    site.stub
        .on(
            "GET /api/users/currentuser",
            Answer::json(200, user).with("set-cookie", "session=renewed; Path=/"),
        )
        .on("GET /api/tickets", Answer::json(200, json!([])));
    let page = site.get_as_ada("/").await;
    page.is(200).has(&["ada@example.org", "Sign out", "My orders"]).lacks(&[">Sign in<"]);
    assert_eq!(page.headers["set-cookie"], "session=renewed; Path=/");
}

#[tokio::test]
async fn pages_of_ones_own_lead_to_the_sign_in_page_and_back() {
    let site = Site::start().await;
    let refusal = || Answer::refusal(401, "not_signed_in", "Not authorized", &[]);
    site.stub.on("GET /api/tickets/mine", refusal()).on("GET /api/orders", refusal());
    for (path, location) in [
        ("/sell", "/signin?next=%2Fsell"),
        ("/me/tickets", "/signin?next=%2Fme%2Ftickets"),
        ("/me/orders?cursor=x", "/signin?next=%2Fme%2Forders%3Fcursor%3Dx"),
    ] {
        assert_eq!(site.get(path).await.location(), location);
    }
}

#[tokio::test]
async fn an_ended_session_is_treated_as_none() {
    let site = Site::start().await;
    site.stub.on("GET /api/users/currentuser", Answer::json(200, json!({"currentUser": null})));
    assert_eq!(site.get_as_ada("/sell").await.location(), "/signin?next=%2Fsell");
}
