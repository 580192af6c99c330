//! Signing up, in and out.

use reqwest::Method;
use serde_json::json;

use crate::{
    site::{ADA, SESSION, Site},
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
    page.is(400).has(&["Email or password is not right.", r#"value="ada@example.org""#]).lacks(&["s3cret"]);

    let taken = Answer::refusal(400, "email_in_use", "Email in use", &[("email", "Email in use")]);
    site.stub.on("POST /api/users/signup", taken);
    let page = site.post("/signup", &[("email", "ada@example.org"), ("password", "s3cret-s3cret")]).await;
    page.is(400).field_error("email", "There is an account with this email already").lacks(&["s3cret"]);
    page.has(&[r#"<a href="/signin">Sign in</a>"#, "<title>Please check: Sign up"]);
}

#[tokio::test]
async fn too_many_attempts_say_when_to_come_back() {
    let site = Site::start().await;
    let busy = Answer::refusal(429, "too_many_requests", "Too many", &[]).with("retry-after", "30");
    site.stub.on("POST /api/users/signin", busy);
    let page = site.post("/signin", &[("email", "ada@example.org"), ("password", "x")]).await;
    page.is(429).has(&["too many attempts", "in 30 seconds"]);
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

#[tokio::test]
async fn signing_up_twice_is_signing_up_once() {
    let site = Site::start().await;
    let taken = Answer::refusal(400, "email_in_use", "Email in use", &[("email", "Email in use")]);
    site.stub.on("POST /api/users/signup", taken).on("POST /api/users/signin", user());
    let form = [("email", "ada@example.org"), ("password", "long enough"), ("next", "/sell")];
    let page = site.post("/signup", &form).await;
    assert_eq!(page.location(), "/sell");
    assert_eq!(page.headers["set-cookie"], "session=new; HttpOnly; SameSite=Lax; Path=/");
    let seen = site.stub.only("POST /api/users/signin");
    assert_eq!(seen.body, r#"{"email":"ada@example.org","password":"long enough"}"#);

    // Another password is somebody else, or a memory that fails: neither is told more than that the email is taken.
    let wrong = Answer::refusal(400, "invalid_credentials", "Invalid credentials", &[]);
    site.stub.on("POST /api/users/signin", wrong);
    let page = site.post("/signup", &form).await;
    page.is(400).field_error("email", "There is an account with this email already");
    page.has(&[r#"href="/signin?next=%2Fsell""#]).lacks(&["Email or password", "long enough"]);
}

#[tokio::test]
async fn the_account_page_is_for_whoever_it_belongs_to() {
    let site = Site::start().await;
    assert_eq!(site.get("/account").await.location(), "/signin?next=%2Faccount");
    let page = site.get_as_ada("/account").await;
    page.is(200).has(&[
        "Signed in as",
        "ada@example.org",
        r#"data-form="password""#,
        r#"autocomplete="current-password""#,
        r#"autocomplete="new-password""#,
        r#"action="/account/sessions""#,
    ]);
    page.lacks(&["notice good"]);
}

#[tokio::test]
async fn a_changed_password_is_confirmed_once() {
    let site = Site::start().await;
    site.stub.on("POST /api/users/password", Answer::empty(204));
    let form = [("currentPassword", " old one "), ("newPassword", "long enough")];
    let page = site.post_as_ada("/account/password", &form).await;
    assert_eq!(page.location(), "/account");
    let seen = site.stub.only("POST /api/users/password");
    assert_eq!(seen.body, r#"{"currentPassword":" old one ","newPassword":"long enough"}"#);
    let cookie = page.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("; Path=/account; ") && cookie.contains("HttpOnly"), "{cookie}");

    let cookies = format!("{SESSION}; {}", cookie.split(';').next().unwrap());
    let page = site.send(Method::GET, "/account", &[("cookie", &cookies)], &[]).await;
    page.is(200).has(&[r#"role="status""#, "Your password is changed."]);
    let gone = page.headers["set-cookie"].to_str().unwrap();
    assert!(gone.starts_with("notice=; Path=/account; Max-Age=0;"), "{gone}");
    // Nothing that comes from outside is repeated.
    let junk = format!("{SESSION}; notice=<b>you-won</b>");
    let page = site.send(Method::GET, "/account?notice=password-changed", &[("cookie", &junk)], &[]).await;
    page.is(200).lacks(&["you-won", "Your password is changed."]);
}

#[tokio::test]
async fn changing_the_password_twice_is_changing_it_once() {
    let site = Site::start().await;
    let wrong = [("currentPassword", "Invalid credentials")];
    let wrong = Answer::refusal(400, "invalid_credentials", "Invalid credentials", &wrong);
    site.stub.on("POST /api/users/password", wrong).on("POST /api/users/signin", user());
    let form = [("currentPassword", "the old one"), ("newPassword", "long enough")];
    let page = site.post_as_ada("/account/password", &form).await;
    assert_eq!(page.location(), "/account");
    let cookies: Vec<_> =
        page.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    assert!(cookies.iter().any(|cookie| cookie.starts_with("notice=password-changed;")), "{cookies:?}");
    assert!(cookies.contains(&"session=new; HttpOnly; SameSite=Lax; Path=/"), "{cookies:?}");
    let seen = site.stub.only("POST /api/users/signin");
    assert_eq!(seen.body, r#"{"email":"ada@example.org","password":"long enough"}"#);

    // Whoever types the wrong one is told no more than that.
    for refusal in [
        Answer::refusal(400, "invalid_credentials", "Invalid credentials", &[]),
        Answer::refusal(429, "too_many_requests", "Too many", &[]),
        Answer::refusal(503, "timeout", "Too slow", &[]),
    ] {
        site.stub.on("POST /api/users/signin", refusal);
        let page = site.post_as_ada("/account/password", &form).await;
        page.is(400).field_error("currentPassword", "That is not your current password");
        page.lacks(&["Email or password", "too many attempts", "long enough"]);
    }
    // No other refusal is looked into.
    site.stub.on("POST /api/users/password", Answer::refusal(429, "too_many_requests", "Too many", &[]));
    site.post_as_ada("/account/password", &form).await.is(429);
    assert_eq!(site.stub.seen("POST /api/users/signin").len(), 4);
}

#[tokio::test]
async fn a_refused_password_stays_and_is_told_where_it_is_wrong() {
    let site = Site::start().await;
    let form = [("currentPassword", ""), ("newPassword", "s3cret")];
    let page = site.post_as_ada("/account/password", &form).await;
    page.is(400)
        .field_error("currentPassword", "You must supply a password")
        .field_error("newPassword", "Password must be between 8 and 128 characters");
    page.has(&["ada@example.org"]).lacks(&["s3cret"]);
    assert!(site.stub.seen("POST /api/users/password").is_empty());

    let wrong = [("currentPassword", "Invalid credentials")];
    let wrong = Answer::refusal(400, "invalid_credentials", "Invalid credentials", &wrong);
    site.stub.on("POST /api/users/password", wrong);
    let form = [("currentPassword", "s3cret"), ("newPassword", "s3cret-s3cret")];
    let page = site.post_as_ada("/account/password", &form).await;
    page.is(400).field_error("currentPassword", "That is not your current password");
    page.has(&["The current password is not right."]).lacks(&["s3cret"]);

    site.stub.on("POST /api/users/password", Answer::refusal(401, "not_signed_in", "Not authorized", &[]));
    assert_eq!(site.post_as_ada("/account/password", &form).await.location(), "/signin?next=%2Faccount");
    site.stub.on("POST /api/users/password", Answer::refusal(503, "timeout", "Too slow", &[]));
    site.post_as_ada("/account/password", &form).await.is(503).has(&["may have worked all the same"]);
}

#[tokio::test]
async fn signing_out_everywhere_ends_here_too() {
    let site = Site::start().await;
    let cleared = Answer::empty(204).with("set-cookie", "session=; Max-Age=0; Path=/");
    site.stub.on("DELETE /api/users/sessions", cleared);
    let page = site.post_as_ada("/account/sessions", &[]).await;
    assert_eq!(page.location(), "/signin");
    let cookies: Vec<_> =
        page.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    assert!(cookies.contains(&"session=; Max-Age=0; Path=/"), "{cookies:?}");
    let notice = cookies.iter().find(|cookie| cookie.starts_with("notice=")).unwrap();
    let notice = notice.split(';').next().unwrap();
    let page = site.send(Method::GET, "/signin", &[("cookie", notice)], &[]).await;
    page.is(200).has(&["You are signed out, here and everywhere else."]);
}

#[tokio::test]
async fn signing_in_is_a_page_of_its_own() {
    let site = Site::start().await;
    for (page, own) in [
        (site.get("/signin").await, "/signin"),
        (site.get("/signup").await, "/signup"),
        (site.get("/signup?next=%2Fsell").await, "/signup?next=%2Fsell"),
        (site.post("/signin", &[("next", "/sell")]).await, "/signin?next=%2Fsell"),
    ] {
        // No other page is called the current one, and another language leads back here.
        page.lacks(&["aria-current"]).has(&[&format!(r#"name="next" value="{own}""#)]);
    }
}
