use std::time::Duration;

use bson::{Document, doc};
use common::events::RevokedSessions;
use serde_json::{Value, json};
use testkit::{eventually, holds};

use crate::app::{App, PASSWORD, PROTECTED, claims_of, is_let_in, is_signed_in, try_sign_in};

const NEW: &str = "battery staple";

fn change(current: &str, new: &str) -> Value {
    json!({ "currentPassword": current, "newPassword": new })
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_keeps_this_one() {
    let app = App::start().await;
    let here = app.user("ada@example.org").await;
    let there = app.sign_in("ada@example.org", PASSWORD).await;
    let replica = app.replica().await;

    here.post(PROTECTED, change(PASSWORD, NEW)).await.expect(204);
    assert!(is_let_in(&here).await);
    assert!(!is_let_in(&there).await);
    eventually("the other process to refuse the other session", async || {
        (!is_signed_in(&there.at(&replica)).await).then_some(())
    })
    .await;
    assert!(is_signed_in(&here.at(&replica)).await);

    try_sign_in(&app.stranger(), "ada@example.org", PASSWORD)
        .await
        .expect_problem(400, "invalid_credentials");
    let again = app.sign_in("ada@example.org", NEW).await;
    assert!(is_let_in(&again).await);

    let revoked = app.announced(1).await;
    let claims = claims_of(&here);
    assert!(matches!(
        &revoked[..],
        [common::events::SessionRevoked { scope: RevokedSessions::AllOf { user_id, except, .. }, .. }]
            if *user_id == claims.sub && *except == Some(claims.sid)
    ));
    app.stop().await;
}

#[tokio::test]
async fn the_session_that_asked_is_ended_by_the_next_one_that_asks() {
    let app = App::start().await;
    let first = app.user("ada@example.org").await;
    first.post(PROTECTED, change(PASSWORD, NEW)).await.expect(204);
    let second = app.sign_in("ada@example.org", NEW).await;
    second.post(PROTECTED, change(NEW, PASSWORD)).await.expect(204);
    assert!(!is_let_in(&first).await);
    assert!(is_let_in(&second).await);
    app.stop().await;
}

#[tokio::test]
async fn of_two_sessions_that_change_it_at_once_one_wins_and_the_other_is_out() {
    let app = App::start().await;
    let first = app.user("ada@example.org").await;
    let second = app.sign_in("ada@example.org", PASSWORD).await;
    let (one, two) = tokio::join!(
        first.post(PROTECTED, change(PASSWORD, "the first one")),
        second.post(PROTECTED, change(PASSWORD, "the second one")),
    );
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 401], "{} {}", one.text, two.text);
    let winner = if one.status == 204 { "the first one" } else { "the second one" };
    try_sign_in(&app.stranger(), "ada@example.org", winner).await.expect(200);
    app.stop().await;
}

/// Somebody else's transaction holds up the write; meanwhile somebody signs in with the password that is still good.
#[tokio::test]
async fn a_sign_in_with_the_old_password_does_not_survive_however_long_the_commit_takes() {
    let app = App::start().await;
    let ada = app.user("ada@example.org").await;
    let users = app.namespace.database().await.collection::<Document>("users");
    let mut holding = users.client().start_session().await.unwrap();
    holding.start_transaction().await.unwrap();
    let touch = doc! { "$set": { "derived.held": true } };
    users.update_one(doc! {}, touch).session(&mut holding).await.unwrap();

    let before = app.running.passwords.computed();
    let asking = ada.clone();
    let changing = tokio::spawn(async move { asking.post(PROTECTED, change(PASSWORD, NEW)).await });
    eventually("both hashes", async || (app.running.passwords.computed() == before + 2).then_some(())).await;
    holds("the change waits", Duration::from_millis(300), async || !changing.is_finished()).await;
    app.clock.advance(Duration::from_secs(3));
    let thief = app.sign_in("ada@example.org", PASSWORD).await;
    holding.abort_transaction().await.unwrap();

    changing.await.unwrap().expect(204);
    assert!(!is_let_in(&thief).await);
    assert!(is_let_in(&ada).await);
    assert_eq!(app.announced(2).await.len(), 2);
    let again = app.sign_in("ada@example.org", NEW).await;
    again.delete("/api/users/sessions").await.expect(204);
    app.stop().await;
}

#[tokio::test]
async fn refusals_change_nothing() {
    let app = App::with(&[("SIGNIN_FAILURES_PER_MINUTE", "3")]).await;
    let ada = app.user("ada@example.org").await;
    app.stranger().post(PROTECTED, change(PASSWORD, NEW)).await.expect_problem(401, "not_signed_in");

    let answer =
        ada.post(PROTECTED, json!({ "newPassword": "short" })).await.expect_problem(400, "invalid_input");
    let expected = [
        ("currentPassword", "You must supply a password"),
        ("newPassword", "Password must be between 8 and 128 characters"),
    ];
    assert_eq!(answer.errors(), expected.map(|(field, text)| (field.to_owned(), text.to_owned())));

    for _ in 0..3 {
        let answer = ada.post(PROTECTED, change("wrong horse", NEW)).await;
        let answer = answer.expect_problem(400, "invalid_credentials");
        assert_eq!(answer.errors(), [("currentPassword".to_owned(), "Invalid credentials".to_owned())]);
    }
    ada.post(PROTECTED, change(PASSWORD, NEW)).await.expect_problem(429, "too_many_requests");
    assert!(is_let_in(&ada).await);
    app.clock.advance(Duration::from_secs(61));
    try_sign_in(&app.stranger(), "ada@example.org", PASSWORD).await.expect(200);
    assert!(app.revocations().await.is_empty());
    app.stop().await;
}
