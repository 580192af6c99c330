use std::time::Duration;

use common::api::UserView;
use serde_json::json;

use crate::app::{App, PASSWORD, claims_of, is_signed_in, try_sign_in};

#[tokio::test]
async fn a_user_signs_in_with_the_email_in_any_case() {
    let app = App::start().await;
    let first = app.user("Ada@Example.org").await;
    let answer = try_sign_in(&app.stranger(), "ada@example.ORG", PASSWORD).await.expect(200);
    let user: UserView = answer.read();
    assert_eq!(user.email.as_str(), "Ada@Example.org");
    let second = app.sign_in("ada@example.org", PASSWORD).await;
    assert!(is_signed_in(&first).await && is_signed_in(&second).await);
    assert_ne!(claims_of(&first).sid, claims_of(&second).sid);
    assert_eq!(claims_of(&first).sub, claims_of(&second).sub);
    app.stop().await;
}

#[tokio::test]
async fn an_unknown_email_and_a_wrong_password_look_and_cost_the_same() {
    let app = App::start().await;
    app.user("ada@example.org").await;
    let mut answers = Vec::new();
    for (email, password) in [
        ("ada@example.org", "wrong horse"),
        ("bob@example.org", "wrong horse"),
        ("ada@example.org", " correct horse"),
    ] {
        let before = app.running.passwords.computed();
        let answer = try_sign_in(&app.stranger(), email, password).await;
        assert_eq!(app.running.passwords.computed() - before, 1, "{email}");
        let answer = answer.expect_problem(400, "invalid_credentials");
        assert_eq!(answer.errors(), [(String::new(), "Invalid credentials".to_owned())]);
        assert_eq!(answer.header("set-cookie"), "");
        answers.push(answer.text);
    }
    assert!(answers.iter().all(|text| *text == answers[0]), "{answers:?}");
    app.stop().await;
}

#[tokio::test]
async fn what_cannot_be_right_is_refused_before_it_costs_anything() {
    let app = App::start().await;
    let answer = app.stranger().post("/api/users/signin", json!({ "email": "x", "password": "" })).await;
    let answer = answer.expect_problem(400, "invalid_input");
    let expected = [("email", "Email must be valid"), ("password", "You must supply a password")];
    assert_eq!(answer.errors(), expected.map(|(field, text)| (field.to_owned(), text.to_owned())));
    assert_eq!(app.running.passwords.computed(), 0);
    app.stop().await;
}

#[tokio::test]
async fn guessing_is_slowed_down_for_known_and_unknown_emails_alike() {
    let app = App::with(&[("SIGNIN_FAILURES_PER_MINUTE", "3")]).await;
    app.user("ada@example.org").await;
    for email in ["ada@example.org", "nobody@example.org"] {
        for _ in 0..3 {
            try_sign_in(&app.stranger(), email, "wrong horse")
                .await
                .expect_problem(400, "invalid_credentials");
        }
        let answer = try_sign_in(&app.stranger(), &email.to_uppercase(), PASSWORD).await;
        let answer = answer.expect_problem(429, "too_many_requests");
        let seconds: u32 = answer.header("retry-after").parse().unwrap();
        assert!((1..=61).contains(&seconds));
    }
    app.clock.advance(Duration::from_secs(61));
    try_sign_in(&app.stranger(), "ada@example.org", PASSWORD).await.expect(200);
    app.stop().await;
}

#[tokio::test]
async fn who_guesses_elsewhere_does_not_lock_the_owner_out() {
    let app = App::with(&[("SIGNIN_FAILURES_PER_MINUTE", "2")]).await;
    let ada = app.user("ada@example.org").await;
    let from = async |address: &str, password: &str| {
        let stranger = app.stranger();
        let body = json!({ "email": "ada@example.org", "password": password });
        let request = stranger.request("POST", "/api/users/signin").header("x-forwarded-for", address);
        stranger.send(request.json(&body)).await.status
    };
    for _ in 0..2 {
        assert_eq!(from("203.0.113.7", "wrong horse").await, 400);
    }
    // What stands before the ingress's own entry is the client's invention.
    assert_eq!(from("198.51.100.1, 203.0.113.7", PASSWORD).await, 429);
    assert_eq!(from("198.51.100.1", PASSWORD).await, 200);
    let changed = json!({ "currentPassword": PASSWORD, "newPassword": "battery staple" });
    ada.post("/api/users/password", changed).await.expect(204);
    // Guessing from many addresses at once is limited too, and at its limit for everybody.
    for address in 0..9 {
        for _ in 0..2 {
            assert_eq!(from(&format!("192.0.2.{address}"), "wrong horse").await, 400);
        }
    }
    assert_eq!(from("198.51.100.1", "battery staple").await, 429);
    let back = json!({ "currentPassword": "battery staple", "newPassword": PASSWORD });
    ada.post("/api/users/password", back).await.expect(204);
    app.stop().await;
}

#[tokio::test]
async fn a_success_forgives_the_failures_before_it() {
    let app = App::with(&[("SIGNIN_FAILURES_PER_MINUTE", "3")]).await;
    app.user("ada@example.org").await;
    for _ in 0..3 {
        for _ in 0..2 {
            try_sign_in(&app.stranger(), "ada@example.org", "wrong horse")
                .await
                .expect_problem(400, "invalid_credentials");
        }
        try_sign_in(&app.stranger(), "ada@example.org", PASSWORD).await.expect(200);
    }
    app.stop().await;
}

#[tokio::test]
async fn guesses_sent_all_at_once_learn_no_more_than_one_after_another() {
    let app = App::with(&[("SIGNIN_FAILURES_PER_MINUTE", "3")]).await;
    app.user("ada@example.org").await;
    let guesses: Vec<_> = (0..12)
        .map(|_| {
            let stranger = app.stranger();
            tokio::spawn(async move { try_sign_in(&stranger, "ada@example.org", "wrong horse").await.status })
        })
        .collect();
    let mut told = 0;
    for guess in guesses {
        match guess.await.unwrap() {
            400 => told += 1,
            status => assert_eq!(status, 429),
        }
    }
    assert_eq!(told, 3);
    app.stop().await;
}

#[tokio::test]
async fn what_exceeds_the_queue_is_shed() {
    let app = App::with(&[("HASH_CONCURRENCY", "1"), ("HASH_QUEUE", "1")]).await;
    app.user("ada@example.org").await;
    let burst: Vec<_> = (0..24)
        .map(|_| {
            let stranger = app.stranger();
            tokio::spawn(async move { try_sign_in(&stranger, "ada@example.org", PASSWORD).await })
        })
        .collect();
    let mut shed = 0;
    let mut served = 0;
    for answer in burst {
        let answer = answer.await.unwrap();
        if answer.status == 200 {
            served += 1;
        } else {
            assert_eq!(answer.expect_problem(503, "unavailable").header("retry-after"), "2");
            shed += 1;
        }
    }
    assert!(served >= 2 && shed >= 1, "{served} served, {shed} shed");
    try_sign_in(&app.stranger(), "ada@example.org", PASSWORD).await.expect(200);
    app.stop().await;
}
