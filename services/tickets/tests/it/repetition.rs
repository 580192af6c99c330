//! `POST /api/tickets` under an `Idempotency-Key`.

use std::time::Duration;

use common::api::TicketView;
use futures::future::join_all;
use serde_json::{Value, json};
use testkit::{Actor, Answer};

use crate::market::{Market, listing};

async fn ask(seller: &Actor, key: &str, body: &Value) -> Answer {
    seller.send(seller.request("POST", "/api/tickets").header("idempotency-key", key).json(body)).await
}

#[tokio::test]
async fn a_repeated_request_gets_its_first_answer_whatever_became_of_the_listing() {
    let market = Market::open().await;
    let (ada, bob) = (market.user("ada"), market.user("bob"));
    let body = listing("Hamlet", 20.0, json!({ "quantity": 2, "startsAt": "2027-01-01T14:00:00Z" }));
    let first = ask(&ada, "k", &body).await.expect(201);
    let id = first.read::<TicketView>().id;
    let repeated = async |what: &str| {
        // The same in other words.
        let same = listing(
            " Hamlet ",
            20.0,
            json!({ "quantity": 2, "startsAt": "2027-01-01T15:00:00+01:00", "city": "" }),
        );
        let again = ask(&ada, "k", &same).await.expect(201);
        assert_eq!(again.json(), first.json(), "{what}");
        assert_eq!(again.header("location"), first.header("location"), "{what}");
    };
    repeated("at once").await;
    let path = format!("/api/tickets/{id}");
    let _ = ada.put(&path, listing("Macbeth", 30.0, json!({ "quantity": 5 }))).await.expect(200);
    repeated("after an edit").await;
    let _ = ada.put(&path, listing("Othello", 40.0, json!({ "quantity": 6 }))).await.expect(200);
    repeated("after two edits").await;
    let _ = ada.delete(&path).await.expect(204);
    repeated("after it was withdrawn").await;
    market.clock.advance(Duration::from_hours(3));
    repeated("after its date").await;
    assert_eq!(market.until_announced(id, 4).await.len(), 4);

    // Keys are each seller's own, and without one every request is a new one.
    let mut ids = vec![id];
    for answer in [
        ask(&bob, "k", &listing("Hamlet", 20.0, json!({}))).await,
        bob.post("/api/tickets", listing("Hamlet", 20.0, json!({}))).await,
        bob.post("/api/tickets", listing("Hamlet", 20.0, json!({}))).await,
    ] {
        ids.push(answer.expect(201).read::<TicketView>().id);
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4);
    market.close().await;
}

#[tokio::test]
async fn a_key_stands_for_one_request() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let body = listing("Hamlet", 20.0, json!({}));
    let path = format!("/api/tickets/{}", ask(&ada, "k", &body).await.expect(201).read::<TicketView>().id);
    let others = [
        listing("Macbeth", 20.0, json!({})),
        listing("Hamlet", 20.01, json!({})),
        listing("Hamlet", 20.0, json!({ "quantity": 2 })),
        listing("Hamlet", 20.0, json!({ "timeZone": "Europe/Berlin" })),
        // Not a repetition either because the listing says so by now.
        listing("Othello", 20.0, json!({})),
    ];
    let _ = ada.put(&path, others[4].clone()).await.expect(200);
    for other in &others {
        ask(&ada, "k", other).await.expect_problem(409, "idempotency_key_reused");
    }
    // What breaks a rule is refused for that.
    ask(&ada, "k", &json!({})).await.expect_problem(400, "invalid_input");
    for key in ["", "é", &"k".repeat(256)] {
        let answer = ask(&ada, key, &listing("", 20.0, json!({}))).await.expect_problem(400, "invalid_input");
        let fields: Vec<_> = answer.errors().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["Idempotency-Key", "title"]);
    }
    assert_eq!(ada.get("/api/tickets/mine").await.expect(200).json().as_array().map(Vec::len), Some(1));
    market.close().await;
}

#[tokio::test]
async fn a_refused_request_leaves_its_key_free() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let late = listing("Hamlet", 20.0, json!({ "startsAt": "2026-12-31T20:00:00Z" }));
    ask(&ada, "k", &late).await.expect_problem(400, "invalid_input");
    let mended = listing("Hamlet", 20.0, json!({ "startsAt": "2027-12-31T20:00:00Z" }));
    let _ = ask(&ada, "k", &mended).await.expect(201);
    market.close().await;
}

#[tokio::test]
async fn equal_requests_at_once_make_one_listing() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let elsewhere = ada.at(&market.second_pod().await);
    let body = listing("Hamlet", 20.0, json!({}));
    for key in ["one", "two", "three"] {
        let asked = (0..32).map(|number| ask(if number % 2 == 0 { &ada } else { &elsewhere }, key, &body));
        let answers: Vec<Value> =
            join_all(asked).await.into_iter().map(|answer| answer.expect(201).json()).collect();
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        let id = answers[0]["id"].as_str().unwrap().parse().unwrap();
        assert_eq!(market.until_announced(id, 1).await.len(), 1);
    }
    let mine = ada.get("/api/tickets/mine").await.expect(200).json();
    assert_eq!(mine.as_array().map(Vec::len), Some(3), "{mine}");
    market.close().await;
}
