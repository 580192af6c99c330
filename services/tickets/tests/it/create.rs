//! `POST /api/tickets` and `GET /api/tickets/{id}`.

use std::time::Duration;

use common::{
    api::TicketStatus,
    events::{Event, RevokedSessions, SessionRevoked},
    text::TimeZone,
};
use serde_json::json;
use testkit::eventually;

use crate::market::{Market, listing, sell};

#[tokio::test]
async fn a_listing_is_stored_shown_and_announced() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let body = json!({
        "title": "  Hamlet ", "price": 19.99, "description": "Row 5,\nseats 1 and 2", "category": "Theatre",
        "venue": "The Globe", "city": "London", "startsAt": "2027-06-30T20:00:00+01:00", "timeZone": "europe/london",
        "quantity": 2,
    });
    let answer = ada.post("/api/tickets", body).await.expect(201);
    let json = answer.json();
    let id = json["id"].as_str().unwrap().to_owned();
    assert_eq!(
        json,
        json!({
            "id": id, "title": "Hamlet", "price": 19.99, "currency": "usd", "description": "Row 5,\nseats 1 and 2",
            "category": "Theatre", "venue": "The Globe", "city": "London", "startsAt": "2027-06-30T19:00:00Z",
            "timeZone": "Europe/London", "quantity": 2, "available": 2, "status": "available", "userId": ada.id().to_string(), "version": 1,
        })
    );
    assert_eq!(answer.header("location"), format!("/api/tickets/{id}"));
    let seen = market.stranger().get(&format!("/api/tickets/{id}")).await.expect(200);
    assert_eq!(seen.json(), json);

    let announced = market.until_announced(id.parse().unwrap(), 1).await;
    let (kind, state) = &announced[0];
    assert_eq!(*kind, "ticket.created");
    assert_eq!((state.version, state.quantity, state.price_minor.minor().get()), (1, 2, 1999));
    assert_eq!(state.seller_id, ada.id());
    assert_eq!(state.starts_at.unwrap().to_string(), "2027-06-30T19:00:00Z");
    assert_eq!(state.time_zone.as_ref().unwrap().as_str(), "Europe/London");
    market.close().await;
}

#[tokio::test]
async fn title_and_price_are_enough() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let view = sell(&ada, listing("Hamlet", 20.0, json!({ "venue": null, "extra": 1 }))).await;
    assert_eq!((view.quantity, view.available, view.status), (1, 1, TicketStatus::Available));
    assert_eq!((view.venue, view.starts_at), (None, None));
    // A form sends all the fields it has.
    let blank = json!({ "description": "", "category": " ", "venue": "\t", "city": "", "startsAt": "", "timeZone": "" });
    let path = format!("/api/tickets/{}", view.id);
    for answer in [
        ada.post("/api/tickets", listing("Hamlet", 20.0, blank.clone())).await.expect(201),
        ada.put(&path, listing("Macbeth", 20.0, blank)).await.expect(200),
    ] {
        let json = answer.json();
        for field in ["description", "category", "venue", "city", "startsAt", "timeZone"] {
            assert_eq!(json.get(field), None, "{json}");
        }
    }
    market.close().await;
}

#[tokio::test]
async fn all_bad_fields_are_named_at_once_and_nothing_is_listed() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let answer = ada.post("/api/tickets", json!({})).await.expect_problem(400, "invalid_input");
    let errors = [("title", "Title is required"), ("price", "Price must be greater than 0")]
        .map(|(field, message)| (field.to_owned(), message.to_owned()));
    assert_eq!(answer.errors(), errors);
    let body = json!({
        "title": "x".repeat(141), "price": -1, "description": "x".repeat(4001), "category": 5, "venue": [],
        "city": "x".repeat(81), "startsAt": "2026-12-31T00:00:00Z", "timeZone": 1, "quantity": 101,
    });
    let answer = ada.post("/api/tickets", body).await.expect_problem(400, "invalid_input");
    let fields: Vec<_> = answer.errors().into_iter().map(|(field, _)| field).collect();
    assert_eq!(
        fields,
        ["title", "price", "description", "category", "venue", "city", "timeZone", "quantity", "startsAt"]
    );
    assert_eq!(ada.get("/api/tickets/mine").await.expect(200).json(), json!([]));
    market.close().await;
}

#[tokio::test]
async fn a_time_zone_must_be_one_there_is() {
    let market = Market::open().await;
    let ada = market.user("ada");
    for zone in ["Europe/Atlantis", "Etc/Unknown", "CEST", "+02:00", "../../etc/passwd"] {
        let body = listing("Hamlet", 20.0, json!({ "timeZone": zone }));
        let answer = ada.post("/api/tickets", body).await.expect_problem(400, "invalid_input");
        assert_eq!(answer.errors(), [("timeZone".to_owned(), TimeZone::RULE.to_owned())], "{zone}");
    }
    let view = sell(&ada, listing("Hamlet", 20.0, json!({ "timeZone": "Asia/Tokyo" }))).await;
    let path = format!("/api/tickets/{}", view.id);
    // Like everything else an edit does not say, it is removed; and a change of it is a change.
    for (body, zone, version) in [
        (json!({ "timeZone": "Europe/Berlin" }), Some("Europe/Berlin"), 2),
        (json!({ "timeZone": "europe/berlin" }), Some("Europe/Berlin"), 2),
        (json!({}), None, 3),
    ] {
        let _ = ada.put(&path, listing("Hamlet", 20.0, body)).await.expect(200);
        let view = market.look(view.id).await;
        assert_eq!((view.time_zone.as_ref().map(TimeZone::as_str), view.version), (zone, version));
    }
    let announced = market.until_announced(view.id, 3).await;
    let zones: Vec<_> =
        announced.iter().map(|(_, state)| state.time_zone.as_ref().map(TimeZone::as_str)).collect();
    assert_eq!(zones, [Some("Asia/Tokyo"), Some("Europe/Berlin"), None]);
    market.close().await;
}

#[tokio::test]
async fn only_a_signed_in_user_may_list() {
    let market = Market::open().await;
    let body = listing("Hamlet", 20.0, json!({}));
    market.stranger().post("/api/tickets", body.clone()).await.expect_problem(401, "not_signed_in");
    // Also before the body is looked at.
    market.stranger().send_raw("POST", "/api/tickets", "{").await.expect_problem(401, "not_signed_in");
    let other = testkit::Identity::new();
    let forged = other.actor("eve", &market.url, &market.clock);
    forged.post("/api/tickets", body.clone()).await.expect_problem(401, "not_signed_in");
    let ada = market.user("ada");
    let request = ada.request("POST", "/api/tickets").header("sec-fetch-site", "cross-site").json(&body);
    ada.send(request).await.expect_problem(403, "cross_site");
    assert_eq!(market.titles("/api/tickets").await, Vec::<String>::new());
    market.close().await;
}

#[tokio::test]
async fn a_revoked_session_is_no_longer_signed_in() {
    let market = Market::open().await;
    let (ada, bob) = (market.user("ada"), market.user("bob"));
    let now = market.clock.now();
    let revoked = SessionRevoked {
        scope: RevokedSessions::AllOf {
            user_id: ada.id(),
            issued_before: now + Duration::from_secs(1),
            except: None,
        },
        expires_at: now + Duration::from_hours(12),
    };
    market.broker.publish(&Event::SessionRevoked(revoked)).await;
    eventually("a 401", || async { (ada.get("/api/tickets/mine").await.status == 401).then_some(()) }).await;
    ada.post("/api/tickets", listing("Hamlet", 20.0, json!({}))).await.expect_problem(401, "not_signed_in");
    let _ = bob.get("/api/tickets/mine").await.expect(200);
    market.close().await;
}

#[tokio::test]
async fn an_unknown_listing_is_not_found() {
    let market = Market::open().await;
    let path = "/api/tickets/6b49d2000102030405060708";
    market.stranger().get(path).await.expect_problem(404, "not_found");
    let ada = market.user("ada");
    ada.put(path, listing("Hamlet", 20.0, json!({}))).await.expect_problem(404, "not_found");
    ada.delete(path).await.expect_problem(404, "not_found");
    market.close().await;
}
