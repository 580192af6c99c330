use std::time::Duration;

use bson::doc;
use common::events::RevokedSessions;
use serde_json::json;
use testkit::eventually;

use crate::app::{App, PASSWORD, claims_of, cookie_of, is_let_in, is_signed_in};

const NEARLY_HALF: Duration = Duration::from_mins(6 * 60 - 1);
const HALF_LIFE: Duration = Duration::from_hours(6);

#[tokio::test]
async fn nobody_is_nobody_and_that_is_no_error() {
    let app = App::start().await;
    let answer = app.stranger().get("/api/users/currentuser").await.expect(200);
    assert_eq!(answer.json(), json!({ "currentUser": null }));
    let garbled = app.stranger().with_cookie("session=garbage");
    assert!(!is_signed_in(&garbled).await);
    app.stop().await;
}

#[tokio::test]
async fn the_current_user_is_told_from_the_token_alone() {
    let app = App::start().await;
    let ada = app.user("Ada@example.org").await;
    let claims = claims_of(&ada);
    let answer = ada.get("/api/users/currentuser").await.expect(200);
    let expected =
        json!({ "currentUser": { "id": claims.sub, "email": "Ada@example.org", "iat": claims.iat } });
    assert_eq!(answer.json(), expected);
    assert_eq!(answer.header("set-cookie"), "");
    app.stop().await;
}

#[tokio::test]
async fn a_token_is_renewed_past_half_of_its_life_and_a_session_can_go_on_for_days() {
    let app = App::start().await;
    let mut ada = app.user("ada@example.org").await;
    let first = claims_of(&ada);
    for _ in 0..5 {
        app.clock.advance(NEARLY_HALF);
        assert_eq!(ada.get("/api/users/currentuser").await.expect(200).header("set-cookie"), "");
        app.clock.advance(Duration::from_mins(1));
        let answer = ada.get("/api/users/currentuser").await.expect(200);
        assert_eq!(answer.json()["currentUser"]["iat"], app.clock.now().as_second());
        // A second tab with the old token gets a new one too.
        assert_ne!(ada.get("/api/users/currentuser").await.expect(200).header("set-cookie"), "");
        ada = ada.with_cookie(&cookie_of(&answer));
        let claims = claims_of(&ada);
        assert_eq!((claims.sid, claims.exp), (first.sid, app.clock.now().as_second() + 12 * 3600));
    }
    app.clock.advance(2 * HALF_LIFE);
    assert!(!is_signed_in(&ada).await);
    app.stop().await;
}

#[tokio::test]
async fn renewals_at_once_all_succeed() {
    let app = App::start().await;
    let ada = app.user("ada@example.org").await;
    app.clock.advance(HALF_LIFE);
    let tabs: Vec<_> = (0..8)
        .map(|_| {
            let ada = ada.clone();
            tokio::spawn(async move { ada.get("/api/users/currentuser").await })
        })
        .collect();
    for tab in tabs {
        let answer = tab.await.unwrap().expect(200);
        let renewed = app.stranger().with_cookie(&cookie_of(&answer));
        assert_eq!(claims_of(&renewed).iat, app.clock.now().as_second());
    }
    app.stop().await;
}

#[tokio::test]
async fn a_session_ended_in_the_database_is_not_renewed() {
    let app = App::start().await;
    let ada = app.user("ada@example.org").await;
    let sessions = app.namespace.database().await.collection::<bson::Document>("sessions");
    let id = claims_of(&ada).sid.to_string();
    sessions.update_one(doc! { "_id": id }, doc! { "$set": { "state.status": "ended" } }).await.unwrap();
    app.clock.advance(HALF_LIFE);
    let answer = ada.get("/api/users/currentuser").await.expect(200);
    assert_eq!(answer.json(), json!({ "currentUser": null }));
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    app.stop().await;
}

#[tokio::test]
async fn a_signed_out_cookie_works_nowhere() {
    let app = App::start().await;
    let elsewhere = app.replica().await;
    let ada = app.user("ada@example.org").await;
    let other = app.sign_in("ada@example.org", PASSWORD).await;
    assert!(is_let_in(&ada.at(&elsewhere)).await);

    let answer = ada.post("/api/users/signout", json!({})).await.expect(200);
    assert_eq!(answer.json(), json!({}));
    assert!(answer.header("set-cookie").starts_with("session=;"), "{}", answer.header("set-cookie"));
    assert!(!is_let_in(&ada).await);
    assert!(!is_signed_in(&ada).await);
    eventually("the other process to refuse the cookie", async || {
        (!is_signed_in(&ada.at(&elsewhere)).await).then_some(())
    })
    .await;
    assert!(is_let_in(&other).await);

    let revoked = app.announced(1).await;
    assert_eq!(revoked.len(), 1);
    let claims = claims_of(&ada);
    assert_eq!(revoked[0].scope, RevokedSessions::One { session_id: claims.sid });
    assert!(revoked[0].expires_at.as_second() >= claims.exp);
    app.stop().await;
}

#[tokio::test]
async fn signing_out_twice_or_without_a_session_is_no_error() {
    let app = App::start().await;
    let ada = app.user("ada@example.org").await;
    let elsewhere = ada.at(&app.replica().await);
    for actor in [&ada, &ada, &elsewhere, &app.stranger()] {
        let answer = actor.post("/api/users/signout", json!({})).await.expect(200);
        assert!(answer.header("set-cookie").contains("Max-Age=0"));
    }
    // Without a body, as a plain form sends it.
    ada.send(ada.request("POST", "/api/users/signout")).await.expect(200);
    app.stop().await;
}

#[tokio::test]
async fn a_session_whose_record_was_lost_can_still_be_ended() {
    let app = App::start().await;
    let ada = app.user("ada@example.org").await;
    let sessions = app.namespace.database().await.collection::<bson::Document>("sessions");
    sessions.delete_many(doc! {}).await.unwrap();
    assert!(is_signed_in(&ada).await);
    ada.post("/api/users/signout", json!({})).await.expect(200);
    assert!(!is_signed_in(&ada).await);
    app.announced(1).await;
    app.stop().await;
}
